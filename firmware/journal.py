"""The records of what must survive a power cut: boot numbers, alarms, the shift, the upright direction.

Decides the format of a record and nothing else: `journal_replay.py` says what records mean together,
`journal_ring.py` where they lie. 32 bytes a record, little endian: magic 2, kind 1, flags 1, boot 4, seq 4,
uptime_s 4, wall_s 4 (0 unknown), value 4, code 1, mark 1, two zeros, CRC-32 over the 28 bytes before it.
"""

from binascii import crc32
from collections import namedtuple

from protocol.messages import INT_MAX, MARKS, TECHNICAL_CAUSES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

RECORD_BYTES = 32
MAGIC = b"RW"

#: Kinds: the device started; an alarm was raised; its receipt came; it ended (reset by its wearer, or by
#: what else ends its kind); on or off shift; the upright direction was learned. Of the ring itself: a sector
#: begins (`seq` is its number, `value` how many sectors there are); everything that stands was written again
#: into the sector of number `seq`, in the `value` records before this one.
BOOT, RAISED, RECEIPTED, RESET, SHIFT, UPRIGHT, SECTOR, CARRIED = 1, 2, 3, 4, 5, 6, 7, 8
_KINDS = (BOOT, RAISED, RECEIPTED, RESET, SHIFT, UPRIGHT, SECTOR, CARRIED)

#: RAISED records that are standing and have their receipt already; SHIFT records of a shift that is on.
FLAG_RECEIPTED = 1
FLAG_ON = 1
#: RAISED, SHIFT and UPRIGHT records that were written again because their first sector will be erased.
FLAG_CARRIED = 2
#: RAISED records of technical alarms keep the place of their cause in `TECHNICAL_CAUSES`, from 1, above this.
CAUSE_SHIFT = 4
#: UPRIGHT records keep x, y, z in mg, each plus this, in `seq`, `uptime_s` and `value`.
UPRIGHT_OFFSET_MG = 2048

#: `boot`, `seq`: the key of the `raised` message. `value`: the first sequence number of the alarm.
#: `code`: its kind. Of a SHIFT record `value` and `seq` are boot and seq of the command. All are ints.
Record = namedtuple("Record", ("kind", "flags", "boot", "seq", "uptime_s", "wall_s", "value", "code", "mark"))


def boot_record(boot: int) -> bytes:
    """Return the record of a start; the board syncs it before the device says anything."""
    return encode(Record(BOOT, 0, boot, 0, 0, 0, 0, 0, 0))


def sector_record(boot: int, sequence: int, sector_count: int) -> bytes:
    """Return the record at the head of the sector that has this number."""
    return encode(Record(SECTOR, 0, boot, sequence, 0, 0, sector_count, 0, 0))


def carried_record(boot: int, sequence: int, record_count: int) -> bytes:
    """Return the record behind `record_count` records that hold all that stands."""
    return encode(Record(CARRIED, 0, boot, sequence, 0, 0, record_count, 0, 0))


def shift_record(
    boot: int, uptime_s: int, wall_s: int, is_on: bool, command: "tuple[int, int]" = (0, 0)
) -> bytes:
    """Return the record of a shift that went on or off by the command with these (boot, seq)."""
    flags = FLAG_ON if is_on else 0
    return encode(Record(SHIFT, flags, boot, command[1], uptime_s, wall_s, command[0], 0, 0))


def upright_record(boot: int, x_mg: int, y_mg: int, z_mg: int) -> bytes:
    """Return the record of the upright direction, as the sensor sees it."""
    offset_mg = UPRIGHT_OFFSET_MG
    return encode(
        Record(UPRIGHT, 0, boot, x_mg + offset_mg, y_mg + offset_mg, 0, z_mg + offset_mg, 0, 0)
    )  # fmt: skip


def upright_of(record: "Record") -> "tuple[int, int, int]":
    """Return x, y, z in mg of an UPRIGHT record."""
    offset_mg = UPRIGHT_OFFSET_MG
    return record.seq - offset_mg, record.uptime_s - offset_mg, record.value - offset_mg


def alarm_record(
    kind: int, key: "tuple[int, int]", uptime_s: int, wall_s: int, first_seq: int, code: int, mark: str,
    cause: str = "",
) -> bytes:  # fmt: skip
    """Return a record of the alarm whose `raised` message has `key` (boot, seq)."""
    mark_code = MARKS.index(mark)
    flags = (TECHNICAL_CAUSES.index(cause) + 1 if cause else 0) << CAUSE_SHIFT
    return encode(Record(kind, flags, key[0], key[1], uptime_s, wall_s, first_seq, code, mark_code))


def cause_of(record: "Record") -> str:
    """Return the cause of a RAISED record of a technical alarm, or "" for an unknown one."""
    place = record.flags >> CAUSE_SHIFT
    return TECHNICAL_CAUSES[place - 1] if 0 < place <= len(TECHNICAL_CAUSES) else ""


def encode(record: "Record") -> bytes:
    """Return the bytes of one record."""
    assert record.kind in _KINDS, record.kind
    data = bytearray(MAGIC)
    data += bytes((record.kind, record.flags))
    for number in (record.boot, record.seq, record.uptime_s, record.wall_s, record.value):
        assert 0 <= number <= 0xFFFFFFFF, number
        data += number.to_bytes(4, "little")
    data += bytes((record.code, record.mark, 0, 0))
    return sealed(data)


def sealed(data: "bytes | bytearray") -> bytes:
    """Return a whole record of its first 28 bytes."""
    check: bytes = crc32(data).to_bytes(4, "little")
    return bytes(data) + check


def decode(data: bytes) -> "Optional[Record]":
    """Return the record in these 32 bytes, or None if it is damaged."""
    if len(data) != RECORD_BYTES or data[:2] != MAGIC:
        return None
    if crc32(data[:28]) != int.from_bytes(data[28:32], "little"):
        return None
    numbers = [int.from_bytes(data[at : at + 4], "little") for at in range(4, 24, 4)]
    if numbers[0] > INT_MAX or numbers[1] > INT_MAX or data[25] >= len(MARKS):
        return None
    boot, seq, uptime_s, wall_s, value = numbers
    return Record(data[2], data[3], boot, seq, uptime_s, wall_s, value, data[24], data[25])
