"""The rows of a database as text, and back: the same for every store, and from one store to the other.

Decides the form of a row: a list in JSON in the order of its columns, bytes as {"b": base64}. Tables are read
off the database itself, so that a database of any version of the program can be copied, and are taken in an
order in which none comes before one it refers to. The reader's one transaction makes one moment of all
tables.
"""

import base64
import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, MetaData, Table, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

#: Rows that are held at a time.
BATCH = 500
_VERSION = "alembic_version"


@dataclass(slots=True)
class Count:
    """How many rows a table has, and the SHA-256 of all of them in their order."""

    rows: int = 0
    _hash: Any = field(default_factory=hashlib.sha256)

    def take(self, line: str) -> None:
        """Count one row."""
        self.rows += 1
        self._hash.update(line.encode() + b"\n")

    def facts(self) -> dict[str, Any]:
        """Return both, for a manifest."""
        return {"rows": self.rows, "sha256": self._hash.hexdigest()}


async def tables_in(connection: AsyncConnection) -> list[Table]:
    """Return the tables of a database, those that others refer to first."""

    def read(sync: Connection) -> list[Table]:
        found = MetaData()
        found.reflect(sync)
        return [table for table in found.sorted_tables if table.name != _VERSION]

    return await connection.run_sync(read)


async def revision_of(connection: AsyncConnection) -> str:
    """Return the version of a database's tables."""
    return str((await connection.execute(text(f"SELECT version_num FROM {_VERSION}"))).scalar_one())  # noqa: S608 -- a constant


async def batches(connection: AsyncConnection, table: Table, count: Count) -> AsyncIterator[list[str]]:
    """Yield the rows of a table as lines, some at a time, in the order of its key."""
    rows = await connection.stream(select(table).order_by(*table.primary_key))
    async for some in rows.partitions(BATCH):
        lines = [_line(row) for row in some]
        for line in lines:
            count.take(line)
        yield lines


async def put(
    connection: AsyncConnection, table: Table, columns: Sequence[str], lines: Sequence[str]
) -> None:
    """Insert rows given as lines."""
    rows = [dict(zip(columns, map(_value, json.loads(line)), strict=True)) for line in lines]
    await connection.execute(insert(table), rows)


async def count_on(connection: AsyncConnection, tables: Sequence[Table], gap: int) -> None:
    """Let PostgreSQL number new rows beyond those that were put, with a gap; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        keys = list(table.primary_key)
        if len(keys) != 1:
            continue
        named = func.pg_get_serial_sequence(table.name, keys[0].name)
        sequence = (await connection.execute(select(named))).scalar()
        if sequence is not None:
            highest = (await connection.execute(select(func.max(keys[0])))).scalar() or 0
            await connection.execute(select(func.setval(sequence, highest + gap)))


def _line(row: Any) -> str:
    return json.dumps([_plain(value) for value in row], ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return {"b": base64.b64encode(bytes(value)).decode()}
    return value


def _value(plain: Any) -> Any:
    return base64.b64decode(plain["b"]) if isinstance(plain, dict) else plain
