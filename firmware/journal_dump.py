"""The journal as lines of text, for whoever has the device at a cable: raw REPL or `micropython -c`.

    from firmware.journal_dump import dump
    dump(FLASH)

where FLASH is the board's flash (`journal_ring.py` says what that is). Prints `journal SECTORS SECTOR_BYTES`,
then for each place that is not blank `SECTOR SLOT HEX`, then `end COUNT`. Reads only, judges nothing.
"""

from binascii import hexlify

from firmware.journal import RECORD_BYTES

#: Said as a string: nothing in the firmware calls it, so a compiled module would have a short name for it.
__all__ = ("dump",)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def dump(flash: "Any", write: "Any" = print) -> None:
    """Hand each line to `write(text)`; raises OSError if the flash cannot be read."""
    write("journal %d %d" % (flash.sector_count, flash.sector_bytes))
    data = bytearray(RECORD_BYTES)
    count = 0
    for sector in range(flash.sector_count):
        for slot in range(flash.sector_bytes // RECORD_BYTES):
            flash.read(sector * flash.sector_bytes + slot * RECORD_BYTES, data)
            if data != b"\xff" * RECORD_BYTES:
                count += 1
                write("%d %d %s" % (sector, slot, hexlify(bytes(data)).decode()))
    write("end %d" % count)
