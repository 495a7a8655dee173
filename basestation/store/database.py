"""Opens the database by its URL; the only place that knows SQLite from PostgreSQL.

SQLite: WAL, every commit on disk (`synchronous=FULL`), foreign keys checked, and SQLAlchemy says
BEGIN itself: the driver's own transaction control would let a SAVEPOINT start before any BEGIN.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

#: How long a reader or writer waits for another process's lock, in milliseconds.
_BUSY_MS = 5000
#: Connections that may read at the same time as the one writer.
_READERS_MAX = 8

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={_BUSY_MS}",
)


def open_database(url: str) -> AsyncEngine:
    """Return an engine for `url` (`sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`)."""
    backend = make_url(url).get_backend_name()
    assert backend in {"sqlite", "postgresql"}, backend
    engine = create_async_engine(url, pool_size=_READERS_MAX, max_overflow=0, pool_timeout=30)
    if backend == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def writer_of(engine: AsyncEngine) -> AsyncEngine:
    """Return the same engine for the one who writes: its transactions take the write lock at once."""
    return engine.execution_options(is_writer=True)


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later could be refused in the middle.
    is_writer = connection.get_execution_options().get("is_writer", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")


async def insert_new(connection: AsyncConnection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with its unique key is there; return whether it was new."""
    statement = _insert(connection, table).values(values).on_conflict_do_nothing()
    result = await connection.execute(statement)
    return result.rowcount == 1


async def upsert(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or update those whose primary key is there; all rows carry the same columns."""
    if not rows:
        return
    statement = _insert(connection, table)
    keys = [column.name for column in table.primary_key]
    changes = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    statement = statement.on_conflict_do_update(index_elements=keys, set_=changes)
    await connection.execute(statement, [dict(row) for row in rows])


def _insert(connection: AsyncConnection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
