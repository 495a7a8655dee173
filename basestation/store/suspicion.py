"""Where a row that nobody can read is noted, so that whoever sets such rows aside looks for it at once.

Decides nothing. Holds no row and no name: only that somebody has met one.
"""

from typing import Protocol
from weakref import WeakSet

from basestation.store.errors import StoreError


class UnreadableRow(StoreError):
    """A row cannot be read; it is being set aside, and trying again may help."""


class Woken(Protocol):
    """A loop that looks for such rows."""

    def wake(self) -> None:
        """Look now."""


#: The loops of the base stations in this process.
LOOKING: "WeakSet[Woken]" = WeakSet()


def met() -> None:
    """Say that a row could not be read."""
    for loop in tuple(LOOKING):
        loop.wake()
