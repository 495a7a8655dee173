"""The station's clock: aware UTC, handed to whoever needs the time.

`SystemClock` is the real one; `FakeClock` stands still until it is told to jump and then wakes
whoever waited for that time. Nothing else in the base station asks the machine for the time.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from basestation.steady_time import SteadyTime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
#: One for the whole process: all its parts must agree.
MACHINE = SteadyTime(lambda: datetime.now(UTC), time.monotonic)


def to_ms(at: datetime) -> int:
    """Return `at` (aware) as milliseconds since 1970, UTC."""
    assert at.tzinfo is not None, at
    return (at - _EPOCH) // _MS


def due_ms(at: datetime) -> int:
    """Return the first whole millisecond since 1970 at which `at` (aware) has come: nothing is early."""
    return -((_EPOCH - at) // _MS)


def from_ms(at_ms: int) -> datetime:
    """Return the aware UTC time of `at_ms` milliseconds since 1970."""
    return _EPOCH + at_ms * _MS


def iso(at: datetime) -> str:
    """Return `at` as ISO 8601 in UTC with milliseconds and a Z, as it stands in JSON."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_of_ms(at_ms: int | None) -> str | None:
    """Return `at_ms` (since 1970) as it stands in JSON; None stays None."""
    return None if at_ms is None else iso(from_ms(at_ms))


class Clock(Protocol):
    """Where the station's time comes from."""

    def now(self) -> datetime:
        """Return the time, aware UTC."""
        ...

    async def wait(self, woken: asyncio.Event, until: datetime | None) -> None:
        """Return when `woken` is set or the clock has reached `until` (None: never)."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's time, aware UTC; it never goes back (`steady_time`)."""
        return MACHINE.now()

    async def wait(self, woken: asyncio.Event, until: datetime | None) -> None:
        """Return when `woken` is set or `until` has come."""
        if until is None:
            await woken.wait()
            return
        # Waits at most a minute at a time: the wall clock may be set while we wait.
        while not woken.is_set() and (remaining_s := (until - self.now()).total_seconds()) > 0:
            try:
                await asyncio.wait_for(woken.wait(), min(remaining_s, 60.0))
            except TimeoutError:
                continue


class FakeClock:
    """A clock that stands still until `jump`; for tests and virtual time."""

    def __init__(self, start: datetime) -> None:
        assert start.tzinfo is not None, start
        self._now = start
        self._waiting: list[tuple[datetime, asyncio.Event]] = []

    def now(self) -> datetime:
        """Return the time this clock stands at."""
        return self._now

    def jump(self, seconds: float) -> datetime:
        """Move the clock on by `seconds`, wake whoever waited until then, and return the new time."""
        assert seconds >= 0, seconds
        self._now += timedelta(seconds=seconds)
        due = [event for at, event in self._waiting if at <= self._now]
        self._waiting = [(at, event) for at, event in self._waiting if at > self._now]
        for event in due:
            event.set()
        return self._now

    async def wait(self, woken: asyncio.Event, until: datetime | None) -> None:
        """Return when `woken` is set or a jump has reached `until`."""
        if until is None:
            await woken.wait()
            return
        if until <= self._now or woken.is_set():
            return
        reached = asyncio.Event()
        self._waiting.append((until, reached))
        waits = [asyncio.ensure_future(woken.wait()), asyncio.ensure_future(reached.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            self._waiting = [entry for entry in self._waiting if entry[1] is not reached]
