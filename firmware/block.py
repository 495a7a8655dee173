"""The arithmetic of a block of ten samples: gravity, means, movement, jerk, squares, load, line; its packing.

Decides nothing. Works on one array("i") of `LENGTH` cells that `Motion` owns: `put` for every sample, `begin`
once at the end of the first block, then `follow`, `weigh`, `turns_across`, `pack` at the end of each. Where
the interpreter makes machine code, `block_code.py` does the same under the same names; what is changed here
must be changed there. Never allocates. mg, mg**2; every number stays below 2**30 for samples within an int16.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BLOCK_SAMPLES = 10
#: Gravity is kept in 1/64 mg: a low pass of 64 samples.
GRAVITY_SHIFT = 6
#: One sample pulls gravity and one axis of the movement no further than this, so that a blow is no posture.
DEVIATION_MG_MAX = 1000
#: The sensor's range. Gravity never leaves it, and what a broken sensor gives beyond it is clipped.
RANGE_MG = 16000
#: A load counts from 1 g up to 2 g: how long it lasted says more than how high one sample was.
GRAVITY_SQUARE = 1000 * 1000
LOAD_SQUARE_MAX = 2000 * 2000
#: Movement across the line: more than so much and an eighth of the movement along it.
ACROSS_MG_MIN = 12
ACROSS_SHIFT = 3
#: Longer changes are counted in 16 mg, so that products stay below 2**30.
LENGTH_MG_MAX = 2000
COARSE_SHIFT = 4

#: The finest scale, of 4 mg, holds what is smaller than this; each coarser one twice as much.
SCALE_MG = 2044

# The cells: ten samples of three axes, place of the next one; of each axis gravity, the last sample of the
# block before, the mean of that block, the change to it and the one before that; sums of the block.
_SAMPLES = 3 * BLOCK_SAMPLES
_NEXT, _GRAVITY, _LAST, _MEAN, _CHANGE, _WAS = 30, 31, 34, 37, 40, 43
_SUMS, _MOVEMENT, _JERK, _LOAD = 46, 49, 50, 51
LENGTH = 52
_GRAVITY_MAX = RANGE_MG << GRAVITY_SHIFT
_SQUARE_MAX = 0x3FFFFFFF


def put(state: "Any", x_mg: int, y_mg: int, z_mg: int) -> bool:
    """Put a sample aside; return True when it completes a block."""
    at = state[_NEXT]
    state[at] = x_mg
    state[at + 1] = y_mg
    state[at + 2] = z_mg
    at += 3
    if at < _SAMPLES:
        state[_NEXT] = at
        return False
    state[_NEXT] = 0
    return True


def begin(state: "Any") -> None:
    """Take the first sample of the first block as gravity and as the sample before."""
    for axis in range(3):
        mg = state[axis]
        state[_LAST + axis] = mg
        state[_GRAVITY + axis] = _within(mg, RANGE_MG) << GRAVITY_SHIFT


def follow(state: "Any") -> None:
    """Let gravity follow the block's samples; clip them, and sum up each axis, movement and jerk."""
    state[_MOVEMENT] = 0
    state[_JERK] = 0
    for axis in range(3):
        _follow(state, axis)


def _follow(state: "Any", axis: int) -> None:
    """Follow one axis: a sample pulls gravity by its deviation, which is its movement."""
    gravity = state[_GRAVITY + axis]
    gravity_mg = gravity >> GRAVITY_SHIFT
    # A name of the module costs MicroPython more than a local one.
    highest_mg, lowest_mg = DEVIATION_MG_MAX, -DEVIATION_MG_MAX
    # Whatever lies beyond the range deviates by more than that, unless gravity is as far out.
    is_beyond = abs(gravity_mg) > RANGE_MG - highest_mg
    last_mg = state[_LAST + axis]
    total = movement = jerk = 0
    for at in range(axis, _SAMPLES, 3):
        mg = state[at]
        total += mg
        if mg < last_mg:
            jerk += last_mg - mg
        else:
            jerk += mg - last_mg
        last_mg = mg
        change = mg - gravity_mg
        if change < 0:
            if change < lowest_mg:
                change = lowest_mg
                is_beyond = is_beyond or mg < -RANGE_MG
            movement -= change
        else:
            if change > highest_mg:
                change = highest_mg
                is_beyond = is_beyond or mg > RANGE_MG
            movement += change
        gravity += change
    state[_LAST + axis] = last_mg
    state[_GRAVITY + axis] = _within(gravity, _GRAVITY_MAX)
    state[_SUMS + axis] = _clip(state, axis) if is_beyond else total
    state[_MOVEMENT] += movement
    state[_JERK] += jerk


