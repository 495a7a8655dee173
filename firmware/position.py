"""Whether the body has lain, or hung askew, for the detection time; and whether it is right again.

Decides from the angle between gravity and upright, by squared dot products (no roots, integers below 2**30).
The countdown drains while tilted and refills four times slower while upright, so a body that rocks to and
fro postpones nothing for ever: tilted for a share s > 1/5 of the time, its pre-alarm begins after
detection / (s - (1 - s) / 4). Only `position_clear_ms` of right posture in a row is a recovery. A gravity
that is none (shaken, falling, a dead sensor) is neither tilted nor upright. A sensor that falls silent
leaves the last posture as it was: its countdown goes on, and nothing recovers. ms, mg, degrees.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from firmware.motion import Motion
    from firmware.settings import Settings

UNKNOWN, UPRIGHT, TILTED = 0, 1, 2

#: What `step` tells: nothing, that a deadline moved, that the posture was right for long enough.
QUIET, MOVED, CLEARED = 0, 1, 2

#: The countdown refills so many times slower than it drains.
REFILL_DIVISOR = 4
#: A gap between blocks counts towards recovery only so far.
GAP_MS_MAX = 400

#: Gravity is believed between 0.5 and 1.5 g.
_SQUARE_MIN = 500 * 500
_SQUARE_MAX = 1500 * 1500

TILT_LIMIT_DEG_MIN = 30
#: 1024 * cos(angle)**2 for each degree from 30 to 80.
COS_SQUARES = (
    768, 752, 736, 720, 704, 687, 670, 653, 636, 618, 601, 583, 566, 548, 530, 512, 494,
    476, 458, 441, 423, 406, 388, 371, 354, 337, 320, 304, 288, 272, 256, 241, 226, 211,
    197, 183, 169, 156, 144, 132, 120, 109, 98, 88, 78, 69, 60, 52, 44, 37, 31,
)  # fmt: skip


class Position:
    """The posture, and the countdown to the position alarm."""

    def __init__(self, settings: "Settings", now_ms: int) -> None:
        self._detection_ms = settings.position_detection_ms
        self._clear_ms = settings.position_clear_ms
        self._cos_square = COS_SQUARES[settings.tilt_limit_deg - TILT_LIMIT_DEG_MIN]
        self._x_mg = 0
        self._y_mg = 0
        self._z_mg = 0
        #: x*x + y*y + z*z of upright in 64 mg**2.
        self._upright_square = 0
        self.is_upright_known = False
        self.posture = UNKNOWN
        self._left_ms = self._detection_ms
        self._right_ms = 0
        self._last_ms = now_ms
        #: When the body first lay since the whole detection time was left.
        self._tilted_ms = now_ms

    def set_upright(self, x_mg: int, y_mg: int, z_mg: int) -> None:
        """Take this direction, as long as gravity, as upright."""
        self._x_mg = x_mg
        self._y_mg = y_mg
        self._z_mg = z_mg
        self._upright_square = (x_mg * x_mg + y_mg * y_mg + z_mg * z_mg) >> 6
        self.is_upright_known = True

    def restart(self, now_ms: int) -> None:
        """Give the whole detection time back."""
        self._left_ms = self._detection_ms
        self._right_ms = 0
        self._last_ms = self._tilted_ms = now_ms

    def begin_recovery(self, _now_ms: int) -> None:
        """Count the right posture from now on: a pre-alarm begins."""
        self._right_ms = 0

    def deadline_ms(self) -> "Optional[int]":
        """Return when the condition will have lasted long enough if nothing changes, or None."""
        if self.posture != TILTED and self._left_ms > 0:
            return None
        return self._last_ms + self._left_ms

    def since_ms(self) -> int:
        """Return since when the body has lain or rocked, for a condition that is met."""
        return self._tilted_ms

    def step(self, now_ms: int, motion: "Motion", _posture: int) -> int:
        """Take in gravity at the end of a block; return QUIET, MOVED or CLEARED."""
        posture = self.assess(motion.x_mg, motion.y_mg, motion.z_mg)
        before = self.posture
        passed_ms = now_ms - self._last_ms
        self._last_ms = now_ms
        counted_ms = passed_ms if passed_ms < GAP_MS_MAX else GAP_MS_MAX
        if before == TILTED:
            # Down to zero and no further: what follows is the pre-alarm's time.
            self._left_ms = max(self._left_ms - passed_ms, 0)
        elif before == UPRIGHT and self._left_ms < self._detection_ms:
            self._left_ms = min(self._left_ms + counted_ms // REFILL_DIVISOR, self._detection_ms)
        self.posture = posture
        if posture != UPRIGHT or before != UPRIGHT:
            self._right_ms = 0
            if posture == before:
                return QUIET
            if self._left_ms == self._detection_ms:
                self._tilted_ms = now_ms
            return MOVED
        self._right_ms += counted_ms
        if self._right_ms < self._clear_ms:
            return QUIET
        self._left_ms = self._detection_ms
        return CLEARED

    def assess(self, x_mg: int, y_mg: int, z_mg: int) -> int:
        """Return UPRIGHT, TILTED or UNKNOWN for this gravity, which is within the sensor's range."""
        if not self.is_upright_known:
            return UNKNOWN
        square = x_mg * x_mg + y_mg * y_mg + z_mg * z_mg
        if not _SQUARE_MIN <= square <= _SQUARE_MAX:
            return UNKNOWN
        # cos(tilt) < cos(limit), both sides squared and scaled by 2**-12.
        along = (x_mg * self._x_mg + y_mg * self._y_mg + z_mg * self._z_mg) >> 6
        if along <= 0:
            return TILTED
        limit = ((self._upright_square * (square >> 6)) >> 10) * self._cos_square
        return TILTED if along * along < limit else UPRIGHT
