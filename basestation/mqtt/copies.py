"""Which messages are copies of what came by another node of the same cluster a moment ago.

A base station hears every node, and every node brings it every message. Decides by the bytes: the first to
come is taken in, what comes by another link within `WINDOW_S` is a copy and costs nothing more. What comes by
the same link again is none, since a broker repeats what was not confirmed. In doubt a message is no copy:
twice is harmless, never is not. Called from network threads; memory is bounded by `KEPT_MAX`.
"""

import threading
from collections.abc import Callable

#: So long a copy may be later than the first: less than a device waits before it repeats an alarm (5 s).
WINDOW_S = 2.0
#: Messages remembered in each half of the window; of more the older half goes.
KEPT_MAX = 20_000


class Copies:
    """What the links to one cluster took in; `steady_s` is a clock that never goes back."""

    def __init__(self, steady_s: Callable[[], float], kept_max: int = KEPT_MAX) -> None:
        self._steady_s = steady_s
        self._kept_max = kept_max
        self._lock = threading.Lock()
        self._young: dict[tuple[str, bytes], tuple[int, float]] = {}
        self._old: dict[tuple[str, bytes], tuple[int, float]] = {}
        self._turned_at_s = steady_s()
        #: Copies found since the start.
        self.found = 0

    def is_copy(self, link: int, topic: str, payload: bytes) -> bool:
        """Tell whether another link took this in within `WINDOW_S`."""
        key, now_s = (topic, payload), self._steady_s()
        with self._lock:
            first = self._young.get(key) or self._old.get(key)
            if first is None or first[0] == link or now_s - first[1] > WINDOW_S:
                return False
            self.found += 1
            return True

    def took(self, link: int, topic: str, payload: bytes) -> None:
        """Note that `link` took this in."""
        key, now_s = (topic, payload), self._steady_s()
        with self._lock:
            if now_s - self._turned_at_s > WINDOW_S or len(self._young) >= self._kept_max:
                self._young, self._old, self._turned_at_s = {}, self._young, now_s
            self._young[key] = (link, now_s)
