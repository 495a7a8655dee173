"""The partition table of a worn board: MicroPython's own, with a partition for the journal at its end.

    python -m basestation.devices.partitions BOARD FILE

Decides where each part of the flash lies. The journal has a partition of its own, since a file system erases
about once a record and tears more than the record that is written. Format: ESP-IDF, *Partition Tables*
(entries of 32 bytes, the MD5 of all before it as the last, at 0x8000 of the flash). Sizes in bytes.
"""

import hashlib
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

TABLE_OFFSET = 0x8000
TABLE_BYTES = 0xC00
SECTOR_BYTES = 4096
#: The application must begin at a multiple of this.
APPLICATION_ALIGNMENT = 0x10000
_ENTRY = struct.Struct("<2sBBLL16sL")
_MAGIC, _MD5_MAGIC = b"\xaa\x50", b"\xeb\xeb" + b"\xff" * 14
_APP, _DATA = 0, 1
#: A subtype of our own: 0x40 to 0xFE are free for applications.
JOURNAL_SUBTYPE = 0x40


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition."""

    label: str
    kind: int
    subtype: int
    offset: int
    size: int

    @property
    def end(self) -> int:
        """Return the first byte behind it."""
        return self.offset + self.size


def _table(flash_bytes: int) -> tuple[Partition, ...]:
    journal = Partition("journal", _DATA, JOURNAL_SUBTYPE, flash_bytes - 0x10000, 0x10000)
    factory = Partition("factory", _APP, 0x00, 0x10000, 0x300000)
    return (
        Partition("nvs", _DATA, 0x02, 0x9000, 0x6000),
        Partition("phy_init", _DATA, 0x01, 0xF000, 0x1000),
        factory,
        Partition("vfs", _DATA, 0x81, factory.end, journal.offset - factory.end),
        journal,
    )


#: Board -> flash in bytes, and its partitions.
FLASH_BYTES = {"esp32s3": 16 * 1024 * 1024, "m5stickc_plus2": 8 * 1024 * 1024}
TABLES = {board: _table(size) for board, size in FLASH_BYTES.items()}


def binary(partitions: tuple[Partition, ...]) -> bytes:
    """Return the table as the boot loader reads it."""
    entries = b"".join(
        _ENTRY.pack(_MAGIC, part.kind, part.subtype, part.offset, part.size, part.label.encode(), 0)
        for part in partitions
    )
    entries += _MD5_MAGIC + hashlib.md5(entries, usedforsecurity=False).digest()
    return entries.ljust(TABLE_BYTES, b"\xff")


def main(arguments: list[str]) -> int:
    """Write the table of a board to a file; return the exit code."""
    if len(arguments) != 2 or arguments[0] not in TABLES:
        print(f"usage: partitions BOARD FILE; boards: {', '.join(TABLES)}", file=sys.stderr)  # noqa: T201
        return 2
    Path(arguments[1]).write_bytes(binary(TABLES[arguments[0]]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
