"""The record of what must survive a power cut: boot numbers, alarms, the shift, the upright direction.

Decides the format of the records, which of them still stand, and how a full journal is made short again;
the board writes and syncs the bytes. Never trusts them: a torn or flipped record is skipped and counted,
and because it may have held a boot number, one number is left out for it. 32 bytes a record, little
endian: magic 2, kind 1, flags 1, boot 4, seq 4, uptime_s 4, wall_s 4 (0 unknown), value 4, code 1,
mark 1, two zeros, CRC-32.
"""

from binascii import crc32
from collections import namedtuple

from protocol.messages import INT_MAX, MARKS, TECHNICAL_CAUSES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Optional

RECORD_BYTES = 32
#: A journal of more records is made short again by the board; 512 are 16 KiB.
RECORDS_MAX = 512
MAGIC = b"RW"

#: Kinds: the device started; an alarm was raised; its receipt came; it ended (reset by its wearer, or by
#: what else ends its kind); on or off shift; the upright direction was learned.
BOOT, RAISED, RECEIPTED, RESET, SHIFT, UPRIGHT = 1, 2, 3, 4, 5, 6
_KINDS = (BOOT, RAISED, RECEIPTED, RESET, SHIFT, UPRIGHT)

#: RAISED records that are standing and have their receipt already; SHIFT records of a shift that is on.
FLAG_RECEIPTED = 1
FLAG_ON = 1
#: RAISED records of technical alarms keep the place of their cause in `TECHNICAL_CAUSES`, from 1, above this.
CAUSE_SHIFT = 4
#: UPRIGHT records keep x, y, z in mg, each plus this, in `seq`, `uptime_s` and `value`.
UPRIGHT_OFFSET_MG = 2048

#: `boot`, `seq`: the key of the `raised` message. `value`: the first sequence number of the alarm.
#: `code`: its kind. All are ints.
Record = namedtuple("Record", ("kind", "flags", "boot", "seq", "uptime_s", "wall_s", "value", "code", "mark"))


def boot_record(boot: int) -> bytes:
    """Return the record of a start; the board syncs it before the device says anything."""
    return encode(Record(BOOT, 0, boot, 0, 0, 0, 0, 0, 0))


def shift_record(boot: int, uptime_s: int, wall_s: int, is_on: bool) -> bytes:
    """Return the record of a shift that went on or off."""
    return encode(Record(SHIFT, FLAG_ON if is_on else 0, boot, 0, uptime_s, wall_s, 0, 0, 0))


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
    data += crc32(data).to_bytes(4, "little")
    return bytes(data)


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


def replay(data: bytes) -> "tuple[int, tuple[Record, ...], int]":
    """Return (last boot number, the records that still stand, damaged records).

    Standing are the RAISED records of alarms without a reset, oldest first, with `FLAG_RECEIPTED` where the
    receipt came, the last SHIFT and the last UPRIGHT record. The boot number leaves room for what the damaged
    records may have held, so that no number comes twice.
    """
    last_boot = 0
    raised: "list[Record]" = []
    ended: "dict[tuple[int, int], int]" = {}
    lasts: "dict[int, Record]" = {}
    records, damaged = _scan(data)
    for record in records:
        last_boot = max(last_boot, record.boot)
        key = (record.boot, record.seq)
        if record.kind == RAISED:
            raised.append(record)
        elif record.kind in (RECEIPTED, RESET):
            ended[key] = max(record.kind, ended.get(key, 0))
        elif record.kind in (SHIFT, UPRIGHT):
            lasts[record.kind] = record
    standing = [_marked(record, ended) for record in raised if _is_standing(record, ended)]
    standing += [lasts[kind] for kind in (SHIFT, UPRIGHT) if kind in lasts]
    return last_boot + damaged, tuple(standing), damaged


def is_long(byte_count: int) -> bool:
    """Tell whether a journal of so many bytes should be compacted."""
    return byte_count > RECORDS_MAX * RECORD_BYTES


def compact(data: bytes) -> bytes:
    """Return a short journal that replays to the same; the board writes it beside and renames it."""
    last_boot, standing, _ = replay(data)
    return boot_record(last_boot) + b"".join([encode(record) for record in standing])


def _is_standing(record: "Record", ended: "dict[tuple[int, int], int]") -> bool:
    return ended.get((record.boot, record.seq)) != RESET


def _marked(record: "Record", ended: "dict[tuple[int, int], int]") -> "Record":
    if ended.get((record.boot, record.seq)) != RECEIPTED:
        return record
    return Record(record.kind, record.flags | FLAG_RECEIPTED, *record[2:])


def _scan(data: bytes) -> "tuple[Iterable[Record], int]":
    """Return the whole records and how many damaged ones lie between and behind them."""
    records = []
    damaged = at = lost_bytes = 0
    while at < len(data):
        record = decode(data[at : at + RECORD_BYTES])
        if record is None:
            # A write that was cut short shifts what follows: look at every byte.
            lost_bytes += 1
            at += 1
            continue
        damaged += _records_in(lost_bytes)
        lost_bytes = 0
        records.append(record)
        at += RECORD_BYTES
    return records, damaged + _records_in(lost_bytes)


def _records_in(byte_count: int) -> int:
    return (byte_count + RECORD_BYTES - 1) // RECORD_BYTES
