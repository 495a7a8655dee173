"""The flash of the journal on a computer: a file of fixed size that behaves as the chip does.

Made and opened by `flash_making.py`. Every write and erase is on the disk when it returns; one that refuses
raises OSError.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

SECTOR_BYTES = 4096
SECTOR_COUNT = 8
_BLANK = b"\xff" * 256


class FlashFile:
    """The flash in the file at `path`; the port of `journal_ring.py`."""

    def __init__(self, path: str) -> None:
        self.sector_bytes = SECTOR_BYTES
        self.sector_count = SECTOR_COUNT
        self._file: Any = None
        try:
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
        sync(file)

    def erase(self, sector: int) -> None:
        """Fill a sector with 0xFF and sync it."""
        file = self._opened()
        file.seek(sector * SECTOR_BYTES)
        fill(file, SECTOR_BYTES)
        sync(file)

    def _opened(self) -> "Any":
        if self._file is None:
            raise OSError(5)
        return self._file


def fill(file: "BinaryIO", byte_count: int) -> None:
    """Write so many erased bytes."""
    for _ in range(byte_count // len(_BLANK)):
        file.write(_BLANK)


def sync(file: "BinaryIO") -> None:
    """Bring what was written to the disk."""
    # MicroPython syncs when it flushes; CPython only hands the bytes over.
    file.flush()
    if hasattr(os, "fsync"):
        os.fsync(file.fileno())
