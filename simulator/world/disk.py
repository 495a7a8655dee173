"""The real store on SQLite without its thread, and a disk that fails as it is told to.

Decides nothing about what is stored. Every statement runs where it is asked for, so that the order of things
depends on the seed alone. A commit can fail, be slow, or be kept although its answer is an error; writes can
find the disk full or read-only; and the power can go, which takes everything that was not committed.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from basestation.store import sqlite
from simulator.world.inline_store import BROKEN, InlineEngine, Lines

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection

#: What SQLite says.
FULL, READ_ONLY = "database or disk is full", "attempt to write a readonly database"
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
        #: Tells whether the others get their turn before a statement.
        self.gives_turn: Callable[[], bool] = lambda: False
        #: Statements that were left to SQLAlchemy.
        self.slow_statements = 0
        self._lines: Lines | None = None
        self._reader: sqlite3.Connection | None = None

    def database(self) -> Any:
        """Return what a base station that starts now has of its database."""
        self._lines = Lines(self._connect)
        return InlineEngine(self, self._lines)

    def cut_power(self) -> None:
        """Take everything that was not committed from whoever has this file open."""
        if self._lines is not None:
            self._lines.cut()

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

    def _connect(self) -> sqlite3.Connection:
        line = sqlite3.connect(self.path, isolation_level=None, cached_statements=512)
        sqlite.prepare(cast("DBAPIConnection", line), None)
        # The file lies in memory and outlives every crash of a world.
        line.execute("PRAGMA synchronous=OFF")
        return line
