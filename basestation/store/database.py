"""Opens the database by its URL; with `sqlite.py` and `postgresql.py` the only place that tells them apart.

SQLAlchemy says BEGIN itself on SQLite: the driver's own transaction control would let a SAVEPOINT
start before any BEGIN.
"""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection, Table, event, make_url
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from basestation.store import postgresql as shared
from basestation.store import sqlite
from basestation.store.writing import AdaptedConnection, WriterEngine

#: Connections at one moment: the writer and those who read.
_CONNECTIONS_MAX = 8


def open_database(url: str) -> AsyncEngine:
    """Return an engine for `url` (`sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`)."""
    backend, path = make_url(url).get_backend_name(), make_url(url).database
    assert backend in {"sqlite", "postgresql"}, backend
    options: dict[str, Any] = {"pool_size": _CONNECTIONS_MAX, "max_overflow": 0}
    if backend == "postgresql":
        return shared.prepared(create_async_engine(url, **options, **shared.options()))
    assert path, "the database is a file: every connection must see the same one"
    engine = create_async_engine(url, **options)
    event.listen(engine.sync_engine, "do_connect", partial(_connect_sqlite, path))
    event.listen(engine.sync_engine, "connect", sqlite.prepare)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def writer_of(engine: AsyncEngine) -> AsyncEngine:
    """Return the same engine for the one who writes: its transactions take the write lock at once."""
    writer = engine.execution_options(is_writer=True)
    is_ours = isinstance(writer, AsyncEngine) and engine.dialect.name == "sqlite"
    return WriterEngine(writer.sync_engine) if is_ours else writer


def _connect_sqlite(path: str, dialect: Any, *_: object) -> AdaptedConnection:
    driver: Any = await_only(sqlite.connect(path))
    return AdaptedConnection(dialect.loaded_dbapi, driver)


def _begin_sqlite(connection: Connection) -> None:
    is_writer = connection.get_execution_options().get("is_writer", False)
    connection.exec_driver_sql(sqlite.BEGIN_WRITING if is_writer else sqlite.BEGIN_READING)


async def insert_new(connection: AsyncConnection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with its unique key is there; return whether it was new."""
    result = await connection.execute(_insert_new(connection.dialect.name, table), dict(values))
    return result.rowcount == 1


async def upsert(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or update those whose primary key is there; all rows carry the same columns."""
    if not rows:
        return
    statement = _upsert(connection.dialect.name, table, tuple(rows[0]))
    await connection.execute(statement, [dict(row) for row in rows])


# Built once: building a statement costs more than running it.


@cache
def _insert_new(dialect: str, table: Table) -> "postgresql.Insert | sqlite_dialect.Insert":
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _upsert(
    dialect: str, table: Table, names: tuple[str, ...]
) -> "postgresql.Insert | sqlite_dialect.Insert":
    statement = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    changes = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)


def _insert(dialect: str, table: Table) -> "postgresql.Insert | sqlite_dialect.Insert":
    if dialect == "postgresql":
        return postgresql.insert(table)
    return sqlite_dialect.insert(table)
