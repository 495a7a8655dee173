"""The samples of a trace, four bytes each, back into mg.

Decides nothing. Little-endian words of 32 bits: x, y, z as signed numbers of 10 bits from the lowest bit up,
then 2 bits of a scale that the three share: steps of 4, 8, 16 or 32 mg, the finest that holds them all. So
+-16 g fit, and at rest a value is off by 2 mg at most. The device packs (`firmware/block.py`).
"""

WORD_BYTES = 4
#: Bits of a number, and the step of the finest scale as a shift: 4 mg.
NUMBER_BITS = 10
FINEST_SHIFT = 2


def unpack(data: bytes) -> "list[tuple[int, int, int]]":
    """Return the samples (x_mg, y_mg, z_mg) in `data`; bytes behind the last whole word say nothing."""
    samples = []
    for at in range(0, len(data) - len(data) % WORD_BYTES, WORD_BYTES):
        word = data[at] | data[at + 1] << 8 | data[at + 2] << 16 | data[at + 3] << 24
        shift = (word >> 3 * NUMBER_BITS) + FINEST_SHIFT
        samples.append(
            (
                _signed(word) << shift,
                _signed(word >> NUMBER_BITS) << shift,
                _signed(word >> 2 * NUMBER_BITS) << shift,
            )
        )
    return samples


def _signed(number: int) -> int:
    """Return the lowest ten bits as a number from -512 to 511."""
    number &= (1 << NUMBER_BITS) - 1
    return number - (1 << NUMBER_BITS) if number >> (NUMBER_BITS - 1) else number
