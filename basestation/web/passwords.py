"""Passwords: argon2id through pwdlib, checked in a thread, the same work for an unknown login.

Decides what a password must be (length only: rules about characters make passwords worse) and
whether one is right. Never keeps, logs or compares a password in plain text.
"""

import asyncio
from functools import cache

from pwdlib import PasswordHash

#: Least and greatest length of a password, in characters.
PASSWORD_CHARACTERS_MIN = 10
PASSWORD_CHARACTERS_MAX = 200
#: Checks that run at one moment, a thread and 64 MiB each.
CHECKS_AT_ONCE = 2

_HASHER = PasswordHash.recommended()


class PasswordRefused(Exception):
    """The password may not be used; the text says why, to the person who chose it."""


class TooManyChecks(Exception):
    """More passwords wait to be checked than the bound allows."""


def hash_password(password: str) -> str:
    """Return the argon2id hash of `password` (takes 0.1 to 0.2 s).

    Raises:
        PasswordRefused: it is too short or too long.
    """
    if len(password) < PASSWORD_CHARACTERS_MIN:
        raise PasswordRefused(f"The password needs at least {PASSWORD_CHARACTERS_MIN} characters.")
    if len(password) > PASSWORD_CHARACTERS_MAX:
        raise PasswordRefused(f"The password may have at most {PASSWORD_CHARACTERS_MAX} characters.")
    return _HASHER.hash(password)


@cache
def _nobodys_hash() -> str:
    """Return what an unknown login is checked against, so that its answer takes as long."""
    return _HASHER.hash("nobody has this password")


class PasswordChecks:
    """Checks passwords beside the event loop, a bounded number at a time."""

    def __init__(self, waiting_max: int) -> None:
        self._waiting_max = waiting_max
        self._waiting = 0
        self._threads = asyncio.Semaphore(CHECKS_AT_ONCE)
        # Made here, or the first unknown login would take longer.
        self._nobodys_hash = _nobodys_hash()

    async def is_right(self, password: str, stored_hash: str | None) -> bool:
        """Tell whether `password` belongs to `stored_hash`; none (nobody, no password) costs the same time.

        Raises:
            TooManyChecks: the queue is full.
        """
        if self._waiting >= self._waiting_max:
            raise TooManyChecks
        self._waiting += 1
        try:
            async with self._threads:
                is_match = await asyncio.to_thread(
                    _HASHER.verify, password, stored_hash or self._nobodys_hash
                )
        finally:
            self._waiting -= 1
        return is_match and bool(stored_hash)
