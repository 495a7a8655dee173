"""A device's journal in words: what each of its records says.

Decides how a record is read (`protocol/SPEC.md`, "The journal") and nothing about what follows from it. What
is damaged is shown as damaged and never guessed. Pure: bytes in, rows out; times in s and as ISO text.
"""

import struct
import zlib
from datetime import UTC, datetime
from typing import Any

from protocol.messages import MARKS, TECHNICAL_CAUSES

RECORD_BYTES = 32
_RECORD = struct.Struct("<2sBBIIIIIBB2xI")
_BLANK = b"\xff" * RECORD_BYTES
_SECTOR, _CARRIED, _UPRIGHT_OFFSET_MG = 7, 8, 2048
_IS_RECEIPTED, _IS_CARRIED, _CAUSE_SHIFT = 1, 2, 4

KINDS = {
    1: "start", 2: "raised", 3: "receipted", 4: "ended", 5: "shift", 6: "upright", _SECTOR: "sector",
    _CARRIED: "carried",
}  # fmt: skip
#: The kinds of alarm by the number that stands in the journal.
ALARM_KINDS = {
    1: "manual", 2: "position", 3: "rest", 4: "silent", 5: "duress", 6: "fall", 7: "loss", 8: "escape",
    9: "time", 10: "technical",
}  # fmt: skip


def decoded(data: bytes) -> list[dict[str, Any]]:
    """Return a row for each place of the journal that is not blank, oldest first."""
    places = [data[at : at + RECORD_BYTES] for at in range(0, len(data), RECORD_BYTES)]
    return [{"place": number, **_row(one)} for number, one in enumerate(places) if one != _BLANK]


def sentence(row: dict[str, Any]) -> str:
    """Return one row of `decoded` as a line for people."""
    if row["kind"] == "damaged":
        return f"{row['place']:5}  damaged"
    when = row["at"] or f"{row['uptime_s']} s after the start"
    rest = {name: value for name, value in row.items() if name not in ("place", "kind", "at", "uptime_s")}
    facts = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in rest.items())
    return f"{row['place']:5}  {row['kind']:9}  {when}  {facts}"


def from_dump(lines: list[str]) -> bytes:
    """Return the journal that `firmware/journal_dump.py` has printed, oldest sector first.

    Raises:
        ValueError: the lines are no whole dump.
    """
    head, end = lines[0].split(), lines[-1].split()
    if head[:1] != ["journal"] or end != ["end", str(len(lines) - 2)]:
        raise ValueError("This is no whole dump of a journal: it begins with `journal` and ends with `end`.")
    sector_count, sector_bytes = int(head[1]), int(head[2])
    data = bytearray(b"\xff" * sector_count * sector_bytes)
    for line in lines[1:-1]:
        sector, slot, text = line.split()
        at = int(sector) * sector_bytes + int(slot) * RECORD_BYTES
        data[at : at + RECORD_BYTES] = bytes.fromhex(text)
    sectors = [bytes(data[at : at + sector_bytes]) for at in range(0, len(data), sector_bytes)]
    # A sector whose head is damaged cannot say its number; it comes first, as the one that was being erased.
    sectors.sort(key=_sequence)
    return b"".join(sectors)


def _sequence(sector: bytes) -> int:
    row = _row(sector[:RECORD_BYTES])
    return int(row["sector"]) if row["kind"] == "sector" else -1


def _row(record: bytes) -> dict[str, Any]:
    is_whole = len(record) == RECORD_BYTES and record[:2] == b"RW"
    if not is_whole or zlib.crc32(record[:28]) != int.from_bytes(record[28:], "little"):
        return {"kind": "damaged", "hex": record.hex()}
    _, kind, flags, boot, seq, uptime_s, wall_s, value, code, mark, _ = _RECORD.unpack(record)
    at = datetime.fromtimestamp(wall_s, UTC).isoformat() if wall_s else None
    row = {"kind": KINDS.get(kind, f"unknown {kind}"), "at": at, "uptime_s": uptime_s, "boot": boot}
    if kind in (2, 3, 4):
        row |= _alarm(flags, boot, seq, value, code, mark)
    elif kind == 5:
        row |= {"is_on": flags & _IS_RECEIPTED != 0, "command": f"{value}-{seq}"}
    elif kind == 6:
        x_mg, y_mg, z_mg = (number - _UPRIGHT_OFFSET_MG for number in (seq, uptime_s, value))
        row |= {"uptime_s": 0, "x_mg": x_mg, "y_mg": y_mg, "z_mg": z_mg}
    elif kind in (_SECTOR, _CARRIED):
        row |= {"sector": seq, "count": value}
    if kind in (2, 5, 6) and flags & _IS_CARRIED:
        row["is_written_again"] = True
    return row


def _alarm(flags: int, boot: int, seq: int, first_seq: int, code: int, mark: int) -> dict[str, Any]:
    cause = flags >> _CAUSE_SHIFT
    facts = {
        "alarm": f"{boot}-{first_seq}",
        "alarm_kind": ALARM_KINDS.get(code, f"unknown {code}"),
        "seq": seq,
        "mark": MARKS[mark] if mark < len(MARKS) else f"unknown {mark}",
    }
    if cause:
        facts["cause"] = TECHNICAL_CAUSES[cause - 1] if cause <= len(TECHNICAL_CAUSES) else f"unknown {cause}"
    if flags & _IS_RECEIPTED:
        facts["is_receipted"] = True
    return facts
