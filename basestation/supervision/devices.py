"""Runs the supervision of silence: one watch a device, one technical case a silent device, or one for many.

Decides nothing about when a device counts as silent (`cases.silence` does). Watches live in memory
and are built anew from shifts, states and open cases at start, with the grace of a station that has
just begun to hear.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.cases import silence
from basestation.cases.case import CaseState
from basestation.cases.silence import DeviceWatch, SilenceDue, SilenceSettings
from basestation.cases.silence_round import Sight, next_look_at
from basestation.casework.conditions import BROKER, SILENCE, SWITCHED_OFF, Conditions
from basestation.clock import from_ms
from basestation.intake.device_states import OFFLINE, DeviceStates
from basestation.store.committer import GroupCommitter, Work
from basestation.store.tables import shifts
from basestation.supervision.collectives import Collectives
from basestation.supervision.last_known import silent_devices
from basestation.supervision.station import STATION, StationWatch


class Supervision:
    """Watches the devices on shift, and the station itself."""

    def __init__(
        self,
        database: AsyncEngine,
        committer: GroupCommitter,
        conditions: Conditions,
        states: DeviceStates,
        station: StationWatch,
        settings: SilenceSettings,
    ) -> None:
        self._database = database
        self._committer = committer
        self._conditions = conditions
        self._states = states
        self._station = station
        self._settings = settings
        self._collectives = Collectives(conditions, states, station, settings)
        self._watches: dict[str, DeviceWatch] = {}
        #: Devices that were silent and have spoken.
        self._back: set[str] = set()
        self._station_cause: str | None = None
        #: Base stations on one database have each a condition, and a case, of their own.
        self.broker_condition, self._cause_prefix = BROKER, ""
        #: Called when something falls due earlier than the loop knows.
        self.wake: Callable[[], None] = lambda: None
        #: Called with every device that gives a sign of life.
        self.on_heard: Callable[[str], None] = lambda _device: None

    async def load(self, work: Work) -> None:
        """Build the watches from what is stored; call once at start."""
        for state in self._states.all():
            is_offline = state.presence == OFFLINE
            self._watches[state.device] = DeviceWatch(
                state.device,
                heard_at=state.seen_at,
                offline_at=state.presence_at if is_offline else None,
                offline_reason=(state.presence_reason or "lost") if is_offline else None,
                foretold=state.foretold,
            )
        query = select(shifts.c.device, shifts.c.started_at_ms).where(shifts.c.ended_at_ms.is_(None))
        for device, started_at_ms in (await work.connection.execute(query)).all():
            self._watches[device] = silence.shift_started(self._watch(device), from_ms(started_at_ms))
        for device in await self._collectives.load(work):
            watch = self._watches[device] = silence.silenced(self._watch(device))
            if watch.shift_started_at is None:
                self._back.add(device)
        for device, watch in tuple(self._watches.items()):
            for condition in (SILENCE, SWITCHED_OFF):
                case = await self._conditions.open_case(work, device, condition)
                if case is not None and case.state is not CaseState.GONE:
                    self._watches[device] = silence.silenced(watch)
        case = await self._conditions.open_case(work, STATION, self.broker_condition)
        if case is not None and case.state is not CaseState.GONE:
            self._station_cause = (case.cause or "").removeprefix(self._cause_prefix)

    def is_silent(self, device: str) -> bool:
        """Tell whether the device's silence is an alarm now."""
        return self._watch(device).is_silent

    def is_on_shift(self, device: str) -> bool:
        """Tell whether somebody wears the device now."""
        return self._watch(device).shift_started_at is not None

    def at_work(self) -> dict[str, datetime]:
        """Return the devices that somebody wears now, with the start of the shift."""
        starts = {device: watch.shift_started_at for device, watch in self._watches.items()}
        return {device: started_at for device, started_at in starts.items() if started_at is not None}

    def heard(self, device: str, at: datetime) -> None:
        """Take any message of the device as a sign of life."""
        self._note_life(device, silence.heard(self._watch(device), at))

    def came_online(self, device: str, at: datetime) -> None:
        """Take the greeting of a new connection or start, which takes back what was foretold."""
        self._note_life(device, silence.came_online(self._watch(device), at))

    def forewarned(self, device: str, reason: str, at: datetime) -> None:
        """Take the warning of a device that it will be silent."""
        self._note_life(device, silence.forewarned(self._watch(device), reason, at))

    def _note_life(self, device: str, after: silence.Ended) -> None:
        watch, ended = after
        # Stays silent in the watch until the end of the condition is on disk.
        self._watches[device] = watch if ended is None else silence.silenced(watch)
        if ended is not None:
            self._back.add(device)
            self.wake()
        self.on_heard(device)

    def went_offline(self, device: str, reason: str, at: datetime) -> None:
        """Take the device's last will, or its goodbye."""
        self._watches[device] = silence.went_offline(self._watch(device), reason, at)
        self._back.discard(device)
        self.wake()

    def on_shift(self, device: str, started_at: datetime | None) -> None:
        """Supervise a device from the start of its shift; None: the shift has ended."""
        watch = self._watch(device)
        if started_at is not None:
            self._watches[device] = silence.shift_started(watch, started_at)
        else:
            watch, ended = silence.shift_ended(watch)
            self._watches[device] = watch if ended is None else silence.silenced(watch)
            if ended is not None:
                self._back.add(device)
        self.wake()

    async def check(self, now: datetime) -> datetime | None:
        """Raise and end what is due, and return when the next device would count as silent."""
        own, together, failures = await self._look(now)
        jobs = [self.check_station(now)]
        # Who spoke while the round was written leaves the collective case in the next one.
        jobs += [self._end(device, now) for device in self._back - self._collectives.inside()]
        jobs += [
            self._raise(device, due, now, is_alone=device not in together) for device, due in own.items()
        ]
        # Each by itself: one that fails must not keep the others from being raised.
        failures += await asyncio.gather(*jobs, return_exceptions=True)
        for failure in failures:
            if failure is not None:
                raise failure
        return next_look_at(self._sight(now), self._collectives.open, self._settings)

    def _sight(self, now: datetime) -> Sight:
        return Sight(now, self._station.link_up_since, dict(self._watches), frozenset(self._back))

    async def _look(
        self, now: datetime
    ) -> tuple[dict[str, SilenceDue], frozenset[str], list[BaseException | None]]:
        """Make the round; return what gets cases of its own, who is missing at once, and what failed."""
        due = {
            device: one for device in tuple(self._watches) if (one := self._due(device)) and one.due_at <= now
        }
        if not due and not self._collectives.open:
            return {}, frozenset(), []
        try:
            look = await self._committer.run(
                lambda work: self._collectives.look(work, lambda: self._sight(now))
            )
        except Exception as error:  # noqa: BLE001 -- raised again by `check`: cases come first
            # Towards noise: a case each is better than none.
            return due, frozenset(), [error]
        self._collectives.open = tuple(one for one in look.found.collectives if not one.is_over)
        for device in look.came_back:
            self._speaks_again(device)
        for device in look.found.folded:
            self._silenced(device, look.sight.watches[device])
        return look.found.own, look.found.together, []

    async def _end(self, device: str, now: datetime) -> None:
        for condition in (SILENCE, SWITCHED_OFF):
            await self._committer.run(
                partial(self._conditions.ended, device=device, condition=condition, now=now)
            )
        self._speaks_again(device)

    def _speaks_again(self, device: str) -> None:
        """Supervise anew, from its last sign of life on; also if it went while its case was being ended."""
        self._back.discard(device)
        self._watches[device] = replace(self._watch(device), is_silent=False)
        self.wake()

    def _due(self, device: str) -> SilenceDue | None:
        return silence.silence_due(self._watch(device), self._station.link_up_since, self._settings)

    async def _raise(self, device: str, due: SilenceDue, now: datetime, *, is_alone: bool) -> None:
        seen = self._watch(device)
        await self._committer.run(
            lambda work: self._collectives.raise_own(work, seen, due, now, is_alone=is_alone)
        )
        self._silenced(device, seen)

    def _silenced(self, device: str, seen: DeviceWatch) -> None:
        watch = self._watches[device] = silence.silenced(self._watch(device))
        if watch.heard_at != seen.heard_at or watch.shift_started_at is None:
            # It spoke, or its shift ended, while the case was being written.
            self._back.add(device)
            self.wake()

    async def check_station(self, now: datetime) -> None:
        """Raise or end the case of this base station's own brokers and connections."""
        cause, condition = self._station.cause, self.broker_condition
        if cause == self._station_cause:
            return
        if cause is None:
            await self._committer.run(lambda work: self._conditions.ended(work, STATION, condition, now))
        else:
            text = f"{self._cause_prefix}{cause}"
            await self._committer.run(
                lambda work: self._conditions.began(work, STATION, condition, text, now)
            )
        self._station_cause = cause

    def name_station(self, replica: str) -> None:
        """Tell this base station's own case apart from those of others on the same database."""
        self.broker_condition, self._cause_prefix = f"{BROKER}.{replica}.", f"base station {replica}: "

    async def follow(self, work: Work) -> None:
        """Take over which devices are silent from what another base station has stored."""
        found = await silent_devices(work.connection) | await self._collectives.load(work)
        for device in {watch.device for watch in self._watches.values() if watch.is_silent} - found:
            self._speaks_again(device)
        for device in found:
            self._watches[device] = silence.silenced(self._watch(device))

    def _watch(self, device: str) -> DeviceWatch:
        return self._watches.get(device) or DeviceWatch(device)