def _clip(state: "Any", axis: int) -> int:
    """Clip the samples of one axis to the sensor's range; return their sum."""
    total = 0
    for at in range(axis, _SAMPLES, 3):
        state[at] = _within(state[at], RANGE_MG)
        total += state[at]
    return total


def _within(number: int, highest: int) -> int:
    return min(max(number, -highest), highest)


def weigh(motion: "Any", state: "Any") -> None:
    """Find the largest and the smallest square, and sum up the load; make means, and tell all."""
    gravity_square, load_square_max = GRAVITY_SQUARE, LOAD_SQUARE_MAX
    peak = load = 0
    low = _SQUARE_MAX
    for at in range(0, _SAMPLES, 3):
        x_mg, y_mg, z_mg = state[at], state[at + 1], state[at + 2]
        square = x_mg * x_mg + y_mg * y_mg + z_mg * z_mg
        if square < low:
            low = square
        if square > peak:
            peak = square
        if square > gravity_square:
            load += (square if square < load_square_max else load_square_max) - gravity_square
    motion.peak_square = peak
    motion.low_square = low
    state[_LOAD] = load
    for at in range(_SUMS, LENGTH):
        state[at] //= BLOCK_SAMPLES
    motion.x_mg = state[_GRAVITY] >> GRAVITY_SHIFT
    motion.y_mg = state[_GRAVITY + 1] >> GRAVITY_SHIFT
    motion.z_mg = state[_GRAVITY + 2] >> GRAVITY_SHIFT
    motion.mean_x_mg = state[_SUMS]
    motion.mean_y_mg = state[_SUMS + 1]
    motion.mean_z_mg = state[_SUMS + 2]
    motion.movement_mg = state[_MOVEMENT]
    motion.jerk_mg = state[_JERK]
    motion.load_square = state[_LOAD]


def turns_across(state: "Any") -> bool:
    """Tell whether the change of the means points across the change before it, as no machine shakes."""
    length = was_length = 0
    for axis in range(3):
        was_mg = state[_CHANGE + axis]
        change_mg = state[_SUMS + axis] - state[_MEAN + axis]
        state[_MEAN + axis] = state[_SUMS + axis]
        state[_CHANGE + axis] = change_mg
        state[_WAS + axis] = was_mg
        length += abs(change_mg)
        was_length += abs(was_mg)
    if was_length > length:
        length = was_length
    shift = COARSE_SHIFT if length > LENGTH_MG_MAX else 0
    length >>= shift
    x_mg, y_mg, z_mg = state[_CHANGE] >> shift, state[_CHANGE + 1] >> shift, state[_CHANGE + 2] >> shift
    was_x, was_y, was_z = state[_WAS] >> shift, state[_WAS + 1] >> shift, state[_WAS + 2] >> shift
    area = abs(y_mg * was_z - z_mg * was_y)
    area += abs(z_mg * was_x - x_mg * was_z)
    area += abs(x_mg * was_y - y_mg * was_x)
    is_across: bool = area > length * (ACROSS_MG_MIN + (length >> ACROSS_SHIFT))
    return is_across


def pack(state: "Any", ring: "Any", at: int, step: int) -> None:
    """Pack the block's samples into the words (`protocol.samples`) of `ring`, a bytearray, from word `at` on.

    `step` 1: all ten, one behind the other; 2: every second one, into every second word, the others stay.
    """
    byte = 4 * (at + step - 1)
    for cell in range(0, _SAMPLES, 3 * step):
        x_mg, y_mg, z_mg = state[cell], state[cell + 1], state[cell + 2]
        largest_mg = max(abs(x_mg), abs(y_mg), abs(z_mg))
        scale = 0
        while largest_mg >= SCALE_MG << scale:
            scale += 1
        shift = scale + 2
        half_mg = 2 << scale
        x, y, z = (x_mg + half_mg) >> shift, (y_mg + half_mg) >> shift, (z_mg + half_mg) >> shift
        ring[byte] = x & 255
        ring[byte + 1] = (x >> 8 & 3) | (y & 63) << 2
        ring[byte + 2] = (y >> 6 & 15) | (z & 15) << 4
        ring[byte + 3] = (z >> 4 & 63) | scale << 6
        byte += 4 * step
