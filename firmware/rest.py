"""Whether the body has not really moved for the detection time, and whether it moves again.

Decides what real movement is: `rest_clear_ms` of moving blocks together, where stillness in between takes
them back four times slower than they came; or a turn, however slow. Whatever is less (breathing, twitching,
noise) postpones nothing; a body that moves more than a fifth of the time does really move. A vibrating floor
is no movement: its level is steady, is followed within seconds and must be exceeded, and it shakes along one
line, also where the sensor folds 45-50 Hz down to the pace of steps; a body moves across it. A silent sensor
is stillness. From recordings of bodies that lie still after a fall, and of desk work. ms, mg.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.motion import Motion
    from firmware.settings import Settings

#: What `step` tells: nothing, or that the body really moves.
QUIET, CLEARED = 0, 2

#: Stillness takes back so many times slower than movement adds.
TAKE_BACK_DIVISOR = 4
#: A gap between blocks counts as movement only so far.
GAP_MS_MAX = 400

#: The steady level is the least of the last seconds' means: it rises by so much a block (200 mg of vibration
#: are known within 8 s), and falls at once. Below 25 mg it is sensor and breath.
STEADY_RISE_MG = 6
STEADY_MG_MIN = 25
#: Movement exceeds the steady level by so many eighths of it; a slow sine exceeds its own mean by 11/7.
STEADY_EIGHTHS = 14
#: Mean over 8 blocks, kept in 1/16 mg.
_MEAN_SHIFT = 3

#: Whose gravity has turned by so much since the last real movement has turned itself, as somebody does who
#: stands at a bench: the sine of the angle in 1/1024, summed over the axes, is 6 to 9 degrees. Breathing
#: turns a body by 3 at most, and a machine shakes it, but turns nobody.
TURN_MIN = 150
_TURN_SHIFT = 10


class Rest:
    """The movement that came together, and when it last was real."""

    def __init__(self, settings: "Settings", now_ms: int) -> None:
        self._detection_ms = settings.rest_detection_ms
        self._clear_ms = settings.rest_clear_ms
        self._movement_mg = settings.movement_mg
        self._still_since_ms = now_ms
        self._moved_ms = 0
        self._last_ms = now_ms
        # The mean level in 1/16 mg, and the steady level in mg.
        self._mean = 0
        self._steady_mg = 0
        # Gravity when the body last really moved, or when a pre-alarm began.
        self._is_gravity_known = False
        self._x_mg = 0
        self._y_mg = 0
        self._z_mg = 0

    def restart(self, now_ms: int) -> None:
        """Give the whole detection time back."""
        self._still_since_ms = now_ms
        self._moved_ms = 0
        self._last_ms = now_ms

    def begin_recovery(self, _now_ms: int) -> None:
        """Count movement from now on: a pre-alarm begins."""
        self._moved_ms = 0
        self._is_gravity_known = False

    def deadline_ms(self) -> int:
        """Return when the body will have rested for long enough if it does not move."""
        return self._still_since_ms + self._detection_ms

    def since_ms(self) -> int:
        """Return when the body last really moved."""
        return self._still_since_ms

    def step(self, now_ms: int, motion: "Motion", _posture: int) -> int:
        """Take in the movement of a block; return QUIET or CLEARED."""
        passed_ms = now_ms - self._last_ms
        self._last_ms = now_ms
        moved_ms = self._moved_ms
        if self._is_moving(motion.movement_mg, motion.is_across):
            moved_ms += passed_ms if passed_ms < GAP_MS_MAX else GAP_MS_MAX
        elif moved_ms > 0:
            moved_ms = max(moved_ms - passed_ms // TAKE_BACK_DIVISOR, 0)
        self._moved_ms = moved_ms
        if not self._is_gravity_known:
            self._remember(motion)
        if moved_ms < self._clear_ms and not self._has_turned(motion):
            return QUIET
        self._remember(motion)
        self._moved_ms = self._clear_ms
        self._still_since_ms = now_ms
        return CLEARED

    def _remember(self, motion: "Motion") -> None:
        """Take the gravity of this block as the one from which a turn counts."""
        self._x_mg = motion.x_mg
        self._y_mg = motion.y_mg
        self._z_mg = motion.z_mg
        self._is_gravity_known = True

    def _has_turned(self, motion: "Motion") -> bool:
        x_mg, y_mg, z_mg = motion.x_mg, motion.y_mg, motion.z_mg
        was_x, was_y, was_z = self._x_mg, self._y_mg, self._z_mg
        turn = abs(was_y * z_mg - was_z * y_mg) >> _TURN_SHIFT
        turn += abs(was_z * x_mg - was_x * z_mg) >> _TURN_SHIFT
        turn += abs(was_x * y_mg - was_y * x_mg) >> _TURN_SHIFT
        return turn >= TURN_MIN

    def _is_moving(self, movement_mg: int, is_across: bool) -> bool:
        mean = self._mean
        mean += ((movement_mg << 4) - mean) >> _MEAN_SHIFT
        self._mean = mean
        steady_mg = self._steady_mg + STEADY_RISE_MG
        if steady_mg > mean >> 4:
            steady_mg = mean >> 4
        self._steady_mg = steady_mg
        if movement_mg < self._movement_mg:
            return False
        return is_across or steady_mg < STEADY_MG_MIN or movement_mg << 3 >= steady_mg * STEADY_EIGHTHS
