"""Which way the device hangs while its wearer stands upright: learned from 2 s, or set.

Decides whether 2 s can be taken: two halves whose means point the same way and are as long as gravity.
Never guesses: as long as the device shakes, falls or turns it goes on trying, 2 s after 2 s. mg; a count of
100 samples is 2 s at 50 Hz.
"""

from array import array

from firmware.settings import GRAVITY_MG_MAX, GRAVITY_MG_MIN

HALF_SAMPLES = 50
#: The means of the two halves differ by no more than this, summed over the axes: about 10 degrees.
CHANGE_MG_MAX = 250


class UprightLearner:
    """The sums of the samples since the last attempt; `x_mg`, `y_mg`, `z_mg` once it succeeded."""

    def __init__(self) -> None:
        # Sums of the first and of the second half, then the samples taken.
        self.state = array("i", (0, 0, 0, 0, 0, 0, 0))
        self.x_mg = 0
        self.y_mg = 0
        self.z_mg = 0

    def step(self, x_mg: int, y_mg: int, z_mg: int) -> bool:
        """Take in one sample; return True when the last 2 s agreed on a direction."""
        state = self.state
        count = state[6]
        at = 0 if count < HALF_SAMPLES else 3
        state[at] += x_mg
        state[at + 1] += y_mg
        state[at + 2] += z_mg
        state[6] = count + 1
        if count + 1 < 2 * HALF_SAMPLES:
            return False
        is_agreed = self._is_agreed()
        for place in range(7):
            state[place] = 0
        return is_agreed

    def _is_agreed(self) -> bool:
        state = self.state
        first_x, second_x = state[0] // HALF_SAMPLES, state[3] // HALF_SAMPLES
        first_y, second_y = state[1] // HALF_SAMPLES, state[4] // HALF_SAMPLES
        first_z, second_z = state[2] // HALF_SAMPLES, state[5] // HALF_SAMPLES
        change_mg = abs(first_x - second_x) + abs(first_y - second_y) + abs(first_z - second_z)
        if change_mg > CHANGE_MG_MAX:
            return False
        self.x_mg = (first_x + second_x) >> 1
        self.y_mg = (first_y + second_y) >> 1
        self.z_mg = (first_z + second_z) >> 1
        return is_gravity(self.x_mg, self.y_mg, self.z_mg)


def is_gravity(x_mg: int, y_mg: int, z_mg: int) -> bool:
    """Tell whether this vector is as long as gravity."""
    if max(abs(x_mg), abs(y_mg), abs(z_mg)) > GRAVITY_MG_MAX:
        return False
    square = x_mg * x_mg + y_mg * y_mg + z_mg * z_mg
    return GRAVITY_MG_MIN * GRAVITY_MG_MIN <= square <= GRAVITY_MG_MAX * GRAVITY_MG_MAX
