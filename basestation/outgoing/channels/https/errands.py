"""Blocking work apart from the loop: name servers and disks that may hang.

Decides that each errand has a thread of its own. One that hangs is left behind and counted, and holds its
place until it ends; at the end of the program nobody waits for it.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import Final, TypeVar

#: Threads at one moment; more are refused. The dispatcher's 16 sends and a check fit in.
ERRANDS_MAX: Final = 32

Found = TypeVar("Found")


class Errands:
    """Runs blocking functions, each in a thread that may be left behind."""

    def __init__(self, left_behind: Callable[[int], object] = lambda _count: None) -> None:
        self._left_behind = left_behind
        self._running = 0
        self._left = 0

    async def run(self, work: Callable[[], Found], wait_s_max: float) -> Found:
        """Return what `work` returns or raises; TimeoutError if it hangs or too many do."""
        if self._running >= ERRANDS_MAX:
            raise TimeoutError("too many errands hang")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Found] = loop.create_future()

        def run() -> None:
            try:
                done: Found | Exception = work()
            except Exception as error:  # noqa: BLE001 (it is raised where the errand is waited for)
                done = error
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._ended, answer, done)

        self._running += 1
        threading.Thread(target=run, name="errand", daemon=True).start()
        try:
            return await asyncio.wait_for(answer, wait_s_max)
        except (TimeoutError, asyncio.CancelledError):
            if answer.cancelled():
                self._left += 1
                self._left_behind(self._left)
            raise

    def _ended(self, answer: asyncio.Future[Found], done: Found | Exception) -> None:
        self._running -= 1
        if answer.cancelled():
            self._left -= 1
            self._left_behind(self._left)
        elif isinstance(done, Exception):
            answer.set_exception(done)
        else:
            answer.set_result(done)
