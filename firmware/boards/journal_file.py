"""The journal as a file: every record is on the disk before anything else happens.

Never decides what is recorded or what a long journal is shortened to (journal.py does). A disk that
refuses is counted and shown, and the alarm goes on without its record: fail towards noise.
"""

import os

from firmware import journal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


class JournalFile:
    """The journal in the file at `path`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._byte_count = 0
        #: Records that could not be written.
        self.failed_records = 0

    def read(self) -> bytes:
        """Return all bytes of the journal, b"" if there is none yet."""
        try:
            with open(self._path, "rb") as file:
                data = file.read()
        except OSError:
            data = b""
        self._byte_count = len(data)
        return data

    def append(self, record: bytes) -> bool:
        """Write one record and sync it; return False if the disk refused."""
        try:
            if self._file is None:
                self._file = open(self._path, "ab")
            self._file.write(record)
            _sync(self._file)
            self._byte_count += len(record)
            if journal.is_long(self._byte_count):
                self._shorten()
        except OSError:
            self.failed_records += 1
            return False
        return True

    def _shorten(self) -> None:
        """Put a short journal in the place of the long one; at any moment one of the two is whole."""
        beside = self._path + ".new"
        data = journal.compact(self.read())
        with open(beside, "wb") as file:
            file.write(data)
            _sync(file)
        os.rename(beside, self._path)
        if self._file is not None:
            self._file.close()
        self._file = None
        self._byte_count = len(data)


def _sync(file: "BinaryIO") -> None:
    # MicroPython syncs when it flushes; CPython only hands the bytes over.
    file.flush()
    if hasattr(os, "fsync"):
        os.fsync(file.fileno())
