"""Which way the device hangs while its wearer stands upright: learned from standing and walking.

Decides in windows of 1 s. Two that point the same way are taken at once, provisionally: who lies looks no
different. A restless start has five attempts, then its first mean counts: a later rest may follow a fall.
Walking is the proof: steps that load and relieve the body in each second, of moderate size, slower than a
machine, swaying across their line. Five such seconds confirm or correct; what is proved gives way only to a
long walk within 45 degrees of the first proof, a belt that shifted. A fit shakes as regularly as steps, so a
further turn counts only after the device was taken off or its wearer answered (`doubt`). mg.
"""

from array import array

from firmware.settings import GRAVITY_MG_MAX, GRAVITY_MG_MIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.motion import Motion

WINDOW_BLOCKS = 5
#: Two directions are the same when they differ by no more than this, summed over the axes: about 15 degrees.
CHANGE_MG_MAX = 300
#: Windows until the first mean that was as long as gravity is taken.
ATTEMPTS_MAX = 5
#: A later attempt, and a quick correction, lie within about 45 degrees: least product of the two.
ALIKE_MG2_MIN = 700000

#: Windows of walking in a row that confirm, and that correct a shift or a provisional direction far off.
CONFIRM_WINDOWS = 5
SHIFT_WINDOWS = 12

#: Walking, from recordings at waist and chest (p2 to p98 of a second): mean movement, highest and lowest |a|,
#: movement across the line. Its change from sample to sample stays below 3/4 of its movement up to a quick
#: walk; a vibration of 10 Hz has 9/8, more the faster it is.
WALK_MG_MIN, WALK_MG_MAX = 100, 1200
WALK_PEAK_SQUARE_MIN = 1100 * 1100
WALK_PEAK_SQUARE_MAX = 3000 * 3000
WALK_LOW_SQUARE_MAX = 940 * 940
#: Of the three pairs of changes within a window so many point across each other.
WALK_ACROSS_MIN = 2

# Places in the state: sums of the means of the window's blocks, of its movement and jerk, highest and lowest
# square, blocks, those that went across the line; windows of walking in a row and the sum of their means;
# attempts; the window before and the first mean that was gravity, both from the first attempt on.
_MOVEMENT, _JERK, _PEAK, _LOW, _BLOCKS, _ACROSS, _WALKED, _WALK, _ATTEMPTS, _BEFORE, _IDEA = (
    3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 17,
)  # fmt: skip
_LENGTH = 20
_SQUARE_MAX = 0x3FFFFFFF


