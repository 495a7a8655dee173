"""What the network sends: messages (SMS-DELIVER) and delivery reports (SMS-STATUS-REPORT).

Decides how octets are read (3GPP TS 23.040, 9.2; alphabets by TS 23.038, 4), and which messages a machine
made by their form: a service with a name for a number, an indication of waiting voicemail, binary data.
Any octets give a message, a report, or `PduDamaged`.
"""

from dataclasses import dataclass
from typing import Final

from basestation.outgoing.channels.modem import addresses, alphabet
from basestation.outgoing.channels.modem.errors import PduDamaged

#: A PDU with the centre's number has no more octets.
_OCTETS_MAX: Final = 200
_DELIVER, _STATUS_REPORT = 0, 2
_TYPE, _HAS_HEADER = 0x03, 0x40
_TIME_OCTETS: Final = 7
_CONCAT_8, _CONCAT_16, _WAITING_INDICATION = 0x00, 0x08, 0x01
_GSM, _BINARY, _UCS2 = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Place:
    """Which part of which message."""

    reference: int
    total: int
    number: int


@dataclass(frozen=True, slots=True)
class Message:
    """One short message, or one part."""

    sender: str
    text: str
    #: None: a message by itself.
    place: Place | None = None
    #: Made by a machine, as its form shows.
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in a text field."""

    text: str
    place: Place | None
    #: Voicemail, or nothing that a person could have written.
    is_automatic: bool


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What the centre says of a message that we sent."""

    #: As the modem named it.
    reference: int
    recipient: str
    status: int


def read_pdu(pdu: str) -> Message | StatusReport:
    """Return what stands in a PDU in hexadecimal, with the centre's number.

    Raises:
        PduDamaged: it cannot be read.
    """
    try:
        octets = bytes.fromhex(pdu)
    except ValueError as error:
        raise PduDamaged("it is not hexadecimal") from error
    if not octets or len(octets) > _OCTETS_MAX or len(octets) < 2 + octets[0]:
        raise PduDamaged("its length is wrong")
    octets = octets[1 + octets[0] :]
    kind = octets[0] & _TYPE
    if kind == _DELIVER:
        return _message(octets)
    if kind == _STATUS_REPORT:
        return _report(octets)
    raise PduDamaged(f"it is of type {kind}")


def _report(octets: bytes) -> StatusReport:
    recipient, length = addresses.read(octets[2:])
    end = 2 + length + 2 * _TIME_OCTETS
    if len(octets) <= end:
        raise PduDamaged("the report is cut off")
    return StatusReport(octets[1], recipient, octets[end])


def _message(octets: bytes) -> Message:
    sender, length = addresses.read(octets[1:])
    rest = octets[1 + length :]
    if len(rest) < 3 + _TIME_OCTETS:
        raise PduDamaged("the message is cut off")
    has_header = bool(octets[0] & _HAS_HEADER)
    content = read_content(rest[1], rest[2 + _TIME_OCTETS :], has_header=has_header)
    is_automatic = content.is_automatic or not addresses.is_answerable(sender)
    return Message(sender, content.text, content.place, is_automatic)


def read_content(coding: int, octets: bytes, *, has_header: bool) -> Content:
    """Return the text that begins with its length; raises PduDamaged."""
    length, data = octets[0], octets[1:]
    header_length = 0
    place, is_waiting = None, coding & 0xC0 == 0xC0 and coding & 0xF0 != 0xF0
    if has_header:
        if not data or len(data) < 1 + data[0]:
            raise PduDamaged("the header of its text is cut off")
        header_length = 1 + data[0]
        place, is_indicated = _header(data[1:header_length])
        is_waiting = is_waiting or is_indicated
    kind = _alphabet(coding)
    return Content(_text(kind, data, length, header_length), place, is_waiting or kind == _BINARY)


def _text(kind: int, data: bytes, length: int, header_length: int) -> str:
    if kind == _GSM:
        header_septets = -(-header_length * 8 // 7)
        spare_bits = header_septets * 7 - header_length * 8
        return alphabet.text_of_septets(
            alphabet.unpacked(data[header_length:], max(0, length - header_septets), spare_bits)
        )
    if kind == _UCS2:
        return alphabet.text_of_ucs2(data[header_length:length])
    return ""


def _alphabet(coding: int) -> int:
    group = coding >> 4
    if group < 8:
        # A compressed text (bit 5) is as good as binary to us.
        return _BINARY if coding & 0x20 else (_GSM, _BINARY, _UCS2, _GSM)[coding >> 2 & 3]
    if group == 0xF:
        return _BINARY if coding & 0x04 else _GSM
    return _UCS2 if group == 0xE else _GSM


def _header(elements: bytes) -> tuple[Place | None, bool]:
    """Return the place among the parts, and whether it tells of waiting voicemail."""
    place = None
    is_waiting = False
    while len(elements) >= 2 and len(elements) >= 2 + elements[1]:
        kind, data = elements[0], elements[2 : 2 + elements[1]]
        if kind == _CONCAT_8 and len(data) == 3:
            place = _place(data[0], data[1], data[2])
        elif kind == _CONCAT_16 and len(data) == 4:
            place = _place(data[0] << 8 | data[1], data[2], data[3])
        elif kind == _WAITING_INDICATION:
            is_waiting = True
        elements = elements[2 + len(data) :]
    return place, is_waiting


def _place(reference: int, total: int, number: int) -> Place | None:
    # By the standard a place that cannot be is as if there were none.
    return Place(reference, total, number) if 1 <= number <= total and total > 1 else None
