"""What a Bluetooth advertisement says of who sends it: a name, or else an address.

Decides that only what can be a beacon's name is one (`protocol.topics.is_name`); whoever has none is called
by the 12 hexadecimal digits of the address. Never trusts a length. Format: Bluetooth Core Specification
Supplement, part A, 1.2 (types 8 and 9: the local name); Core, volume 3, part C, 11 (length, type, data).
"""

from binascii import hexlify

from protocol.topics import is_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: What legacy advertisements have room for; further bytes are not looked at.
DATA_BYTES_MAX = 31
_SHORT_NAME, _WHOLE_NAME = 8, 9


def sender_of(address: "Any", data: "Any") -> str:
    """Return the name in the advertising data (bytes), or the address (6 bytes) in hexadecimal."""
    at = 0
    end = min(len(data), DATA_BYTES_MAX)
    while at + 1 < end:
        length = data[at]
        if length == 0 or at + 1 + length > end:
            break
        if data[at + 1] in (_SHORT_NAME, _WHOLE_NAME):
            try:
                name = bytes(data[at + 2 : at + 1 + length]).decode()
            except ValueError:
                break
            if is_name(name):
                return name
        at += 1 + length
    return hexlify(bytes(address)).decode()
