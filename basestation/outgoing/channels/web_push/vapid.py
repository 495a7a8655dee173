"""Who we are to push services: a key of the site, and a signed word of it with each message (RFC 8292).

Decides how long such a word holds, and that the key is made once: with another key every subscription is
worthless. Times in seconds since 1970.
"""

import json
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from basestation.outgoing.channels.web_push.encryption import encoded, point_of
from basestation.trust.files import write_private

#: At most 24 h are allowed.
LIFE_S: Final = 12 * 3600


class KeyRefused(ValueError):
    """The key of the site cannot be used; the text is a sentence."""


class Vapid:
    """The key of the site."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, contact: str) -> None:
        self._key = key
        self._contact = contact

    @property
    def public_key(self) -> str:
        """Return the public key, as browsers want it when they subscribe."""
        return encoded(point_of(self._key.public_key()))

    def authorization(self, endpoint: str, now_s: int) -> str:
        """Return the `Authorization` of a message to this endpoint."""
        parts = urlsplit(endpoint)
        claims: dict[str, object] = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": now_s + LIFE_S,
            "sub": self._contact,
        }
        said = f"{_part({'typ': 'JWT', 'alg': 'ES256'})}.{_part(claims)}"
        pair = decode_dss_signature(self._key.sign(said.encode("ascii"), ec.ECDSA(SHA256())))
        signed = b"".join(number.to_bytes(32, "big") for number in pair)
        return f"vapid t={said}.{encoded(signed)},k={self.public_key}"


def kept_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Return the key in a file, making it once, for its owner only; raises KeyRefused. Blocks."""
    try:
        if not path.exists():
            made = ec.generate_private_key(ec.SECP256R1())
            pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            write_private(path, pem.decode("ascii"))
        key = load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise KeyRefused(f"The key of web push at {path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise KeyRefused(f"{path} holds no key: put back the one of the site from its backup.") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyRefused(f"The key in {path} is none of P-256.")
    return key


def _part(content: dict[str, object]) -> str:
    return encoded(json.dumps(content, separators=(",", ":")).encode())
