"""The real store on SQLite without its thread, and a disk that fails as it is told to.

Decides nothing about what is stored. Every statement runs where it is asked for, so that the order of things
depends on the seed alone. A commit can fail, be slow, or be kept although its answer is an error; writes can
find the disk full or read-only; and the power can go, which takes everything that was not committed.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from basestation.store import database, sqlite
from basestation.store.sqlite import SqliteConnection

#: What SQLite says.
FULL, READ_ONLY, BROKEN = (
    "database or disk is full",
    "attempt to write a readonly database",
    "disk I/O error",
)
_WRITES = ("INSERT", "UPDATE", "DELETE")


class Disk:
    """One database file, and what is wrong with the disk under it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        #: Every write is answered with these words, "": none is.
        self.refusal = ""
        #: So many commits from now on fail; of those kept all the same, whose answer was lost.
        self.commits_to_fail = 0
        self.commits_to_betray = 0
        #: A commit takes so long, in s.
        self.commit_s = 0.0
        #: Faults that something ran into.
        self.struck = 0
        self.commits = 0
        #: Called after every commit.
        self.committed: Callable[[], None] = lambda: None
        self._open: list[InlineConnection] = []
        self._reader: sqlite3.Connection | None = None

    def database(self) -> AsyncEngine:
        """Return the engine of a base station that starts now."""
        engine = create_async_engine(
            f"sqlite+aiosqlite:///{self.path}", async_creator=self._connect, pool_size=8, max_overflow=0
        )
        event.listen(engine.sync_engine, "connect", _prepare)
        event.listen(engine.sync_engine, "begin", database._begin_sqlite)  # noqa: SLF001 -- as in production
        return engine

    def cut_power(self) -> None:
        """Take everything that was not committed from whoever has this file open."""
        for connection in self._open:
            connection.drop()
        self._open = []

    def close(self) -> None:
        """Let the file go."""
        self.cut_power()
        if self._reader is not None:
            self._reader.close()

    def heal(self) -> None:
        """Let everything be stored again."""
        self.refusal, self.commits_to_fail, self.commits_to_betray, self.commit_s = "", 0, 0, 0.0

    def read(self, query: str, arguments: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        """Return the rows that are on the disk now, whatever anybody has in memory."""
        if self._reader is None:
            self._reader = sqlite3.connect(self.path, isolation_level=None)
            self._reader.row_factory = sqlite3.Row
        return self._reader.execute(query, arguments).fetchall()

    def check(self, statement: str) -> None:
        """Refuse a write if the disk does."""
        if self.refusal and statement.lstrip()[:6].upper() in _WRITES:
            self.struck += 1
            raise sqlite3.OperationalError(self.refusal)

    async def commit(self, commit: Callable[[], None], roll_back: Callable[[], None]) -> None:
        """Commit, or do not, as the disk is."""
        self.commits += 1
        if self.commit_s:
            self.struck += 1
            await asyncio.sleep(self.commit_s)
        if self.refusal or self.commits_to_fail:
            self.struck += 1
            self.commits_to_fail = max(0, self.commits_to_fail - 1)
            roll_back()
            raise sqlite3.OperationalError(self.refusal or BROKEN)
        commit()
        self.committed()
        if self.commits_to_betray:
            self.struck += 1
            self.commits_to_betray -= 1
            raise sqlite3.OperationalError(BROKEN)

    async def _connect(self) -> "InlineConnection":
        connection = InlineConnection(self)
        self._open.append(connection)
        return connection


class InlineConnection(SqliteConnection):
    """A connection all of whose statements run in the event loop."""

    def __init__(self, disk: Disk) -> None:
        super().__init__(partial(sqlite3.connect, disk.path, isolation_level=None), 64)
        self._disk = disk
        self._connection = sqlite3.connect(disk.path, isolation_level=None)
        self._has_written = False

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        # A station without power does nothing any more: its tasks end here.
        if self._connection is None:
            raise sqlite3.OperationalError(BROKEN)
        if args and isinstance(args[0], str):
            self._disk.check(args[0])
        if fn == self._conn.commit and self._conn.in_transaction:
            # Others get the turn before a commit, as they do while a disk works.
            await asyncio.sleep(0)
            if self._connection is None:
                raise sqlite3.OperationalError(BROKEN)
            await self._disk.commit(self._conn.commit, self._conn.rollback)
            return None
        return fn(*args, **kwargs)

    async def close(self) -> None:
        """Close it."""
        self.drop()

    def stop(self) -> Any:
        """Close it: there is no thread to stop."""
        self.drop()

    def drop(self) -> None:
        """Close it as a power cut does: what is not committed is gone."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _prepare(connection: Any, record: object) -> None:
    sqlite.prepare(connection, record)
    cursor = connection.cursor()
    # The file lies in memory and outlives every crash of a world.
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
