"""Runs the supervision of batteries: one technical case for each that will not last until the planned end.

Decides nothing about what is too short (`cases.battery` does). The device raises that itself, so its own
alarm stands for both, and the base waits for it; what the base says is for a device that is old, or that
knows another planned end, or none since its restart. A silent device has a case of its own.
"""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.cases.battery import SAID_BY_THE_DEVICE, SHORT, is_short
from basestation.cases.case import CaseState
from basestation.cases.protection import CAUSES
from basestation.casework.conditions import BATTERY, Conditions
from basestation.clock import from_ms
from basestation.intake.device_states import DeviceStates
from basestation.store import case_rows
from basestation.store.committer import GroupCommitter, Work
from basestation.store.tables import shifts
from basestation.supervision.devices import Supervision

#: While anybody is at work the round is repeated so often.
LOOK_S = 30
#: A device has so long to say it itself.
PATIENCE_S = 120


class BatterySupervision:
    """Watches whether the batteries of those at work last."""

    def __init__(
        self,
        database: AsyncEngine,
        committer: GroupCommitter,
        conditions: Conditions,
        states: DeviceStates,
        supervision: Supervision,
    ) -> None:
        self._database = database
        self._committer = committer
        self._conditions = conditions
        self._states = states
        self._supervision = supervision
        #: Devices whose battery is too short, with the time since when.
        self._short_since: dict[str, datetime] = {}
        #: Those of them whose case is open and whose condition lasts.
        self._raised: set[str] = set()

    async def load(self, work: Work, now: datetime) -> None:
        """Find the cases whose condition lasts; call at start, and when a duty begins."""
        self._raised.clear()
        for state in self._states.all():
            case = await self._conditions.open_case(work, state.device, BATTERY)
            if case is not None and case.state is not CaseState.GONE:
                self._raised.add(state.device)
                self._short_since[state.device] = now

    async def check(self, now: datetime) -> datetime | None:
        """Raise and end what is due, and return when to look again."""
        ends = await self._planned_ends()
        for device in {*ends, *self._short_since}:
            self._judge(device, ends.get(device), now)
        jobs = [
            self._raise(device, now)
            for device, since in self._short_since.items()
            if device not in self._raised
            and now - since >= timedelta(seconds=PATIENCE_S)
            and not self._supervision.is_silent(device)
        ]
        jobs += [self._end(device, now) for device in self._raised - set(self._short_since)]
        # Each by itself: one that fails must not keep the others from being raised.
        for failure in await asyncio.gather(*jobs, return_exceptions=True):
            if isinstance(failure, BaseException):
                raise failure
        return now + timedelta(seconds=LOOK_S) if ends else None

    def _judge(self, device: str, planned_end: datetime | None, now: datetime) -> None:
        outlook, was_short = self._states.of(device).battery, device in self._short_since
        if planned_end is not None and is_short(outlook, planned_end, now, was_short=was_short):
            self._short_since.setdefault(device, now)
        else:
            self._short_since.pop(device, None)

    async def _planned_ends(self) -> dict[str, datetime]:
        query = select(shifts.c.device, shifts.c.planned_end_at_ms).where(shifts.c.ended_at_ms.is_(None))
        async with self._database.connect() as connection:
            rows = (await connection.execute(query)).all()
        return {device: from_ms(planned_end_at_ms) for device, planned_end_at_ms in rows}

    async def _raise(self, device: str, now: datetime) -> None:
        if await self._committer.run(lambda work: self._began(work, device, now)):
            self._raised.add(device)

    async def _began(self, work: Work, device: str, now: datetime) -> bool:
        """Open the case, unless an alarm of the device's own says it; return whether there is one now."""
        cases = await case_rows.open_of_device(work.connection, device)
        if any(case.cause in SAID_BY_THE_DEVICE and case.gone_at is None for case in cases):
            return False
        await self._conditions.began(work, device, BATTERY, CAUSES[SHORT], now)
        return True

    async def _end(self, device: str, now: datetime) -> None:
        await self._committer.run(lambda work: self._conditions.ended(work, device, BATTERY, now))
        self._raised.discard(device)
