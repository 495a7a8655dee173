"""What was known of a device before it fell silent: the facts that its silence is classified from.

Gathers from shifts, states, open cases and coverage walks; decides nothing about a class, which is
`cases.silence_class`'s. Its limits of dBm are those of `site.coverage_map`: -80 poor, -67 weak.
"""

import json
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases import silence
from basestation.cases.battery import CRITICAL_PERCENT
from basestation.cases.case import BASE_ALARM_PREFIX, CaseState
from basestation.cases.protection import NOT_PROTECTED
from basestation.cases.silence import DeviceWatch
from basestation.cases.silence_class import NEVER, Facts
from basestation.casework.conditions import SILENCE, SWITCHED_OFF
from basestation.intake.device_states import DeviceState
from basestation.site.coverage_map import POOR, POOR_DBM, UNANSWERED, WEAK_DBM, Measurement, grade
from basestation.store.location_tables import walk_points, walks
from basestation.store.tables import cases, shifts
from basestation.supervision.station import StationWatch

#: The hindrance of a device that nobody wears.
OFF_BODY = "clip_open"


def facts_of(
    watch: DeviceWatch,
    state: DeviceState,
    station: StationWatch,
    *,
    is_alone: bool,
    is_in_alarm: bool,
    has_shadow: bool,
) -> Facts:
    """Return what is known; `has_shadow`: its workplace has a place of poor or no radio."""
    since = silence.lost_at(watch)
    # What it said before the shift is not of this one.
    is_of_shift = silence.went(watch) != NEVER
    return Facts(
        told=silence.told(watch),
        went=silence.went(watch),
        station=station.towards(since, None if state.link is None else state.link.broker),
        is_alone=is_alone,
        is_at_edge=is_of_shift and is_at_edge(state, has_shadow=has_shadow),
        is_battery_spent=is_of_shift and is_battery_spent(state, since),
        is_off_body=is_off_body(watch, state),
        is_in_alarm=is_in_alarm,
    )


def is_at_edge(state: DeviceState, *, has_shadow: bool) -> bool:
    """Tell whether its last signal was poor, or weak where an area without radio is known."""
    rssi_dbm = None if state.link is None else state.link.rssi_dbm
    return rssi_dbm is not None and rssi_dbm < (WEAK_DBM if has_shadow else POOR_DBM)


def is_battery_spent(state: DeviceState, since: datetime) -> bool:
    """Tell whether its battery was nearly empty, or was foreseen to be, when it was heard last."""
    if state.is_charging or state.battery_percent is None:
        return False
    until = state.battery.until
    return state.battery_percent <= CRITICAL_PERCENT or (until is not None and until <= since)


def is_off_body(watch: DeviceWatch, state: DeviceState) -> bool:
    """Tell whether the device said in this shift that its clip or strap is open."""
    said = state.protection
    if said is None or watch.shift_started_at is None or said.said_at < watch.shift_started_at:
        return False
    return said.state == NOT_PROTECTED and said.reason == OFF_BODY


async def devices_in_alarm(connection: AsyncConnection) -> set[str]:
    """Return the devices with an open alarm or pre-alarm of their worker; tests and drills are none."""
    query = select(cases.c.device).where(cases.c.is_open, cases.c.is_person, cases.c.mark == "real")
    return set((await connection.execute(query)).scalars())


async def is_near_shadow(connection: AsyncConnection, device: str) -> bool:
    """Tell whether the workplace of its shift had a place of poor or no radio on the newest walk."""
    query = select(shifts.c.workplace_id).where(shifts.c.ended_at_ms.is_(None), shifts.c.device == device)
    workplace_id = (await connection.execute(query)).scalar()
    return workplace_id is not None and await _has_shadow(connection, workplace_id)


async def _has_shadow(connection: AsyncConnection, workplace_id: int) -> bool:
    newest = (
        select(walks.c.id).where(walks.c.workplace_id == workplace_id).order_by(walks.c.id.desc()).limit(1)
    )
    walk_id = (await connection.execute(newest)).scalar()
    if walk_id is None:
        return False
    rows = await connection.execute(select(walk_points).where(walk_points.c.walk_id == walk_id))
    return any(
        grade(Measurement(row["point"], row["rssi_dbm"], row["round_trip_ms"], json.loads(row["beacons"])))
        in {UNANSWERED, POOR}
        for row in rows.mappings()
    )


async def silent_devices(connection: AsyncConnection) -> set[str]:
    """Return the devices whose own case of silence lasts."""
    begins = [
        cases.c.alarm.startswith(f"{BASE_ALARM_PREFIX}{condition}-", autoescape=True)
        for condition in (SILENCE, SWITCHED_OFF)
    ]
    query = select(cases.c.device).where(cases.c.is_open, cases.c.state != CaseState.GONE.value, or_(*begins))
    return set((await connection.execute(query)).scalars())
