"""The files of a board's slots: read, written whole, continued, summed, removed.

Decides that a short file is written beside its place and renamed, so that a power cut leaves the old one or
the new one. A test takes its place to cut the power at every one of these steps. Paths are relative to
`root`; sums are SHA-256 in hex.
"""

import os
from binascii import hexlify
from hashlib import sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_READ_BYTES = 512
_FOLDER = 0x4000


class SlotFiles:
    """Files below `root`: "" (where the program runs) or a path that ends with a slash."""

    def __init__(self, root: str = "") -> None:
        self._root = root

    def read(self, path: str) -> "str | None":
        """Return what is in a short file, or None."""
        try:
            with open(self._root + path) as file:
                return file.read()
        except (OSError, ValueError):
            return None

    def part(self, path: str, at: int) -> str:
        """Return one line of a file from byte `at` on, without its end; "" behind the last."""
        with open(self._root + path, "rb") as file:
            file.seek(at)
            line: bytes = file.readline()
        return line.decode().rstrip("\n")

    def sum(self, path: str) -> "tuple[int, str]":
        """Return the length of a file and its sum; (0, "") where there is none."""
        total = sha256()
        buffer = bytearray(_READ_BYTES)
        length = 0
        try:
            with open(self._root + path, "rb") as file:
                count = file.readinto(buffer)
                while count:
                    total.update(memoryview(buffer)[:count])
                    length += count
                    count = file.readinto(buffer)
        except OSError:
            return 0, ""
        return length, hexlify(total.digest()).decode()

    def put(self, path: str, text: str) -> None:
        """Write a short file whole."""
        self._write(path + ".new", text.encode(), "wb")
        self.rename(path + ".new", path)

    def append(self, path: str, data: bytes, at: int) -> None:
        """Write on at the end of a file, or begin it where `at` is 0; its folder is made."""
        if not at:
            self._make_folders(path)
        self._write(path, data, "ab" if at else "wb")

    def rename(self, path: str, to: str) -> None:
        """Let a file take the place of another."""
        os.rename(self._root + path, self._root + to)
        self._settle()

    def remove(self, path: str) -> None:
        """Remove a file; one that is not there is no fault."""
        try:
            os.remove(self._root + path)
        except OSError:
            return
        self._settle()

    def listed(self, folder: str) -> "list[str]":
        """Return the paths of all files below a folder."""
        found: "list[str]" = []
        self._walk(folder, found)
        return found

    def _walk(self, folder: str, found: "list[str]") -> None:
        for name, is_folder in _entries(self._root + folder):
            if is_folder:
                self._walk(folder + "/" + name, found)
            else:
                found.append(folder + "/" + name)

    def _make_folders(self, path: str) -> None:
        at = path.find("/")
        while at >= 0:
            try:
                os.mkdir(self._root + path[:at])
            except OSError:
                pass
            at = path.find("/", at + 1)

    def _write(self, path: str, data: bytes, mode: str) -> None:
        with open(self._root + path, mode) as file:
            file.write(data)
        self._settle()

    def _settle(self) -> None:
        """Let the flash take what was written, where it does not at once."""
        if hasattr(os, "sync"):
            os.sync()


def _entries(folder: str) -> "list[tuple[str, bool]]":
    """Return (name, is a folder) of what lies in a folder."""
    system: "Any" = os
    try:
        if hasattr(system, "ilistdir"):
            return [
                (row[0], row[1] == _FOLDER) for row in system.ilistdir(folder) if row[0] not in (".", "..")
            ]
        return [(name, os.stat(folder + "/" + name)[0] & _FOLDER != 0) for name in os.listdir(folder)]
    except OSError:
        return []
