"""What a watchdog sees of a loop: whether it works, how far it is, whether it overslept.

Decides nothing. Goes around the work of a loop, so that the loop itself knows nothing of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from basestation.due import Work


class Pulse:
    """The pulse of one loop, or of several that do the same."""

    def __init__(self) -> None:
        self._rounds = 0
        #: Numbers of the rounds under way, oldest first.
        self._under_way: dict[int, None] = {}
        #: Attempts within rounds: one that is tried again and again does not stand still.
        self.attempts = 0
        #: When the next round is due; None: when woken.
        self.due_at: datetime | None = None

    @property
    def is_busy(self) -> bool:
        """Tell whether a round is under way."""
        return bool(self._under_way)

    @property
    def progress(self) -> tuple[int, int]:
        """Return what differs after every step of the oldest round under way."""
        return next(iter(self._under_way), self._rounds), self.attempts

    @contextmanager
    def round(self) -> Iterator[None]:
        """Feel one round."""
        self._rounds += 1
        number = self._rounds
        self._under_way[number] = None
        try:
            yield
        finally:
            del self._under_way[number]

    def around(self, work: Work) -> Work:
        """Return the work of a loop, felt."""

        async def felt(now: datetime) -> datetime | None:
            self.due_at = None
            with self.round():
                due_at = await work(now)
            self.due_at = due_at
            return due_at

        return felt

    def is_overslept(self, now: datetime) -> bool:
        """Tell whether a round is due that has not begun."""
        return not self.is_busy and self.due_at is not None and self.due_at < now
