"""The product's store without its thread: what an AsyncEngine offers, run where it is asked for.

Decides nothing about what is stored: statements, transactions and savepoints are the product's. The disk
under it decides what fails, and the world before which statement the others get their turn, as they do while
a thread works. What is not a plain statement is run by SQLAlchemy itself on the same connection.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from basestation.store.sqlite import BEGIN_READING, BEGIN_WRITING
from simulator.world import compiled

if TYPE_CHECKING:
    from simulator.world.disk import Disk

#: What SQLite says when there is nobody to talk to any more.
BROKEN = "disk I/O error"


class InlineEngine:
    """What a base station has of its database."""

    dialect = compiled.DIALECT

    def __init__(self, disk: "Disk", lines: "Lines", *, is_writer: bool = False) -> None:
        self._disk, self._lines, self._is_writer = disk, lines, is_writer

    def execution_options(self, *, is_writer: bool = False) -> "InlineEngine":
        """Return the same engine for one who writes."""
        return InlineEngine(self._disk, self._lines, is_writer=is_writer)

    def begin(self) -> "InlineConnection":
        """Return a connection whose transaction begins and is committed at its end."""
        return InlineConnection(self._disk, self._lines, is_writer=self._is_writer, is_committing=True)

    def connect(self) -> "InlineConnection":
        """Return a connection whose transaction begins with its first statement and keeps nothing."""
        return InlineConnection(self._disk, self._lines, is_writer=self._is_writer, is_committing=False)

    async def dispose(self) -> None:
        """Close what nobody uses."""
        self._lines.close()


class Lines:
    """The open connections to one file, until the power goes."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._free: list[sqlite3.Connection] = []
        self._all: list[sqlite3.Connection] = []
        self.is_cut = False

    def take(self) -> sqlite3.Connection:
        """Return a connection that nobody uses."""
        if self.is_cut:
            raise compiled.as_raised(sqlite3.OperationalError(BROKEN))
        if self._free:
            return self._free.pop()
        made = self._connect()
        self._all.append(made)
        return made

    def give(self, line: sqlite3.Connection) -> None:
        """Take a connection back."""
        if not self.is_cut:
            self._free.append(line)

    def close(self) -> None:
        """Close them all: what is not committed is gone."""
        for line in self._all:
            line.close()
        self._free, self._all = [], []

    def cut(self) -> None:
        """Take the power away, for good."""
        self.is_cut = True
        self.close()


class InlineConnection:
    """One connection in the hands of one task, as its own context manager."""

    dialect = compiled.DIALECT

    def __init__(self, disk: "Disk", lines: Lines, *, is_writer: bool, is_committing: bool) -> None:
        self._disk, self._lines = disk, lines
        self._begin = BEGIN_WRITING if is_writer else BEGIN_READING
        self._is_committing = is_committing
        self._line: sqlite3.Connection | None = None
        self._savepoints = 0

    async def __aenter__(self) -> Self:
        self._line = self._lines.take()
        if self._is_committing:
            self._say(self._begin)
        return self

    async def __aexit__(self, kind: object, _error: object, _trace: object) -> None:
        line = self._line
        assert line is not None
        try:
            if self._is_committing and kind is None:
                await self._commit(line)
        finally:
            if not self._lines.is_cut:
                if line.in_transaction:
                    line.execute("ROLLBACK")
                self._lines.give(line)
            self._line = None

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        """Run one statement and return what SQLAlchemy would; raises what it raises."""
        if self._disk.gives_turn():
            await asyncio.sleep(0)
        line = self._used()
        if not line.in_transaction:
            self._say(self._begin)
        ready = compiled.ready(statement, parameters)
        if ready is None:
            return self._sync(line).execute(statement, parameters)
        self._check(ready.text)
        return ready.run(line)

    async def exec_driver_sql(self, words: str) -> None:
        """Run what has neither parameters nor rows."""
        self._say(words)

    async def run_sync(self, do: Callable[[Connection], Any]) -> Any:
        """Let something work with SQLAlchemy's own connection."""
        return do(self._sync(self._used()))

    async def begin_nested(self) -> "Savepoint":
        """Begin a savepoint and return it."""
        self._savepoints += 1
        savepoint = Savepoint(self, f"sa_savepoint_{self._savepoints}")
        self._say(f"SAVEPOINT {savepoint.name}")
        return savepoint

    def _used(self) -> sqlite3.Connection:
        if self._lines.is_cut or self._line is None:
            raise compiled.as_raised(sqlite3.OperationalError(BROKEN))
        return self._line

    def _say(self, words: str) -> None:
        try:
            self._used().execute(words)
        except sqlite3.Error as error:
            raise compiled.as_raised(error, words) from error

    def _check(self, text: str) -> None:
        try:
            self._disk.check(text)
        except sqlite3.Error as error:
            raise compiled.as_raised(error, text) from error

    async def _commit(self, line: sqlite3.Connection) -> None:
        # Others get the turn before a commit, as they do while a disk works.
        await asyncio.sleep(0)
        self._used()
        try:
            await self._disk.commit(lambda: self._now(line, "COMMIT"), lambda: self._now(line, "ROLLBACK"))
        except sqlite3.Error as error:
            raise compiled.as_raised(error, "COMMIT") from error

    def _now(self, line: sqlite3.Connection, words: str) -> None:
        # The power may have gone while the disk was slow.
        if self._lines.is_cut:
            raise sqlite3.OperationalError(BROKEN)
        line.execute(words)

    def _sync(self, line: sqlite3.Connection) -> Connection:
        self._disk.slow_statements += 1
        engine = create_engine("sqlite://", creator=lambda: _Kept(line), poolclass=StaticPool)
        return engine.connect()


class Savepoint:
    """A savepoint under way."""

    __slots__ = ("_connection", "name")

    def __init__(self, connection: InlineConnection, name: str) -> None:
        self._connection, self.name = connection, name

    async def commit(self) -> None:
        """Keep what was done since."""
        await self._connection.exec_driver_sql(f"RELEASE SAVEPOINT {self.name}")

    async def rollback(self) -> None:
        """Undo what was done since."""
        await self._connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {self.name}")


class _Kept:
    """A connection whose transaction is somebody else's."""

    def __init__(self, line: sqlite3.Connection) -> None:
        self._line = line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)

    def commit(self) -> None:
        """Leave it open."""

    def rollback(self) -> None:
        """Leave it open."""

    def close(self) -> None:
        """Leave it open."""
