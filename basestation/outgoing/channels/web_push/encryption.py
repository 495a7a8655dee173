"""Encryption of one push message for one subscription (RFC 8291, over RFC 8188 `aes128gcm`).

Decides nothing but whether keys are keys. Each message has a key pair and a salt of its own; only the browser
that made the subscription reads it. Without I/O.
"""

import base64
import binascii
import os
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

#: One record; push services take no larger body (RFC 8030 asks them for 4096 bytes at least).
RECORD_BYTES: Final = 4096
POINT_BYTES, AUTH_BYTES, SALT_BYTES = 65, 16, 16
#: What is left for the text: the record without header, tag and the byte that ends it.
TEXT_BYTES_MAX: Final = RECORD_BYTES - SALT_BYTES - 4 - 1 - POINT_BYTES - 16 - 1


class KeysRefused(ValueError):
    """The keys of a subscription are none; the text is a sentence that does not repeat them."""


def decoded(text: str) -> bytes:
    """Return what base64url stands for, with or without padding; raises KeysRefused."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise KeysRefused("The keys of the subscription are not in base64url.") from None


def encoded(content: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return a public key as an uncompressed point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def receiver_key(p256dh: str, auth: str) -> tuple[ec.EllipticCurvePublicKey, bytes]:
    """Return the public key and the secret of a subscription; raises KeysRefused."""
    secret, point = decoded(auth), decoded(p256dh)
    if len(secret) != AUTH_BYTES or len(point) != POINT_BYTES:
        raise KeysRefused("The keys of the subscription have the wrong length.")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point), secret
    except ValueError:
        raise KeysRefused("The public key of the subscription is no point of P-256.") from None


def encrypted(text: bytes, p256dh: str, auth: str) -> bytes:
    """Return the body of a message with this text; raises KeysRefused."""
    key = ec.generate_private_key(ec.SECP256R1())
    return sealed(text, *receiver_key(p256dh, auth), key, os.urandom(SALT_BYTES))


def sealed(
    text: bytes,
    receiver: ec.EllipticCurvePublicKey,
    auth: bytes,
    sender: ec.EllipticCurvePrivateKey,
    salt: bytes,
) -> bytes:
    """Return the body with the sender's key and salt given; they are never used twice."""
    assert len(text) <= TEXT_BYTES_MAX, len(text)
    shared = sender.exchange(ec.ECDH(), receiver)
    ours = point_of(sender.public_key())
    secret = _derived(shared, auth, b"WebPush: info\x00" + point_of(receiver) + ours, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\x00", 12)
    head = salt + RECORD_BYTES.to_bytes(4, "big") + bytes((POINT_BYTES,)) + ours
    return head + AESGCM(key).encrypt(nonce, text + b"\x02", None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
