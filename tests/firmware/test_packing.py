"""The samples of the black box: what is packed comes back within half a step, in both kinds of code."""

from array import array

from firmware import block
from protocol.samples import unpack

try:
    from firmware import block_code as machine_code
except (ImportError, SyntaxError):
    machine_code = None

SOURCES = (block,) if machine_code is None else (block, machine_code)
#: (largest value of a sample, step) on both sides of each change of the scale.
LIMITS = ((2043, 4), (2044, 8), (4087, 8), (4088, 16), (8175, 16), (8176, 32), (16000, 32))


def packed(source, samples, at=0, step=1, ring=None):
    """Return the ring with the ten samples packed from word `at` on."""
    state = array("i", (0,) * block.LENGTH)
    for x_mg, y_mg, z_mg in samples:
        source.put(state, x_mg, y_mg, z_mg)
    # Machine code keeps its zero elsewhere, which the first block brings.
    source.begin(state)
    source.follow(state)
    ring = ring or bytearray(4 * 20)
    source.pack(state, ring, at, step)
    return ring


def test_a_sample_comes_back_within_half_a_step_of_its_scale():
    """Each axis, each sign, around every change of the scale: at most 2, 4, 8 and 16 mg off."""
    for source in SOURCES:
        for largest_mg, step_mg in LIMITS:
            for other_mg in (0, 1, 2, 3, 5, 1000, 2043, -2043):
                for sign in (1, -1):
                    sample = (sign * largest_mg, min(other_mg, largest_mg), -1)
                    for turn in range(3):
                        turned = sample[turn:] + sample[:turn]
                        for back in unpack(bytes(packed(source, [turned] * 10)))[:10]:
                            for mg, back_mg in zip(turned, back):  # noqa: B905 -- MicroPython knows no strict
                                assert abs(mg - back_mg) <= step_mg // 2, (turned, back)


def test_what_lies_beyond_the_range_is_packed_as_its_end():
    """A sensor that gives more than 16 g is clipped before."""
    for source in SOURCES:
        ring = packed(source, [(32767, -32768, 0)] * 10)
        assert unpack(bytes(ring))[:10] == [(16000, -16000, 0)] * 10


def test_every_second_sample_goes_into_every_second_word():
    """The words between stay as they are."""
    samples = [(100 * count, 0, 1000) for count in range(10)]
    for source in SOURCES:
        ring = packed(source, [(0, 400, 0)] * 10, 10)
        assert unpack(bytes(ring))[10:] == [(0, 400, 0)] * 10
        ring = packed(source, samples, 10, 2, ring)
        words = unpack(bytes(ring))
        assert words[10::2] == [(0, 400, 0)] * 5
        assert words[11::2] == [samples[count] for count in range(0, 10, 2)]
        assert words[:10] == [(0, 0, 0)] * 10


def test_machine_code_packs_what_the_plain_code_packs():
    """Numbers of every size and sign, the same bytes."""
    seed = 7
    for count in range(200):
        samples = []
        for _ in range(10):
            sample = []
            for _ in range(3):
                seed = (seed * 75 + 74) % 65537
                sample.append((seed % 65536 - 32768) >> (count % 12))
            samples.append(tuple(sample))
        assert packed(SOURCES[-1], samples) == packed(block, samples)


def test_half_a_word_says_nothing():
    """Bytes that are missing are no sample."""
    assert unpack(b"") == unpack(b"\x01\x02\x03") == []
    assert unpack(b"\xff\xff\xff\xff\x00") == [(-32, -32, -32)]
