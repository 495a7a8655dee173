"""The number of each message, 0001 to 9999 and round again, kept over restarts.

Decides that no number is given twice on either side of a restart: numbers are reserved in blocks, and a
start begins behind the last reserved one. A disk that refuses or hangs stops no alarm: numbers then go on in
memory, and that is counted. Number 0000 belongs to link tests.
"""

import asyncio
import os
import secrets
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

import structlog

SEQUENCE_MAX: Final = 9999
#: Numbers reserved with one write to the disk.
BLOCK: Final = 50

_log = structlog.get_logger(__name__)


class SequenceStore(Protocol):
    """Where the last reserved number is kept."""

    async def load(self) -> int:
        """Return the last number that was kept, 0 for none; raises OSError or ValueError."""
        ...

    async def keep(self, number: int) -> None:
        """Keep a number; returns when it outlives a power cut; raises OSError."""
        ...


class MemorySequenceStore:
    """Keeps the number as long as it lives; can be told to fail. For tests and demonstrations."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.is_failing = False
        #: How often it was kept.
        self.writes = 0

    async def load(self) -> int:
        """Return the number."""
        self._fail()
        return self.number

    async def keep(self, number: int) -> None:
        """Keep it, unless told to fail."""
        self._fail()
        self.number = number
        self.writes += 1

    def _fail(self) -> None:
        if self.is_failing:
            raise OSError("told to fail")


class FileSequenceStore:
    """Keeps the number in a file of its own, replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def load(self) -> int:
        """Return the number in the file, 0 where there is none; raises ValueError for anything else."""
        return await asyncio.to_thread(self._load)

    async def keep(self, number: int) -> None:
        """Replace the file."""
        await asyncio.to_thread(self._keep, number)

    def _load(self) -> int:
        try:
            number = int(self._path.read_text(encoding="ascii"))
        except FileNotFoundError:
            return 0
        if not 0 <= number <= SEQUENCE_MAX:
            raise ValueError(f"{number} is no sequence number")
        return number

    def _keep(self, number: int) -> None:
        beside = self._path.with_name(self._path.name + ".new")
        with beside.open("w", encoding="ascii") as file:
            file.write(f"{number}\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class Sequence:
    """Gives the numbers out; the disk gets `disk_s_max` seconds each time."""

    def __init__(self, store: SequenceStore, disk_s_max: float = 0.5) -> None:
        self._store = store
        self._disk_s_max = disk_s_max
        self._last: int | None = None
        self._left = 0
        self._turn = asyncio.Lock()
        #: What the disk is doing; while it hangs nothing more is asked of it.
        self._at_disk: asyncio.Task[int | None] | None = None
        #: Times that the number was not kept or not read.
        self.failures = 0

    async def next(self) -> int:
        """Return the next number."""
        async with self._turn:
            if self._last is None:
                found = await self._ask(self._store.load)
                # Anything rather than the numbers of a moment ago, which a receiver takes for repeats.
                self._last = secrets.randbelow(SEQUENCE_MAX) if found is None else found
            if self._left == 0:
                await self._ask(partial(self._store.keep, _after(self._last, BLOCK)))
                self._left = BLOCK
            self._left -= 1
            self._last = _after(self._last, 1)
            return self._last

    async def _ask(self, store: Callable[[], Coroutine[Any, Any, int | None]]) -> int | None:
        """Return what the store says, None if it fails or hangs, which is counted."""
        if self._at_disk is None or self._at_disk.done():
            self._at_disk = asyncio.create_task(store())
            self._at_disk.add_done_callback(_look_at)
            if (await asyncio.wait({self._at_disk}, timeout=self._disk_s_max))[0]:
                error = self._at_disk.exception()
                if error is None:
                    return self._at_disk.result()
                self._failed(type(error).__name__)
                return None
        self._failed("hangs")
        return None

    def _failed(self, why: str) -> None:
        self.failures += 1
        _log.warning("dc09_sequence_not_kept", why=why)


def _look_at(task: "asyncio.Task[int | None]") -> None:
    """Take note of how a task ended that nobody waits for any more."""
    if not task.cancelled():
        task.exception()


def _after(number: int, steps: int) -> int:
    """Return the number `steps` behind `number`; 1 follows SEQUENCE_MAX."""
    return (number + steps - 1) % SEQUENCE_MAX + 1
