"""Runs the supervision of protection: one technical case a worker who is not protected for too long.

Decides nothing about what counts as protected (`cases.protection` does). Only what the device itself says
ends the case, or the end of the shift; a device that falls silent leaves it as it is and has a case of its
own. An alarm the device raised for the same reason stands for both: there is no second case beside it.
"""

import asyncio
from datetime import datetime, timedelta

from basestation.cases.case import CaseState
from basestation.cases.protection import (
    OFFLINE,
    SILENT,
    ProtectionDue,
    ProtectionSettings,
    ShownProtection,
    protection_due,
    shown_protection,
)
from basestation.casework.conditions import PROTECTION, Conditions
from basestation.intake import device_states
from basestation.intake.device_states import DeviceStates
from basestation.store import case_rows
from basestation.store.committer import GroupCommitter, Work
from basestation.supervision.devices import Supervision
from basestation.supervision.station import StationWatch

#: While anybody is at work the round is repeated at least so often, whatever has been missed.
LOOK_S_MAX = 15


class ProtectionSupervision:
    """Watches whether those at work are protected."""

    def __init__(
        self,
        committer: GroupCommitter,
        conditions: Conditions,
        states: DeviceStates,
        supervision: Supervision,
        station: StationWatch,
        settings: ProtectionSettings,
    ) -> None:
        self._committer = committer
        self._conditions = conditions
        self._states = states
        self._supervision = supervision
        self._station = station
        self._settings = settings
        #: Devices whose case is open and whose condition lasts, with the cause they were raised for.
        self._raised: dict[str, str | None] = {}
        #: When an alarm of the device's own was found to say the same.
        self._looked_at: dict[str, datetime] = {}

    async def load(self, work: Work) -> None:
        """Find the cases whose condition lasts; call at start, and when a duty begins."""
        self._raised.clear()
        for state in self._states.all():
            case = await self._conditions.open_case(work, state.device, PROTECTION)
            if case is not None and case.state is not CaseState.GONE:
                self._raised[state.device] = case.cause

    def shown(self, device: str, shift_started_at: datetime, now: datetime) -> ShownProtection:
        """Return what the control room shows of the wearer of a device on shift."""
        said = self._states.of(device).protection
        return shown_protection(said, shift_started_at, now, self._unheard(device))

    async def check(self, now: datetime) -> datetime | None:
        """Raise and end what is due, and return when to look again."""
        at_work = self._supervision.at_work()
        jobs, dues = [], [now + timedelta(seconds=LOOK_S_MAX)]
        for device, started_at in at_work.items():
            due = self._due(device, started_at)
            if due is None or due.due_at > now:
                dues += [] if due is None else [due.due_at]
            elif self._raised.get(device) != due.cause:
                jobs.append(self._raise(device, due, now))
        jobs += [self._end(device, now) for device in tuple(self._raised) if self._is_over(device)]
        # Each by itself: one that fails must not keep the others from being raised.
        for failure in await asyncio.gather(*jobs, return_exceptions=True):
            if failure is not None:
                raise failure
        return min(dues) if at_work else None

    def _unheard(self, device: str) -> str | None:
        if self._supervision.is_silent(device):
            return SILENT
        return OFFLINE if self._states.of(device).presence == device_states.OFFLINE else None

    def _due(self, device: str, started_at: datetime) -> ProtectionDue | None:
        if self._unheard(device) is not None:
            return None
        said, looked_at = self._states.of(device).protection, self._looked_at.get(device)
        return protection_due(said, started_at, looked_at, self._station.link_up_since, self._settings)

    def _is_over(self, device: str) -> bool:
        """Tell whether the device says that the condition has ended, or nobody is at work with it."""
        started_at = self._supervision.at_work().get(device)
        if started_at is None:
            return True
        is_said = self._unheard(device) is None and self._station.link_up_since is not None
        return is_said and self._due(device, started_at) is None

    async def _raise(self, device: str, due: ProtectionDue, now: datetime) -> None:
        is_said = await self._committer.run(lambda work: self._began(work, device, due, now))
        if is_said:
            self._looked_at[device] = now
        else:
            self._looked_at.pop(device, None)
            self._raised[device] = due.cause

    async def _began(self, work: Work, device: str, due: ProtectionDue, now: datetime) -> bool:
        """Open the case, unless an alarm of the device's own says the same; return whether one does."""
        if device not in self._raised:
            cases = await case_rows.open_of_device(work.connection, device)
            if any(case.cause == due.reason and case.gone_at is None for case in cases):
                return True
        await self._conditions.began(work, device, PROTECTION, due.cause, now)
        return False

    async def _end(self, device: str, now: datetime) -> None:
        await self._committer.run(lambda work: self._conditions.ended(work, device, PROTECTION, now))
        self._raised.pop(device, None)
