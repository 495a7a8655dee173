"""Test alarms at work: ordered from the device, followed through their case, ended, and pre-empted.

Decides whether one may begin, and nothing of its stages (`run`) or of what ends it for a real alarm
(`pre_emption`). What happens to a case comes here from the casebook, in the same transaction, so that a real
alarm and the end of the tests in its way are on disk together.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.cases.case import Case
from basestation.cases.exercise_events import CUT_SHORT_BY, ExerciseStopped
from basestation.casework.casebook import Casebook
from basestation.clock import Clock, from_ms, to_ms
from basestation.errors import EntryRefused
from basestation.exercises import keeping
from basestation.exercises.pre_emption import Reach, is_pre_empted
from basestation.exercises.reached import because, is_concerned, reach_of, said_of
from basestation.exercises.run import Limits, Run, run_step
from basestation.exercises.unaware import unaware_now
from basestation.outgoing.commands import Commands
from basestation.store import case_rows, log
from basestation.store.case_sites import site_of_alarm
from basestation.store.committer import GroupCommitter, Work
from basestation.store.tables import cases, commands, devices

TEST: Final = "test"
#: Kinds of a person: a technical alarm has no chain of people to try.
KINDS: Final = ("manual", "silent", "duress", "fall", "position", "rest", "loss", "escape", "time")
#: How long the display of the mark may be withheld at most.
UNAWARE_S_MAX: Final = 900

_NOT_REAL: Final = select(cases.c.body).where(cases.c.is_open, cases.c.mark != "real")
_REAL: Final = select(cases.c.body).where(cases.c.is_open, cases.c.is_person, cases.c.mark == "real")
_DEVICE: Final = select(devices.c.is_active).where(devices.c.name == bindparam("of_device"))
_SLOT: Final = select(commands.c.slot, commands.c.mark, commands.c.fields).where(
    commands.c.device == bindparam("of_device"),
    commands.c.boot == bindparam("of_boot"),
    commands.c.seq == bindparam("of_seq"),
)


class TestAlarms:
    """Every test alarm of the base station."""

    #: Its name begins like that of a class of tests, which it is not.
    __test__ = False

    def __init__(
        self,
        database: AsyncEngine,
        committer: GroupCommitter,
        casebook: Casebook,
        commands: Commands,
        clock: Clock,
    ) -> None:
        self._database = database
        self._committer = committer
        self._casebook = casebook
        self._commands = commands
        self._clock = clock
        #: Called with the time at which a stage is too late.
        self.expect: Callable[[datetime], None] = lambda _at: None
        casebook.followed, casebook.is_followed = self.follow, is_concerned
        commands.on_answer["test"] = self._order_answered
        commands.on_answer["case-state"] = self._told_device

    async def begin(
        self,
        device: str,
        alarm_kind: str,
        by: str,
        *,
        unaware: Iterable[str] | None = None,
        limits: Limits | None = None,
        plan_id: int | None = None,
    ) -> dict[str, Any]:
        """Order a test alarm from a device and return it; raises EntryRefused.

        `unaware` are the names from whom the mark's display is withheld; None: announced.
        """
        if alarm_kind not in KINDS:
            raise EntryRefused(f"A test alarm has one of these kinds: {', '.join(KINDS)}.")
        limits = limits or Limits()

        async def job(work: Work) -> dict[str, Any]:
            now = self._clock.now()
            values = await self._about(work.connection, device)
            values |= {"alarm_kind": alarm_kind, "started_by": by, "plan_id": plan_id}
            values |= {"ordered_at_ms": to_ms(now), "unaware": None, "unaware_until_ms": None}
            if unaware is not None:
                allowed = limits.stored_s + limits.told_s + limits.answered_s
                until = now + timedelta(seconds=min(allowed, UNAWARE_S_MAX))
                values |= {"unaware": json.dumps(sorted(set(unaware))), "unaware_until_ms": to_ms(until)}
            row = await keeping.add(work.connection, values, limits)
            order = {"test": keeping.name_of(row["id"]), "alarm_kind": alarm_kind}
            await self._commands.order(work, device, "test", "test", order, now, mark=TEST)
            content = {"test": row["id"], "alarm_kind": alarm_kind, "by": by, "unaware": row["unaware"]}
            work.log(log.entry(to_ms(now), "test_alarm_ordered", content, device=device))
            self._changed(work, keeping.run_of(row))
            return keeping.view(row)

        try:
            begun: dict[str, Any] = await self._committer.run(job)
        except IntegrityError:
            raise EntryRefused(f"A test of {device} is under way already.") from None
        return begun

    async def stop(self, number: int, by: str, reason: str) -> dict[str, Any]:
        """End a test under way by a person's decision, which shows everybody that it was one."""

        async def job(work: Work) -> dict[str, Any]:
            row = await keeping.row_of(work.connection, number)
            if row is None:
                raise EntryRefused(f"There is no test {number}.")
            if not row["is_open"]:
                raise EntryRefused("This test is over already.")
            await self._step(work, row, "stopped", self._clock.now(), by, reason.strip() or "stopped by hand")
            again = await keeping.row_of(work.connection, number)
            assert again is not None
            return keeping.view(again)

        stopped: dict[str, Any] = await self._committer.run(job)
        return stopped

    async def newest(self, since: datetime, until: datetime) -> list[dict[str, Any]]:
        """Return the tests ordered in this time, newest first."""
        async with self._database.connect() as connection:
            return [keeping.view(row) for row in await keeping.newest(connection, to_ms(since), to_ms(until))]

    async def one(self, number: int) -> dict[str, Any]:
        """Return one test; raises EntryRefused."""
        async with self._database.connect() as connection:
            row = await keeping.row_of(connection, number)
        if row is None:
            raise EntryRefused(f"There is no test {number}.")
        return keeping.view(row)

    async def unaware(self, now: datetime, cases: Iterable[Mapping[str, Any]]) -> dict[int, list[str]]:
        """Return from whom the mark of each of these cases is withheld now, by the number of the case."""
        if all(case["mark"] != TEST for case in cases):
            return {}
        async with self._database.connect() as connection:
            rows = await keeping.all_open(connection)
        found = {row["case_id"]: sorted(unaware_now(keeping.unaware_of(row), now)) for row in rows}
        return {number: names for number, names in found.items() if number is not None and names}

    async def pass_limits(self, now: datetime) -> datetime | None:
        """End the tests whose stage is too late; return when the next one is due."""
        async with self._database.connect() as connection:
            rows = await keeping.all_open(connection)
        for row in rows:
            if row["due_at_ms"] is not None and row["due_at_ms"] <= to_ms(now):
                await self._committer.run(partial(self._pass_limit, number=row["id"], now=now))
        due = [row["due_at_ms"] for row in rows if row["due_at_ms"] and row["due_at_ms"] > to_ms(now)]
        return from_ms(min(due)) if due else None

    # What the casebook tells, in the transaction that saves the case.

    async def follow(self, work: Work, before: Case, case: Case, now: datetime) -> None:
        """Take in what has become of a case: the stage of a test, or the end of tests in a real one's way."""
        if case.mark == "real":
            await self._pre_empt(work, case, now)
            return
        if case.is_open and case.raised_at is not None and await self._is_in_the_way(work, case, now):
            return
        number = keeping.number_of(case.cause) if case.mark == TEST else None
        row = None if number is None else await keeping.row_of(work.connection, number)
        if row is None or not row["is_open"] or row["device"] != case.device:
            return
        for event, by in said_of(before, case):
            await self._step(work, row, event, now, by, case_id=case.id, chain=case.chain.name)
            row = await keeping.row_of(work.connection, row["id"])
            assert row is not None

    async def _is_in_the_way(self, work: Work, case: Case, now: datetime) -> bool:
        """End a test or drill that has begun beside a real alarm; tell whether it was."""
        for body in (await work.connection.execute(_REAL)).scalars().all():
            real = case_rows.case_of(body)
            if real.raised_at is not None and is_pre_empted(reach_of(case), reach_of(real)):
                await self._end_for(work, case, real, now)
                return True
        return False

    async def _pre_empt(self, work: Work, real: Case, now: datetime) -> None:
        reach = reach_of(real)
        for row in await keeping.all_open(work.connection):
            people = frozenset({row["worker"], row["answered_by"]} - {""})
            run = Reach(row["device"], row["worker_id"], row["chain"], people)
            if row["case_id"] is None and is_pre_empted(run, reach):
                await self._step(work, row, "real_alarm", now, CUT_SHORT_BY, because(real))
        for body in (await work.connection.execute(_NOT_REAL)).scalars().all():
            case = case_rows.case_of(body)
            if is_pre_empted(reach_of(case), reach):
                await self._end_for(work, case, real, now)

    async def _end_for(self, work: Work, case: Case, real: Case, now: datetime) -> None:
        number = keeping.number_of(case.cause) if case.mark == TEST else None
        row = None if number is None else await keeping.row_of(work.connection, number)
        if row is not None and row["is_open"] and row["device"] == case.device:
            await self._step(work, row, "real_alarm", now, CUT_SHORT_BY, because(real), case_id=case.id)
        else:
            await self._end_case(work, case.id, CUT_SHORT_BY, because(real), now)

    # What devices answer.

    async def _order_answered(
        self, work: Work, device: str, answer: Mapping[str, Any], now: datetime
    ) -> None:
        if answer["result"] == "done":
            return
        row = await keeping.open_of_device(work.connection, device)
        if row is not None:
            why = answer.get("reason") or "its firmware cannot do it"
            await self._step(work, row, "refused", now, device, f"The device refuses: {why}.")

    async def _told_device(self, work: Work, device: str, answer: Mapping[str, Any], now: datetime) -> None:
        row = await keeping.open_of_device(work.connection, device)
        if row is None or answer["result"] != "done":
            return
        of = {"of_device": device, "of_boot": answer["answers_boot"], "of_seq": answer["answers_seq"]}
        command = (await work.connection.execute(_SLOT, of)).first()
        if command is not None and command.mark == TEST and json.loads(command.fields)["state"] != "RECEIVED":
            await self._step(work, row, "confirmed", now)

    # One step.

    async def _pass_limit(self, work: Work, number: int, now: datetime) -> None:
        row = await keeping.row_of(work.connection, number)
        if row is not None:
            await self._step(work, row, "limit", now)

    async def _step(
        self,
        work: Work,
        row: keeping.Row,
        event: str,
        now: datetime,
        by: str = "",
        reason: str = "",
        *,
        case_id: int | None = None,
        chain: str = "",
    ) -> None:
        before = keeping.run_of(row)
        run = run_step(before, event, now, by, reason)
        case_id = row["case_id"] or case_id
        if run is before:
            return
        await keeping.save(work.connection, run, case_id, chain or row["chain"])
        content = {"test": run.id, "state": run.state.value, "by": by, "reason": run.reason}
        work.log(log.entry(to_ms(now), "test_alarm_went_on", content, case_id=case_id, device=row["device"]))
        self._changed(work, run)
        if not run.is_open and case_id is not None:
            await self._end_case(work, case_id, run.ended_by, run.reason or "the test is passed", now)

    async def _end_case(self, work: Work, case_id: int, by: str, reason: str, now: datetime) -> None:
        case = await case_rows.load(work.connection, case_id)
        if case is not None and case.is_open:
            await self._casebook.apply(work, case, ExerciseStopped(by, reason), now)

    def _changed(self, work: Work, run: Run) -> None:
        due_at = run.due_at
        if due_at is not None:
            work.after_commit(partial(self.expect, due_at))
        work.after_commit(self._casebook.changed)

    async def _about(self, connection: AsyncConnection, device: str) -> dict[str, Any]:
        """Return who and where a test would be; raises EntryRefused where none may be."""
        known = (await connection.execute(_DEVICE, {"of_device": device})).first()
        if known is None or not known.is_active:
            raise EntryRefused(f"There is no device {device} in service.")
        wearer = await case_rows.wearer_of(connection, device)
        is_worn = wearer is not None and wearer.is_confirmed
        workplace = wearer.workplace_name if wearer is not None and is_worn else None
        worker_id = wearer.worker_id if wearer is not None else None
        people = Reach(device, worker_id, "", frozenset())
        for body in (await connection.execute(_REAL)).scalars():
            if is_pre_empted(people, reach_of(case_rows.case_of(body))):
                raise EntryRefused("A real alarm is open: no test begins before it is closed.")
        return {
            "device": device, "site_id": await site_of_alarm(connection, device, workplace),
            "worker_id": worker_id, "worker": wearer.worker_name if wearer is not None else "",
            "workplace": workplace or "", "chain": "",
        }  # fmt: skip
