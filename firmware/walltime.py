"""What time it is in the world, as the base station told it, and how wrong that may be.

Decides which answer is believed: one whose message this start remembers, since the base station's clock was
read between that message's first sending and the answer's arrival; the middle is taken, half of it is the
error. Never moves a timer: whoever counts, counts in the device's own ms. The clock is assumed to drift by
500 ppm at most: Linux bends a clock no further (adjtimex), and the crystal of an ESP32 must keep 10 ppm
(ESP32-S3 hardware design guidelines). s and ms since 1970 UTC.
"""

from firmware.effects import SetWallClock
from protocol.messages import INT_MAX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

DRIFT_PPM = 500
#: The board's clock is set again when it is known to be wrong by so much.
STEP_MS = 1000


class WallTime:
    """The wall time of one start; unknown until the first answer."""

    def __init__(self) -> None:
        #: Wall time less uptime, in ms, with its error when it was taken; None: not heard yet.
        self._offset_ms: "Optional[int]" = None
        self._error_ms = 0
        self._taken_ms = 0
        #: The offset that the board's clock was set by.
        self._set_offset_ms: "Optional[int]" = None

    def take(self, now_ms: int, sent_ms: "Optional[int]", time_ms: int) -> None:
        """Take the base station's `time_ms` from an answer to what was first sent at `sent_ms` of the device.

        None: nobody knows how long that answer was under way, so it says nothing.
        """
        if sent_ms is None:
            return
        error_ms = (now_ms - sent_ms + 1) // 2
        offset_ms = time_ms - sent_ms - error_ms
        known_ms = self.error_ms(now_ms)
        if known_ms is not None and self._offset_ms is not None:
            is_agreed = abs(offset_ms - self._offset_ms) <= error_ms + known_ms
            if is_agreed and known_ms < error_ms:
                return
        self._offset_ms = offset_ms
        self._error_ms = error_ms
        self._taken_ms = now_ms

    def wall_s(self, now_ms: int) -> int:
        """Return the wall time in s, 0 if it is not known."""
        if self._offset_ms is None:
            return 0
        return min(max((self._offset_ms + now_ms) // 1000, 0), INT_MAX)

    def error_ms(self, now_ms: int) -> "Optional[int]":
        """Return by how much the wall time may be wrong, in ms, or None if it is not known."""
        if self._offset_ms is None:
            return None
        drift_ms = (now_ms - self._taken_ms) * DRIFT_PPM // 1000000 + 1
        return min(self._error_ms + drift_ms, INT_MAX)

    def tell_board(self, now_ms: int, out: "list[Any]") -> None:
        """Have the board's own clock set where it is known to be wrong."""
        offset_ms, set_ms = self._offset_ms, self._set_offset_ms
        if offset_ms is None or (set_ms is not None and abs(offset_ms - set_ms) < STEP_MS):
            return
        self._set_offset_ms = offset_ms
        out.append(SetWallClock(offset_ms + now_ms))
