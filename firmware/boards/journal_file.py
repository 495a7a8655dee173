"""The journal as a file: every record is on the disk before anything else happens.

Never decides what is recorded (journal.py does). A disk that refuses is counted and shown, and the alarm
goes on without its record: fail towards noise.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


class JournalFile:
    """The journal's file; every record is on the disk before anything else happens."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        #: Records that could not be written.
        self.failed_records = 0

    def read(self) -> bytes:
        """Return all bytes of the journal, b"" if there is none yet."""
        try:
            with open(self._path, "rb") as file:
                return file.read()
        except OSError:
            return b""

    def append(self, record: bytes) -> bool:
        """Write one record (bytes) and sync it; a disk that refuses is counted, the alarm goes on."""
        try:
            if self._file is None:
                self._file = open(self._path, "ab")
            self._file.write(record)
            # MicroPython syncs here; CPython only hands the bytes over.
            self._file.flush()
            if hasattr(os, "fsync"):
                os.fsync(self._file.fileno())
        except OSError:
            self.failed_records += 1
            return False
        return True
