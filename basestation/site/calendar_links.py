"""The secret address of a calendar: for one person or one role, signed under a key of the site.

Decides which addresses are ours: 128 bits of HMAC-SHA-256, compared in constant time. Nothing is stored for
an address; another key makes all of them worthless at once.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

KEY_BYTES: Final = 32
#: Longer texts are none of ours and are not looked at.
TOKEN_CHARACTERS_MAX: Final = 600
_MAC_BYTES: Final = 16
_KINDS: Final = ("person", "role")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose calendar it is."""

    #: "person" or "role".
    kind: str
    #: Number of the person, name of the role.
    name: str


class CalendarLinks:
    """Makes and reads addresses."""

    def __init__(self, key: bytes) -> None:
        assert len(key) == KEY_BYTES
        self._key = hmac.digest(key, b"rufweite calendar", hashlib.sha256)

    def path(self, subject: Subject) -> str:
        """Return the path of a calendar."""
        assert subject.kind in _KINDS, subject
        said = f"{subject.kind}/{subject.name}".encode()
        token = base64.urlsafe_b64encode(self._mac(said) + said).decode("ascii").rstrip("=")
        return f"/calendar/{token}.ics"

    def subject(self, token: str) -> Subject | None:
        """Return whose calendar a token stands for; None if it is none of ours."""
        if len(token) > TOKEN_CHARACTERS_MAX or not token.isascii():
            return None
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        mac, said = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(said)):
            return None
        kind, _, name = said.decode().partition("/")
        return Subject(kind, name)

    def _mac(self, said: bytes) -> bytes:
        return hmac.digest(self._key, said, hashlib.sha256)[:_MAC_BYTES]
