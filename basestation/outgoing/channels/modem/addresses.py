"""Numbers of telephones: E.164 for people, semi-octets for the network (3GPP TS 23.040, 9.1.2.5).

Decides what is a number we send to. Never guesses a country: a number without it is refused.
"""

import re
from typing import Final

from basestation.outgoing.channels.modem.alphabet import text_of_septets, unpacked
from basestation.outgoing.channels.modem.errors import PduDamaged

_INTERNATIONAL: Final = 0x91
_NUMBER_TYPE: Final = 0x70
_ALPHANUMERIC, _INTERNATIONAL_TYPE = 0x50, 0x10
_SEMI_OCTETS: Final = "0123456789*#abc"
#: The octets of an address with 20 digits, the most there can be.
_DIGITS_MAX: Final = 20

#: What people write between digits.
_BETWEEN: Final = re.compile(r"[ ./\-\u2013]")
_E164: Final = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
#: What can be answered: an international number, or a national one that is no service's.
_ANSWERABLE: Final = re.compile(r"\+[1-9][0-9]{7,14}|[0-9]{7,15}", re.ASCII)


def e164(address: str) -> str | None:
    """Return the number as +49…, without blanks; None if it is none with its country."""
    number = _BETWEEN.sub("", address.strip())
    return number if _E164.fullmatch(number) else None


def is_answerable(sender: str) -> bool:
    """Tell whether a message to the sender reaches a telephone, not a service or a name."""
    return _ANSWERABLE.fullmatch(sender) is not None


def tail(number: str) -> str:
    """Return the last seven digits: networks write the same number in several ways."""
    return "".join(filter(str.isdigit, number))[-7:]


def written(number: str) -> bytes:
    """Return the address field of a number: +49… or digits."""
    is_international = number.startswith("+")
    digits = number.lstrip("+")
    octets = semi_octets(digits)
    return bytes([len(digits), _INTERNATIONAL if is_international else 0x81]) + octets


def semi_octets(digits: str) -> bytes:
    """Return the digits two to an octet, the first in the lower half."""
    codes = [_SEMI_OCTETS.index(digit) for digit in digits] + [0xF] * (len(digits) % 2)
    return bytes(low | high << 4 for low, high in zip(codes[::2], codes[1::2], strict=True))


def read(octets: bytes) -> tuple[str, int]:
    """Return the address that begins here, and how many octets it takes.

    Raises:
        PduDamaged: it is cut off or too long.
    """
    if len(octets) < 2 or octets[0] > _DIGITS_MAX:
        raise PduDamaged("the address is damaged")
    digits, kind = octets[0], octets[1] & _NUMBER_TYPE
    end = 2 + (digits + 1) // 2
    field = octets[2:end]
    if len(octets) < end:
        raise PduDamaged("the address is cut off")
    if kind == _ALPHANUMERIC:
        return text_of_septets(unpacked(field, digits * 4 // 7)), end
    codes = [code for octet in field for code in (octet & 0xF, octet >> 4)][:digits]
    number = "".join(_SEMI_OCTETS[code] for code in codes if code < len(_SEMI_OCTETS))
    return ("+" if kind == _INTERNATIONAL_TYPE else "") + number, end
