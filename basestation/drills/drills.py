"""Drills: planned, begun, ended, called off, and cut short by a real alarm.

Decides who a drill concerns and what its alarm is; where it stands is `cases.drill`'s, which real alarm ends
it `exercises.pre_emption`'s. Every change is logged with its person. Helpers get the way to the workplace,
as they would of a real alarm, and never where the dummy lies.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.cases import drill
from basestation.cases.case import BASE_ALARM_PREFIX, Case
from basestation.cases.events import AlarmReported
from basestation.cases.exercise_events import CUT_SHORT_BY, ExerciseStopped
from basestation.casework.casebook import Casebook
from basestation.casework.desk import Desk
from basestation.casework.opening import Where
from basestation.clock import Clock, to_ms
from basestation.drills import rows
from basestation.drills.lessons import Lessons
from basestation.drills.observing import Observing
from basestation.drills.places import HardPlaces
from basestation.drills.planning import Plan, checked
from basestation.drills.rows import STATION
from basestation.errors import EntryRefused
from basestation.exercises.pre_emption import is_pre_empted
from basestation.exercises.reached import reach_of, real_of
from basestation.store import case_rows, log
from basestation.store.case_sites import site_of_case
from basestation.store.committer import GroupCommitter, Work
from basestation.store.drill_tables import drill_observers, drills
from basestation.store.tables import workplaces

#: Why the alarm of a drill is closed where nobody has written more.
_REASONS: Final = {
    drill.FINISHED: "The drill is over.",
    drill.CALLED_OFF: "The drill was called off.",
    drill.REAL_ALARM: "REAL ALARM: this drill is over at once. Attend to the real alarm.",
}


class Drills:
    """Everything about drills that changes something."""

    def __init__(
        self,
        database: AsyncEngine,
        committer: GroupCommitter,
        clock: Clock,
        casebook: Casebook,
        desk: Desk,
        changed: Callable[[], None],
    ) -> None:
        self.database, self._committer, self._clock = database, committer, clock
        self._casebook, self._desk = casebook, desk
        #: Consoles have something new.
        self.changed = changed
        self.observing = Observing(database, committer, clock, changed)
        self.lessons = Lessons(database, committer, clock)
        self.places = HardPlaces(database, committer, clock)

    async def plan(self, plan: Plan, by: str) -> dict[str, Any]:
        """Keep a plan and return the drill; raises EntryRefused."""

        async def job(work: Work) -> int:
            site_id = await checked(work.connection, plan)
            now_ms = to_ms(self._clock.now())
            values = {
                "site_id": site_id, "workplace_id": plan.workplace_id, "shift": plan.shift,
                "scenario": plan.scenario, "place": plan.place, "hard_place_id": plan.hard_place_id,
                "kind": plan.kind, "source": plan.source, "device": plan.device,
                "limits": json.dumps(dict(plan.limits)), "planned_for_ms": to_ms(plan.planned_for),
            }  # fmt: skip
            kept = {**values, "state": drill.PLANNED, "planned_at_ms": now_ms, "planned_by": by}
            kept |= {"changed_at_ms": now_ms, "changed_by": by}
            query = insert(drills).values(kept).returning(drills.c.id)
            drill_id: int = (await work.connection.execute(query)).scalar_one()
            for name in plan.observers:
                row = {"drill_id": drill_id, "name": name}
                await work.connection.execute(insert(drill_observers).values(row))
            self._log(work, "drill_planned", {**values, "observers": list(plan.observers)}, drill_id, by)
            return drill_id

        return await self.read(await self._committer.run(job))

    async def read(self, drill_id: int) -> dict[str, Any]:
        """Return a drill with its stages, notes and observers' links; raises EntryRefused."""
        async with self.database.connect() as connection:
            row = await rows.drill_row(connection, drill_id)
            if row is None:
                raise EntryRefused(f"There is no drill {drill_id}.")
            case = await rows.case_of(connection, row)
            notes = await rows.notes_of(connection, drill_id)
            observers = await rows.observers_of(connection, drill_id)
            staged = drill.stages(case, rows.standing(notes), json.loads(row["limits"]))
            lessons = await self.lessons.of_workplace(connection, row["workplace_id"])
        corrected = {one["corrects"] for one in notes}
        return {
            **rows.drill_view(row), "case_id": None if case is None else case.id,
            "stages": [rows.stage_view(one) for one in staged], "is_passed": drill.is_passed(staged),
            "notes": [rows.note_view(one, corrected) for one in notes],
            "observers": [self.observing.with_link(drill_id, one) for one in observers],
            "participants": sorted(_participants(case)), "lessons": lessons,
        }  # fmt: skip

    async def all(self) -> list[dict[str, Any]]:
        """Return every drill, the latest planned first."""
        async with self.database.connect() as connection:
            return [rows.drill_view(row) for row in await rows.drill_rows(connection)]

    async def start(self, drill_id: int, version: int, by: str) -> dict[str, Any]:
        """Begin a drill in a transaction of its own; raises EntryRefused."""
        await self._committer.run(partial(self.begin, drill_id=drill_id, by=by, version=version))
        self.changed()
        return await self.read(drill_id)

    async def begin(self, work: Work, drill_id: int, by: str, version: int | None = None) -> dict[str, Any]:
        """Begin a drill inside a job: its alarm runs along the chain, or the device's is awaited.

        Raises EntryRefused, also while a real alarm is open that it would have to give way to.
        """
        now = self._clock.now()
        row = await self._moved(work, drill_id, drill.BEGUN, version, by)
        case = await self._raise(work, row, now) if row["source"] == STATION else None
        await self._refuse_beside_real(work.connection, row, case)
        values = {"begun_at_ms": to_ms(now), "begun_by": by, "case_id": None if case is None else case.id}
        row = await rows.put(work, drills, row, values, by, to_ms(now))
        self._log(work, "drill_begun", {"source": row["source"], "device": row["device"]}, drill_id, by, case)
        return row

    async def end(self, drill_id: int, version: int, words: str, by: str) -> dict[str, Any]:
        """End a drill and keep what it measured; raises EntryRefused."""
        return await self._over(drill_id, drill.FINISHED, version, words, by)

    async def call_off(self, drill_id: int, version: int, words: str, by: str) -> dict[str, Any]:
        """Call a drill off, begun or not; it measures nothing. Raises EntryRefused."""
        return await self._over(drill_id, drill.CALLED_OFF, version, words, by)

    async def cut_short(self, work: Work, drill_id: int, real_id: int) -> bool:
        """End a running drill because of a real alarm, inside a job; tell whether it was running."""
        row = await rows.locked(work, drills, drill_id, None)
        if drill.after(row["state"], drill.REAL_ALARM) is None:
            return False
        await self._finish(work, row, drill.REAL_ALARM, "", CUT_SHORT_BY, real_id)
        return True

    async def look(self, now: datetime) -> datetime | None:
        """Cut short every running drill that a real alarm needs to be over; remind of lessons."""
        async with self.database.connect() as connection:
            running = await rows.drill_rows(connection, drills.c.state == drill.RUNNING)
            pairs = [(row, await self._cut_short_by(connection, row)) for row in running]
        for row, real_id in pairs:
            if real_id is not None:
                await self._committer.run(partial(self.cut_short, drill_id=row["id"], real_id=real_id))
                self.changed()
        return await self.lessons.remind(now)

    async def _over(self, drill_id: int, event: str, version: int, words: str, by: str) -> dict[str, Any]:
        async def job(work: Work) -> None:
            row = await rows.locked(work, drills, drill_id, version)
            _refuse_unless(row, event)
            await self._finish(work, row, event, words.strip(), by)

        await self._committer.run(job)
        self.changed()
        return await self.read(drill_id)

    async def _finish(
        self, work: Work, row: dict[str, Any], event: str, words: str, by: str, real_id: int | None = None
    ) -> None:
        """Put the end of a drill on record, and close its alarm."""
        now_ms = to_ms(self._clock.now())
        case = await rows.case_of(work.connection, row)
        values: dict[str, Any] = {"state": drill.after(row["state"], event), "ended_at_ms": now_ms}
        values |= {"ended_by": by, "end_words": words, "cut_short_by": real_id}
        values |= {"case_id": None if case is None else case.id}
        await rows.put(work, drills, row, values, by, now_ms)
        await self.observing.measure(work, row["id"])
        if case is not None:
            await self._close(work, case, words or _REASONS[event], by)
        content = {"state": values["state"], "words": words, "real_case": real_id}
        self._log(work, "drill_ended", content, row["id"], by, case)

    async def _close(self, work: Work, case: Case, words: str, by: str) -> None:
        """Close the alarm of a drill, so that nobody is called any more and everybody hears why."""
        await self._casebook.apply(work, case, ExerciseStopped(by, words), self._clock.now())

    async def _moved(
        self, work: Work, drill_id: int, event: str, version: int | None, by: str
    ) -> dict[str, Any]:
        row = await rows.locked(work, drills, drill_id, version)
        _refuse_unless(row, event)
        now_ms = to_ms(self._clock.now())
        return await rows.put(work, drills, row, {"state": drill.after(row["state"], event)}, by, now_ms)

    async def _raise(self, work: Work, row: Mapping[str, Any], now: datetime) -> Case:
        query = select(workplaces.c.name, workplaces.c.directions).where(
            workplaces.c.id == row["workplace_id"]
        )
        place = (await work.connection.execute(query)).one()
        name = f"drill-{row['id']}"
        where = Where(place.name, place.directions, row["site_id"])
        event = AlarmReported(row["kind"], row["scenario"])
        return await self._casebook.report(
            work, name, f"{BASE_ALARM_PREFIX}{name}", row["kind"], "drill", event, now, where=where
        )

    async def _refuse_beside_real(
        self, connection: AsyncConnection, row: Mapping[str, Any], case: Case | None
    ) -> None:
        real = await self._in_its_way(connection, row, case)
        if real is not None:
            raise EntryRefused(f"NOT BEGUN: case {real.id} is a real alarm and open. Attend to it first.")

    async def _cut_short_by(self, connection: AsyncConnection, row: Mapping[str, Any]) -> int | None:
        """Return the number of the real alarm that ends a running drill, or has ended its case already."""
        case = await rows.case_of(connection, row)
        if case is not None and (ended_for := real_of(case)) is not None:
            return ended_for
        real = await self._in_its_way(connection, row, case)
        return None if real is None else real.id

    async def _in_its_way(
        self, connection: AsyncConnection, row: Mapping[str, Any], case: Case | None = None
    ) -> Case | None:
        """Return the open real alarm that a drill has to give way to; None: there is none."""
        case = case or await rows.case_of(connection, row)
        for real in await case_rows.all_open(connection):
            if real.mark != "real" or not real.is_person or real.raised_at is None:
                continue
            if case is not None:
                is_in_its_way = is_pre_empted(reach_of(case), reach_of(real))
            else:
                site_id = await site_of_case(connection, real.id)
                is_in_its_way = site_id in (None, row["site_id"]) or real.device == row["device"]
            if is_in_its_way:
                return real
        return None

    def _log(
        self,
        work: Work,
        kind: str,
        content: Mapping[str, Any],
        drill_id: int,
        by: str,
        case: Case | None = None,
    ) -> None:
        # The words `kind` and `device` are the entry's own.
        told = {{"kind": "alarm_kind", "device": "alarm_device"}.get(k, k): v for k, v in content.items()}
        facts = {"drill": drill_id, **told, "by": by}
        case_id = None if case is None else case.id
        work.log(log.entry(to_ms(self._clock.now()), kind, facts, case_id=case_id))


def _refuse_unless(row: Mapping[str, Any], event: str) -> None:
    if drill.after(row["state"], event) is None:
        raise EntryRefused(f"NOT DONE: drill {row['id']} is {row['state'].lower().replace('_', ' ')}.")


def _participants(case: Case | None) -> set[str]:
    """Return the names of those who were called, or came."""
    if case is None:
        return set()
    names = {call.name for call in case.calls} | {one.name for one in case.helpers}
    return (names | {case.accepted_by or ""}) - {""}
