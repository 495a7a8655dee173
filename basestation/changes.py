"""Tells whoever watches that something has changed; what, they read themselves.

Coalescing: however much happened since the last look, a watcher is woken once.
"""

import asyncio
import weakref


class Watch:
    """One watcher: an async iterator that yields whenever something has changed since."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def __aiter__(self) -> "Watch":
        return self

    async def __anext__(self) -> None:
        # A wait that is cancelled (a timeout around it) loses nothing and may be repeated.
        await self._changed.wait()
        self._changed.clear()

    def wake(self) -> None:
        """Let the watcher look."""
        self._changed.set()


class Changes:
    """Everybody who watches, and how often there was something to see."""

    def __init__(self) -> None:
        self._watches: weakref.WeakSet[Watch] = weakref.WeakSet()
        self.version = 0

    def watch(self) -> Watch:
        """Return a new watch; it ends when nobody holds it any more."""
        watch = Watch()
        self._watches.add(watch)
        return watch

    def tell(self) -> None:
        """Wake everybody who watches."""
        self.version += 1
        for watch in tuple(self._watches):
            watch.wake()
