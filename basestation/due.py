"""A loop around work that falls due: called at once, when woken, and at the next time that is known.

Decides nothing but when. That time is the earliest of what the work returned and of what was announced since:
whoever sets a time tells it, so that nobody has to look for it. A round that fails is logged, counted and
tried again a second later: no loop of the base station ends because of an exception.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from basestation.clock import Clock
from basestation.counters import Counters

#: A round that failed is tried again after this.
_AGAIN = timedelta(seconds=1)

_log = structlog.get_logger(__name__)

#: Does what is due at `now` and returns when to be called next; None: when woken.
Work = Callable[[datetime], Awaitable[datetime | None]]


class DueLoop:
    """Calls `work` whenever something may be due."""

    def __init__(self, name: str, work: Work, clock: Clock, counters: Counters) -> None:
        self._name = name
        self._work = work
        self._clock = clock
        self._counters = counters
        self._woken = asyncio.Event()
        self._is_wanted = False
        self._next_at: datetime | None = None

    def wake(self) -> None:
        """Let the loop look for work now."""
        self._is_wanted = True
        self._woken.set()

    def expect(self, at: datetime) -> None:
        """Let the loop look for work at `at`, unless it will do so before."""
        if self._next_at is None or at < self._next_at:
            self._next_at = at
            self._woken.set()

    async def serve(self) -> None:
        """Work until cancelled."""
        while True:
            self._is_wanted, self._next_at = False, None
            now = self._clock.now()
            try:
                until = await self._work(now)
            except Exception:  # noqa: BLE001
                _log.exception("round_failed", loop=self._name)
                self._counters.loop_failures.labels(self._name).inc()
                until = now + _AGAIN
            if until is not None:
                self.expect(until)
            await self._wait()

    async def _wait(self) -> None:
        """Return when somebody wants a look, or the next time has come."""
        while not self._is_wanted and (self._next_at is None or self._clock.now() < self._next_at):
            self._woken.clear()
            await self._clock.wait(self._woken, self._next_at)
