"""A text as short messages: parts, alphabet, PDUs of type SMS-SUBMIT (3GPP TS 23.040, 9.2.2.2).

Decides where a text is cut: only at its end, where it needs more parts than allowed, and it says so. No
character is torn between two parts. The centre's number is the SIM's own. Parts carry an 8-bit reference.
"""

from dataclasses import dataclass

from basestation.outgoing.channels.modem import addresses, alphabet

#: Septets, and units of UCS-2, in a message alone and in a part of several (140 octets, header of 6).
_SEPTETS_ALONE, _SEPTETS_PART = 160, 153
_UNITS_ALONE, _UNITS_PART = 70, 67
#: A header of six octets takes seven septets; one bit is left over.
_HEADER_SEPTETS, _HEADER_SPARE_BITS = 7, 1

_SUBMIT, _RELATIVE_VALIDITY, _REPORT, _HEADER = 0x01, 0x10, 0x20, 0x40
_GSM, _UCS2 = 0x00, 0x08


@dataclass(frozen=True, slots=True)
class Pdu:
    """What `AT+CMGS` takes."""

    #: Octets without the centre's number.
    length: int
    #: In hexadecimal, with the centre's number.
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    """The text of one message as octets."""

    #: For the first octet: whether a header stands before the text.
    flag: int
    #: Data coding scheme.
    coding: int
    #: Length, header, text.
    octets: bytes


def parts_of(text: str, parts_max: int, cut: str) -> list[str]:
    """Return the text in pieces that fit a message each; cut to `parts_max`, it ends with `cut`."""
    # What cannot be sent is not worth a look.
    text = text[: parts_max * _SEPTETS_ALONE + 1]
    pieces = _pieces(text)
    if len(pieces) <= parts_max:
        return pieces
    kept = len("".join(pieces[:parts_max]))
    # A cut text may need the smaller alphabet no longer, never the larger one: this ends.
    while len(pieces := _pieces(text[:kept].rstrip() + cut)) > parts_max:
        kept -= 1
    return pieces


def pdus(
    number: str, pieces: list[str], reference: int, validity_min: int, *, is_reported: bool
) -> list[Pdu]:
    """Return one PDU a piece; `reference` 0 to 255 joins them, `validity_min` is in minutes."""
    found = []
    for body in bodies(pieces, reference):
        first = _SUBMIT | _RELATIVE_VALIDITY | body.flag | (_REPORT if is_reported else 0)
        octets = bytes([first, 0]) + addresses.written(number)
        octets += bytes([0, body.coding, validity(validity_min)]) + body.octets
        found.append(Pdu(len(octets), "00" + octets.hex().upper()))
    return found


def bodies(pieces: list[str], reference: int) -> list[Body]:
    """Return the text fields of the pieces; all of them have one alphabet."""
    is_gsm = _is_gsm("".join(pieces))
    total = len(pieces)
    return [
        _body(piece, bytes([5, 0, 3, reference, total, place]) if total > 1 else b"", is_gsm=is_gsm)
        for place, piece in enumerate(pieces, 1)
    ]


def validity(minutes: int) -> int:
    """Return the octet for how long the centre tries: 5 minutes to 24 hours, rounded up."""
    if minutes <= 12 * 60:
        return max(0, -(-minutes // 5) - 1)
    return min(167, 143 + -(-(minutes - 12 * 60) // 30))


def _body(piece: str, header: bytes, *, is_gsm: bool) -> Body:
    flag = _HEADER if header else 0
    if not is_gsm:
        data = header + alphabet.ucs2(piece)
        return Body(flag, _UCS2, bytes([len(data)]) + data)
    septets = [septet for character in piece for septet in alphabet.septets_of(character) or ()]
    length = len(septets) + (_HEADER_SEPTETS if header else 0)
    data = header + alphabet.packed(septets, _HEADER_SPARE_BITS if header else 0)
    return Body(flag, _GSM, bytes([length]) + data)


def _is_gsm(text: str) -> bool:
    return all(alphabet.septets_of(character) is not None for character in text)


def _pieces(text: str) -> list[str]:
    is_gsm = _is_gsm(text)
    sizes = [_size(character, is_gsm=is_gsm) for character in text]
    alone, part = (_SEPTETS_ALONE, _SEPTETS_PART) if is_gsm else (_UNITS_ALONE, _UNITS_PART)
    if sum(sizes) <= alone:
        return [text]
    pieces, piece, used = [], "", 0
    for character, size in zip(text, sizes, strict=True):
        if used + size > part:
            pieces.append(piece)
            piece, used = "", 0
        piece += character
        used += size
    return [*pieces, piece]


def _size(character: str, *, is_gsm: bool) -> int:
    if is_gsm:
        return len(alphabet.septets_of(character) or ())
    return 2 if ord(character) > 0xFFFF else 1
