"""Cases, their timers and who wears the device, as rows. Works inside a job of the committer."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case, CaseState, case_from_json, case_to_json
from basestation.clock import due_ms, from_ms, to_ms
from basestation.store import suspicion
from basestation.store.tables import cases, shifts, timers, workers, workplaces

_SUBJECT = "case:"

# What every alarm asks is built once: building a statement costs more than running it.
_BODY = select(cases.c.body).where(cases.c.id == bindparam("case_id"))
_BODY_OF_ALARM = select(cases.c.body).where(
    cases.c.device == bindparam("device"), cases.c.alarm == bindparam("alarm")
)
_OPEN_OF_DEVICE = (
    select(cases.c.body).where(cases.c.device == bindparam("device"), cases.c.is_open).order_by(cases.c.id)
)
_OPEN_WITH_PREFIX = (
    select(cases.c.body)
    .where(cases.c.device == bindparam("device"), cases.c.is_open)
    .where(cases.c.alarm.startswith(bindparam("alarm_prefix"), escape="/"))
    .order_by(cases.c.id)
    .limit(1)
)
_CHANGED_SINCE = (
    select(cases.c.body)
    .where(cases.c.device == bindparam("device"), cases.c.updated_at_ms >= bindparam("since_ms"))
    .order_by(cases.c.id.desc())
)
_ALL_OPEN = select(cases.c.body).where(cases.c.is_open).order_by(cases.c.id)
_OPEN_IN_STATES = (
    select(cases.c.body)
    .where(cases.c.is_open, cases.c.state.in_(bindparam("states", expanding=True)))
    .order_by(cases.c.id)
)
_OPEN_IDS = (
    select(cases.c.id).where(cases.c.device == bindparam("device"), cases.c.is_open).order_by(cases.c.id)
)
_RESERVE = insert(cases).returning(cases.c.id)
_CHANGING = ("kind", "mark", "state", "is_open", "is_person", "body", "updated_at_ms")
_SAVE = (
    update(cases)
    .where(cases.c.id == bindparam("case_id"))
    .values(
        {name: bindparam(f"new_{name}") for name in ("kind", "mark", "state", "is_open", "is_person", "body")}
    )
    .values(updated_at_ms=bindparam("new_updated_at_ms"))
)
#: Cases that are kept as they were read, of a few kilobytes each.
CASES_KEPT_MAX = 256
_SET_TIMERS = insert(timers)
_DUE_TIMERS = (
    select(timers)
    .where(timers.c.due_at_ms <= bindparam("now_ms"))
    .order_by(timers.c.due_at_ms)
    .limit(bindparam("count_max", type_=Integer))
)
_NEXT_TIMER = select(func.min(timers.c.due_at_ms)).where(timers.c.due_at_ms > bindparam("after_ms"))
_CLAIM_TIMER = (
    select(timers.c.name)
    .where(timers.c.subject == bindparam("case"), timers.c.name == bindparam("timer"))
    .where(timers.c.due_at_ms <= bindparam("now_ms"))
    .with_for_update(skip_locked=True)
)
_FORGET_TIMERS = delete(timers).where(timers.c.subject == bindparam("gone"))
_WEARER = (
    select(
        shifts.c.id,
        shifts.c.worker_id,
        shifts.c.ended_at_ms,
        workers.c.name.label("worker"),
        workplaces.c.name.label("workplace"),
        workplaces.c.directions,
    )
    .join(workers, workers.c.id == shifts.c.worker_id)
    .join(workplaces, workplaces.c.id == shifts.c.workplace_id)
    .where(shifts.c.device == bindparam("device"))
    .order_by(shifts.c.ended_at_ms.is_not(None), shifts.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Wearer:
    """Who wears a device, or wore it last, and where they work."""

    worker_id: int
    worker_name: str
    workplace_name: str
    workplace_directions: str
    shift_id: int
    #: The shift is open.
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A timer of a case whose time has come."""

    case_id: int
    name: str
    due_at: datetime


async def load(connection: AsyncConnection, case_id: int) -> Case | None:
    """Return the case of this number."""
    return _case((await connection.execute(_BODY, {"case_id": case_id})).scalar())


async def find(connection: AsyncConnection, device: str, alarm: str) -> Case | None:
    """Return the case of this alarm of this device."""
    return _case((await connection.execute(_BODY_OF_ALARM, {"device": device, "alarm": alarm})).scalar())


async def open_of_device(connection: AsyncConnection, device: str) -> list[Case]:
    """Return the open cases of a device, oldest first."""
    return _readable((await connection.execute(_OPEN_OF_DEVICE, {"device": device})).scalars())


async def open_ids_of_device(connection: AsyncConnection, device: str) -> tuple[int, ...]:
    """Return the numbers of the open cases of a device, oldest first."""
    return tuple((await connection.execute(_OPEN_IDS, {"device": device})).scalars())


