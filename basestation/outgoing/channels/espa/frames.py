"""Data blocks of ESPA 4.4.4 as bytes: SOH, header, STX, records, ETX, check character.

Decides how a block is written and what is read out of one; never what a record means. A record is its
code, US, its data; RS stands between records, and some stations write one more behind the last. The
check character is the exclusive or of everything after SOH through ETX, and may look like any control
character. Codes and headers: ESPA 4.4.4 (1984), as annotated by G. Scott (docs/channels/espa.md).
"""

from dataclasses import dataclass
from functools import reduce
from operator import xor

SOH, STX, ETX, EOT, ENQ, ACK, NAK = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x15
RS, US = 0x1E, 0x1F

#: What a block is, by its header.
CALL_TO_PAGER, STATUS, STATUS_REQUEST = "1", "2", "3"
#: What a record holds, by its code.
CALL_ADDRESS, DISPLAY_TEXT, BEEP_CODE, CALL_TYPE = "1", "2", "3", "4"
TRANSMISSIONS, PRIORITY, CALL_STATUS, SYSTEM_STATUS = "5", "6", "7", "8"

#: A call address and a display text are no longer than this by the standard, in characters.
ADDRESS_MAX, TEXT_MAX = 16, 128


@dataclass(frozen=True, slots=True)
class Block:
    """One data block as it is read."""

    header: str
    #: Code and data, in the order in which they came.
    records: tuple[tuple[str, str], ...]
    #: How many records could not be read.
    unread: int = 0

    def data(self, code: str) -> str:
        """Return the data of the first record of that code, without blanks around it; empty for none."""
        return next((data.strip() for found, data in self.records if found == code), "")


def check_character(body: bytes | bytearray) -> int:
    """Return the check character of everything after SOH through ETX."""
    return reduce(xor, body, 0)


def written(header: str, records: tuple[tuple[str, bytes], ...]) -> bytes:
    """Return a whole block; the data must hold no control character."""
    assert not any(byte < 0x20 for _, data in records for byte in data), records
    joined = bytes([RS]).join(code.encode("ascii") + bytes([US]) + data for code, data in records)
    body = header.encode("ascii") + bytes([STX]) + joined + bytes([ETX])
    return bytes([SOH]) + body + bytes([check_character(body)])


def read(body: bytes) -> Block | None:
    """Return the block of a body (after SOH through ETX) whose check character was right; None for none."""
    header, separator, joined = body.removesuffix(bytes([ETX])).partition(bytes([STX]))
    if not separator or not header:
        return None
    parts = [part.partition(bytes([US])) for part in joined.split(bytes([RS])) if part]
    records = tuple(
        (code.decode("latin-1").strip(), data.decode("latin-1")) for code, found, data in parts if found
    )
    return Block(header.decode("latin-1").strip(), records, len(parts) - len(records))
