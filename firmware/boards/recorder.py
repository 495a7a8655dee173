"""The journal of one start, as the loop keeps it: opened, written, tended in quiet moments, read out.

Decides when the slow work on the ring is done (at most once a second, when the core says that nothing is
due, and seldom while the flash refuses), and that the core hears when the journal fails and when it takes
records again. Never decides what is written. Times in ms.
"""

from firmware import journal
from firmware.boards.memory import forget_modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from firmware.device import Device
    from firmware.journal_pieces import JournalPieces

TEND_MS = 1000
#: After the flash refused.
TEND_AGAIN_MS = 60000


class Recorder:
    """The ring in `flash`, a port of `journal_ring.py`, with a new boot number that is written already.

    Raises:
        JournalError: the flash holds something else.
    """

    def __init__(self, flash: "Any") -> None:
        from firmware.journal_open import open_ring

        self._ring, self._standing, self.damaged_records = open_ring(flash)
        self.boot = self._ring.boot
        #: Whether the last record was written, and what the core was told of it.
        self.is_well = self._is_told_well = True
        self._tend_ms = 0
        self._asked_piece: int | None = None
        self._pieces: JournalPieces | None = None
        self.append(journal.boot_record(self.boot))

    def take_standing(self) -> "Sequence[Any]":
        """Return the records that stand, once; what read them is forgotten with them."""
        standing, self._standing = self._standing, ()
        forget_modules((("firmware", "journal_open"), ("firmware", "journal_replay")))
        return standing

    def append(self, record: bytes) -> bool:
        """Write one record; return False if the flash refused."""
        self.is_well = self._ring.append(record)
        return self.is_well

    def ask(self, piece: int) -> None:
        """Note that the core wants a piece of the journal, or (-1) no more of them."""
        self._asked_piece = piece

    def turn(self, now_ms: int, device: "Device") -> "Sequence[Any]":
        """Do the next thing that waits; return what the core wants done because of it."""
        if self.is_well != self._is_told_well:
            self._is_told_well = self.is_well
            return device.on_journal(now_ms, self.is_well)
        if self._asked_piece is not None:
            return self._read(now_ms, device)
        if now_ms >= self._tend_ms and self._pieces is None and self._ring.is_tending_due():
            self._tend(now_ms, device)
        return ()

    def failed_records(self) -> int:
        """Return how many records could not be written so far."""
        return self._ring.failed_records

    def counts(self) -> "dict[str, int]":
        """Return what was refused or had to wait so far, by name."""
        ring = self._ring
        return {"failed_records": ring.failed_records, "forced_erases": ring.forced_erases}

    def _tend(self, now_ms: int, device: "Device") -> None:
        if not device.is_quiet(now_ms):
            return
        is_done = self._ring.tend()
        self._tend_ms = now_ms + (TEND_MS if is_done else TEND_AGAIN_MS)
        if not is_done:
            self.is_well = False
        elif not self._ring.is_carry_due:
            # What could not be written before is written now.
            self.is_well = True

    def _read(self, now_ms: int, device: "Device") -> "Sequence[Any]":
        piece, self._asked_piece = self._asked_piece, None
        assert piece is not None
        if piece < 0:
            self._pieces = None
            forget_modules((("firmware", "journal_pieces"), ("firmware", "readout")))
            return ()
        if self._pieces is None:
            from firmware.journal_pieces import JournalPieces

            self._pieces = JournalPieces(self._ring)
        return device.on_journal_piece(now_ms, self._pieces.count(), self._pieces.read(piece))
