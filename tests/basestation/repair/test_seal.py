"""The seal of a copy: opened by its passphrase only, and by nothing that was changed."""

import io

import pytest

from basestation.repair.errors import RepairRefused
from basestation.repair.seal import MAGIC, PIECE_BYTES, OpeningReader, SealingWriter

PASSPHRASE = b"a passphrase of a test"
SIZES = (0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES)
#: A cheap key: the cost is no part of what is tested.
LOG2_N = 4


def _sealed(data, passphrase=PASSPHRASE):
    file = io.BytesIO()
    with SealingWriter(file, passphrase, LOG2_N) as writer:
        for start in range(0, len(data), 10_000):
            writer.write(data[start : start + 10_000])
    return file.getvalue()


def _opened(sealed, passphrase=PASSPHRASE):
    return OpeningReader(io.BytesIO(sealed), passphrase).read()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("passphrase", [PASSPHRASE, None])
def test_what_was_sealed_is_opened_whole(size, passphrase):
    """Around the size of a piece, encrypted and not."""
    data = bytes(range(256)) * (size // 256 + 1)
    assert _opened(_sealed(data[:size], passphrase), passphrase) == data[:size]


def test_nothing_of_the_content_can_be_read_without_the_passphrase():
    """Nor with another one, nor with none."""
    sealed = _sealed(b"secret of a device" * 10)
    assert b"secret" not in sealed
    for wrong in (b"another passphrase", None):
        with pytest.raises(RepairRefused):
            _opened(sealed, wrong)


def test_a_copy_that_was_changed_anywhere_is_refused():
    """Every byte of head, salt, lengths and content counts."""
    sealed = _sealed(b"x" * 300)
    for place in range(len(MAGIC), len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(RepairRefused):
            _opened(bytes(changed))


def test_a_copy_that_was_cut_off_or_put_together_anew_is_refused():
    """At a border of pieces too, and with pieces left out or swapped."""
    sealed = _sealed(b"x" * (3 * PIECE_BYTES))
    head = sealed.index(b"\n", len(MAGIC)) + 1
    piece = 4 + PIECE_BYTES + 16
    pieces = [sealed[head + n * piece : head + (n + 1) * piece] for n in range(3)]
    for wrong in (pieces[:2], pieces[1:], [pieces[1], pieces[0], pieces[2]], [*pieces, pieces[2]]):
        with pytest.raises(RepairRefused, match="changed or cut off"):
            _opened(sealed[:head] + b"".join(wrong))
    for length in (0, 5, head - 1, head, head + 2, len(sealed) - 1):
        with pytest.raises(RepairRefused):
            _opened(sealed[:length])


def test_a_file_that_is_no_copy_and_a_seal_of_the_future_are_refused_with_a_sentence():
    """A file that wants all memory for its key is one of them."""
    with pytest.raises(RepairRefused, match="no copy"):
        _opened(b"PK\x03\x04 something else")
    for head in (
        b'{"seal": "scrypt-aes256gcm", "log2_n": 40, "salt": "00"}',
        b'{"seal": "new", "log2_n": 4, "salt": ""}',
    ):
        with pytest.raises(RepairRefused, match="does not know"):
            _opened(MAGIC + head + b"\n")
    with pytest.raises(RepairRefused, match="nobody can read"):
        _opened(MAGIC + b"{}\n")
