"""How long a connection waits before its next attempt.

Decides between two kinds of failure. A broker that is away comes back at any moment, and every second
without it is one in which no alarm arrives: it is tried again about every second. A broker that refuses us,
or whom we do not believe, does not change by itself: each refusal doubles the wait, up to a bound. Jitter
keeps connections that failed together from coming back together. Seconds; the bounds are ours.
"""

import secrets
from collections.abc import Callable

#: From one attempt to the next while nobody answers, or a connection that stood is lost.
AWAY_S = 1.0
#: After the first refusal, and at most.
REFUSED_FIRST_S, REFUSED_S_MAX = 2.0, 15.0
#: Up to this share of the wait is added to it, in thousandths.
JITTER_PERMILLE = 250


def _any_permille() -> int:
    return secrets.randbelow(JITTER_PERMILLE + 1)


class BackOff:
    """The waits of one connection; `jitter_permille` returns 0 to JITTER_PERMILLE."""

    def __init__(self, jitter_permille: Callable[[], int] = _any_permille) -> None:
        self._jitter_permille = jitter_permille
        self._refused_s = 0.0

    def away_s(self) -> float:
        """Return the wait after nobody answered; what was refused before it stays remembered."""
        return self._jittered(AWAY_S)

    def refused_s(self) -> float:
        """Return the wait after a refusal, by either side."""
        self._refused_s = min(2 * self._refused_s or REFUSED_FIRST_S, REFUSED_S_MAX)
        return self._jittered(self._refused_s)

    def stood(self) -> None:
        """Note that we were let in and are heard: the next refusal is a first one."""
        self._refused_s = 0.0

    def _jittered(self, wait_s: float) -> float:
        return wait_s * (1000 + self._jitter_permille()) / 1000
