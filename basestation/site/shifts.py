"""Shifts: who works where, with which device, until when; started, ended, overdue.

Decides whether a shift can start or end; what an overdue end means is decided in `cases.shift`.
One wearer per device and one device per worker, kept by the database too. The device is told
`on`, `ask` and `off`; while it is on shift its silence is an alarm.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import RowMapping, Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.cases.events import AlarmReported
from basestation.cases.shift import (
    AskWorker,
    EndConfirmed,
    PlannedEndPassed,
    RaiseAlarm,
    Shift,
    ShiftEnded,
    ShiftEvent,
    ShiftSettings,
    shift_due_at,
    shift_step,
)
from basestation.casework.casebook import Casebook
from basestation.clock import Clock, from_ms, iso, iso_of_ms, to_ms
from basestation.errors import ShiftRefused
from basestation.outgoing.commands import UNTIL, Commands
from basestation.site.people import User
from basestation.site.shift_hooks import Clearing, OnShift, judged, not_judged
from basestation.site.wearable import check_wearable
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.tables import shifts, workers, workplaces

SLOT = "shift"
_SITE = workplaces.c.site_id


class Shifts:
    """Starts, ends and supervises shifts."""

    def __init__(
        self,
        database: AsyncEngine,
        committer: GroupCommitter,
        commands: Commands,
        casebook: Casebook,
        clock: Clock,
        settings: ShiftSettings,
        shift_h_max: int,
    ) -> None:
        self._database = database
        self._committer = committer
        self._commands = commands
        self._casebook = casebook
        self._clock = clock
        self._settings = settings
        self._shift_h_max = shift_h_max
        self.on_shift: OnShift = lambda _device, _started_at: None
        #: Judges the clearance of a shift that starts, in its transaction; raises ShiftRefused.
        self.clear: Clearing = not_judged
        #: Called after the commit of a change that moves the next planned end.
        self.wake: Callable[[], None] = lambda: None

    async def start(
        self, *, worker_id: int, device: str, workplace_id: int, planned_end: datetime, user: User
    ) -> dict[str, Any]:
        """Start a shift and return it; raises ShiftRefused with a sentence."""

        async def job(work: Work) -> dict[str, Any]:
            now = self._clock.now()
            self._check_end(planned_end, now)
            await _check_parties(work.connection, worker_id, device, workplace_id)
            row = {
                "worker_id": worker_id,
                "device": device,
                "workplace_id": workplace_id,
                "started_at_ms": to_ms(now),
                "planned_end_at_ms": to_ms(planned_end),
                "started_by": user.display_name,
            }
            result = await work.connection.execute(insert(shifts).values(row).returning(shifts.c.id))
            shift = Shift(int(result.scalar_one()), device, planned_end)
            view = await _view_of(work.connection, shift.id)
            cleared = await judged(work, self.clear, view)
            await self._tell(work, shift, "on", now)
            work.log(
                log.entry(to_ms(now), "shift_started", view | {"user": user.display_name}, device=device)
            )
            work.after_commit(lambda: self.on_shift(device, now))
            self._changed(work)
            return {**view, "clearance": cleared}

        return await self._committer.run(job)

    async def end(self, shift_id: int, user: User) -> dict[str, Any]:
        """End a shift and return it; raises ShiftRefused with a sentence."""

        async def job(work: Work) -> dict[str, Any]:
            now = self._clock.now()
            row = await _row(work.connection, shift_id)
            if row is None:
                raise ShiftRefused(f"There is no shift {shift_id}.")
            if row["ended_at_ms"] is not None:
                raise ShiftRefused(f"Shift {shift_id} has ended already.")
            shift = await self._step(work, _shift(row), ShiftEnded(), now)
            await work.connection.execute(
                update(shifts).where(shifts.c.id == shift_id).values(ended_by=user.display_name)
            )
            await self._tell(work, shift, "off", now)
            view = await _view_of(work.connection, shift_id)
            work.log(
                log.entry(to_ms(now), "shift_ended", view | {"user": user.display_name}, device=shift.device)
            )
            work.after_commit(lambda: self.on_shift(shift.device, None))
            return view

        return await self._committer.run(job)

    async def shifts(self, *, open_only: bool = True, count_max: int = 1000) -> list[dict[str, Any]]:
        """Return the shifts, newest first, `count_max` at most."""
        query = _query().order_by(shifts.c.id.desc()).limit(count_max)
        if open_only:
            query = query.where(shifts.c.ended_at_ms.is_(None))
        async with self._database.connect() as connection:
            return [_view(row) for row in (await connection.execute(query)).mappings()]

    async def confirmed(self, work: Work, device: str, ask: str, now: datetime) -> None:
        """Take the worker's answer to a question about the end of the shift."""
        row = await _open_row(work.connection, device)
        if row is not None:
            await self._step(work, _shift(row), EndConfirmed(ask), now)

    async def tell_again(self, work: Work, device: str, now: datetime) -> bool:
        """Tell a device on shift how things stand, unless a command says so already; false off shift."""
        row = await _open_row(work.connection, device)
        if row is None:
            return False
        if not await self._commands.has_unanswered(work, device, SLOT):
            shift = _shift(row)
            deadline = (
                None if shift.asked_at is None else shift.asked_at + timedelta(seconds=self._settings.ask_s)
            )
            await self._tell(work, shift, "ask" if shift.ask else "on", now, deadline)
        return True

    async def pass_ends(self, now: datetime) -> datetime | None:
        """Ask or raise where a planned end has passed, and return when the next one does."""
        async with self._database.connect() as connection:
            query = select(shifts).where(shifts.c.ended_at_ms.is_(None))
            open_shifts = [_shift(row) for row in (await connection.execute(query)).mappings()]
        dues = [(shift, shift_due_at(shift, self._settings)) for shift in open_shifts]
        passing = [
            self._committer.run(partial(self._pass_end, shift_id=shift.id, now=now))
            for shift, due_at in dues
            if due_at is not None and due_at <= now
        ]
        # Each by itself: one that fails must not keep the others from being asked about.
        for failure in await asyncio.gather(*passing, return_exceptions=True):
            if isinstance(failure, BaseException):
                raise failure
        return min((due_at for _, due_at in dues if due_at is not None and due_at > now), default=None)

    async def _pass_end(self, work: Work, shift_id: int, now: datetime) -> None:
        row = await _row(work.connection, shift_id, is_claimed=True)
        assert row is not None
        # The change wakes the loop, which then sees the next moment of this shift.
        await self._step(work, _shift(row), PlannedEndPassed(), now)

    async def _step(self, work: Work, before: Shift, event: ShiftEvent, now: datetime) -> Shift:
        shift, effect = shift_step(before, event, now, self._settings)
        if shift == before:
            return shift
        values = {
            "planned_end_at_ms": to_ms(shift.planned_end_at),
            "ended_at_ms": None if shift.ended_at is None else to_ms(shift.ended_at),
            "asked_at_ms": None if shift.asked_at is None else to_ms(shift.asked_at),
            "ask": shift.ask,
        }
        await work.connection.execute(update(shifts).where(shifts.c.id == shift.id).values(values))
        if isinstance(effect, AskWorker):
            work.log(log.entry(to_ms(now), "end_asked", {"shift": shift.id}, device=shift.device))
            await self._tell(work, shift, "ask", now, effect.deadline_at)
        elif isinstance(effect, RaiseAlarm):
            raised = AlarmReported(effect.kind, effect.cause)
            await self._casebook.report(work, shift.device, effect.alarm, effect.kind, "real", raised, now)
        elif isinstance(event, EndConfirmed):
            content = {"shift": shift.id, "planned_end": iso(shift.planned_end_at)}
            work.log(log.entry(to_ms(now), "end_confirmed", content, device=shift.device))
            await self._tell(work, shift, "on", now)
        self._changed(work)
        return shift

    async def _tell(
        self, work: Work, shift: Shift, state: str, now: datetime, deadline_at: datetime | None = None
    ) -> None:
        fields: dict[str, Any] = {"shift": str(shift.id), "state": state}
        if state == "on":
            fields[UNTIL] = to_ms(shift.planned_end_at)
        elif state == "ask":
            assert deadline_at is not None
            fields |= {"ask": shift.ask, UNTIL: to_ms(deadline_at)}
        # Without `on` the device guards nobody: it goes out even where nothing else may be noticed.
        await self._commands.order(
            work, shift.device, "shift", SLOT, fields, now, is_perceptible=state != "on"
        )

    def _check_end(self, planned_end: datetime, now: datetime) -> None:
        if planned_end <= now:
            raise ShiftRefused("The planned end has passed already: choose a later one.")
        if planned_end > now + timedelta(hours=self._shift_h_max):
            raise ShiftRefused(
                f"A shift may last {self._shift_h_max} h at most: choose an earlier planned end."
            )

    def _changed(self, work: Work) -> None:
        work.after_commit(self.wake)
        work.after_commit(self._casebook.changed)


