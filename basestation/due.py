"""A loop around work that falls due: called at once, when woken, and at the time it returned.

Decides nothing but when. A round that fails is logged, counted and tried again a second later: no
loop of the base station ends because of an exception.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta

import structlog

from basestation.clock import Clock
from basestation.counters import Counters

#: A round that failed is tried again after this.
_AGAIN = timedelta(seconds=1)
#: Between two attempts to cancel what has not ended, in seconds.
_CANCEL_S = 0.2

_log = structlog.get_logger(__name__)

#: Does what is due at `now` and returns when to be called next; None: when woken.
Work = Callable[[datetime], Awaitable[datetime | None]]


async def ended(tasks: Collection["asyncio.Task[None]"]) -> None:
    """Cancel tasks, and return when they have ended.

    More than once where it must be: a driver that was cancelled in the middle of a query may raise an error
    of its own instead, which a loop outlives.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_CANCEL_S)
    await asyncio.gather(*tasks, return_exceptions=True)


class DueLoop:
    """Calls `work` whenever something may be due."""

    def __init__(self, name: str, work: Work, clock: Clock, counters: Counters) -> None:
        self._name = name
        self._work = work
        self._clock = clock
        self._counters = counters
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Let the loop look for work now."""
        self._woken.set()

    async def serve(self) -> None:
        """Work until cancelled."""
        while True:
            self._woken.clear()
            now = self._clock.now()
            try:
                until = await self._work(now)
            except Exception:  # noqa: BLE001
                _log.exception("round_failed", loop=self._name)
                self._counters.loop_failures.labels(self._name).inc()
                until = now + _AGAIN
            await self._clock.wait(self._woken, until)
