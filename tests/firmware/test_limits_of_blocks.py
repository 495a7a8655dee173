"""The arithmetic of a block at its limits, both implementations: the sensor's stops, areas, scales, roots."""

from test_block import SOURCES, Defined, Worked
from test_packing import packed

from firmware.angle import root
from firmware.block import SCALE_MG

RANGE_MG = 16000


def test_what_lies_beyond_the_range_is_clipped_wherever_gravity_is():
    """Gravity 999, 1000 and 1001 mg within the stop, samples at the stop and one mg beyond it."""
    for source in SOURCES:
        for sign in (1, -1):
            for within_mg in (998, 999, 1000, 1001):
                for beyond_mg in (-1, 0, 1, 2):
                    samples = [(sign * (RANGE_MG - within_mg), 0, 0)] + [
                        (sign * (RANGE_MG + beyond_mg), 0, 0)
                    ] * 9
                    told = Worked(source).block(samples)
                    assert told == Defined().block(samples), (source, samples)


def across(first_mg, second_mg):
    """Tell what both implementations say of two changes of the mean (x, y), one after the other."""
    found = []
    for source in SOURCES:
        worked = Worked(source)
        worked.block([(first_mg[0], first_mg[1], 0)] * 10)
        worked.block([(first_mg[0] + second_mg[0], first_mg[1] + second_mg[1], 0)] * 10)
        found.append(worked.told.is_across)
    assert found == [found[0]] * len(SOURCES)
    return found[0]


def test_a_change_is_across_beyond_its_area():
    """Of 14, 15 and 29 mg: one unit less than the limit, at it, one more, two more."""
    for first_mg, second_mg, area_beyond, is_across in (
        ((1, 28), (-15, 14), -1, False),
        ((1, 13), (-14, 0), 0, False),
        ((1, 14), (-14, 0), 1, True),
    ):
        length = max(abs(first_mg[0]) + abs(first_mg[1]), abs(second_mg[0]) + abs(second_mg[1]))
        area = abs(first_mg[0] * second_mg[1] - first_mg[1] * second_mg[0])
        assert area == length * (12 + length // 8) + area_beyond
        assert across(first_mg, second_mg) == is_across, area_beyond


def test_what_is_longer_than_2000_mg_is_compared_coarsely():
    """So coarsely that 300 mg across it are none any more."""
    for length_mg, is_across in ((1999, True), (2000, True), (2001, False)):
        assert across((length_mg, 0), (0, 300)) == is_across, length_mg


def test_the_scale_of_a_sample_changes_at_its_limit():
    """One mg below it the finer one holds; a sensor at its stop has the coarsest."""
    for scale in range(3):
        limit_mg = SCALE_MG << scale
        for change, expected in ((-1, scale), (0, scale + 1), (1, scale + 1)):
            for source in SOURCES:
                for sign in (1, -1):
                    ring = packed(source, [(0, sign * (limit_mg + change), 0)] * 10)
                    assert ring[3] >> 6 == expected, (source, limit_mg, change)
    assert SCALE_MG << 3 > RANGE_MG


def test_a_root_that_is_one_beyond_the_first_guess_is_taken():
    """One of two beyond it is looked at again; all are within 1."""
    for beyond, found in ((-2, 1023), (-1, 1023), (0, 1024), (1, 1024), (2, 1025), (3, 1025), (4, 1025)):
        square = 1024 * (1024 + beyond)
        assert root(square) == found, beyond
        assert (found - 1) * (found - 1) < square < (found + 1) * (found + 1)
