"""How many answers a sender gets, so that two machines do not talk for ever.

Decides per sender and for all senders together, over the last hour. Seconds of one clock; pure.
"""

from collections import deque

HOUR_S = 3600.0
#: Answers to all senders together in an hour.
ALL_PER_HOUR_MAX = 256


class Hints:
    """The answers of the last hour."""

    def __init__(self, per_hour_max: int) -> None:
        self._per_hour_max = per_hour_max
        self._answered: deque[tuple[float, str]] = deque()

    def allow(self, sender: str, now_s: float) -> bool:
        """Tell whether the sender may get an answer now, and note that it does."""
        while self._answered and now_s - self._answered[0][0] >= HOUR_S:
            self._answered.popleft()
        own = sum(1 for _, other in self._answered if other == sender)
        if own >= self._per_hour_max or len(self._answered) >= ALL_PER_HOUR_MAX:
            return False
        self._answered.append((now_s, sender))
        return True
