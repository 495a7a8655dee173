"""What a worker reads of themselves: where they stand now, and everything that is stored about them.

Decides what is left out: a silent alarm and whatever hangs on one is in no answer here, open or closed, so
that nobody who looks over a shoulder learns of it; so are numbers of cases, for a gap would tell of one too.
Who else works, and with which device, is never told. Times are ISO 8601 UTC.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.cases.case import BASE_ALARM_PREFIX, Case, case_from_json
from basestation.casework.conditions import UNANSWERED
from basestation.clock import Clock, iso, iso_of_ms
from basestation.errors import ShiftRefused
from basestation.records.own import clearances_of, records_of
from basestation.site.shifts import Shifts
from basestation.site.worker_access import OwnSelf
from basestation.store.people_tables import check_ins, control_calls, worker_accesses
from basestation.store.tables import cases, devices, log, log_contents, shifts, workers, workplaces

#: What of the console's facts a worker sees of themselves; nothing in them tells of a case.
_SHOWN: Final = (
    "worker", "device", "workplace", "started_at", "planned_end", "ask_until", "seen_at", "battery_percent",
    "battery_until", "protection", "protection_reason", "protection_since", "protection_until",
)  # fmt: skip
#: Results of what a worker asks for; none of them tells of anybody else.
STARTED, ENDED, CONFIRMED = "started", "ended", "confirmed"
DEVICE_TAKEN, ON_SHIFT, NO_SHIFT, NOT_ASKED, REFUSED = (
    "device_taken", "on_shift", "no_shift", "not_asked", "refused",
)  # fmt: skip


class OwnRecord:
    """Shows workers what is known of them, and does what they may do themselves."""

    def __init__(self, database: AsyncEngine, at_work: Shifts, clock: Clock) -> None:
        self._database = database
        self._shifts = at_work
        self._clock = clock

    async def state(self, own: OwnSelf, snapshot: Mapping[str, Any]) -> dict[str, Any]:
        """Return where a worker stands now, of what the consoles' `snapshot` says."""
        number = await self._open_shift(own.worker_id)
        person = next((one for one in snapshot["people"] if one["shift_id"] == number), None)
        shift = None if person is None else {name: person[name] for name in _SHOWN}
        call = None if person is None else person["control_call"]
        return {
            "now": snapshot["now"],
            "name": own.name,
            "number": own.worker_id,
            "shift": shift,
            "call_until": None if call is None else call["due_at"],
        }

    async def choices(self) -> dict[str, Any]:
        """Return the devices that nobody wears, and the workplaces."""
        worn = select(shifts.c.device).where(shifts.c.ended_at_ms.is_(None))
        free = select(devices.c.name, devices.c.label).where(
            devices.c.is_active, devices.c.state != "not_ready", devices.c.name.not_in(worn)
        )
        async with self._database.connect() as connection:
            found = (await connection.execute(free.order_by(devices.c.name))).mappings().all()
            places = select(workplaces.c.id, workplaces.c.name).order_by(workplaces.c.name)
            rows = (await connection.execute(places)).mappings().all()
        return {"devices": [dict(row) for row in found], "workplaces": [dict(row) for row in rows]}

    async def start(self, own: OwnSelf, device: str, workplace_id: int, hours: int) -> str:
        """Start the worker's own shift and return the result."""
        if await self._open_shift(own.worker_id) is not None:
            return ON_SHIFT
        if device not in {one["name"] for one in (await self.choices())["devices"]}:
            return DEVICE_TAKEN
        try:
            await self._shifts.start(
                worker_id=own.worker_id,
                device=device,
                workplace_id=workplace_id,
                planned_end=self._clock.now() + timedelta(hours=hours),
                user=own.user,
            )
        except ShiftRefused:
            # Its sentence may name who wears the device.
            return REFUSED
        return STARTED

    async def end(self, own: OwnSelf) -> str:
        """End the worker's own shift and return the result."""
        number = await self._open_shift(own.worker_id)
        if number is None:
            return NO_SHIFT
        try:
            await self._shifts.end(number, own.user)
        except ShiftRefused:
            return NO_SHIFT
        return ENDED

    async def everything(self, own: OwnSelf) -> dict[str, Any]:
        """Return what is stored about a worker, for them to keep."""
        async with self._database.connect() as connection:
            facts = (
                await connection.execute(select(workers).where(workers.c.id == own.worker_id))
            ).mappings()
            access = await connection.execute(
                select(worker_accesses.c.given_by, worker_accesses.c.given_at_ms).where(
                    worker_accesses.c.worker_id == own.worker_id
                )
            )
            worked = await _shifts_of(connection, own.worker_id)
            known = await _cases_of(connection, own.worker_id, {row["device"] for row in worked})
            return {
                "as_of": iso(self._clock.now()),
                "worker": dict(facts.one()),
                "access": [
                    {"given_by": row.given_by, "given_at": iso_of_ms(row.given_at_ms)} for row in access
                ],
                "shifts": [_shift_view(row) for row in worked],
                "alarms": [_case_view(case) for case in known],
                "control_calls": await _calls_of(connection, own.worker_id),
                "last_check_ins": await _check_ins_of(connection, worked),
                "records": await records_of(connection, own.worker_id),
                "clearances": await clearances_of(connection, own.worker_id),
                "movement_read": await _readings(connection, [case.id for case in known]),
            }

    async def _open_shift(self, worker_id: int) -> int | None:
        query = select(shifts.c.id).where(shifts.c.worker_id == worker_id, shifts.c.ended_at_ms.is_(None))
        async with self._database.connect() as connection:
            return (await connection.execute(query)).scalar()


