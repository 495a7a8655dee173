"""The signed link to a responder's own page: for one person and one case, by one notice, until it expires.

Decides what a token is and whether one is ours: 128 bits of HMAC-SHA-256 under the site's key over case,
notice, person and expiry, compared in constant time. A token is never stored, never logged, and cannot be
made from another. Nonces of presses come from the same key. Times are aware UTC; what is made stays the same
for the rest of its day, so that a notice sent twice carries one link.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from basestation.cases.people import CONTROL_ROOM_KEY, WORKER_KEY
from basestation.clock import Clock, to_ms

KEY_BYTES: Final = 32
#: A link lives this long at least, in days, and a day more at most; each new notice brings a new one.
LIFE_DAYS: Final = 7
#: Longer texts are none of ours and are not looked at.
TOKEN_CHARACTERS_MAX: Final = 400

_MAC_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_DAY_MS: Final = 86_400_000
#: Who has no page: nobody, or no person, would read it.
_WITHOUT_PAGE: Final = (CONTROL_ROOM_KEY, WORKER_KEY)
_CENTRE: Final = "centre/"


@dataclass(frozen=True, slots=True)
class Link:
    """What a token stands for."""

    case_id: int
    #: The row of the outbox that it was sent with.
    notice_id: int
    #: `Found.key`.
    who: str


class Links:
    """Makes and reads the tokens of one site."""

    def __init__(self, key: bytes, public_url: str, clock: Clock) -> None:
        assert len(key) == KEY_BYTES
        self._link_key = hmac.digest(key, b"rufweite link", hashlib.sha256)
        self._nonce_key = hmac.digest(key, b"rufweite nonce", hashlib.sha256)
        self._public_url = public_url.rstrip("/")
        self.clock = clock

    def url(self, case_id: int, who: str, notice_id: int) -> str:
        """Return the address of the page; empty where the site gives no links, or nobody would read it."""
        if not self._public_url or who in _WITHOUT_PAGE or who.startswith(_CENTRE):
            return ""
        return f"{self._public_url}/r/{self.token(Link(case_id, notice_id, who))}"

    def token(self, link: Link) -> str:
        """Return the token of a link that begins now."""
        day = _day(self.clock.now()) + LIFE_DAYS
        payload = f"{link.case_id:x}.{link.notice_id:x}.{day:x}.{link.who}".encode()
        return _text(payload + self._mac(self._link_key, payload))

    def read(self, token: str) -> Link | None:
        """Return what a token stands for; None for one that is not ours or has expired."""
        data = _octets(token)
        payload, mac = data[:-_MAC_BYTES], data[-_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(self._link_key, payload)):
            return None
        case_id, notice_id, day, who = payload.decode().split(".", 3)
        if _day(self.clock.now()) > int(day, 16):
            return None
        return Link(int(case_id, 16), int(notice_id, 16), who)

    def nonce(self, token: str) -> str:
        """Return a new nonce for one press on the page of this token."""
        random = secrets.token_bytes(_NONCE_BYTES)
        return _text(random + self._mac(self._nonce_key, random + token.encode()))

    def is_nonce(self, token: str, nonce: str) -> bool:
        """Tell whether a nonce was made for the page of this token."""
        data = _octets(nonce)
        random, mac = data[:_NONCE_BYTES], data[_NONCE_BYTES:]
        return hmac.compare_digest(mac, self._mac(self._nonce_key, random + token.encode()))

    def _mac(self, key: bytes, payload: bytes) -> bytes:
        return hmac.digest(key, payload, hashlib.sha256)[:_MAC_BYTES]


def _day(at: datetime) -> int:
    return to_ms(at) // _DAY_MS


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _octets(text: str) -> bytes:
    """Return what a text stands for; nothing for one that could not be ours."""
    if len(text) > TOKEN_CHARACTERS_MAX or not text.isascii():
        return b""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        return b""
    # Two texts that stand for the same octets would be two tokens.
    return data if _text(data) == text else b""
