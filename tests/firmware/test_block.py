"""The arithmetic of a block: against its definition, and machine code against `block.py`."""

from array import array

from firmware import block
from firmware import motion as motion_module
from firmware.motion import Motion

try:
    from firmware import block_code as machine_code
except (ImportError, SyntaxError):
    # CPython, or a port without machine code: only the plain arithmetic exists, and is what `Motion` runs.
    machine_code = None

SOURCES = (block,) if machine_code is None else (block, machine_code)
TOLD = (
    "x_mg", "y_mg", "z_mg", "mean_x_mg", "mean_y_mg", "mean_z_mg", "movement_mg", "jerk_mg", "peak_square",
    "low_square", "load_square", "is_across",
)  # fmt: skip
LEVELS_MG = (0, 1, 5, 60, 1000, 1500, 15000, 17000, 32767)


class Told:
    """Where a block's numbers are written to."""


class Worked:
    """One implementation with a state of its own."""

    def __init__(self, source):
        self._source = source
        self._state = array("i", (0,) * block.LENGTH)
        self._has_begun = False
        self.told = Told()

    def block(self, samples):
        """Work through ten samples; return all that is told."""
        source, state = self._source, self._state
        answers = [source.put(state, x_mg, y_mg, z_mg) for x_mg, y_mg, z_mg in samples]
        assert answers == [False] * 9 + [True]
        if not self._has_begun:
            self._has_begun = True
            source.begin(state)
        source.follow(state)
        source.weigh(self.told, state)
        self.told.is_across = source.turns_across(state)
        return [getattr(self.told, name) for name in TOLD]


