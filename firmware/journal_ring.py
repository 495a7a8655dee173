"""The journal as a ring of sectors in flash: where the next record goes, and what is erased when.

Decides that a record goes into space erased ahead, so that no alarm waits for an erase; that everything that
stands is written again into each sector before an older one is erased, so that the ring never forgets; and
that a record counts only when it was read back. What is slow (an erase takes 50 to 400 ms) is left for
`tend`, which the loop calls in a quiet moment; only a ring without any space erases at once. Never decides
what is recorded, and never touches a machine. Its flash is a port of five names:

    sector_bytes    4096: what is erased at once, a multiple of 32      sector_count    at least 4
    read(at, buffer)     fill `buffer` from byte `at` on
    write(at, data)      write `data` (a multiple of 4 bytes at a multiple of 4) into erased bytes (0xFF),
                         without erasing anything; it is durable when this returns
    erase(sector)        make all bytes of a sector 0xFF; may be cut anywhere, and then holds anything

and each of the three raises OSError if the flash refuses. On an ESP32 it is a data partition of its own:
`partition.readblocks(at // 4096, buffer, at % 4096)`, `partition.writeblocks(at // 4096, data, at % 4096)`
(with an offset it erases nothing), `partition.ioctl(6, sector)`, and `ioctl(4, 0)` gives `sector_count`.
"""

from firmware.journal import (
    FLAG_CARRIED,
    FLAG_RECEIPTED,
    RAISED,
    RECEIPTED,
    RECORD_BYTES,
    RESET,
    SHIFT,
    UPRIGHT,
    carried_record,
    sealed,
    sector_record,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: How often a record is written that does not read back; each time into another place if the first is used.
TRIES_MAX = 4
SECTORS_MIN = 4
BLANK = b"\xff" * RECORD_BYTES
_SEALED_BYTES = RECORD_BYTES - 4


class Ring:
    """The journal of one start of one device; `journal_open.open_ring` makes it.

    The sector of number n lies at n modulo the count. A sector is in use when it holds more than its head;
    one that holds only that was erased completely and is prepared for what comes.
    """

    def __init__(self, flash: "Any", boot: int) -> None:
        """Take the flash, or None for one that cannot be read, and the number of this start."""
        self.flash = flash
        self.boot = boot
        #: Records in a sector, the head included.
        self.slots = flash.sector_bytes // RECORD_BYTES if flash else 0
        #: The sector in use, and the next place in it.
        self.sequence = 0
        self.slot = 1
        self.is_prepared = False
        #: The newest sector into which everything that stands was written again.
        self.carried_sequence = -1
        self.is_carry_due = False
        #: First 28 bytes of what a later start must find: alarms without a reset, shift, upright.
        self.standing: "list[bytearray]" = []
        self._read = bytearray(RECORD_BYTES)
        #: Records that could not be written, and erases that an alarm had to wait for.
        self.failed_records = 0
        self.forced_erases = 0

    def append(self, record: bytes) -> bool:
        """Write one record; return False if the flash refused, and then try again in a quiet moment."""
        self.follow(record)
        if self.flash is not None and self._put(record):
            return True
        self.failed_records += 1
        self.is_carry_due = True
        return False

    def is_tending_due(self) -> bool:
        """Tell whether there is something to do in a quiet moment."""
        return self.flash is not None and (self.is_carry_due or not self.is_prepared)

    def tend(self) -> bool:
        """Do one slow thing; return False if the flash refused. Takes as long as an erase."""
        return self._carry() if self.is_carry_due else self._prepare()

    def follow(self, record: bytes) -> None:
        """Keep in memory what stands after this record."""
        kind, key = record[2], record[4:12]
        if kind in (RECEIPTED, RESET):
            for known in self.standing:
                if known[2] == RAISED and known[4:12] == key:
                    known[3] |= FLAG_RECEIPTED
                    if kind == RESET:
                        self.standing.remove(known)
                    return
        elif kind in (RAISED, SHIFT, UPRIGHT):
            if kind != RAISED:
                self.standing = [known for known in self.standing if known[2] != kind]
            copy = bytearray(record[:_SEALED_BYTES])
            copy[3] |= FLAG_CARRIED
            self.standing.append(copy)

    def place(self, sequence: int, slot: int) -> int:
        """Return the byte at which a record lies."""
        flash = self.flash
        byte: int = sequence % flash.sector_count * flash.sector_bytes + slot * RECORD_BYTES
        return byte

    def _put(self, record: bytes) -> bool:
        """Write one record into this sector or, where it is full, into the next."""
        if self._write(record):
            return True
        return self.slot >= self.slots and self._enter() and self._write(record)

    def _write(self, record: bytes) -> bool:
        """Write one record into the next blank place of this sector; return False if none reads back."""
        for _ in range(TRIES_MAX):
            if self.slot >= self.slots:
                return False
            at = self.place(self.sequence, self.slot)
            try:
                self.flash.read(at, self._read)
                if self._read != BLANK:
                    # Torn by an earlier start, or refused by the flash just now.
                    self.slot += 1
                    continue
                self.flash.write(at, record)
                self.flash.read(at, self._read)
            except OSError:
                continue
            if self._read == record:
                self.slot += 1
                return True
        return False

    def _enter(self) -> bool:
        """Go on in the next sector, erasing it now if there was no quiet moment to do it before."""
        if not self.is_prepared:
            self.forced_erases += 1
            if not self._prepare():
                return False
        self._begin_sector()
        if self.sequence - self.carried_sequence >= self.flash.sector_count - 2:
            # No quiet moment for several sectors: now, while there is room.
            self._carry()
        return True

    def _begin_sector(self) -> None:
        self.sequence += 1
        self.slot = 1
        self.is_prepared = False
        self.is_carry_due = True

    def _carry(self) -> bool:
        """Write everything that stands again, so that all older sectors may go."""
        needed = len(self.standing) + 1
        if self.slot + needed > self.slots:
            # It must lie in one sector.
            if needed >= self.slots:
                return False
            if not self.is_prepared:
                return self._prepare()
            self._begin_sector()
        for copy in self.standing:
            if not self._write(sealed(copy)):
                return False
        if not self._write(carried_record(self.boot, self.sequence, len(self.standing))):
            return False
        self.carried_sequence = self.sequence
        self.is_carry_due = False
        return True

    def _prepare(self) -> bool:
        """Erase the next sector and give it its head, by which it is known to be erased completely."""
        ahead, flash = self.sequence + 1, self.flash
        if 0 <= ahead - flash.sector_count >= self.carried_sequence:
            # It holds what stands nowhere else.
            return False
        head = sector_record(self.boot, ahead, flash.sector_count)
        try:
            flash.erase(ahead % flash.sector_count)
            flash.write(self.place(ahead, 0), head)
            flash.read(self.place(ahead, 0), self._read)
        except OSError:
            return False
        self.is_prepared = self._read == head
        return self.is_prepared
