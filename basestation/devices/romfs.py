"""Writes compiled modules as one image of MicroPython's read-only file system, executed where it lies.

Decides nothing about what is in it. An interpreter with `VfsRom` and a partition for it runs bytecode and
reads texts in place, instead of copying them to its heap. The format is public: docs.micropython.org,
"Working with ROMFS": records of kind, length and content, both numbers in groups of seven bits.

    python -m basestation.devices.romfs BOARD FILE
"""

import sys
import tempfile
from pathlib import Path

from basestation.devices.build import BOARDS, compile_board

_MAGIC = b"\xd2\xcd\x31"
_DATA, _DIRECTORY, _FILE = 2, 4, 5


def image(folder: Path) -> bytes:
    """Return the image of everything in `folder`, in an order that is always the same."""
    content = _content(folder)
    return _MAGIC + _number(len(content)) + content


def _content(folder: Path) -> bytes:
    return b"".join(_entry(path) for path in sorted(folder.iterdir()))


def _entry(path: Path) -> bytes:
    name = path.name.encode()
    head = _number(len(name)) + name
    if path.is_dir():
        return _record(_DIRECTORY, head + _content(path))
    return _record(_FILE, head + _record(_DATA, path.read_bytes()))


def _record(kind: int, content: bytes) -> bytes:
    return _number(kind) + _number(len(content)) + content


def _number(number: int) -> bytes:
    groups = [number & 127]
    while number := number >> 7:
        groups.append(128 | number & 127)
    return bytes(reversed(groups))


def main(arguments: list[str]) -> None:
    """Write the image of a board's modules; exit with a sentence where that cannot be."""
    if len(arguments) != 2 or arguments[0] not in BOARDS:
        sys.exit(f"usage: python -m basestation.devices.romfs {{{','.join(BOARDS)}}} FILE")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "modules"
        compile_board(folder, arguments[0])
        written = Path(arguments[1]).write_bytes(image(folder))
    sys.stdout.write(f"{arguments[1]}: {written} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1:])
