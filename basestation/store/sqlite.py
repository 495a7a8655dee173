"""SQLite connections: a thread for what may wait, none for what cannot.

aiosqlite hands every call to a thread and back, some sixty times an alarm. A transaction that holds
the write lock waits for nobody until its COMMIT, so its statements run where they are asked for:
tens of microseconds each. BEGIN, COMMIT, ROLLBACK (locks, disk) and everything that readers do stay
in the thread, so that a slow disk never stops the event loop.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

import aiosqlite
from sqlalchemy.engine.interfaces import DBAPIConnection

#: How long a reader or writer waits for another process's lock, in milliseconds.
_BUSY_MS = 5000
_ROWS_A_FETCH = 64

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={_BUSY_MS}",
)

#: Takes the write lock at once: a transaction that reads first could be refused in the middle.
BEGIN_WRITING = "BEGIN IMMEDIATE"
BEGIN_READING = "BEGIN"


class SqliteConnection(aiosqlite.Connection):
    """An aiosqlite connection that leaves its thread out while it holds the write lock."""

    #: It holds the write lock.
    is_writing = False

    @property
    def raw(self) -> sqlite3.Connection:
        """SQLite's own connection, for whoever holds the write lock."""
        return self._conn

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not self.is_writing:
            result = await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
            self.is_writing = bool(args) and args[0] == BEGIN_WRITING
            return result
        if fn in (self._conn.commit, self._conn.rollback, self._conn.close):
            self.is_writing = False
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        return fn(*args, **kwargs)


async def connect(path: str) -> SqliteConnection:
    """Return a connection to the database in the file `path`, in manual transaction control."""

    def open_file() -> sqlite3.Connection:
        # Used by the thread and by the event loop, never by both at a time.
        return sqlite3.connect(path, check_same_thread=False, isolation_level=None)

    connection = SqliteConnection(open_file, _ROWS_A_FETCH)
    # A thread that waits for a disk must not keep the process from ending.
    connection._thread.daemon = True  # noqa: SLF001
    try:
        await connection
    except sqlite3.Error:
        # Its thread has been told to end, and must have done so before the event loop does.
        await asyncio.to_thread(connection._thread.join)  # noqa: SLF001
        raise
    return connection


def prepare(connection: DBAPIConnection, _record: object) -> None:
    """Set up a new connection: WAL, every commit on disk, foreign keys checked."""
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()
