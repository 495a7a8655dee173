"""Gravity and movement out of the samples: the only code that runs for every sample.

Decides where gravity points (a low pass of 64 samples, 1.3 s at 50 Hz, so that walking and shaking do not
tilt it) and how much a body moves (mean deviation from gravity over a block of 10 samples). Never allocates
and never decides about alarms. mg; every number stays below 2**30. Figures are from the recordings.
"""

from array import array

BLOCK_SAMPLES = 10
#: Gravity is kept in 1/64 mg: a low pass of 64 samples.
_SHIFT = 6
#: One sample pulls gravity and one axis of the movement no further than this, so that a blow is no posture.
DEVIATION_MG_MAX = 1000

#: Places in `state`: gravity of the three axes in 1/64 mg, sum of deviations in mg, samples in the block.
_X, _Y, _Z, _MOVED, _COUNT = 0, 1, 2, 3, 4


class Motion:
    """The running estimate of gravity, and the movement of the last block."""

    def __init__(self) -> None:
        # -1 samples: not yet.
        self.state = array("i", (0, 0, 0, 0, -1))
        #: Mean deviation from gravity over the last whole block, summed over the axes, in mg.
        self.movement_mg = 0
        #: Gravity at the end of the last whole block, in mg.
        self.x_mg = 0
        self.y_mg = 0
        self.z_mg = 0

    def step(self, x_mg: int, y_mg: int, z_mg: int) -> bool:
        """Take in one sample; return True when it completes a block."""
        state = self.state
        count = state[_COUNT]
        if count < 0:
            self._begin(x_mg, y_mg, z_mg)
            count = 0
        moved = state[_MOVED]

        gravity = state[_X]
        deviation = x_mg - (gravity >> _SHIFT)
        if deviation > DEVIATION_MG_MAX:
            deviation = DEVIATION_MG_MAX
        elif deviation < -DEVIATION_MG_MAX:
            deviation = -DEVIATION_MG_MAX
        state[_X] = gravity + deviation
        moved += deviation if deviation >= 0 else -deviation

        gravity = state[_Y]
        deviation = y_mg - (gravity >> _SHIFT)
        if deviation > DEVIATION_MG_MAX:
            deviation = DEVIATION_MG_MAX
        elif deviation < -DEVIATION_MG_MAX:
            deviation = -DEVIATION_MG_MAX
        state[_Y] = gravity + deviation
        moved += deviation if deviation >= 0 else -deviation

        gravity = state[_Z]
        deviation = z_mg - (gravity >> _SHIFT)
        if deviation > DEVIATION_MG_MAX:
            deviation = DEVIATION_MG_MAX
        elif deviation < -DEVIATION_MG_MAX:
            deviation = -DEVIATION_MG_MAX
        state[_Z] = gravity + deviation
        state[_MOVED] = moved + (deviation if deviation >= 0 else -deviation)

        count += 1
        state[_COUNT] = count
        if count < BLOCK_SAMPLES:
            return False
        self._end_block()
        return True

    def set_gravity(self, x_mg: int, y_mg: int, z_mg: int) -> None:
        """Take this as the direction of gravity from now on."""
        state = self.state
        state[_X] = x_mg << _SHIFT
        state[_Y] = y_mg << _SHIFT
        state[_Z] = z_mg << _SHIFT

    def _begin(self, x_mg: int, y_mg: int, z_mg: int) -> None:
        self.set_gravity(x_mg, y_mg, z_mg)

    def _end_block(self) -> None:
        state = self.state
        self.movement_mg = state[_MOVED] // BLOCK_SAMPLES
        state[_MOVED] = 0
        state[_COUNT] = 0
        self.x_mg = state[_X] >> _SHIFT
        self.y_mg = state[_Y] >> _SHIFT
        self.z_mg = state[_Z] >> _SHIFT
