"""The stores that a site may have, each with what can be done to it.

The judge reads both in the same way: by the product's own tables, when the base station is gone.
"""

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import text

from basestation.store.database import open_database
from tests.faults.postgres_store import PostgresStore
from tests.faults.small_disk import SmallDisk

SQLITE, POSTGRESQL = STORES = ("sqlite", "postgresql")
#: Small enough to be filled at once, with room for what a run writes.
SQLITE_DISK_BYTES = 64 * 1024 * 1024


class Database(Protocol):
    """One store, in a folder of its own."""

    url: str
    disk: SmallDisk | None
    #: The folder that a copy of it is made of, while it does not run.
    files: Path

    def start(self) -> None:
        """Let it answer."""

    def stop(self) -> None:
        """End it in order, and let nobody in until `start`."""

    def kill(self) -> None:
        """End it without a word."""

    def leave(self) -> None:
        """Write nothing more: what lies on its disk may be made read-only."""

    def revive(self) -> None:
        """Start it again if it has ended by itself."""

    def close(self) -> None:
        """End it for good."""


class SqliteFile:
    """A file; what other stores do by stopping it does by a lock of another program."""

    def __init__(self, folder: Path, template: Path | None, *, is_small: bool) -> None:
        folder.mkdir()
        self.files = folder
        self.disk = SmallDisk(folder, SQLITE_DISK_BYTES) if is_small else None
        if template is not None:
            shutil.copytree(template, folder, dirs_exist_ok=True)
        self._path = folder / "rufweite.db"
        self.url = f"sqlite+aiosqlite:///{self._path}"
        self._lock: sqlite3.Connection | None = None

    def start(self) -> None:
        """Give up the lock, if there is one."""
        if self._lock is not None:
            self._lock.rollback()
            self._lock.close()
            self._lock = None

    def stop(self) -> None:
        """Hold the write lock, as a program does that copies or repairs it."""
        until = threading.Event()
        while self._lock is None:
            lock = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=5)
            try:
                lock.execute("BEGIN IMMEDIATE")
                self._lock = lock
            except sqlite3.OperationalError:
                lock.close()
                until.wait(0.02)

    def leave(self) -> None:
        """Nothing but the base station writes."""

    def revive(self) -> None:
        """It cannot end by itself."""

    def kill(self) -> None:
        """Not possible: it is no process."""
        raise AssertionError("SQLite has no process to kill")

    def close(self) -> None:
        """Give up the lock; the small disk goes with it."""
        self.start()
        if self.disk is not None:
            self.disk.close()


def new_database(store: str, folder: Path, template: Path | None, *, is_small: bool) -> Database:
    """Return a store of this kind, a copy of the files of another where one is given."""
    assert store in STORES, store
    if store == SQLITE:
        return SqliteFile(folder, template, is_small=is_small)
    return PostgresStore(template, is_small=is_small)


def rows(url: str, query: str) -> Sequence[Any]:
    """Return the rows of a query without parameters."""

    async def read() -> Sequence[Any]:
        database = open_database(url)
        try:
            async with database.connect() as connection:
                return (await connection.execute(text(query))).all()
        finally:
            await database.dispose()

    return asyncio.run(read())
