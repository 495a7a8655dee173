"""The journal in pieces, oldest record first, as it is read out.

Decides which places belong to a read-out: those in use when it began, so that what is written meanwhile
changes no piece. Raw records, blank and damaged ones too: whoever reads them judges. Imported for a read-out
and forgotten after it.
"""

from firmware.journal import RECORD_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.journal_ring import Ring

RECORDS_PER_PIECE = 16


class JournalPieces:
    """The pieces of one read-out."""

    def __init__(self, ring: "Ring") -> None:
        self._ring = ring
        self._first = first = self._count = 0
        if ring.flash is not None:
            # The oldest sector makes room for the one that is prepared.
            first = max(0, ring.sequence + 1 - ring.flash.sector_count + ring.is_prepared)
            self._count = (ring.sequence - first) * ring.slots + ring.slot
        self._first = first

    def count(self) -> int:
        """Return how many pieces there are."""
        return (self._count + RECORDS_PER_PIECE - 1) // RECORDS_PER_PIECE

    def read(self, piece: int) -> bytes:
        """Return the records of a piece; b"" if there is none, or the flash refuses."""
        ring = self._ring
        first = piece * RECORDS_PER_PIECE
        count = min(self._count - first, RECORDS_PER_PIECE)
        data = bytearray(max(count, 0) * RECORD_BYTES)
        view = memoryview(data)
        try:
            for at in range(count):
                place = ring.place(self._first + (first + at) // ring.slots, (first + at) % ring.slots)
                ring.flash.read(place, view[at * RECORD_BYTES : (at + 1) * RECORD_BYTES])
        except OSError:
            return b""
        return bytes(data)
