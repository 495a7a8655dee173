"""Looks at every part once a second; what stands still is told, started again, or ends the process.

Decides by `standing` alone. A look waits for nothing: what it leads to is a task of its own. A part that
stands is told three ways: the consoles show it, people are told straight through the channels, and it is a
technical case as soon as one can be stored. Where a part cannot be started again, or stands again, `lost`
ends the process, so that whoever supervises it starts it anew.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from basestation.casework.conditions import STATION, Conditions
from basestation.clock import Clock
from basestation.store.committer import GroupCommitter, Work
from basestation.supervision.station import StationWatch
from basestation.watchdogs.standing import LOOK_S, LOST, RESTARTED, WELL, Seen, Standing, looked

#: Between two attempts to store what stands, in seconds.
AGAIN_S = 2.0
#: What a process that is lost gets to tell somebody before it ends, in seconds.
LAST_WORDS_S_MAX = 5.0

_log = structlog.get_logger(__name__)


def condition_of(name: str) -> str:
    """Return the condition of the technical alarm about a part."""
    return f"stands-{name.replace(' ', '-')}"


@dataclass(slots=True)
class Subject:
    """A part that is looked at."""

    #: As people read it.
    name: str
    #: How long it may be busy without progress, in seconds.
    bound_s: float
    see: Callable[[], Seen]
    #: Starts it again; false if that was not possible. None: it cannot be.
    restart: Callable[[], Awaitable[bool]] | None = None
    standing: Standing = field(default_factory=Standing)


class Watchdog:
    """The watchdog of all parts."""

    def __init__(
        self,
        station: StationWatch,
        conditions: Conditions,
        committer: GroupCommitter,
        clock: Clock,
        metrics: CollectorRegistry,
    ) -> None:
        self._station, self._conditions, self._committer, self._clock = station, conditions, committer, clock
        self.subjects: dict[str, Subject] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        #: What the store is to hold of a part, until it does; None: nothing.
        self._wanted: dict[str, str | None] = {}
        self._lost: list[str] = []
        self._is_lost = asyncio.Event()
        #: Tells people without the store; set where the channels are.
        self.tell: Callable[[str, str], Awaitable[object]] | None = None
        #: Keeps what is said last for the next process; set where the data lie.
        self.keep_last_words: Callable[[str], None] = lambda _words: None
        #: Called after each look: whoever waits for a sign of life gets it.
        self.looked: list[Callable[[], None]] = []
        name, said = "rufweite_watchdog_restarts", "Parts that stood still and were started again."
        self._restarts = Counter(name, said, ["part"], registry=metrics)
        name, said = "rufweite_watchdog_still_seconds", "How long a part has been busy without progress."
        self._still_s = Gauge(name, said, ["part"], registry=metrics)

    def add(self, subject: Subject) -> None:
        """Look at one more part from now on."""
        assert subject.name not in self.subjects, subject.name
        self.subjects[subject.name] = subject

    @property
    def standing(self) -> tuple[str, ...]:
        """Return the names of the parts that are not well."""
        return tuple(name for name, one in self.subjects.items() if one.standing.state != WELL)

    async def run(self) -> None:
        """Look until cancelled; what a station before this one said of its parts is over."""
        for name in self.subjects:
            self._store(name, None)
        before_s = monotonic()
        while True:
            now_s = monotonic()
            self.look(now_s - before_s)
            before_s = now_s
            await asyncio.sleep(LOOK_S)

    def look(self, elapsed_s: float) -> None:
        """Look at every part once; `elapsed_s` have passed since the last look."""
        for subject in self.subjects.values():
            subject.standing, entered = looked(subject.standing, subject.see(), elapsed_s, subject.bound_s)
            self._still_s.labels(subject.name).set(subject.standing.still_s)
            if entered is not None:
                self._entered(subject, entered)
        for told in self.looked:
            told()

    async def lost(self) -> str:
        """Return what cannot be helped from inside any more, as soon as something is."""
        await self._is_lost.wait()
        return ", ".join(self._lost)

    async def settled(self) -> None:
        """Return when everything that looks have led to is done."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def stop(self) -> None:
        """Give up what is under way."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _entered(self, subject: Subject, state: str) -> None:
        name = subject.name
        if state == WELL:
            self._station.note(name, None)
            self._store(name, None)
            return
        cause = f"{name} stood still for more than {subject.bound_s:g} s"
        _log.critical("part_stands_still", part=name, bound_s=subject.bound_s, state=state)
        self._station.note(name, cause)
        if state == LOST:
            self._later(self._give_up(subject, f"{cause}, again: the base station ends, to be started anew"))
            return
        assert state == RESTARTED, state
        self._later(self._restart(subject, f"{cause} and was started again"))

    async def _restart(self, subject: Subject, cause: str) -> None:
        self._restarts.labels(subject.name).inc()
        is_started = False
        if subject.restart is not None:
            try:
                is_started = await subject.restart()
            except Exception:  # noqa: BLE001 -- whatever it was, it is not started
                _log.exception("part_not_restarted", part=subject.name)
        if not is_started:
            cause = f"{subject.name} stands still and cannot be started again: the base station ends"
            await self._give_up(subject, cause)
            return
        self._later(self._tell(cause))
        self._store(subject.name, cause)

    async def _give_up(self, subject: Subject, cause: str) -> None:
        _log.critical("part_lost", part=subject.name, sentence=cause)
        self.keep_last_words(cause)
        try:
            await asyncio.wait_for(self._tell(cause), LAST_WORDS_S_MAX)
        except TimeoutError:
            _log.error("last_words_not_sent", part=subject.name)
        self._lost.append(subject.name)
        self._is_lost.set()

    async def _tell(self, cause: str) -> None:
        if self.tell is not None:
            body = (
                f"{cause}. Alarms may be late: watch the consoles, and keep in touch with everybody at work."
            )
            try:
                await self.tell("RUFWEITE: trouble of the base station", body)
            except Exception:  # noqa: BLE001 -- the other ways go on
                _log.exception("not_told_directly")

    def _store(self, name: str, cause: str | None) -> None:
        """Have the technical case raised or ended; the newest word counts."""
        is_under_way = name in self._wanted
        self._wanted[name] = cause
        if not is_under_way:
            self._later(self._stored(name))

    async def _stored(self, name: str) -> None:
        while True:
            cause = self._wanted[name]
            try:
                await self._committer.run(partial(self._write, condition=condition_of(name), cause=cause))
            except Exception as error:  # noqa: BLE001 -- a full disk, or worse: tried until it is kept
                _log.warning("part_not_stored", part=name, error=type(error).__name__)
                await self._clock.wait(asyncio.Event(), self._clock.now() + timedelta(seconds=AGAIN_S))
                continue
            if self._wanted[name] == cause:
                del self._wanted[name]
                return

    async def _write(self, work: Work, condition: str, cause: str | None) -> None:
        now = self._clock.now()
        if cause is None:
            await self._conditions.ended(work, STATION, condition, now)
        else:
            await self._conditions.began(work, STATION, condition, cause, now)

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
