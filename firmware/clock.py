"""The device's clocks: the only file that knows that ticks wrap, and how to wait for the next one.

Decides when a tick is due (an absolute schedule of 20 ms, so that nothing drifts) and measures
how late each one came. Never calls the core. Runs on MicroPython and CPython; milliseconds for
the core, microseconds for its own measurement.
"""

import time
from array import array

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: One turn of the loop, and the interval of the samples: 50 Hz.
TICK_MS = 20
#: After a longer stall than this the ticks in between are given up, not made up for.
STALL_MS_MAX = 200

#: From 1970 to the year in which the clock of this port begins: some boards count from 2000.
EPOCH_S = 946684800 if time.gmtime(0)[0] == 2000 else 0

_TICK_US = TICK_MS * 1000
_BUCKET_US = 100
_BUCKETS = 200
#: What a bucket holds at most.
_COUNT_MAX = 65535

# CPython has no ticks; its own clock does not wrap.
_host_ns: "Callable[[], int]" = getattr(time, "monotonic_ns", time.time_ns)


def _host_us() -> int:
    return _host_ns() // 1000


def _host_sleep_us(duration_us: int) -> None:
    time.sleep(duration_us / 1000000)


def _host_sleep_ms(duration_ms: int) -> None:
    time.sleep(duration_ms / 1000)


def _host_add(ticks: int, delta: int) -> int:
    return ticks + delta


def _host_diff(later: int, earlier: int) -> int:
    return later - earlier


ticks_us: "Callable[[], int]" = getattr(time, "ticks_us", _host_us)
ticks_add: "Callable[[int, int], int]" = getattr(time, "ticks_add", _host_add)
ticks_diff: "Callable[[int, int], int]" = getattr(time, "ticks_diff", _host_diff)
sleep_us: "Callable[[int], None]" = getattr(time, "sleep_us", _host_sleep_us)
sleep_ms: "Callable[[int], None]" = getattr(time, "sleep_ms", _host_sleep_ms)


def wall_ms() -> int:
    """Return the wall time in milliseconds since 1970, as the board knows it; never for timers."""
    return time.time_ns() // 1000000 + EPOCH_S * 1000


class Clock:
    """The uptime in ms, from 0 and never wrapping; to be read every tick, since ticks wrap within minutes."""

    def __init__(self) -> None:
        self._last_ticks = ticks_us()
        self._now_ms = 0
        self._rest_us = 0

    def now_ms(self) -> int:
        """Return the milliseconds since this clock was made."""
        ticks = ticks_us()
        self._rest_us += ticks_diff(ticks, self._last_ticks)
        self._last_ticks = ticks
        self._now_ms += self._rest_us // 1000
        self._rest_us %= 1000
        return self._now_ms


class Schedule:
    """Ticks at fixed moments, and a histogram of how late they came."""

    def __init__(self) -> None:
        self._due_us = ticks_us()
        self._late_counts = array("H", [0] * (_BUCKETS + 1))
        self.ticks = 0
        self.late_us_max = 0
        #: Ticks given up after stalls.
        self.skipped_ticks = 0

    def wait(self) -> None:
        """Wait for the next tick; return at once when it is overdue."""
        self._due_us = ticks_add(self._due_us, _TICK_US)
        left_us = ticks_diff(self._due_us, ticks_us())
        if left_us > 0:
            # An ESP32 rests in whole milliseconds only; microseconds it counts, at full power.
            sleep_ms(left_us // 1000)
            sleep_us(max(ticks_diff(self._due_us, ticks_us()), 0))
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
        """Return the lateness that 99 of 100 ticks kept, rounded up to 100 us, at most 20 ms."""
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
        bucket = min(late_us // _BUCKET_US, _BUCKETS)
        self._late_counts[bucket] = min(self._late_counts[bucket] + 1, _COUNT_MAX)
