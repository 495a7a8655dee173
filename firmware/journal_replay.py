"""What the records of a journal mean together: which alarms stand, the last boot number, shift, upright.

Decides what still stands, and never trusts what it reads: in a ring a single flipped bit is put right; what
is torn or worse is skipped and counted, and because it may have held a boot number, one number is left out
for it. Only the start needs this module; the device forgets it afterwards.
"""

from firmware.journal import (
    BOOT,
    CARRIED,
    FLAG_CARRIED,
    FLAG_RECEIPTED,
    MAGIC,
    RAISED,
    RECEIPTED,
    RECORD_BYTES,
    RESET,
    SHIFT,
    UPRIGHT,
    Record,
    decode,
    encode,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

#: A plain row of records, as the boards in virtual time keep it, is made short again beyond this.
RECORDS_MAX = 512


class Replay:
    """Takes records in the order in which they were written."""

    def __init__(self) -> None:
        self._last_boot = 0
        #: Torn or damaged records since everything that stands was last written again.
        self.damaged = 0
        #: The number of the sector in which that was, -1 none.
        self.carried_sequence = -1
        self._raised: "list[Record]" = []
        self._lasts: "dict[int, Record]" = {}
        self._copies: "list[Record]" = []

    def take(self, record: "Optional[Record]") -> None:
        """Take the next record; None is a damaged one."""
        if record is None:
            self.damaged += 1
            self._copies = []
            return
        self._last_boot = max(self._last_boot, record.boot)
        if record.kind == CARRIED:
            self._take_carried(record)
        elif record.kind in (RECEIPTED, RESET):
            self._mark(record)
        elif record.kind in (RAISED, SHIFT, UPRIGHT):
            self._take_standing(record)
            if record.flags & FLAG_CARRIED:
                self._copies.append(record)

    def last_boot(self) -> int:
        """Return the highest boot number, with room for those that damaged records may have held."""
        return self._last_boot + self.damaged

    def standing(self) -> "tuple[Record, ...]":
        """Return the alarms without a reset, oldest first, the last SHIFT and the last UPRIGHT record."""
        found = list(self._raised)
        found += [self._lasts[kind] for kind in (SHIFT, UPRIGHT) if kind in self._lasts]
        return tuple([_with_flags(record, record.flags & ~FLAG_CARRIED) for record in found])

    def _take_carried(self, record: "Record") -> None:
        """Forget what came before copies that are complete: it may lie in a sector half erased."""
        copies = self._copies[len(self._copies) - record.value :]
        if len(copies) != record.value:
            return
        self._raised, self._lasts, self._copies = [], {}, []
        self.damaged = 0
        self.carried_sequence = record.seq
        for copy in copies:
            self._take_standing(copy)

    def _take_standing(self, record: "Record") -> None:
        if record.kind != RAISED:
            self._lasts[record.kind] = record
            return
        at = self._find(record)
        if at is None:
            self._raised.append(record)
        else:
            self._raised[at] = _with_flags(record, record.flags | self._raised[at].flags)

    def _mark(self, record: "Record") -> None:
        at = self._find(record)
        if at is None:
            return
        if record.kind == RESET:
            self._raised.pop(at)
        else:
            self._raised[at] = _with_flags(self._raised[at], self._raised[at].flags | FLAG_RECEIPTED)

    def _find(self, record: "Record") -> "Optional[int]":
        for at, known in enumerate(self._raised):
            if known.boot == record.boot and known.seq == record.seq:
                return at
        return None


def _with_flags(record: "Record", flags: int) -> "Record":
    return Record(record.kind, flags, *record[2:])


def replay(data: bytes) -> "tuple[int, tuple[Record, ...], int]":
    """Return (last boot number, the records that still stand, damaged records) of a plain row of records."""
    found = Replay()
    at = lost_bytes = 0
    while at < len(data):
        record = decode(data[at : at + RECORD_BYTES])
        if record is None:
            # A write that was cut short shifts what follows: look at every byte.
            lost_bytes += 1
            at += 1
            continue
        _take_lost(found, lost_bytes)
        lost_bytes = 0
        found.take(record)
        at += RECORD_BYTES
    _take_lost(found, lost_bytes)
    return found.last_boot(), found.standing(), found.damaged


def _take_lost(found: "Replay", byte_count: int) -> None:
    for _ in range((byte_count + RECORD_BYTES - 1) // RECORD_BYTES):
        found.take(None)


def is_long(byte_count: int) -> bool:
    """Tell whether a plain row of records of so many bytes should be compacted."""
    return byte_count > RECORDS_MAX * RECORD_BYTES


def compact(data: bytes) -> bytes:
    """Return a short row of records that replays to the same."""
    last_boot, standing, _ = replay(data)
    boot = encode(Record(BOOT, 0, last_boot, 0, 0, 0, 0, 0, 0))
    return boot + b"".join([encode(record) for record in standing])


def repaired(data: "bytes | bytearray") -> "Optional[Record]":
    """Return the record in a slot of the ring, put right if a single bit of it has flipped, or None."""
    record = decode(bytes(data))
    if record is not None or len(data) != RECORD_BYTES:
        return record
    tried = bytearray(data)
    # Garbage is told by its first bytes: more than one bit of them is wrong.
    wrong = _ones(tried[0] ^ MAGIC[0]) + _ones(tried[1] ^ MAGIC[1])
    if wrong > 1:
        return None
    first, last = (0, 16) if wrong else (16, RECORD_BYTES * 8)
    for bit in range(first, last):
        tried[bit >> 3] ^= 1 << (bit & 7)
        record = decode(bytes(tried))
        if record is not None:
            return record
        tried[bit >> 3] ^= 1 << (bit & 7)
    return None


def _ones(byte: int) -> int:
    count = 0
    while byte:
        byte &= byte - 1
        count += 1
    return count
