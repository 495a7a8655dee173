"""Whether the body has moved hectically, as somebody who runs or fights does, for the detection time.

Decides from the swing of |a| within a fifth of a second: running leaves the ground and lands within each
step, walking and most stairs do not, a fall or a jump is over too soon. The swing is the difference of two
running root mean squares of the blocks' highest and lowest |a|, kept without a root by Newton's step. Two
countdowns run side by side: one of the detection time that a calm stretch refills three times faster, since
who takes stairs at a run and stands on the landing does not flee; and one five times as long that refills
slower than it drains, so no flapping postpones it for ever: hectic for a share s > 7/15 of the time, its
pre-alarm begins after 5 detection / (s - 7 (1 - s) / 8). Only the key ends it. From recordings. ms, mg.
"""

from firmware.position import GAP_MS_MAX, MOVED, QUIET
from firmware.settings import WRIST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from firmware.motion import Motion
    from firmware.settings import Settings

#: Who moves hectically goes on doing so down to so many tenths of the limit.
STAY_TENTHS = 9
#: The short countdown refills at so many times the speed at which it drains.
SHORT_REFILL = 3
#: The long countdown is so many detection times, and refills at this share of the speed at which it drains.
LONG_TIMES = 5
LONG_NUMERATOR, LONG_DENOMINATOR = 7, 8

#: At the wrist the pace tells so much that so many quarters of the detection time are enough. The pace is the
#: change from sample to sample against the deviation from gravity, in sixteenths, larger the quicker the
#: movement: waving has less than 4, running 5 to 8, clapping mostly more than 9.
WRIST_QUARTERS = 3
PACE_MIN, PACE_MAX = 4, 10

#: A block moves the running levels by a quarter, so they follow within a second.
_SHIFT = 2
#: One block counts for no more than 4 g, so that a blow is no running; |a| at rest is 1 g.
_PEAK_MG_MAX = 4000
_LOW_MG_MAX = 1000
_MG_MIN = 100
_PEAK_SQUARE_MAX = _PEAK_MG_MAX * _PEAK_MG_MAX
_LOW_SQUARE_MAX = _LOW_MG_MAX * _LOW_MG_MAX
#: No step keeps |a| above 2 g for a whole block: a sensor that says so is at its stop, and is no running.
STUCK_SQUARE = 2000 * 2000
#: Change and deviation are kept in 1/16 mg.
_FINE_SHIFT = 4


class Escape:
    """The swing and the pace of the last second, and the countdowns to the escape alarm."""

    def __init__(self, settings: "Settings", now_ms: int) -> None:
        self._is_at_wrist = settings.worn_at == WRIST
        self._detection_ms = settings.escape_detection_ms
        if self._is_at_wrist:
            self._detection_ms = settings.escape_detection_ms * WRIST_QUARTERS // 4
        self._long_ms = self._detection_ms * LONG_TIMES
        self._hectic_mg = settings.hectic_mg
        self._stay_mg = settings.hectic_mg * STAY_TENTHS // 10
        self._peak_mg = _LOW_MG_MAX
        self._low_mg = _LOW_MG_MAX
        self._jerk = 0
        self._movement = 0
        self._is_hectic = False
        self._short_left_ms = self._detection_ms
        self._long_left_ms = self._long_ms
        self._last_ms = now_ms
        #: When it became hectic since the whole detection time was left.
        self._hectic_ms = now_ms

    def restart(self, now_ms: int) -> None:
        """Give the whole detection time back."""
        self._short_left_ms = self._detection_ms
        self._long_left_ms = self._long_ms
        self._last_ms = self._hectic_ms = now_ms

    def begin_recovery(self, _now_ms: int) -> None:
        """Do nothing: no movement ends the pre-alarm of an escape."""

    def deadline_ms(self) -> "Optional[int]":
        """Return when the movement will have been hectic for long enough, or None."""
        left_ms = min(self._short_left_ms, self._long_left_ms)
        if not self._is_hectic and left_ms > 0:
            return None
        return self._last_ms + left_ms

    def since_ms(self) -> int:
        """Return since when the movement has been hectic, but for stretches too short to count."""
        return self._hectic_ms

    def step(self, now_ms: int, motion: "Motion", _posture: int) -> int:
        """Take in a block; return QUIET or MOVED."""
        passed_ms = now_ms - self._last_ms
        self._last_ms = now_ms
        was_hectic = self._is_hectic
        if was_hectic:
            self._short_left_ms = max(self._short_left_ms - passed_ms, 0)
            self._long_left_ms = max(self._long_left_ms - passed_ms, 0)
        elif self._long_left_ms < self._long_ms:
            self._refill(passed_ms if passed_ms < GAP_MS_MAX else GAP_MS_MAX)
        swing_mg = self._follow(motion.peak_square, motion.low_square)
        is_hectic = swing_mg >= (self._stay_mg if was_hectic else self._hectic_mg)
        if self._is_at_wrist:
            is_hectic = self._has_pace(motion.jerk_mg, motion.movement_mg) and is_hectic
        if is_hectic == was_hectic:
            return QUIET
        if self._short_left_ms == self._detection_ms:
            self._hectic_ms = now_ms
        self._is_hectic = is_hectic
        return MOVED

    def _refill(self, passed_ms: int) -> None:
        """Give both countdowns back what a calm stretch gives."""
        self._short_left_ms = min(self._short_left_ms + passed_ms * SHORT_REFILL, self._detection_ms)
        refill_ms = passed_ms * LONG_NUMERATOR // LONG_DENOMINATOR
        self._long_left_ms = min(self._long_left_ms + refill_ms, self._long_ms)

    def _has_pace(self, jerk_mg: int, movement_mg: int) -> bool:
        """Let change and deviation follow the block; tell whether they have the pace of running."""
        self._jerk += ((jerk_mg << _FINE_SHIFT) - self._jerk) >> _SHIFT
        self._movement += ((movement_mg << _FINE_SHIFT) - self._movement) >> _SHIFT
        return self._movement * PACE_MIN <= self._jerk << 4 <= self._movement * PACE_MAX

    def _follow(self, peak_square: int, low_square: int) -> int:
        """Let both levels follow the block (mg**2); return the swing in mg."""
        if low_square >= STUCK_SQUARE:
            peak_square = _LOW_SQUARE_MAX
        self._peak_mg = _followed(self._peak_mg, min(peak_square, _PEAK_SQUARE_MAX), _PEAK_MG_MAX)
        self._low_mg = _followed(self._low_mg, min(low_square, _LOW_SQUARE_MAX), _LOW_MG_MAX)
        return self._peak_mg - self._low_mg


def _followed(level_mg: int, square: int, highest_mg: int) -> int:
    """Return the level a Newton's step nearer to the root of the square."""
    return min(max(level_mg + ((square // level_mg - level_mg) >> _SHIFT), _MG_MIN), highest_mg)