class UprightLearner:
    """The window that is filling, the walk that is under way; `x_mg`, `y_mg`, `z_mg` once `is_known`."""

    def __init__(self) -> None:
        self.state = array("i", (0,) * _LENGTH)
        self.x_mg = 0
        self.y_mg = 0
        self.z_mg = 0
        #: There is a direction; walking has proved it.
        self.is_known = False
        self.is_confirmed = False
        # What walking first proved.
        self._proof = array("h", (0, 0, 0))
        self._begin_window()

    def restart(self, _now_ms: int) -> None:
        """Learn anew: a shift begins."""
        self.is_known = False
        self.is_confirmed = False
        self.state[_ATTEMPTS] = 0
        self.state[_WALKED] = 0
        self._begin_window()

    def restore(self, x_mg: int, y_mg: int, z_mg: int) -> None:
        """Go on with a direction that was learned before a restart: only a long walk corrects it."""
        self._take(x_mg, y_mg, z_mg)
        self._confirm()

    def doubt(self) -> None:
        """Let the next walk turn the direction any way: the device was taken off, or its wearer answered."""
        self.is_confirmed = False
        self.state[_WALKED] = 0

    def step(self, _now_ms: int, motion: "Motion") -> bool:
        """Take in one block; return True when there is a new direction."""
        state = self.state
        state[0] += motion.mean_x_mg
        state[1] += motion.mean_y_mg
        state[2] += motion.mean_z_mg
        state[_MOVEMENT] += motion.movement_mg
        state[_JERK] += motion.jerk_mg
        if motion.peak_square > state[_PEAK]:
            state[_PEAK] = motion.peak_square
        if motion.low_square < state[_LOW]:
            state[_LOW] = motion.low_square
        count = state[_BLOCKS] + 1
        state[_BLOCKS] = count
        # Both changes lie within the window from its third block on.
        if count > 2 and motion.is_across:
            state[_ACROSS] += 1
        if count < WINDOW_BLOCKS:
            return False
        is_new = self._end_window()
        self._begin_window()
        return is_new

    def _begin_window(self) -> None:
        state = self.state
        for at in range(_WALKED):
            state[at] = 0
        state[_LOW] = _SQUARE_MAX

    def _end_window(self) -> bool:
        state = self.state
        x_mg, y_mg, z_mg = state[0] // WINDOW_BLOCKS, state[1] // WINDOW_BLOCKS, state[2] // WINDOW_BLOCKS
        if self.is_confirmed and self._is_near(x_mg, y_mg, z_mg):
            state[_WALKED] = 0
            return False
        has_gravity = is_gravity(x_mg, y_mg, z_mg)
        if not has_gravity or not self._has_steps():
            state[_WALKED] = 0
        elif self._walk_on(x_mg, y_mg, z_mg):
            return True
        return not self.is_known and self._attempt(has_gravity, x_mg, y_mg, z_mg)

    def _has_steps(self) -> bool:
        """Tell whether the window looks like a second of walking."""
        state = self.state
        if not WALK_MG_MIN * WINDOW_BLOCKS <= state[_MOVEMENT] <= WALK_MG_MAX * WINDOW_BLOCKS:
            return False
        if not WALK_PEAK_SQUARE_MIN <= state[_PEAK] <= WALK_PEAK_SQUARE_MAX:
            return False
        if state[_LOW] > WALK_LOW_SQUARE_MAX:
            return False
        return state[_JERK] << 2 <= state[_MOVEMENT] * 3 and state[_ACROSS] >= WALK_ACROSS_MIN

    def _is_near(self, x_mg: int, y_mg: int, z_mg: int) -> bool:
        return abs(self.x_mg - x_mg) + abs(self.y_mg - y_mg) + abs(self.z_mg - z_mg) <= CHANGE_MG_MAX

    def _walk_on(self, x_mg: int, y_mg: int, z_mg: int) -> bool:
        """Add a second of walking; return True when the walk gives a new direction."""
        state = self.state
        walked = state[_WALKED]
        if walked and self._change_mg(_WALK, walked, x_mg, y_mg, z_mg) > CHANGE_MG_MAX:
            walked = 0
        if walked == 0:
            state[_WALK] = state[_WALK + 1] = state[_WALK + 2] = 0
        walked += 1
        state[_WALKED] = walked
        state[_WALK] += x_mg
        state[_WALK + 1] += y_mg
        state[_WALK + 2] += z_mg
        x_mg, y_mg, z_mg = state[_WALK] // walked, state[_WALK + 1] // walked, state[_WALK + 2] // walked
        if walked < self._windows_needed(x_mg, y_mg, z_mg):
            return False
        state[_WALKED] = 0
        if not self.is_confirmed:
            self._take(x_mg, y_mg, z_mg)
            self._confirm()
            return True
        proof = self._proof
        if self._is_near(x_mg, y_mg, z_mg) or not is_alike(x_mg, y_mg, z_mg, proof[0], proof[1], proof[2]):
            return False
        self._take(x_mg, y_mg, z_mg)
        return True

    def _windows_needed(self, x_mg: int, y_mg: int, z_mg: int) -> int:
        if self.is_confirmed:
            return SHIFT_WINDOWS
        if self.is_known and not is_alike(x_mg, y_mg, z_mg, self.x_mg, self.y_mg, self.z_mg):
            return SHIFT_WINDOWS
        return CONFIRM_WINDOWS

    def _confirm(self) -> None:
        self.is_confirmed = True
        self._proof[0], self._proof[1], self._proof[2] = self.x_mg, self.y_mg, self.z_mg

    def _attempt(self, has_gravity: bool, x_mg: int, y_mg: int, z_mg: int) -> bool:
        """Compare this mean with the one before; return True when there is a provisional direction."""
        state = self.state
        if state[_ATTEMPTS] == 0:
            if not has_gravity:
                return False
            state[_IDEA], state[_IDEA + 1], state[_IDEA + 2] = x_mg, y_mg, z_mg
        elif has_gravity and self._is_steady(x_mg, y_mg, z_mg):
            self._take(
                (x_mg + state[_BEFORE]) >> 1,
                (y_mg + state[_BEFORE + 1]) >> 1,
                (z_mg + state[_BEFORE + 2]) >> 1,
            )
            return True
        state[_BEFORE], state[_BEFORE + 1], state[_BEFORE + 2] = x_mg, y_mg, z_mg
        state[_ATTEMPTS] += 1
        if state[_ATTEMPTS] < ATTEMPTS_MAX:
            return False
        self._take(state[_IDEA], state[_IDEA + 1], state[_IDEA + 2])
        return True

    def _is_steady(self, x_mg: int, y_mg: int, z_mg: int) -> bool:
        state = self.state
        if self._change_mg(_BEFORE, 1, x_mg, y_mg, z_mg) > CHANGE_MG_MAX:
            return False
        return is_alike(x_mg, y_mg, z_mg, state[_IDEA], state[_IDEA + 1], state[_IDEA + 2])

    def _change_mg(self, place: int, count: int, x_mg: int, y_mg: int, z_mg: int) -> int:
        """Return how far this is from the mean of `count` directions whose sum is kept at `place`."""
        state = self.state
        change_mg = abs(state[place] // count - x_mg) + abs(state[place + 1] // count - y_mg)
        return change_mg + abs(state[place + 2] // count - z_mg)

    def _take(self, x_mg: int, y_mg: int, z_mg: int) -> None:
        self.x_mg, self.y_mg, self.z_mg = x_mg, y_mg, z_mg
        self.is_known = True


def is_gravity(x_mg: int, y_mg: int, z_mg: int) -> bool:
    """Tell whether this vector is as long as gravity."""
    if max(abs(x_mg), abs(y_mg), abs(z_mg)) > GRAVITY_MG_MAX:
        return False
    square = x_mg * x_mg + y_mg * y_mg + z_mg * z_mg
    return GRAVITY_MG_MIN * GRAVITY_MG_MIN <= square <= GRAVITY_MG_MAX * GRAVITY_MG_MAX


def is_alike(x_mg: int, y_mg: int, z_mg: int, other_x_mg: int, other_y_mg: int, other_z_mg: int) -> bool:
    """Tell whether two directions as long as gravity lie within about 45 degrees."""
    return x_mg * other_x_mg + y_mg * other_y_mg + z_mg * other_z_mg >= ALIKE_MG2_MIN
