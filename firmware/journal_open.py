"""The journal at the start of the device: finds where the ring stands in its flash, and what it says.

Decides what is a ring, what is a flash that was never used, and what is neither: that is refused with a
sentence and never emptied. A sector is read wherever its number says that it lies, also when its head is
damaged. Only the start needs this module; the device forgets it afterwards.
"""

from firmware.journal import RECORD_BYTES, SECTOR, encode, sector_record
from firmware.journal_replay import Replay, repaired
from firmware.journal_ring import BLANK, SECTORS_MIN, Ring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.journal import Record


class JournalError(Exception):
    """What lies in the place of the journal is none; says what to do."""


def open_ring(flash: "Any") -> "tuple[Ring, tuple[Record, ...], int]":
    """Return the ring with a boot number that no start had, what still stands, and the damaged records.

    A flash that cannot be read gives a ring that refuses every record: the alarm goes out all the same.

    Raises:
        JournalError: the flash holds something else.
    """
    assert flash.sector_count >= SECTORS_MIN, flash.sector_count
    try:
        newest = _newest(flash)
        if newest < 0:
            _begin(flash)
            newest = 0
        return _opened(flash, newest)
    except OSError:
        return Ring(None, 1), (), 0


def format_ring(flash: "Any") -> None:
    """Erase the whole flash, whatever it holds, and begin a ring in it; raises OSError."""
    for sector in range(1, flash.sector_count):
        flash.erase(sector)
    _begin(flash)


def _opened(flash: "Any", newest: int) -> "tuple[Ring, tuple[Record, ...], int]":
    ring = Ring(flash, 1)
    found = Replay()
    slot = 1
    for sequence in range(max(0, newest + 1 - flash.sector_count), newest + 1):
        used = _read_sector(ring, sequence, found)
        # The newest that holds nothing yet is the one that was prepared.
        ring.is_prepared = sequence == newest > 0 and used <= 1
        if not ring.is_prepared:
            ring.sequence, slot = sequence, max(used, 1)
    ring.slot = slot
    ring.boot = found.last_boot() + 1
    ring.carried_sequence = found.carried_sequence
    ring.is_carry_due = found.damaged > 0 or found.carried_sequence != ring.sequence
    standing = found.standing()
    for record in standing:
        ring.follow(encode(record))
    return ring, standing, found.damaged


def _read_sector(ring: "Ring", sequence: int, found: "Replay") -> int:
    """Let `found` take the records of a sector; return the place behind the last that is not blank."""
    data = bytearray(RECORD_BYTES)
    used = 0
    for slot in range(ring.slots):
        ring.flash.read(ring.place(sequence, slot), data)
        if data != BLANK:
            used = slot + 1
            found.take(repaired(data))
    return used


def _newest(flash: "Any") -> int:
    """Return the highest number of a sector, -1 for a flash that was never used."""
    newest = -1
    data = bytearray(RECORD_BYTES)
    for sector in range(flash.sector_count):
        flash.read(sector * flash.sector_bytes, data)
        head = repaired(data)
        if head is None or head.kind != SECTOR or head.value != flash.sector_count:
            continue
        if head.seq % flash.sector_count == sector:
            newest = max(newest, head.seq)
    if newest < 0 and not _is_blank(flash):
        raise JournalError("The flash of the journal holds something else. Read it out, then format it.")
    return newest


def _is_blank(flash: "Any") -> bool:
    """Tell whether nothing was ever written but the beginning of the first head."""
    data = bytearray(RECORD_BYTES)
    for at in range(RECORD_BYTES, flash.sector_bytes * flash.sector_count, RECORD_BYTES):
        flash.read(at, data)
        if data != BLANK:
            return False
    return True


def _begin(flash: "Any") -> None:
    flash.erase(0)
    flash.write(0, sector_record(0, 0, flash.sector_count))