async def _check_parties(connection: AsyncConnection, worker_id: int, device: str, workplace_id: int) -> None:
    worker = (await connection.execute(select(workers).where(workers.c.id == worker_id))).mappings().first()
    if worker is None or not worker["is_active"]:
        raise ShiftRefused(f"There is no worker {worker_id}: add the worker first.")
    await check_wearable(connection, device)
    here = select(workplaces.c.id).where(workplaces.c.id == workplace_id, workplaces.c.is_active)
    if (await connection.execute(here)).first() is None:
        raise ShiftRefused(f"There is no workplace {workplace_id}: add the workplace first.")
    open_shifts = _query().where(shifts.c.ended_at_ms.is_(None))
    worn = (await connection.execute(open_shifts.where(shifts.c.device == device))).mappings().first()
    if worn is not None:
        raise ShiftRefused(
            f"{device} is worn by {worn['worker']} (shift {worn['id']}): end that shift first."
        )
    busy = (await connection.execute(open_shifts.where(shifts.c.worker_id == worker_id))).mappings().first()
    if busy is not None:
        raise ShiftRefused(
            f"{worker['name']} is on shift with {busy['device']} (shift {busy['id']}): end that shift first."
        )


def _query() -> Select[Any]:
    return (
        select(shifts, workers.c.name.label("worker"), workplaces.c.name.label("workplace"), _SITE)
        .join(workers, workers.c.id == shifts.c.worker_id)
        .join(workplaces, workplaces.c.id == shifts.c.workplace_id)
    )


