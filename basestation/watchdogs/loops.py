"""The tasks of the base station by name: started, started again, and noticed when one ends by itself.

Decides nothing about when. A task that was told to end and does not is left behind, and said to be.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine
from typing import Any

#: What a task gets to end when it is told to, in seconds.
END_S_MAX = 3.0
#: Between two attempts to cancel what has not ended, in seconds.
_CANCEL_S = 0.2

Serve = Callable[[], Coroutine[Any, Any, None]]


async def _ended(tasks: Collection["asyncio.Task[None]"], wait_s: float) -> None:
    """Cancel tasks and wait until they have ended, as far as they do.

    More than once where it must be: a driver that was cancelled in the middle of a query may raise an error
    of its own instead, which a loop outlives.
    """
    left = {task for task in tasks if not task.done()}
    for _ in range(round(wait_s / _CANCEL_S)):
        if not left:
            return
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_CANCEL_S)


class Loops:
    """Endless tasks; none of them ever ends by itself."""

    def __init__(self) -> None:
        self._serves: dict[str, Serve] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ended: list[str] = []
        self._has_ended = asyncio.Event()

    def start(self, name: str, serve: Serve) -> None:
        """Run `serve` under this name, or the name with a number behind it."""
        count = sum(known.partition(" ")[0] == name for known in self._serves)
        name = f"{name} {count + 1}" if count else name
        self._serves[name] = serve
        self._run(name)

    def is_running(self, name: str) -> bool:
        """Tell whether the task of this name is there and has not ended."""
        return name in self._tasks and not self._tasks[name].done()

    async def restart(self, name: str, end_s_max: float = END_S_MAX) -> bool:
        """End the task and start it again; False: it does not end, and nothing was started beside it."""
        if not await self.end(name, end_s_max):
            return False
        self._run(name)
        return True

    async def end(self, name: str, end_s_max: float = END_S_MAX) -> bool:
        """End the task; False: it does not."""
        task = self._tasks.pop(name, None)
        if task is None:
            return True
        await _ended((task,), end_s_max)
        return task.done()

    async def end_all(self, *, but: str = "") -> None:
        """Cancel every task but this one, and wait until they have ended, as far as they do."""
        tasks = [self._tasks.pop(name) for name in tuple(self._tasks) if name != but]
        await _ended(tasks, END_S_MAX)

    async def joined(self, name: str, wait_s: float) -> None:
        """Wait until the task has ended by what it was told, then cancel it."""
        task = self._tasks.pop(name, None)
        if task is not None:
            await asyncio.wait((task,), timeout=wait_s)
            await _ended((task,), END_S_MAX)

    async def failed(self) -> str:
        """Return the names of those that ended by themselves and why, as soon as one has."""
        await self._has_ended.wait()
        return ", ".join(self._ended)

    def _run(self, name: str) -> None:
        task = self._tasks[name] = asyncio.create_task(self._serves[name](), name=name)
        task.add_done_callback(lambda ended: self._note(name, ended))

    def _note(self, name: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(name) is task:
            error = None if task.cancelled() else task.exception()
            self._ended.append(name if error is None else f"{name}: {type(error).__name__}: {error}")
            self._has_ended.set()
