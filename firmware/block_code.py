"""The arithmetic of `block.py` once more, as machine code: what runs where the interpreter can make it.

Decides nothing; each function gives what its namesake in `block.py` gives, which explains it, and
tests/firmware/test_block.py compares the two. Viper counts in machine words and checks nothing: the state is
an array("i") of `block.LENGTH` cells, samples are within an int16, and all sums stay below 2**31. A 64-bit
machine reads cells without their sign, so zero is kept as 2**24 in those that may be negative. A port without
a native emitter (64-bit ARM) refuses this module with a SyntaxError, and CPython has no `micropython`: both
run `block.py`. mg, mg**2.
"""

import micropython
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    # The compiler's own name; nobody can import it.
    from micropython import ptr32

_SAMPLES = const(30)
_NEXT = const(30)
_GRAVITY = const(31)
_LAST = const(34)
_MEAN = const(37)
_CHANGE = const(40)
_WAS = const(43)
_SUMS = const(46)
_MOVEMENT = const(49)
_JERK = const(50)
_LOAD = const(51)
_LENGTH = const(52)
_ZERO = const(0x1000000)


@micropython.viper
def put(state: object, x_mg: int, y_mg: int, z_mg: int) -> bool:
    """Put a sample aside; return True when it completes a block."""
    cells = ptr32(state)
    at = cells[_NEXT]
    cells[at] = x_mg + _ZERO
    cells[at + 1] = y_mg + _ZERO
    cells[at + 2] = z_mg + _ZERO
    at += 3
    if at < _SAMPLES:
        cells[_NEXT] = at
        return False
    cells[_NEXT] = 0
    return True


@micropython.viper
def begin(state: object):
    """Take the first sample of the first block as gravity and as the sample before."""
    cells = ptr32(state)
    axis = 0
    while axis < 3:
        mg = cells[axis]
        cells[_LAST + axis] = mg
        mg -= _ZERO
        if mg > 16000:
            mg = 16000
        elif mg < -16000:
            mg = -16000
        cells[_GRAVITY + axis] = (mg << 6) + _ZERO
        cells[_MEAN + axis] = _ZERO
        cells[_CHANGE + axis] = _ZERO
        axis += 1


@micropython.viper
def follow(state: object):
    """Let gravity follow the block's samples; clip them, and sum up each axis, movement and jerk."""
    cells = ptr32(state)
    movement = jerk = axis = 0
    while axis < 3:
        gravity = cells[_GRAVITY + axis] - _ZERO
        gravity_mg = gravity >> 6
        last_mg = cells[_LAST + axis] - _ZERO
        # No number that is divided later is negative.
        total = 160000
        at = axis
        while at < _SAMPLES:
            mg = cells[at] - _ZERO
            change = mg - last_mg
            jerk += change if change > 0 else 0 - change
            last_mg = mg
            change = mg - gravity_mg
            if change > 1000:
                change = 1000
            elif change < -1000:
                change = -1000
            gravity += change
            movement += change if change > 0 else 0 - change
            if mg > 16000:
                mg = 16000
            elif mg < -16000:
                mg = -16000
            cells[at] = mg + _ZERO
            total += mg
            at += 3
        if gravity > 1024000:
            gravity = 1024000
        elif gravity < -1024000:
            gravity = -1024000
        cells[_LAST + axis] = last_mg + _ZERO
        cells[_GRAVITY + axis] = gravity + _ZERO
        cells[_SUMS + axis] = total
        axis += 1
    cells[_MOVEMENT] = movement
    cells[_JERK] = jerk


@micropython.viper
def weigh(motion: object, state: object):
    """Find the largest and the smallest square, and sum up the load; make means, and tell all."""
    cells = ptr32(state)
    peak = load = at = 0
    low = 0x3FFFFFFF
    while at < _SAMPLES:
        x_mg = cells[at] - _ZERO
        y_mg = cells[at + 1] - _ZERO
        z_mg = cells[at + 2] - _ZERO
        square = x_mg * x_mg + y_mg * y_mg + z_mg * z_mg
        if square < low:
            low = square
        if square > peak:
            peak = square
        if square > 4000000:
            load += 3000000
        elif square > 1000000:
            load += square - 1000000
        at += 3
    cells[_LOAD] = load
    motion.peak_square = peak
    motion.low_square = low
    at = _SUMS
    while at < _LENGTH:
        # Viper divides wrongly: n * 4/5 in shifts, an eighth of it, and one more where the rest is a ten.
        number = cells[at]
        tenth = (number >> 1) + (number >> 2)
        tenth += tenth >> 4
        tenth += tenth >> 8
        tenth += tenth >> 16
        tenth >>= 3
        cells[at] = tenth + ((number - tenth * 10 + 6) >> 4)
        at += 1
    motion.x_mg = (cells[_GRAVITY] - _ZERO) >> 6
    motion.y_mg = (cells[_GRAVITY + 1] - _ZERO) >> 6
    motion.z_mg = (cells[_GRAVITY + 2] - _ZERO) >> 6
    motion.mean_x_mg = cells[_SUMS] - 16000
    motion.mean_y_mg = cells[_SUMS + 1] - 16000
    motion.mean_z_mg = cells[_SUMS + 2] - 16000
    motion.movement_mg = cells[_MOVEMENT]
    motion.jerk_mg = cells[_JERK]
    motion.load_square = cells[_LOAD]


@micropython.viper
def turns_across(state: object) -> bool:
    """Tell whether the change of the means points across the change before it, as no machine shakes."""
    cells = ptr32(state)
    length = was_length = axis = 0
    while axis < 3:
        mean_mg = cells[_SUMS + axis] - 16000
        was_mg = cells[_CHANGE + axis] - _ZERO
        change = mean_mg - (cells[_MEAN + axis] - _ZERO)
        cells[_MEAN + axis] = mean_mg + _ZERO
        cells[_CHANGE + axis] = change + _ZERO
        cells[_WAS + axis] = was_mg + _ZERO
        length += change if change > 0 else 0 - change
        was_length += was_mg if was_mg > 0 else 0 - was_mg
        axis += 1
    if was_length > length:
        length = was_length
    shift = 4 if length > 2000 else 0
    length >>= shift
    area = axis = 0
    other = 2
    while axis < 3:
        part = ((cells[_CHANGE + other] - _ZERO) >> shift) * ((cells[_WAS + axis] - _ZERO) >> shift)
        part -= ((cells[_CHANGE + axis] - _ZERO) >> shift) * ((cells[_WAS + other] - _ZERO) >> shift)
        area += part if part > 0 else 0 - part
        other = axis
        axis += 1
    return area > length * (12 + (length >> 3))


@micropython.viper
def pack(state: object, ring: object, at: int, step: int):
    """Pack the block's samples into the words of `ring` (bytearray) from word `at` on."""
    cells = ptr32(state)
    words = ptr32(ring)
    at += step - 1
    cell = 0
    while cell < _SAMPLES:
        x = cells[cell] - _ZERO
        y = cells[cell + 1] - _ZERO
        z = cells[cell + 2] - _ZERO
        largest = x if x > 0 else 0 - x
        other = y if y > 0 else 0 - y
        if other > largest:
            largest = other
        other = z if z > 0 else 0 - z
        if other > largest:
            largest = other
        scale = 0
        while largest >= 2044 << scale:
            scale += 1
        half = 2 << scale
        shift = scale + 2
        word = ((x + half) >> shift) & 1023
        word |= (((y + half) >> shift) & 1023) << 10
        word |= (((z + half) >> shift) & 1023) << 20
        words[at] = word | (scale << 30)
        at += step
        cell += 3 * step
