"""What a block of samples says: gravity, movement, jerk, blows. The only code that runs for every sample.

Decides where gravity points (a low pass of 64 samples, 1.3 s at 50 Hz, so that walking and shaking do not
tilt it) and how much a body moves. A sample is only put aside; every tenth one the block is worked through,
in machine code where the interpreter makes it, else by `block.py`. Never allocates and never decides about
alarms. mg and mg**2; every number stays below 2**30: boards deliver 16 g an axis at most, and what a broken
one gives beyond it is clipped.
"""

from array import array

try:
    from firmware.block_code import begin, follow, pack, put, turns_across, weigh
except (ImportError, SyntaxError, ValueError):
    # CPython; a port without machine code; modules that were compiled for another processor.
    from firmware.block import begin, follow, pack, put, turns_across, weigh

#: For the black box, which has the samples of a block packed.
__all__ = ("Motion", "pack")
#: The cells of `block.py`.
_LENGTH = 52


class Motion:
    """The last whole block of 10 samples, 200 ms."""

    def __init__(self) -> None:
        #: `put(state, x_mg, y_mg, z_mg)` is `step` without a detour; when it returns True, call `end_block`.
        self.put = put
        self.state = array("i", (0,) * _LENGTH)
        self._has_begun = False
        #: Gravity at the end of the block (low pass), in mg.
        self.x_mg = 0
        self.y_mg = 0
        self.z_mg = 0
        #: Mean of the block's samples, in mg.
        self.mean_x_mg = 0
        self.mean_y_mg = 0
        self.mean_z_mg = 0
        #: Mean deviation of a sample from gravity, summed over the axes, in mg.
        self.movement_mg = 0
        #: Mean change from sample to sample, summed over the axes, in mg.
        self.jerk_mg = 0
        #: Largest and smallest x*x + y*y + z*z of the block's samples, in mg**2.
        self.peak_square = 0
        self.low_square = 0
        #: Mean of what the squares exceed 1 g by, counted up to 2 g, in mg**2.
        self.load_square = 0
        #: The means changed across the line of their last change, as no machine shakes.
        self.is_across = False

    def step(self, x_mg: int, y_mg: int, z_mg: int) -> bool:
        """Take in one sample (each axis within an int16); return True when it completes a block."""
        if not put(self.state, x_mg, y_mg, z_mg):
            return False
        self.end_block()
        return True

    def end_block(self) -> None:
        """Work through the block that is complete."""
        state = self.state
        if not self._has_begun:
            self._has_begun = True
            begin(state)
        follow(state)
        weigh(self, state)
        self.is_across = turns_across(state)
