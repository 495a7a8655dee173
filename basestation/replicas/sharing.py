"""Joins a base station to the others on its PostgreSQL; on SQLite, where there are none, to nobody.

Decides which loops only the base station on duty runs, and how often all look by themselves: a NOTIFY that
is lost costs one such look.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.changes import Changes
from basestation.clock import Clock, from_ms
from basestation.due import DueLoop, Work
from basestation.parts import Parts
from basestation.replicas.consoles import WORD_S, ConsolesElsewhere, word_of
from basestation.replicas.duty import Duty
from basestation.replicas.following import LOG_INS, Following, Reload
from basestation.replicas.roll import Roll
from basestation.replicas.session import ReplicaSession
from basestation.store.announcing import announce
from basestation.store.committer import Work as Job
from basestation.store.tables import shifts
from basestation.watchdogs.loops import Loops

#: How often a base station looks for what others have written, if nobody tells it.
POLL: Final = timedelta(seconds=1)
_POLLED: Final = ("timers", "dispatch", "commands", "shifts", "calls", "updates")
#: Run by one base station at a time.
ON_DUTY: Final = (
    "supervision", "protection", "battery", "accepters", "attendance", "updates", "rescue", "roll",
)  # fmt: skip
_CONSOLES: Final = "consoles:"


@dataclass(frozen=True, slots=True)
class Station:
    """What of the engine is joined: its parts, its loops, and what follows from news."""

    parts: Parts
    loops: Mapping[str, DueLoop]
    changes: Changes
    on_shift: Callable[[str, datetime | None], None]
    let_devices_in: Callable[[], Awaitable[None]]


class Sharing:
    """What a base station does for, and because of, the others on its database."""

    def __init__(self, database: AsyncEngine, replica: str, parts: Parts, clock: Clock) -> None:
        self._database = database
        self._replica = replica
        self._parts = parts
        self._clock = clock
        self.is_shared = database.dialect.name == "postgresql"
        if not self.is_shared:
            return
        announce(database, replica)
        self._elsewhere = ConsolesElsewhere()
        self._session = ReplicaSession(database, self._hear, self._joined)
        self._roll = Roll(database, parts.committer, parts.conditions, replica, clock.now(), self._is_hearing)
        self._duty = Duty(self._session, self._may_serve, self._begin_duty)
        parts.dispatch.claims = self._session
        parts.attendance.elsewhere = lambda: self._elsewhere.signs(clock.now())
        parts.supervision.name_station(replica)

    def works(self) -> dict[str, Work]:
        """Return the loops that only base stations side by side have."""
        if not self.is_shared:
            return {}
        return {"duty": self._duty.look, "entry": self._roll.enter, "roll": self._roll.check}

    def loop(self, name: str, work: Work, felt: Callable[[str, Work], Work]) -> DueLoop:
        """Return a loop of this name; where one base station is enough, it works on duty only."""
        if self.is_shared and name in ON_DUTY:
            work = self._duty.bound(work, self._off_duty if name == "supervision" else None)
        if self.is_shared and name in _POLLED:
            work = _polled(work)
        return DueLoop(name, felt(name, work), self._clock, self._parts.counters)

    def join(self, station: Station) -> None:
        """Know what to read again, and whom to wake."""
        if not self.is_shared:
            return
        self._station = station
        self._following = Following(self._wake, station.changes.tell, self._reloads())

    def start(self, running: Loops) -> None:
        """Begin to hear the others."""
        if not self.is_shared:
            return
        running.start("session", self._session.serve)
        running.start("following", self._following.serve)
        running.start("consoles", self._tell_consoles)
        # Whoever supervises the process hears of its end, and of the sentence in its log.
        running.start("tables", self._roll.outdated)

    async def stop(self) -> None:
        """Say that we end in order."""
        if self.is_shared:
            await self._roll.leave(self._clock.now())

    def look_at_duty(self) -> None:
        """Look at once whether the duty is to be taken or left."""
        if self.is_shared:
            self._wake("duty")

    def _reloads(self) -> dict[str, Reload]:
        return {
            "devices": self._read_devices,
            "shifts": self._read_shifts,
            "cases": self._read_silent,
            LOG_INS: self._station.let_devices_in,
        }

    async def _read_devices(self) -> None:
        await self._parts.registry.load()
        await self._parts.fleet.load()
        await self._station.let_devices_in()

    async def _read_shifts(self) -> None:
        query = select(shifts.c.device, shifts.c.started_at_ms).where(shifts.c.ended_at_ms.is_(None))
        async with self._database.connect() as connection:
            found = {row.device: from_ms(row.started_at_ms) for row in await connection.execute(query)}
        known = self._parts.supervision.at_work()
        for device in known.keys() - found.keys():
            self._station.on_shift(device, None)
        for device, started_at in found.items():
            if known.get(device) != started_at:
                self._station.on_shift(device, started_at)

    async def _read_silent(self) -> None:
        if not self._duty.is_ours:
            async with self._database.connect() as connection:
                await self._parts.supervision.follow(Job(connection))

    async def _begin_duty(self) -> None:
        run = self._parts.committer.run
        await run(self._parts.supervision.load)
        await run(self._parts.protection.load)
        await run(lambda work: self._parts.battery.load(work, self._clock.now()))
        await run(self._roll.load)

    async def _off_duty(self, now: datetime) -> None:
        await self._parts.supervision.check_station(now)

    def _is_hearing(self) -> bool:
        return self._parts.station.link_up_since is not None

    async def _may_serve(self, now: datetime) -> bool:
        return self._is_hearing() or not await self._roll.is_heard_by_others(now)

    async def _joined(self) -> None:
        self._following.hear_everything()

    def _hear(self, text: str) -> None:
        replica, _, words = text.partition(" ")
        if replica == self._replica:
            return
        if words.startswith(_CONSOLES):
            self._elsewhere.hear(replica, words.removeprefix(_CONSOLES), self._clock.now())
            self._wake("attendance")
        else:
            self._following.hear(words)

    def _wake(self, name: str) -> None:
        self._station.loops[name].wake()

    async def _tell_consoles(self) -> None:
        has_told = False
        while True:
            signs = tuple(self._parts.attendance.consoles())
            if signs or has_told:
                await self._session.say(f"{self._replica} {_CONSOLES}{word_of(signs)}")
            has_told = bool(signs)
            await asyncio.sleep(WORD_S)


def _polled(work: Work) -> Work:
    """Return the work, done at least so often: what others have written may be due, and the word lost."""

    async def look(now: datetime) -> datetime:
        until = await work(now)
        return now + POLL if until is None else min(until, now + POLL)

    return look
