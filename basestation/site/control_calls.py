"""Control calls, kept and carried out: the worker is asked on the device and on their own page.

Decides whom one may ask, and which word of a worker answers: the key of the device, the own page or a kiosk.
What a missed one means is decided in `cases.control_call`. Nobody is asked while a silent alarm of theirs is
open. Also keeps when the wearer of each device confirmed last. Times are aware UTC.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.cases.control_call import (
    ANSWER_S,
    ASK_PREFIX,
    CAUSE,
    KIND,
    CallState,
    ControlCall,
    call_step,
)
from basestation.cases.events import AlarmReported
from basestation.casework.casebook import Casebook
from basestation.clock import Clock, from_ms, iso, to_ms
from basestation.errors import EntryRefused
from basestation.outgoing.commands import UNTIL, Commands
from basestation.site.people import User
from basestation.site.shifts import SLOT, Shifts
from basestation.store import case_rows, log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.database import upsert
from basestation.store.people_tables import check_ins, control_calls
from basestation.store.tables import shifts, workers

_SILENT: Final = "A silent alarm of this worker is open: nothing may be asked of them now."
_END_ASKED: Final = "The worker is being asked about the end of the shift already."
_OPEN: Final = (
    select(control_calls, shifts.c.device, shifts.c.worker_id, shifts.c.planned_end_at_ms)
    .add_columns(shifts.c.ended_at_ms.label("shift_ended_at_ms"))
    .join(shifts, shifts.c.id == control_calls.c.shift_id)
    .where(control_calls.c.ended_at_ms.is_(None))
)


class ControlCalls:
    """Asks workers and takes their answers."""

    def __init__(
        self,
        database: AsyncEngine,
        committer: GroupCommitter,
        commands: Commands,
        casebook: Casebook,
        at_work: Shifts,
        clock: Clock,
    ) -> None:
        self._database = database
        self._committer = committer
        self._commands = commands
        self._casebook = casebook
        self._shifts = at_work
        self._clock = clock
        #: Called after the commit of what moves the next due moment.
        self.wake: Callable[[], None] = lambda: None

    async def start(self, shift_id: int, user: User) -> dict[str, Any]:
        """Ask the worker of a shift to confirm; raises EntryRefused."""

        async def job(work: Work) -> dict[str, Any]:
            now = self._clock.now()
            shift = await _shift_to_ask(work, shift_id)
            due_at = now + timedelta(seconds=ANSWER_S)
            row = {
                "shift_id": shift_id, "state": CallState.ASKED, "asked_at_ms": to_ms(now),
                "due_at_ms": to_ms(due_at), "asked_by": user.display_name,
            }  # fmt: skip
            added = insert(control_calls).values(row).returning(control_calls.c.id)
            number = int((await work.connection.execute(added)).scalar_one())
            call = ControlCall(number, shift_id, CallState.ASKED, now, due_at)
            await self._ask(work, call, shift["device"], now)
            content = {"call": number, "worker": shift["worker"], "by": user.display_name}
            work.log(log.entry(to_ms(now), "control_call_asked", content, device=shift["device"]))
            self._changed(work)
            return {"id": number, "worker": shift["worker"], "due_at": iso(call.due_at)}

        return await self._committer.run(job)

    async def confirmed(self, work: Work, device: str, ask: str, now: datetime) -> None:
        """Take a device's `confirmed`; only its own answer ends a control call: others may be old."""
        await upsert(work.connection, check_ins, [{"device": device, "confirmed_at_ms": to_ms(now)}])
        work.after_commit(self._casebook.changed)
        if not ask.startswith(ASK_PREFIX):
            await self._shifts.confirmed(work, device, ask, now)
            return
        row = (await work.connection.execute(_OPEN.where(shifts.c.device == device))).mappings().first()
        if row is not None and _call(row).ask == ask:
            await self._confirm(work, row, "device", now)

    async def confirm_own(self, worker_id: int, way: str) -> bool:
        """Take a worker's word on their own page or at a kiosk; false where nothing is asked (any more)."""

        async def job(work: Work) -> bool:
            query = _OPEN.where(shifts.c.worker_id == worker_id)
            row = (await work.connection.execute(query)).mappings().first()
            if row is None:
                return False
            await self._confirm(work, row, way, self._clock.now())
            return True

        return await self._committer.run(job)

    async def ask_due(self, now: datetime) -> datetime | None:
        """Ask again, or raise, where no answer came in time; return when the next one is due."""
        async with self._database.connect() as connection:
            rows = (await connection.execute(_OPEN)).mappings().all()
        due = [row for row in rows if row["due_at_ms"] <= to_ms(now) or row["shift_ended_at_ms"]]
        passing = [self._committer.run(partial(self._pass, number=row["id"], now=now)) for row in due]
        # Each by itself: one that fails must not keep the others from being asked.
        for failure in await asyncio.gather(*passing, return_exceptions=True):
            if isinstance(failure, BaseException):
                raise failure
        return min((from_ms(row["due_at_ms"]) for row in rows if row["due_at_ms"] > to_ms(now)), default=None)

    async def _pass(self, work: Work, number: int, now: datetime) -> None:
        query = _OPEN.where(control_calls.c.id == number).with_for_update(of=control_calls)
        row = (await work.connection.execute(query)).mappings().first()
        if row is None:
            return
        await self._step(work, row, "shift_ended" if row["shift_ended_at_ms"] else "due", now)

    async def _confirm(self, work: Work, row: RowMapping, way: str, now: datetime) -> None:
        await self._step(work, row, "confirmed", now, way)
        # The device no longer asks, however it was answered.
        fields = {"shift": str(row["shift_id"]), "state": "on", UNTIL: row["planned_end_at_ms"]}
        await self._commands.order(work, row["device"], "shift", SLOT, fields, now)

    async def _step(self, work: Work, row: RowMapping, event: str, now: datetime, way: str = "") -> None:
        before = _call(row)
        call, action = call_step(before, event, now)
        if call == before:
            return
        values = {
            "state": call.state, "due_at_ms": to_ms(call.due_at), "way": way or None,
            "ended_at_ms": None if call.ended_at is None else to_ms(call.ended_at),
        }  # fmt: skip
        await work.connection.execute(
            update(control_calls).where(control_calls.c.id == call.id).values(values)
        )
        content = {"call": call.id, "state": call.state, "way": way}
        work.log(log.entry(to_ms(now), "control_call_went_on", content, device=row["device"]))
        if action == "ask":
            await self._ask(work, call, row["device"], now)
        elif action == "raise":
            raised = AlarmReported(KIND, CAUSE)
            await self._casebook.report(work, row["device"], call.alarm, KIND, "real", raised, now)
        self._changed(work)

    async def _ask(self, work: Work, call: ControlCall, device: str, now: datetime) -> None:
        fields = {"shift": str(call.shift_id), "state": "ask", "ask": call.ask, UNTIL: to_ms(call.due_at)}
        await self._commands.order(work, device, "shift", SLOT, fields, now)

    def _changed(self, work: Work) -> None:
        work.after_commit(self.wake)
        work.after_commit(self._casebook.changed)


