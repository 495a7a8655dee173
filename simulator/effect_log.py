"""What a device did, in order: kept, waited for, watched as it comes.

Decides how many effects are kept and how they are awaited, from threads and from asyncio. Never reads a
device itself (device.py does, in a thread) and never looks into an effect.
"""

import asyncio
import contextlib
import itertools
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

#: Effects kept for those who ask later; the oldest give way.
EFFECTS_KEPT_MAX = 20_000

#: One thing the device did: `t_ms` (uptime), `time_ms` (wall time), `effect`, and what belongs to it.
Effect = Mapping[str, Any]


class EffectLog:
    """The effects of one device, numbered from 0 over all its starts."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._effects: deque[Effect] = deque(maxlen=EFFECTS_KEPT_MAX)
        self._count = 0
        self._is_ended = True
        self._wakers: list[Callable[[], None]] = []

    @property
    def count(self) -> int:
        """How many effects there were so far: the number of the next one."""
        with self._changed:
            return self._count

    def begin(self) -> None:
        """Note that the device starts."""
        with self._changed:
            self._is_ended = False

    def add(self, effect: Effect) -> None:
        """Note one effect."""
        with self._changed:
            self._effects.append(effect)
            self._count += 1
            self._notify()

    def end(self) -> None:
        """Note that the device ended, and that all its effects were added."""
        with self._changed:
            self._is_ended = True
            self._notify()

    def since(self, number: int) -> list[Effect]:
        """Return the effects from `number` on, as far as they are kept."""
        with self._changed:
            return list(self._kept(number))

    def wait_for(self, is_wanted: Callable[[Effect], bool], wait_s: float, since: int = 0) -> Effect | None:
        """Return the first effect from number `since` on that `is_wanted`.

        None if there is none within `wait_s`, or before the device ends.
        """
        deadline_s = time.monotonic() + wait_s
        seen = since
        with self._changed:
            while True:
                for effect in self._kept(seen):
                    if is_wanted(effect):
                        return effect
                seen = self._count
                left_s = deadline_s - time.monotonic()
                if left_s <= 0 or self._is_ended:
                    return None
                self._changed.wait(left_s)

    async def watch(self, since: int) -> AsyncIterator[Effect]:
        """Yield each effect from number `since` on, until the device ends."""
        loop = asyncio.get_running_loop()
        has_changed = asyncio.Event()

        def wake() -> None:
            # The event loop may be closed already when the last effects come.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(has_changed.set)

        with self._changed:
            self._wakers.append(wake)
        try:
            seen = since
            while True:
                has_changed.clear()
                with self._changed:
                    fresh, seen, is_ended = list(self._kept(seen)), self._count, self._is_ended
                for effect in fresh:
                    yield effect
                if is_ended and not fresh:
                    return
                if not fresh:
                    await has_changed.wait()
        finally:
            with self._changed:
                self._wakers.remove(wake)

    def _kept(self, number: int) -> Iterator[Effect]:
        first = self._count - len(self._effects)
        return itertools.islice(self._effects, max(0, number - first), None)

    def _notify(self) -> None:
        self._changed.notify_all()
        for wake in self._wakers:
            wake()
