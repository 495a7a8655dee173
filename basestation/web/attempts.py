"""How often a password may be tried, per login and per address, in a moving window.

An attempt counts before it is checked, so that parallel attempts cannot slip through; a right
password gives the login its attempts back. Sessions that are already open are never touched:
whoever guesses passwords cannot lock a working operator out of the console.
"""

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from basestation.web.settings import WebSettings


class Attempts:
    """Counts log-in attempts and says when it is enough."""

    def __init__(self, settings: WebSettings) -> None:
        window_s = settings.attempts_window_s
        self._window_s = window_s
        self._per_login = RateLimitItemPerSecond(settings.attempts_per_login, window_s, namespace="login")
        self._per_address = RateLimitItemPerSecond(
            settings.attempts_per_address, window_s, namespace="address"
        )
        self._per_wrong_link = RateLimitItemPerSecond(settings.wrong_links_max, window_s, namespace="link")
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def is_allowed(self, login: str, address: str) -> bool:
        """Count one attempt and tell whether it may be checked."""
        return self._limiter.hit(self._per_address, address) and self._limiter.hit(self._per_login, login)

    def is_link_allowed(self, address: str) -> bool:
        """Count a link that opens nothing and tell whether it is below the limit; right ones never count."""
        return self._limiter.hit(self._per_wrong_link, address)

    def succeeded(self, login: str) -> None:
        """Give `login` its attempts back."""
        self._limiter.clear(self._per_login, login)

    def refusal(self) -> str:
        """Return the sentence for the person who has to wait."""
        return f"Too many log-in attempts. Wait {self._window_s // 60} minutes, then try again."
