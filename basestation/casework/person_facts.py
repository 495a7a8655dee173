"""What is known of somebody at work beside their protection: settings, check-ins, whether the device is worn.

Decides when the next check-in is expected and what "worn" may claim. What nobody has said is None, which the
page calls unknown, never a guess. Times are aware UTC, intervals in seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.protection import NOT_PROTECTED, PROTECTED, ShownProtection
from basestation.clock import from_ms, iso, iso_of_ms
from basestation.intake.device_states import DeviceState
from basestation.store.people_tables import check_ins, control_calls
from basestation.store.settings_tables import device_settings
from basestation.store.tables import shifts
from basestation.tuning import history, rules

#: What of a hindrance says that nobody wears the device as it must be worn.
_NOT_WORN: Final = ("clip_open", "charging")
_DEFAULTS: Final = {one["name"]: one["default"] for one in rules.whole({})}


@dataclass(frozen=True, slots=True)
class PeopleFacts:
    """What the database says of those at work, by their devices and shifts."""

    #: Rows of settings of each device, newest first.
    settings: Mapping[str, list[RowMapping]] = field(default_factory=dict)
    confirmed_at: Mapping[str, datetime] = field(default_factory=dict)
    calls: Mapping[int, RowMapping] = field(default_factory=dict)


async def read_people_facts(connection: AsyncConnection) -> PeopleFacts:
    """Return what the database says of those at work now."""
    at_work = select(shifts.c.device).where(shifts.c.ended_at_ms.is_(None))
    rows = select(device_settings).where(device_settings.c.device.in_(at_work))
    settings: dict[str, list[RowMapping]] = {}
    for row in (await connection.execute(rows.order_by(device_settings.c.id.desc()))).mappings():
        settings.setdefault(row["device"], []).append(row)
    said = select(check_ins).where(check_ins.c.device.in_(at_work))
    confirmed = {row.device: from_ms(row.confirmed_at_ms) for row in await connection.execute(said)}
    asked = select(control_calls).where(control_calls.c.ended_at_ms.is_(None))
    calls = {row["shift_id"]: row for row in (await connection.execute(asked)).mappings()}
    return PeopleFacts(settings, confirmed, calls)


def facts_view(
    facts: PeopleFacts, shift: RowMapping, state: DeviceState, shown: ShownProtection, now: datetime
) -> dict[str, Any]:
    """Return the further facts of one person at work as they stand in JSON."""
    row = history.in_force(facts.settings.get(shift["device"], []), state.settings_version)
    settings = None if row is None else {**_DEFAULTS, **history.settings_in(row)}
    started_at = from_ms(shift["started_at_ms"])
    return {
        "settings_version": state.settings_version,
        "settings_since": None if row is None else iso_of_ms(row["ended_at_ms"] or row["ordered_at_ms"]),
        "worn": worn(shown, settings),
        "check_in": _check_in(settings, facts.confirmed_at.get(shift["device"]), started_at, now),
        "control_call": _call_view(facts.calls.get(shift["id"])),
    }


def worn(shown: ShownProtection, settings: Mapping[str, int] | None) -> bool | None:
    """Return whether the device is worn as far as it can tell; None: it cannot, or nobody knows."""
    if shown.reason in _NOT_WORN:
        return False
    is_watched = settings is not None and bool(settings["is_loss_on"])
    # The clip is the most urgent hindrance but these: behind them nobody hears of it.
    return True if is_watched and shown.state in (PROTECTED, NOT_PROTECTED) and not shown.reason else None


def _check_in(
    settings: Mapping[str, int] | None, confirmed_at: datetime | None, started_at: datetime, now: datetime
) -> dict[str, Any]:
    """Return the check-ins that the device asks for; `is_on` None: its settings are not known here."""
    if settings is None:
        return {"is_on": None, "interval_s": None, "confirmed_at": None, "next_at": None}
    interval_s = settings["time_interval_ms"] // 1000
    heard_at = None if confirmed_at is None or confirmed_at < started_at else confirmed_at
    next_at = (heard_at or started_at) + timedelta(seconds=interval_s)
    return {
        "is_on": bool(settings["is_time_on"]),
        "interval_s": interval_s,
        "confirmed_at": None if heard_at is None else iso(heard_at),
        # The device tells only of early ones: once this has passed, it has asked by itself.
        "next_at": iso(next_at) if next_at > now else None,
    }


def _call_view(row: RowMapping | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "id": row["id"], "state": row["state"], "asked_at": iso_of_ms(row["asked_at_ms"]),
        "asked_by": row["asked_by"], "due_at": iso_of_ms(row["due_at_ms"]),
    }  # fmt: skip
