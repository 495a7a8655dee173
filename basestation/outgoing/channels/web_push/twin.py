"""A push service with one browser behind it, for tests and demonstrations: it reads what is meant for it.

It takes what RFC 8030, 8291 and 8292 ask for and refuses the rest. The decryption is the receiver's half of
`encryption`; the tests decrypt with somebody else's as well.
"""

import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from basestation.outgoing.channels.https.twin import TwinServer
from basestation.outgoing.channels.web_push.encryption import (
    AUTH_BYTES,
    POINT_BYTES,
    RECORD_BYTES,
    SALT_BYTES,
    encoded,
    point_of,
)

_NEEDED = {"content-encoding": "aes128gcm", "urgency": "high"}


class TwinPushService(TwinServer):
    """Takes messages for one subscription."""

    def __init__(self) -> None:
        super().__init__(self._judged)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(AUTH_BYTES)
        #: The browser has given the subscription up.
        self.is_gone = False
        #: What the browser would show.
        self.messages: list[dict[str, Any]] = []

    @property
    def subscription(self) -> str:
        """Return the subscription as a browser gives it."""
        keys = {"p256dh": encoded(point_of(self.key.public_key())), "auth": encoded(self.auth)}
        return json.dumps({"endpoint": f"{self.url}/push/1", "expirationTime": None, "keys": keys})

    def _judged(self, path: str, headers: dict[str, str], body: bytes) -> int:
        if self.is_gone or path != "/push/1":
            return 410
        if not headers.get("authorization", "").startswith("vapid t="):
            return 401
        if len(body) > RECORD_BYTES:
            return 413
        needed = all(headers.get(name) == value for name, value in _NEEDED.items())
        if not needed or not headers.get("ttl", "").isdecimal():
            return 400
        return self._pushed(body)

    def _pushed(self, body: bytes) -> int:
        try:
            self.messages.append(json.loads(self._read(body)))
        except (InvalidTag, ValueError):
            # A real service could not tell: it cannot read. The browser would drop it.
            return 400
        return 201

    def _read(self, body: bytes) -> bytes:
        salt, at = body[:SALT_BYTES], SALT_BYTES + 5
        point, sealed = body[at : at + POINT_BYTES], body[at + POINT_BYTES :]
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        info = b"WebPush: info\x00" + point_of(self.key.public_key()) + point
        secret = HKDF(SHA256(), 32, self.auth, info).derive(self.key.exchange(ec.ECDH(), sender))
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\x00").derive(secret)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\x00").derive(secret)
        return AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x00").removesuffix(b"\x02")
