"""What the base station says under the key of one device: HMAC-SHA-256 (RFC 2104).

Decides whether something was sealed by who holds the key. Never decides what it means, and keeps nothing.
MicroPython has `hashlib.sha256` and no `hmac`. Bytes.
"""

from binascii import hexlify
from hashlib import sha256

BLOCK_BYTES = 64


def seal(key: bytes, data: bytes) -> bytes:
    """Return the seal over `data` as 64 hexadecimal digits (bytes)."""
    if len(key) > BLOCK_BYTES:
        key = sha256(key).digest()
    key = key + b"\0" * (BLOCK_BYTES - len(key))
    inner = sha256(bytes([byte ^ 0x36 for byte in key]))
    inner.update(data)
    outer = sha256(bytes([byte ^ 0x5C for byte in key]))
    outer.update(inner.digest())
    return hexlify(outer.digest())


def is_sealed(key: bytes, data: bytes, signature: str) -> bool:
    """Tell whether `signature` is the seal over `data`; takes as long for a wrong one as for a right one."""
    wanted, given = seal(key, data), signature.encode()
    difference = len(wanted) ^ len(given)
    for position in range(len(wanted)):
        difference |= wanted[position] ^ (given[position] if position < len(given) else 0)
    return difference == 0
