"""The device's clocks: the only file that knows that ticks wrap, and how to wait for the next one.

Decides when a tick is due (an absolute schedule of 20 ms, so that nothing drifts) and measures
how late each one came. Never calls the core. Runs on MicroPython and CPython; milliseconds for
the core, microseconds for its own measurement.
"""

import time
from array import array

#: One turn of the loop, and the interval of the samples: 50 Hz.
TICK_MS = 20
#: After a longer stall than this the ticks in between are given up, not made up for.
STALL_MS_MAX = 200

_TICK_US = TICK_MS * 1000
_BUCKET_US = 50
_BUCKETS = 400

if hasattr(time, "ticks_us"):
    from time import sleep_us, ticks_add, ticks_diff, ticks_ms, ticks_us
else:

    def ticks_us() -> int:
        """Return a monotonic time in microseconds."""
        return time.monotonic_ns() // 1000

    def ticks_ms() -> int:
        """Return a monotonic time in milliseconds."""
        return time.monotonic_ns() // 1000000

    def ticks_add(ticks: int, delta: int) -> int:
        """Return the tick `delta` later."""
        return ticks + delta

    def ticks_diff(later: int, earlier: int) -> int:
        """Return how much `later` is after `earlier`."""
        return later - earlier

    def sleep_us(duration_us: int) -> None:
        """Wait."""
        time.sleep(duration_us / 1000000)


def wall_ms() -> int:
    """Return the wall time in milliseconds since 1970, as the board knows it; never for timers."""
    return time.time_ns() // 1000000


class Clock:
    """The uptime in milliseconds, from 0 and never wrapping; must be read once an hour at least."""

    def __init__(self) -> None:
        self._last_ticks = ticks_ms()
        self._now_ms = 0

    def now_ms(self) -> int:
        """Return the milliseconds since this clock was made."""
        ticks = ticks_ms()
        self._now_ms += ticks_diff(ticks, self._last_ticks)
        self._last_ticks = ticks
        return self._now_ms


class Schedule:
    """Ticks at fixed moments, and a histogram of how late they came."""

    def __init__(self) -> None:
        self._due_us = ticks_us()
        self._late_counts = array("i", [0] * (_BUCKETS + 1))
        self.ticks = 0
        self.late_us_max = 0
        #: Ticks given up after stalls.
        self.skipped_ticks = 0

    def wait(self) -> None:
        """Wait for the next tick; return at once when it is overdue."""
        self._due_us = ticks_add(self._due_us, _TICK_US)
        left_us = ticks_diff(self._due_us, ticks_us())
        if left_us > 0:
            sleep_us(left_us)
        late_us = ticks_diff(ticks_us(), self._due_us)
        self._note(max(late_us, 0))
        if late_us > STALL_MS_MAX * 1000:
            skipped_ticks = late_us // _TICK_US
            self.skipped_ticks += skipped_ticks
            self._due_us = ticks_add(self._due_us, skipped_ticks * _TICK_US)

    def slack_us(self) -> int:
        """Return the microseconds left until the next tick is due; negative when overdue."""
        return ticks_diff(ticks_add(self._due_us, _TICK_US), ticks_us())

    def late_us_p99(self) -> int:
        """Return the lateness that 99 of 100 ticks kept, rounded up to 50 us, at most 20 ms."""
        allowed = self.ticks // 100
        for bucket in range(_BUCKETS, -1, -1):
            allowed -= self._late_counts[bucket]
            if allowed < 0:
                return (bucket + 1) * _BUCKET_US
        return 0

    def restart_measurement(self) -> None:
        """Forget what was measured so far."""
        for bucket in range(_BUCKETS + 1):
            self._late_counts[bucket] = 0
        self.ticks = 0
        self.late_us_max = 0
        self.skipped_ticks = 0

    def _note(self, late_us: int) -> None:
        self.ticks += 1
        self.late_us_max = max(self.late_us_max, late_us)
        self._late_counts[min(late_us // _BUCKET_US, _BUCKETS)] += 1
