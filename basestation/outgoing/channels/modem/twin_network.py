"""The other side of a modem, in memory: a SIM with its store, a network, telephones that answer.

Reads what we submit and writes what a centre would send, as PDUs. For tests, demonstrations and the world of
faults; knows nothing of lines and commands.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from basestation.outgoing.channels.modem import addresses, submit
from basestation.outgoing.channels.modem.alphabet import packed, septets_of
from basestation.outgoing.channels.modem.received import Place, read_content

_DELIVER, _STATUS_REPORT = 0x04, 0x06
_HAS_HEADER, _REPORT, _RELATIVE_VALIDITY = 0x40, 0x20, 0x10
_ALPHANUMERIC = 0xD0
#: When the network's messages are dated.
_AT = datetime(2026, 3, 1, 4, 0, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Submitted:
    """One part that the network took."""

    number: str
    text: str
    place: Place | None
    is_reported: bool
    reference: int


@dataclass(slots=True)
class Sim:
    """A SIM: its PIN and its messages."""

    pin: str = ""
    tries_left: int = 3
    is_unlocked: bool = False
    #: Places for messages.
    room: int = 10
    messages: dict[int, str] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """Return what `AT+CPIN?` says."""
        if self.tries_left <= 0:
            return "SIM PUK"
        return "READY" if self.is_unlocked or not self.pin else "SIM PIN"

    def enter(self, pin: str) -> bool:
        """Tell whether the PIN is right; three wrong ones lock the SIM."""
        if self.tries_left <= 0 or pin != self.pin:
            self.tries_left = max(0, self.tries_left - 1)
            return False
        self.is_unlocked, self.tries_left = True, 3
        return True

    def store(self, pdu: str) -> int | None:
        """Keep a message and return its place; None if there is no room."""
        free = [place for place in range(1, self.room + 1) if place not in self.messages]
        if not free:
            return None
        self.messages[free[0]] = pdu
        return free[0]


def submitted(pdu: str, reference: int) -> Submitted:
    """Return what stands in a PDU of type SMS-SUBMIT; raises PduDamaged."""
    octets = bytes.fromhex(pdu)
    octets = octets[1 + octets[0] :]
    number, length = addresses.read(octets[2:])
    rest = octets[2 + length :]
    content_at = 3 if octets[0] & _RELATIVE_VALIDITY else 2
    content = read_content(rest[1], rest[content_at:], has_header=bool(octets[0] & _HAS_HEADER))
    return Submitted(number, content.text, content.place, bool(octets[0] & _REPORT), reference)


def delivered(sender: str, text: str, reference: int = 7, parts_max: int = 20) -> list[str]:
    """Return a message of a telephone, or of a service with a name, as PDUs of type SMS-DELIVER."""
    address = _named(sender) if any(map(str.isalpha, sender)) else addresses.written(sender)
    return [
        "00"
        + (
            bytes([_DELIVER | body.flag])
            + address
            + bytes([0, body.coding])
            + _time()
            + body.octets
        ).hex().upper()
        for body in submit.bodies(submit.parts_of(text, parts_max, ""), reference)
    ]  # fmt: skip


def status_report(part: Submitted, status: int) -> str:
    """Return what the centre says of a part."""
    octets = bytes([_STATUS_REPORT, part.reference]) + addresses.written(part.number)
    return "00" + (octets + _time() + _time() + bytes([status])).hex().upper()


def _named(name: str) -> bytes:
    septets = [septet for letter in name for septet in septets_of(letter) or ()]
    octets = packed(septets)
    return bytes([-(-len(septets) * 7 // 4), _ALPHANUMERIC]) + octets


def _time() -> bytes:
    return addresses.semi_octets(_AT.strftime("%y%m%d%H%M%S")) + b"\x00"
