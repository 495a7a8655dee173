"""The flash of the journal on a computer: a file of fixed size that behaves as the chip does.

Decides what becomes of a file that is no such flash: a journal of an older firmware (a plain row of records)
is taken over, with everything that stands; anything else is refused with a sentence and never emptied.
Every write and erase is on the disk when it returns. A disk that refuses raises OSError.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

SECTOR_BYTES = 4096
SECTOR_COUNT = 8
_BLANK = b"\xff" * 256


class FlashFile:
    """The flash in the file at `path`; the port of `journal_ring.py`.

    Raises:
        JournalError: the file is there and is no journal.
    """

    def __init__(self, path: str) -> None:
        self.sector_bytes = SECTOR_BYTES
        self.sector_count = SECTOR_COUNT
        self._path = path
        self._file: Any = None
        try:
            size = os.stat(path)[6]
        except OSError:
            size = 0
        try:
            if size == 0:
                self._make(path)
            elif size != SECTOR_BYTES * SECTOR_COUNT or self._is_older():
                self._take_over()
            self._file = open(path, "r+b")
        except OSError:
            # Every call is refused from here on; the alarms go out all the same.
            self._file = None

    def read(self, at: int, buffer: "Any") -> None:
        """Fill `buffer` from byte `at` on."""
        file = self._opened()
        file.seek(at)
        if file.readinto(buffer) != len(buffer):
            raise OSError(5)

    def write(self, at: int, data: bytes) -> None:
        """Write `data` and sync it."""
        file = self._opened()
        file.seek(at)
        file.write(data)
        _sync(file)

    def erase(self, sector: int) -> None:
        """Fill a sector with 0xFF and sync it."""
        file = self._opened()
        file.seek(sector * SECTOR_BYTES)
        _fill(file, SECTOR_BYTES)
        _sync(file)

    def _opened(self) -> "Any":
        if self._file is None:
            raise OSError(5)
        return self._file

    def _make(self, path: str) -> None:
        """Put an erased flash at `path`; at any moment it is there whole or not at all."""
        beside = path + ".new"
        with open(beside, "wb") as file:
            _fill(file, SECTOR_BYTES * SECTOR_COUNT)
            _sync(file)
        os.rename(beside, path)

    def _is_older(self) -> bool:
        """Tell whether a file of the right size is a plain row of records: one begins with a start."""
        from firmware import journal

        with open(self._path, "rb") as file:
            first = journal.decode(file.read(journal.RECORD_BYTES))
        return first is not None and first.kind != journal.SECTOR

    def _take_over(self) -> None:
        """Make a ring of a journal of an older firmware, beside it, and put it in its place."""
        from firmware import journal
        from firmware.journal_open import JournalError, open_ring
        from firmware.journal_replay import replay

        with open(self._path, "rb") as file:
            data = file.read()
        last_boot, standing, damaged = replay(data)
        if last_boot <= damaged:
            raise JournalError(
                self._path + " is no journal of a device, and stays as it is. Move it away, or name another."
            )
        beside = self._path + ".ring"
        self._make(beside)
        flash = FlashFile(beside)
        ring = open_ring(flash)[0]
        records = [journal.boot_record(last_boot)] + [journal.encode(record) for record in standing]
        for record in records:
            if not ring.append(record):
                raise OSError(5)
        os.rename(beside, self._path)


def _fill(file: "BinaryIO", byte_count: int) -> None:
    for _ in range(byte_count // len(_BLANK)):
        file.write(_BLANK)


def _sync(file: "BinaryIO") -> None:
    # MicroPython syncs when it flushes; CPython only hands the bytes over.
    file.flush()
    if hasattr(os, "fsync"):
        os.fsync(file.fileno())