async def _shifts_of(connection: AsyncConnection, worker_id: int) -> Sequence[RowMapping]:
    query = (
        select(shifts, workplaces.c.name.label("workplace"))
        .join(workplaces, workplaces.c.id == shifts.c.workplace_id)
        .where(shifts.c.worker_id == worker_id)
        .order_by(shifts.c.id.desc())
    )
    return (await connection.execute(query)).mappings().all()


async def _cases_of(connection: AsyncConnection, worker_id: int, worn: set[str]) -> list[Case]:
    """Return the alarms of a worker that may be told, newest first."""
    query = select(cases.c.body).where(cases.c.device.in_(worn)).order_by(cases.c.id.desc())
    known = [case_from_json(body) for body in (await connection.execute(query)).scalars()]
    own = [case for case in known if case.worker_id == worker_id and _may_be_told(case)]
    told = {case.id for case in own}
    return [case for case in own if case.companion is None or case.companion in told]


def _may_be_told(case: Case) -> bool:
    """Tell whether nothing of a silent alarm, nor of what is done about one, stands in a case."""
    return not case.is_silent and not case.alarm.startswith(f"{BASE_ALARM_PREFIX}{UNANSWERED}-")


async def _calls_of(connection: AsyncConnection, worker_id: int) -> list[dict[str, Any]]:
    query = (
        select(control_calls)
        .join(shifts, shifts.c.id == control_calls.c.shift_id)
        .where(shifts.c.worker_id == worker_id)
        .order_by(control_calls.c.id.desc())
    )
    return [
        {
            "asked_at": iso_of_ms(row["asked_at_ms"]), "asked_by": row["asked_by"], "state": row["state"],
            "ended_at": iso_of_ms(row["ended_at_ms"]), "way": row["way"],
        }
        for row in (await connection.execute(query)).mappings()
    ]  # fmt: skip


async def _check_ins_of(connection: AsyncConnection, worked: Sequence[RowMapping]) -> list[dict[str, Any]]:
    """Return when the devices that the worker wears now were last confirmed at."""
    worn = {row["device"]: row["started_at_ms"] for row in worked if row["ended_at_ms"] is None}
    query = select(check_ins).where(check_ins.c.device.in_(worn))
    return [
        {"device": row.device, "confirmed_at": iso_of_ms(row.confirmed_at_ms)}
        for row in await connection.execute(query)
        if row.confirmed_at_ms >= worn[row.device]
    ]


async def _readings(connection: AsyncConnection, numbers: list[int]) -> list[dict[str, Any]]:
    query = (
        select(log.c.at_ms, log_contents.c.content)
        .join(log_contents, log_contents.c.seq == log.c.seq)
        .where(log.c.kind == "trace_read", log.c.case_id.in_(numbers))
        .order_by(log.c.seq.desc())
    )
    return [
        {"at": iso_of_ms(row.at_ms), "by": json.loads(row.content).get("user")}
        for row in await connection.execute(query)
    ]


def _shift_view(row: RowMapping) -> dict[str, Any]:
    return {
        "device": row["device"], "workplace": row["workplace"], "started_at": iso_of_ms(row["started_at_ms"]),
        "planned_end": iso_of_ms(row["planned_end_at_ms"]), "ended_at": iso_of_ms(row["ended_at_ms"]),
        "started_by": row["started_by"], "ended_by": row["ended_by"],
    }  # fmt: skip


def _case_view(case: Case) -> dict[str, Any]:
    return {
        "kind": case.kind,
        "mark": case.mark,
        "device": case.device,
        "workplace": case.workplace_name,
        "opened_at": iso(case.opened_at),
        "raised_at": None if case.raised_at is None else iso(case.raised_at),
        "closed_at": None if case.closed_at is None else iso(case.closed_at),
        "outcome": case.outcome,
        "reason": case.reason,
        "accepted_by": case.accepted_by,
    }
