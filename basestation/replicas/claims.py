"""Who may do what only one base station shall do at a time. Alone, everything may be done.

A claim is no promise: whoever loses it without noticing does the same thing once more, under the same key.
"""

from collections.abc import Iterable
from typing import Protocol

#: Kinds of claims: sending one notice; supervising devices, batteries, attendance, the chain.
NOTICE, DUTY = 1, 2
#: The one claim of kind DUTY.
SUPERVISION = 0


class Claims(Protocol):
    """What the parts ask before they act."""

    async def take(self, kind: int, numbers: Iterable[int]) -> set[int]:
        """Return those of `numbers` that nobody else holds; they are ours until released or lost."""
        ...

    def release(self, kind: int, number: int) -> None:
        """Give a claim back; harmless for one that is not held."""
        ...


class Alone:
    """The claims of a base station that shares its database with none."""

    async def take(self, kind: int, numbers: Iterable[int]) -> set[int]:
        """Return all of them."""
        del kind
        return set(numbers)

    def release(self, kind: int, number: int) -> None:
        """Do nothing."""


ALONE = Alone()