async def _shift_to_ask(work: Work, shift_id: int) -> RowMapping:
    query = (
        select(shifts, workers.c.name.label("worker"))
        .join(workers, workers.c.id == shifts.c.worker_id)
        .where(shifts.c.id == shift_id, shifts.c.ended_at_ms.is_(None))
    )
    row = (await work.connection.execute(query)).mappings().first()
    if row is None:
        raise EntryRefused(f"Shift {shift_id} is not open: nobody can be asked.")
    if row["ask"] is not None:
        raise EntryRefused(_END_ASKED)
    cases = await case_rows.open_of_device(work.connection, row["device"])
    if any(case.is_silent and case.mark == "real" for case in cases):
        raise EntryRefused(_SILENT)
    open_call = _OPEN.where(control_calls.c.shift_id == shift_id)
    if (await work.connection.execute(open_call)).first() is not None:
        raise EntryRefused(f"{row['worker']} is being asked already.")
    return row


def _call(row: RowMapping) -> ControlCall:
    ended_ms = row["ended_at_ms"]
    return ControlCall(
        row["id"], row["shift_id"], CallState(row["state"]), from_ms(row["asked_at_ms"]),
        from_ms(row["due_at_ms"]), None if ended_ms is None else from_ms(ended_ms),
    )  # fmt: skip
