"""Whether the body has not really moved for the detection time, and whether it moves again.

Decides what real movement is: `rest_clear_ms` of moving blocks together, where stillness in between takes
them back four times slower than they came. Everything below that (breathing, twitching, sensor noise)
postpones nothing: the pre-alarm begins one detection time after the last real movement, whatever twitches.
A body that moves more than a fifth of the time does really move. A silent sensor is stillness. ms, mg.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.settings import Settings

#: What `step` tells: nothing, or that the body really moves.
QUIET, CLEARED = 0, 2

#: Stillness takes back so many times slower than movement adds.
TAKE_BACK_DIVISOR = 4
#: A gap between blocks counts as movement only so far.
GAP_MS_MAX = 400


class Rest:
    """The movement that came together, and when it last was real."""

    def __init__(self, settings: "Settings", now_ms: int) -> None:
        self._detection_ms = settings.rest_detection_ms
        self._clear_ms = settings.rest_clear_ms
        self._movement_mg = settings.movement_mg
        self._still_since_ms = now_ms
        self._moved_ms = 0
        self._last_ms = now_ms

    def restart(self, now_ms: int) -> None:
        """Give the whole detection time back."""
        self._still_since_ms = now_ms
        self._moved_ms = 0
        self._last_ms = now_ms

    def begin_recovery(self) -> None:
        """Count movement from now on: a pre-alarm begins."""
        self._moved_ms = 0

    def deadline_ms(self) -> int:
        """Return when the body will have rested for long enough if it does not move."""
        return self._still_since_ms + self._detection_ms

    def step(self, now_ms: int, movement_mg: int) -> int:
        """Take in the movement of a block; return QUIET or CLEARED."""
        passed_ms = now_ms - self._last_ms
        self._last_ms = now_ms
        if movement_mg < self._movement_mg:
            self._moved_ms = max(self._moved_ms - passed_ms // TAKE_BACK_DIVISOR, 0)
            return QUIET
        counted_ms = min(passed_ms, GAP_MS_MAX)
        self._moved_ms = min(self._moved_ms + counted_ms, self._clear_ms)
        if self._moved_ms < self._clear_ms:
            return QUIET
        self._still_since_ms = now_ms
        return CLEARED
