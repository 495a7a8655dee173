"""An event loop whose time jumps to the next deadline whenever nothing can run, and a clock.

Nothing here waits or starts a thread: what a program would hand to a thread runs at once, where it is called.
So a run depends on its seed alone. The loop counts its turns, and can end the base station at any one of
them. Loop time in s, from 0; the wall clock is that time from a fixed day on, plus what it was set by.
"""

import asyncio
import selectors
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from basestation.clock import SystemClock

#: When every world begins.
BEGIN = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


class Deadlock(Exception):
    """Nothing can run and nothing is due: the world would stand still for ever."""


class _Jump(selectors.BaseSelector):
    """Hears of no file; instead of waiting it moves the time of its loop on."""

    def __init__(self) -> None:
        self.loop: VirtualLoop | None = None

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Take a file that nobody will ever write to."""
        return selectors.SelectorKey(fileobj, 0, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """Forget a file."""
        return selectors.SelectorKey(fileobj, 0, 0, None)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Let `timeout` pass in no time."""
        assert self.loop is not None
        self.loop.turn(timeout)
        return []

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        """Return the files, of which there are none."""
        return {}


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs coroutines in virtual time."""

    def __init__(self) -> None:
        self._now_s = 0.0
        jump = _Jump()
        super().__init__(jump)
        jump.loop = self
        self.turns = 0
        #: Called once, at the first turn from `strike_at_turn` on.
        self.strike: Callable[[], None] = lambda: None
        self.strike_at_turn: int | None = None

    def time(self) -> float:
        """Return the virtual time in s."""
        return self._now_s

    def now_ms(self) -> int:
        """Return the virtual time in whole ms."""
        return round(self._now_s * 1000)

    def turn(self, wait_s: float | None) -> None:
        """Count a turn of the loop, after which `wait_s` pass."""
        self.turns += 1
        if self.strike_at_turn is not None and self.turns >= self.strike_at_turn:
            self.strike_at_turn = None
            self.call_soon(self.strike)
            return
        if wait_s is None:
            raise Deadlock("Nothing can run and nothing is due.")
        if wait_s > 0:
            # Never a hair short of the deadline that is waited for.
            self._now_s += wait_s

    def at(self, at_ms: int, do: Callable[..., None], *arguments: Any) -> asyncio.TimerHandle:
        """Do something at `at_ms` of the loop, or at once where that is over."""
        return self.call_at(max(at_ms / 1000, self._now_s), do, *arguments)

    def run_in_executor(  # type: ignore[override]
        self, _executor: Any, function: Callable[..., Any], *arguments: Any
    ) -> asyncio.Future[Any]:
        """Run what was meant for a thread here and now."""
        done: asyncio.Future[Any] = self.create_future()
        try:
            done.set_result(function(*arguments))
        except Exception as error:  # noqa: BLE001 -- as a thread hands it over
            done.set_exception(error)
        return done


class VirtualClock(SystemClock):
    """The machine's clock on virtual time; it waits as the real one does."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        #: What somebody has set it by, in ms.
        self.step_ms = 0

    def now(self) -> datetime:
        """Return the wall time, aware UTC."""
        return BEGIN + timedelta(milliseconds=self._loop.now_ms() + self.step_ms)