class Defined:
    """The same numbers, as they are defined: unhurried and with big integers."""

    def __init__(self):
        self._gravity = self._last = None
        self._mean = self._change = (0, 0, 0)

    def block(self, samples):
        """Return what is to be told of ten samples."""
        if self._gravity is None:
            self._gravity = [limited(mg, 16000) * 64 for mg in samples[0]]
            self._last = samples[0]
        gravity_mg = [gravity // 64 for gravity in self._gravity]
        pulls = [[limited(mg - gravity_mg[axis], 1000) for mg in column(samples, axis)] for axis in range(3)]
        for axis in range(3):
            self._gravity[axis] = limited(self._gravity[axis] + sum(pulls[axis]), 16000 * 64)
        movement = sum([sum([abs(pull) for pull in pulls[axis]]) for axis in range(3)])
        jerk = 0
        for sample in samples:
            jerk += sum([abs(sample[axis] - self._last[axis]) for axis in range(3)])
            self._last = sample
        clipped = [[limited(mg, 16000) for mg in sample] for sample in samples]
        squares = [sum([mg * mg for mg in sample]) for sample in clipped]
        load = sum([max(min(square, 4000000) - 1000000, 0) for square in squares])
        mean = [sum(column(clipped, axis)) // 10 for axis in range(3)]
        told = [gravity // 64 for gravity in self._gravity] + mean
        told += [movement // 10, jerk // 10, max(squares), min(squares), load // 10]
        change = [mean[axis] - self._mean[axis] for axis in range(3)]
        told.append(are_across(change, self._change))
        self._mean, self._change = mean, change
        return told


def limited(number, highest):
    """Return the number, no further from zero than `highest`."""
    return max(min(number, highest), -highest)


def column(samples, axis):
    """Return one axis of the samples."""
    return [sample[axis] for sample in samples]


def are_across(one, other):
    """Tell whether the area between two changes exceeds the longer one by 12 mg and an eighth of it."""
    length = max(sum([abs(mg) for mg in one]), sum([abs(mg) for mg in other]))
    if length > 2000:
        one, other, length = [mg // 16 for mg in one], [mg // 16 for mg in other], length // 16
    pairs = ((1, 2), (2, 0), (0, 1))
    area = sum([abs(one[first] * other[second] - one[second] * other[first]) for first, second in pairs])
    return area > length * (12 + length // 8)


def noise(seed):
    """Give numbers that look random, the same in every interpreter."""
    while True:
        seed = (seed * 75 + 74) % 65537
        yield seed


def random_blocks(count):
    """Give blocks of every size, around postures, at stops, and constant ones."""
    numbers = noise(7)
    for at in range(count):
        level_mg = LEVELS_MG[at % len(LEVELS_MG)]
        rest = [(next(numbers) % 2001 - 1000) if level_mg < 15000 else 0 for _ in range(3)]
        samples = []
        for _ in range(10):
            swings = [next(numbers) % (2 * level_mg + 1) - level_mg for _ in range(3)]
            samples.append(tuple([rest[axis] + swings[axis] for axis in range(3)]))
        yield samples


def extreme_blocks():
    """Give blocks of one sample each at the limits, long enough for gravity to reach its own."""
    stops = (
        -32768,
        -16001,
        -16000,
        -15999,
        -1001,
        -1000,
        -999,
        -1,
        0,
        1,
        999,
        1000,
        1001,
        16000,
        16001,
        32767,
    )
    for first in stops:
        for second in stops:
            yield [(first, second, -second - 1)] * 5 + [(second, first, 0)] * 5
    for stop in (32767, -32768):
        for _ in range(130):
            yield [(stop, stop, stop)] * 10


def test_a_block_tells_what_its_definition_says():
    """Random blocks of every size, and every pair of stops; machine code too, where there is any."""
    for source in SOURCES:
        worked, defined = Worked(source), Defined()
        for blocks in (random_blocks(300), extreme_blocks()):
            for samples in blocks:
                assert worked.block(samples) == defined.block(samples), samples


def test_motion_runs_machine_code_wherever_there_is_any():
    """And tells the same attributes."""
    for name in ("put", "begin", "follow", "weigh", "turns_across", "pack"):
        assert getattr(motion_module, name) is getattr(SOURCES[-1], name)
    motion, defined = Motion(), Defined()
    for samples in random_blocks(30):
        assert [motion.step(*sample) for sample in samples] == [False] * 9 + [True]
        assert [getattr(motion, name) for name in TOLD] == defined.block(samples)


def test_every_sum_is_divided_as_it_should_be():
    """Means around each multiple of ten, on both sides of zero: they are rounded down."""
    for source in SOURCES:
        worked = Worked(source)
        for total in list(range(-45, 46)) + list(range(159988, 160001)) + list(range(-160000, -159988)):
            step, rest = total // 10, total % 10
            samples = [(step + (place < rest), 0, 0) for place in range(10)]
            assert worked.block(samples)[3] == step, total


def across(source, *means):
    """Return whether the last of these means goes across the line of the two before."""
    worked = Worked(source)
    return [worked.block([mean] * 10)[-1] for mean in means][-1]


def test_a_change_across_the_line_is_judged_at_its_limit():
    """Two changes at right angles: the shorter one exceeds 12 mg and an eighth of the longer one."""
    for source in SOURCES:
        for along_mg, limit_mg in ((100, 25), (104, 26), (400, 63), (14, 14)):
            for across_mg in (limit_mg - 1, limit_mg, limit_mg + 1):
                is_across = across_mg >= limit_mg
                case = along_mg, across_mg
                assert across(source, (0, 0, 0), (along_mg, 0, 0), (along_mg, 0, across_mg)) == is_across, (
                    case
                )
                assert (
                    across(source, (0, 0, 0), (0, -across_mg, 0), (0, -across_mg, along_mg)) == is_across
                ), case


def test_changes_along_one_line_are_not_across():
    """To and fro by any length, up to the stops of the sensor; longer ones are counted in 16 mg."""
    for source in SOURCES:
        for x_mg, y_mg in ((0, 0), (300, 0), (300, -300), (16000, 16000), (-16000, 0), (2000, 0), (2001, 0)):
            for share in (1, 2, -3):
                back = (x_mg - x_mg // share, y_mg - y_mg // share, 0)
                assert not across(source, (0, 0, 0), (x_mg, y_mg, 0), back), (x_mg, y_mg, share)
        assert across(source, (-16000, -16000, 0), (16000, -16000, 0), (16000, 16000, 0))
        assert across(source, (0, 0, 0), (2001, 0, 0), (2001, 1000, 0))
        assert not across(source, (0, 0, 0), (2001, 0, 0), (2001, 300, 0))
