"""Whether the body has moved hectically, as somebody who runs or fights does, for the detection time.

Decides from the swing of |a| within a fifth of a second: running leaves the ground and lands within each
step, walking and most stairs do not, a fall or a jump is over too soon. The swing is the difference of two
running root mean squares of the blocks' highest and lowest |a|, kept without a root by Newton's step. The
countdown drains while hectic and refills at 3/4 of that pace, so a short lull resets nothing: hectic for a
share s > 3/7 of the time, its pre-alarm begins after detection / (s - 3 (1 - s) / 4). Only the key ends it.
`hectic_mg` comes from recordings of running against stairs and quick walking. ms, mg.
"""

from firmware.position import GAP_MS_MAX, MOVED, QUIET
from firmware.settings import WRIST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from firmware.motion import Motion
    from firmware.settings import Settings

#: The countdown refills at this share of the speed at which it drains.
REFILL_NUMERATOR, REFILL_DENOMINATOR = 3, 4
#: At the wrist the limit is so many eighths of `hectic_mg`: arms swing.
WRIST_EIGHTHS = 9

#: A block moves the running root mean square by a quarter, so it follows within a second.
_SHIFT = 2
#: One block counts for no more than 4 g, so that a blow is no running; |a| at rest is 1 g.
_PEAK_MG_MAX = 4000
_LOW_MG_MAX = 1000
_MG_MIN = 100
_PEAK_SQUARE_MAX = _PEAK_MG_MAX * _PEAK_MG_MAX
_LOW_SQUARE_MAX = _LOW_MG_MAX * _LOW_MG_MAX


class Escape:
    """The swing of the last second, and the countdown to the escape alarm."""

    def __init__(self, settings: "Settings", now_ms: int) -> None:
        self._detection_ms = settings.escape_detection_ms
        self._hectic_mg = settings.hectic_mg
        if settings.worn_at == WRIST:
            self._hectic_mg = settings.hectic_mg * WRIST_EIGHTHS // 8
        self._peak_mg = _LOW_MG_MAX
        self._low_mg = _LOW_MG_MAX
        self._is_hectic = False
        self._left_ms = self._detection_ms
        self._last_ms = now_ms

    def restart(self, now_ms: int) -> None:
        """Give the whole detection time back."""
        self._left_ms = self._detection_ms
        self._last_ms = now_ms

    def begin_recovery(self, _now_ms: int) -> None:
        """Do nothing: no movement ends the pre-alarm of an escape."""

    def deadline_ms(self) -> "Optional[int]":
        """Return when the movement will have been hectic for long enough, or None."""
        if not self._is_hectic and self._left_ms > 0:
            return None
        return self._last_ms + self._left_ms

    def step(self, now_ms: int, motion: "Motion", _posture: int) -> int:
        """Take in a block; return QUIET or MOVED."""
        passed_ms = now_ms - self._last_ms
        self._last_ms = now_ms
        was_hectic = self._is_hectic
        if was_hectic:
            self._left_ms = max(self._left_ms - passed_ms, 0)
        elif self._left_ms < self._detection_ms:
            refill_ms = min(passed_ms, GAP_MS_MAX) * REFILL_NUMERATOR // REFILL_DENOMINATOR
            self._left_ms = min(self._left_ms + refill_ms, self._detection_ms)
        is_hectic = self._follow(motion.peak_square, motion.low_square) >= self._hectic_mg
        if is_hectic == was_hectic:
            return QUIET
        self._is_hectic = is_hectic
        return MOVED

    def _follow(self, peak_square: int, low_square: int) -> int:
        """Let both levels follow the block (mg**2); return the swing in mg."""
        if peak_square > _PEAK_SQUARE_MAX:
            peak_square = _PEAK_SQUARE_MAX
        if low_square > _LOW_SQUARE_MAX:
            low_square = _LOW_SQUARE_MAX
        peak_mg, low_mg = self._peak_mg, self._low_mg
        peak_mg += (peak_square // peak_mg - peak_mg) >> _SHIFT
        low_mg += (low_square // low_mg - low_mg) >> _SHIFT
        if not _MG_MIN <= peak_mg <= _PEAK_MG_MAX:
            peak_mg = _PEAK_MG_MAX if peak_mg > _MG_MIN else _MG_MIN
        if not _MG_MIN <= low_mg <= _LOW_MG_MAX:
            low_mg = _LOW_MG_MAX if low_mg > _MG_MIN else _MG_MIN
        self._peak_mg = peak_mg
        self._low_mg = low_mg
        return peak_mg - low_mg
