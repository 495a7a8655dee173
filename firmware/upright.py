"""Which way the device hangs while its wearer stands upright: learned from the first seconds, or set.

Decides whether 2 s can be taken: two halves whose means point the same way and are as long as gravity. A
restless start (a wearer who walks) is given three attempts; then the mean of the first 2 s counts, since a
later rest may be that of somebody who lies already, and whoever lies must never be learned as upright.
Where not even a mean is as long as gravity it goes on trying and never guesses. mg; 100 samples are 2 s.
"""

from array import array

from firmware.settings import GRAVITY_MG_MAX, GRAVITY_MG_MIN

HALF_SAMPLES = 50
#: The means of the two halves differ by no more than this, summed over the axes: about 10 degrees.
CHANGE_MG_MAX = 250
#: Attempts until the first mean that was as long as gravity is taken.
ATTEMPTS_MAX = 3
#: A later attempt counts only within about 45 degrees of that first mean: least product of the two.
ALIKE_MG2_MIN = 700000

_COUNT, _ATTEMPTS, _IDEA = 6, 7, 8


class UprightLearner:
    """The sums of the samples since the last attempt; `x_mg`, `y_mg`, `z_mg` once it succeeded."""

    def __init__(self) -> None:
        # Sums of the first and of the second half, the samples taken, the attempts since there was a
        # first mean, and that mean.
        self.state = array("i", (0,) * 11)
        self.x_mg = 0
        self.y_mg = 0
        self.z_mg = 0

    def step(self, x_mg: int, y_mg: int, z_mg: int) -> bool:
        """Take in one sample; return True when a direction is learned."""
        state = self.state
        count = state[_COUNT]
        at = 0 if count < HALF_SAMPLES else 3
        state[at] += x_mg
        state[at + 1] += y_mg
        state[at + 2] += z_mg
        state[_COUNT] = count + 1
        if count + 1 < 2 * HALF_SAMPLES:
            return False
        is_learned = self._is_learned()
        for place in range(_COUNT + 1):
            state[place] = 0
        return is_learned

    def _is_learned(self) -> bool:
        state = self.state
        is_steady = self._take_means()
        if is_gravity(self.x_mg, self.y_mg, self.z_mg):
            if state[_ATTEMPTS] == 0:
                state[_IDEA], state[_IDEA + 1], state[_IDEA + 2] = self.x_mg, self.y_mg, self.z_mg
            if is_steady and self._is_like_the_first():
                return True
        if state[_IDEA] == 0 and state[_IDEA + 1] == 0 and state[_IDEA + 2] == 0:
            return False
        state[_ATTEMPTS] += 1
        if state[_ATTEMPTS] < ATTEMPTS_MAX:
            return False
        self.x_mg, self.y_mg, self.z_mg = state[_IDEA], state[_IDEA + 1], state[_IDEA + 2]
        return True

    def _take_means(self) -> bool:
        """Put the mean of the 2 s into the attributes; return whether its halves point the same way."""
        state = self.state
        first_x, second_x = state[0] // HALF_SAMPLES, state[3] // HALF_SAMPLES
        first_y, second_y = state[1] // HALF_SAMPLES, state[4] // HALF_SAMPLES
        first_z, second_z = state[2] // HALF_SAMPLES, state[5] // HALF_SAMPLES
        self.x_mg = (first_x + second_x) >> 1
        self.y_mg = (first_y + second_y) >> 1
        self.z_mg = (first_z + second_z) >> 1
        change_mg = abs(first_x - second_x) + abs(first_y - second_y) + abs(first_z - second_z)
        return change_mg <= CHANGE_MG_MAX

    def _is_like_the_first(self) -> bool:
        state = self.state
        product = self.x_mg * state[_IDEA] + self.y_mg * state[_IDEA + 1] + self.z_mg * state[_IDEA + 2]
        return product >= ALIKE_MG2_MIN


def is_gravity(x_mg: int, y_mg: int, z_mg: int) -> bool:
    """Tell whether this vector is as long as gravity."""
    if max(abs(x_mg), abs(y_mg), abs(z_mg)) > GRAVITY_MG_MAX:
        return False
    square = x_mg * x_mg + y_mg * y_mg + z_mg * z_mg
    return GRAVITY_MG_MIN * GRAVITY_MG_MIN <= square <= GRAVITY_MG_MAX * GRAVITY_MG_MAX
