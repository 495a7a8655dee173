"""The arithmetic of a block at the sensor's stops, with gravity almost as far out; both implementations."""

from test_block import SOURCES, Defined, Worked

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
