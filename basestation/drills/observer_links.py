"""The signed link of an observer: one person, one drill, no log-in.

Decides what a token is and whether one is ours: 128 bits of HMAC-SHA-256 under the site's key over drill and
observer, compared in constant time; never stored, never logged. How long it opens anything is the drill's
(`observing.py`).
"""

import hashlib
import hmac
import re
from typing import Final

_MAC_HEX_DIGITS: Final = 32
_TOKEN: Final = re.compile(r"([1-9]\d{0,17})-([1-9]\d{0,17})-([0-9a-f]{32})", re.ASCII)


class ObserverLinks:
    """Makes and reads the tokens of one site."""

    def __init__(self, key: bytes, public_url: str) -> None:
        self._key = hmac.digest(key, b"rufweite observer", hashlib.sha256)
        self._public_url = public_url.rstrip("/")

    def url(self, drill_id: int, observer_id: int) -> str:
        """Return the address of the page; without a host where the site has named none for phones."""
        return f"{self._public_url}/o/{self.token(drill_id, observer_id)}"

    def token(self, drill_id: int, observer_id: int) -> str:
        """Return the token of an observer."""
        return f"{drill_id}-{observer_id}-{self._mac(drill_id, observer_id)}"

    def read(self, token: str) -> tuple[int, int] | None:
        """Return the numbers of drill and observer; None for a token that is not ours."""
        found = _TOKEN.fullmatch(token)
        if found is None:
            return None
        drill_id, observer_id = int(found[1]), int(found[2])
        is_ours = hmac.compare_digest(found[3], self._mac(drill_id, observer_id))
        return (drill_id, observer_id) if is_ours else None

    def _mac(self, drill_id: int, observer_id: int) -> str:
        payload = f"{drill_id}.{observer_id}".encode()
        return hmac.digest(self._key, payload, hashlib.sha256).hex()[:_MAC_HEX_DIGITS]