async def _row(connection: AsyncConnection, shift_id: int, *, is_claimed: bool = False) -> RowMapping | None:
    query = select(shifts).where(shifts.c.id == shift_id)
    if is_claimed:
        query = query.with_for_update()
    return (await connection.execute(query)).mappings().first()


async def _open_row(connection: AsyncConnection, device: str) -> RowMapping | None:
    query = select(shifts).where(shifts.c.device == device, shifts.c.ended_at_ms.is_(None))
    return (await connection.execute(query)).mappings().first()


async def _view_of(connection: AsyncConnection, shift_id: int) -> dict[str, Any]:
    return _view((await connection.execute(_query().where(shifts.c.id == shift_id))).mappings().one())


def _shift(row: RowMapping) -> Shift:
    return Shift(
        id=row["id"],
        device=row["device"],
        planned_end_at=from_ms(row["planned_end_at_ms"]),
        ended_at=None if row["ended_at_ms"] is None else from_ms(row["ended_at_ms"]),
        asked_at=None if row["asked_at_ms"] is None else from_ms(row["asked_at_ms"]),
        ask=row["ask"],
    )


def _view(row: RowMapping) -> dict[str, Any]:
    return {
        "id": row["id"],
        "worker_id": row["worker_id"],
        "worker": row["worker"],
        "device": row["device"],
        "workplace_id": row["workplace_id"],
        "workplace": row["workplace"],
        "site_id": row["site_id"],
        "started_at": iso_of_ms(row["started_at_ms"]),
        "planned_end": iso_of_ms(row["planned_end_at_ms"]),
        "ended_at": iso_of_ms(row["ended_at_ms"]),
        "started_by": row["started_by"],
        "ended_by": row["ended_by"],
    }