async def find_open(connection: AsyncConnection, device: str, alarm_prefix: str) -> Case | None:
    """Return the oldest open case of a device whose alarm id begins like this."""
    escaped = alarm_prefix.replace("/", "//").replace("%", "/%").replace("_", "/_")
    values = {"device": device, "alarm_prefix": escaped}
    return _case((await connection.execute(_OPEN_WITH_PREFIX, values)).scalar())


async def changed_since(connection: AsyncConnection, device: str, since: datetime) -> list[Case]:
    """Return the cases of a device that were changed at `since` or later, open or not, newest first."""
    values = {"device": device, "since_ms": to_ms(since)}
    return _readable((await connection.execute(_CHANGED_SINCE, values)).scalars())


async def rename(connection: AsyncConnection, case_id: int, alarm: str) -> None:
    """Let a case stand for another alarm of its device from now on."""
    await connection.execute(update(cases).where(cases.c.id == case_id).values(alarm=alarm))


async def all_open(connection: AsyncConnection) -> list[Case]:
    """Return all open cases, oldest first."""
    return _readable((await connection.execute(_ALL_OPEN)).scalars())


async def open_in_states(connection: AsyncConnection, states: Iterable[CaseState]) -> list[Case]:
    """Return the open cases in one of these states, oldest first."""
    values = {"states": [state.value for state in states]}
    return _readable((await connection.execute(_OPEN_IN_STATES, values)).scalars())


async def reserve(connection: AsyncConnection, values: dict[str, Any]) -> int:
    """Insert a row that `save` fills, and return its number."""
    result = await connection.execute(_RESERVE, {"body": "", **values})
    return int(result.scalar_one())


async def save(connection: AsyncConnection, before: Case, case: Case, now: datetime) -> None:
    """Write what has become of the case and set its timers."""
    values = {
        "case_id": case.id,
        "new_kind": case.kind,
        "new_mark": case.mark,
        "new_state": case.state.value,
        "new_is_open": case.is_open,
        "new_is_person": case.is_person,
        "new_body": case_to_json(case),
        "new_updated_at_ms": to_ms(now),
    }
    await connection.execute(_SAVE, values)
    if before.timers != case.timers:
        await _set_timers(connection, before, case)


async def _set_timers(connection: AsyncConnection, before: Case, case: Case) -> None:
    subject = f"{_SUBJECT}{case.id}"
    if before.timers:
        await connection.execute(_FORGET_TIMERS, {"gone": subject})
    if case.timers:
        rows = [
            {"subject": subject, "name": timer.name, "due_at_ms": due_ms(timer.due_at)}
            for timer in case.timers
        ]
        await connection.execute(_SET_TIMERS, rows)


async def due_timers(connection: AsyncConnection, now: datetime, count_max: int) -> list[DueTimer]:
    """Return the timers of cases that are due at `now`, longest due first."""
    values = {"now_ms": to_ms(now), "count_max": count_max}
    return [
        DueTimer(int(row.subject.removeprefix(_SUBJECT)), row.name, from_ms(row.due_at_ms))
        for row in (await connection.execute(_DUE_TIMERS, values)).all()
    ]


async def next_due_at(connection: AsyncConnection, after: datetime) -> datetime | None:
    """Return when the first timer is due that is not due at `after`."""
    due_at_ms = (await connection.execute(_NEXT_TIMER, {"after_ms": to_ms(after)})).scalar()
    return None if due_at_ms is None else from_ms(due_at_ms)


async def claim_timer(connection: AsyncConnection, timer: DueTimer, now: datetime) -> bool:
    """Tell whether the timer is still there and due, and keep other replicas from it until the commit."""
    values = {"case": f"{_SUBJECT}{timer.case_id}", "timer": timer.name, "now_ms": to_ms(now)}
    return (await connection.execute(_CLAIM_TIMER, values)).scalar() is not None


async def wearer_of(connection: AsyncConnection, device: str) -> Wearer | None:
    """Return who wears the device by its open shift, else who wore it last (not confirmed)."""
    row = (await connection.execute(_WEARER, {"device": device})).mappings().first()
    if row is None:
        return None
    is_open = row["ended_at_ms"] is None
    return Wearer(row["worker_id"], row["worker"], row["workplace"], row["directions"], row["id"], is_open)


#: Consoles read every open case again at each change, and nearly all are as they were. A case never changes.
_read = lru_cache(CASES_KEPT_MAX)(case_from_json)


def case_of(body: str) -> Case:
    """Return the case of a stored body; raises UnreadableRow."""
    try:
        return _read(body)
    except ValueError as error:
        suspicion.met()
        raise suspicion.UnreadableRow("A case cannot be read; it is being set aside.") from error


def _readable(bodies: Iterable[str]) -> list[Case]:
    """Return the cases that can be read; the others are set aside, and hold up none of them."""
    found = []
    for body in bodies:
        with contextlib.suppress(suspicion.UnreadableRow):
            found.append(case_of(body))
    return found


def _case(body: Any) -> Case | None:
    return None if body is None else case_of(body)
