"""HMAC-SHA-256 (RFC 2104), which MicroPython lacks, and a comparison that tells nothing by its time.

Decides whether a text is what its sender sealed, and nothing about what it says. Keys and texts are bytes,
seals 64 lower-case hexadecimal digits. Imported for one command and forgotten after it.
"""

from binascii import hexlify
from hashlib import sha256

#: SHA-256 works on blocks of so many bytes; a longer key is hashed first.
BLOCK_BYTES = 64
_INNER, _OUTER = 0x36, 0x5C


def seal(key: bytes, text: bytes) -> str:
    """Return the seal of a text."""
    if len(key) > BLOCK_BYTES:
        key = sha256(key).digest()
    key = key + bytes(BLOCK_BYTES - len(key))
    inner = sha256(bytes([byte ^ _INNER for byte in key]))
    inner.update(text)
    outer = sha256(bytes([byte ^ _OUTER for byte in key]))
    outer.update(inner.digest())
    return hexlify(outer.digest()).decode()


def is_sealed(key: bytes, text: bytes, given: str) -> bool:
    """Tell whether `given` is the seal of the text; looks at every digit, whichever differs first."""
    right = seal(key, text)
    if len(given) != len(right):
        return False
    difference = 0
    for place in range(len(right)):
        difference |= ord(right[place]) ^ ord(given[place])
    return difference == 0
