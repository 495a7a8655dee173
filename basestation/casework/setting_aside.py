"""Sets aside what stands in the database and cannot be read, so that nothing else stops; with an alarm.

Decides what becomes of it: a case of a person that was open is raised anew, loudly, since nobody can tell any
more how far it was; every such row is kept as it was, and is a technical alarm of its device until somebody
has acknowledged it. What can be read again (after an update of the program) can be put back.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.cases.case import BASE_ALARM_PREFIX, Case, CaseState, case_from_json, case_to_json
from basestation.cases.events import AlarmReported
from basestation.casework.casebook import Casebook
from basestation.casework.conditions import SET_ASIDE, STATION, Conditions
from basestation.clock import Clock, due_ms, from_ms, iso_of_ms, to_ms
from basestation.errors import EntryRefused
from basestation.site.registry import FIRST_CHAIN
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.set_aside_tables import set_aside
from basestation.store.tables import cases, commands, device_states, timers

#: States of a person's case in which somebody may be in danger.
_CALLED = ("RECEIVED", "ACCEPTED", "DISPATCHED", "ON_SCENE", "PRE_ALARM")
#: What a row of these places must pass to be readable.
_PLACES: dict[str, Table] = {"cases": cases, "commands": commands, "device_states": device_states}


@dataclass(frozen=True, slots=True)
class _Found:
    """A row that cannot be read."""

    place: str
    number: str
    device: str
    reason: str
    row: dict[str, Any]


class SettingAside:
    """Looks for such rows when one was met, and keeps them."""

    def __init__(
        self,
        database: AsyncEngine,
        committer: GroupCommitter,
        casebook: Casebook,
        conditions: Conditions,
        clock: Clock,
    ) -> None:
        self._database, self._committer, self._clock = database, committer, clock
        self._casebook, self._conditions = casebook, conditions
        #: Commands and states of devices that were met.
        self.met: list[tuple[str, str]] = []
        # At the start everything is looked at once, before anything else reads it.
        self._is_suspected = True
        #: Lets the loop look now.
        self.look_soon: Callable[[], None] = lambda: None
        #: Called after a row was set aside: what stood behind it may go on.
        self.changed: Callable[[], None] = lambda: None

    def join(self, changed: Callable[[], None], look_soon: Callable[[], None]) -> None:
        """Know whom to tell that a row was set aside, and how to be called soon."""
        self.changed, self.look_soon = changed, look_soon

    def wake(self) -> None:
        """Take that somebody has met a case that cannot be read."""
        self._is_suspected = True
        self.look_soon()

    def meet(self, place: str, number: str) -> None:
        """Take that a row of this place could not be read."""
        self.met.append((place, number))
        self.wake()

    async def look(self, now: datetime) -> None:
        """Set aside every row that cannot be read; one that fails keeps none of the others."""
        if not self._is_suspected:
            return
        self._is_suspected = False
        async with self._database.connect() as connection:
            numbers = await _unreadable_cases(connection)
        met, self.met = self.met, []
        failure: Exception | None = None
        for place, number in [*(("cases", str(number)) for number in numbers), *met]:
            try:
                await self._committer.run(lambda work: self._set_aside(work, place, number, now))  # noqa: B023
            except Exception as error:  # noqa: BLE001 -- raised again below: the others come first
                failure = error
                self.met += [(place, number)] if place != "cases" else []
        if failure is not None:
            self._is_suspected = True
            raise failure

    async def listed(self) -> list[dict[str, Any]]:
        """Return what is set aside, newest first, without its content."""
        query = select(set_aside).order_by(set_aside.c.id.desc())
        async with self._database.connect() as connection:
            return [_view(row) for row in (await connection.execute(query)).mappings()]

    async def shown(self, number: int) -> dict[str, Any]:
        """Return one with its content; raises EntryRefused."""
        async with self._database.connect() as connection:
            row = await _kept(connection, number)
        return {**_view(row), "row": json.loads(row["row"])}

    async def retry(self, number: int, user: str) -> None:
        """Put a row back that can be read by now; raises EntryRefused while it cannot."""

        async def job(work: Work) -> None:
            kept = await _kept(work.connection, number)
            if kept["place"] != "cases":
                raise EntryRefused("Only cases are put back: devices say their state anew, and commands end.")
            row = json.loads(kept["row"])
            try:
                case = case_from_json(row["body"])
            except ValueError as error:
                raise EntryRefused(
                    "It still cannot be read. An update of the program may read it."
                ) from error
            values = {name: row[name] for name in ("alarm", "state", "is_open", "is_person", "kind", "body")}
            await work.connection.execute(update(cases).where(cases.c.id == case.id).values(values))
            for timer in case.timers:
                due = {"subject": f"case:{case.id}", "name": timer.name, "due_at_ms": due_ms(timer.due_at)}
                await work.connection.execute(insert(timers).values(due))
            await self._forget(work, number, "row_put_back", user)

        await self._committer.run(job)

    async def drop(self, number: int, user: str) -> None:
        """Forget a row for good; raises EntryRefused for one that is not there."""

        async def job(work: Work) -> None:
            await _kept(work.connection, number)
            await self._forget(work, number, "row_dropped", user)

        await self._committer.run(job)

    async def _forget(self, work: Work, number: int, kind: str, user: str) -> None:
        await work.connection.execute(delete(set_aside).where(set_aside.c.id == number))
        work.log(log.entry(to_ms(self._clock.now()), kind, {"number": number, "user": user}))
        work.after_commit(self._casebook.changed)

    async def _set_aside(self, work: Work, place: str, number: str, now: datetime) -> None:
        found = await _found(work.connection, place, number)
        if found is None:
            return
        row = {
            "place": place, "number": number, "device": found.device, "reason": found.reason,
            "row": json.dumps(found.row, ensure_ascii=False), "at_ms": to_ms(now),
        }  # fmt: skip
        query = insert(set_aside).values(row).returning(set_aside.c.id)
        kept = int((await work.connection.execute(query)).scalar_one())
        content = {"place": place, "number": number, "kept": kept}
        work.log(log.entry(to_ms(now), "row_set_aside", content, device=found.device))
        await _make_harmless(work.connection, found, now)
        said = f"{place.replace('_', ' ')} {number} could not be read and was set aside"
        if place == "cases" and found.row["is_open"] and found.row["state"] in _CALLED:
            await self._raise_anew(work, found, now)
            said += ": its alarm is raised anew"
        cause = f"{said}; see `rufweite quarantine show {kept}`"
        await self._conditions.began(work, found.device, f"{SET_ASIDE}-{kept}", cause, now)
        work.after_commit(self.changed)

    async def _raise_anew(self, work: Work, found: _Found, now: datetime) -> None:
        row = found.row
        alarm = f"{BASE_ALARM_PREFIX}anew-{found.number}"
        event = AlarmReported(row["kind"])
        await self._casebook.report(work, found.device, alarm, row["kind"], row["mark"], event, now)


async def _unreadable_cases(connection: AsyncConnection) -> list[int]:
    """Return the numbers of cases that are open, or have timers, and cannot be read."""
    with_timers = select(timers.c.subject).where(
        timers.c.subject == "case:" + cases.c.id.cast(timers.c.subject.type)
    )
    query = select(cases.c.id, cases.c.body).where(or_(cases.c.is_open, with_timers.exists()))
    return [
        row.id for row in (await connection.execute(query.order_by(cases.c.id))).all() if _fault(row.body)
    ]


def _fault(body: str) -> str:
    try:
        case_from_json(body)
    except ValueError as error:
        # Without its words, which repeat what stands there.
        return type(error).__name__
    return ""


async def _found(connection: AsyncConnection, place: str, number: str) -> _Found | None:
    table = _PLACES[place]
    key = next(iter(table.primary_key))
    query = select(table).where(key == (number if place == "device_states" else int(number)))
    row = (await connection.execute(query)).first()
    if row is None:
        return None
    reason = _fault(row.body) if place == "cases" else "ValueError"
    return _Found(place, number, row.device or STATION, reason, _as_json(row)) if reason else None


def _as_json(row: Row[Any]) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001 -- the documented way to a row's names


async def _make_harmless(connection: AsyncConnection, found: _Found, now: datetime) -> None:
    if found.place == "cases":
        case = _closed(found, now)
        values = {
            "alarm": case.alarm,
            "state": case.state.value,
            "is_open": False,
            "body": case_to_json(case),
        }
        await connection.execute(update(cases).where(cases.c.id == case.id).values(values))
        await connection.execute(delete(timers).where(timers.c.subject == f"case:{found.number}"))
    elif found.place == "commands":
        ended: dict[str, Any] = {
            "next_send_at_ms": None,
            "answered_at_ms": to_ms(now),
            "result": "unreadable",
        }
        await connection.execute(update(commands).where(commands.c.id == int(found.number)).values(ended))
    else:
        nothing = dict.fromkeys(("protection", "self_test", "link"))
        query = update(device_states).where(device_states.c.device == found.number)
        await connection.execute(query.values(nothing))


def _closed(found: _Found, now: datetime) -> Case:
    """Return what stands in the place of a case that nobody can read."""
    row, number = found.row, int(found.number)
    return Case(
        id=number, device=found.device, alarm=f"{BASE_ALARM_PREFIX}unreadable-{number}", kind=row["kind"],
        mark=row["mark"], opened_at=from_ms(row["opened_at_ms"]), chain=FIRST_CHAIN, state=CaseState.CLOSED,
        cause=f"could not be read and was set aside on {now:%Y-%m-%d}",
    )  # fmt: skip


async def _kept(connection: AsyncConnection, number: int) -> Any:
    row = (await connection.execute(select(set_aside).where(set_aside.c.id == number))).mappings().first()
    if row is None:
        raise EntryRefused(f"Nothing is set aside under number {number}.")
    return row


def _view(row: Any) -> dict[str, Any]:
    return {
        "id": row["id"], "place": row["place"], "number": row["number"], "device": row["device"],
        "reason": row["reason"], "at": iso_of_ms(row["at_ms"]),
    }  # fmt: skip
