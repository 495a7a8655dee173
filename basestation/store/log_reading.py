"""Reads the log by its numbers: onward, as somebody follows it, or back from the newest, page by page.

The numbers have no gaps and rise in the order of the commits, so that a reader who goes on from the last one
it has misses nothing and gets nothing twice. Contents that were erased are left out, their entry is not.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.clock import iso_of_ms
from basestation.store.tables import log, log_contents


async def head(connection: AsyncConnection) -> int:
    """Return the number of the newest entry, 0 for an empty log."""
    return int((await connection.execute(select(func.max(log.c.seq)))).scalar() or 0)


async def onward(connection: AsyncConnection, after_seq: int, count_max: int) -> list[dict[str, Any]]:
    """Return the entries after this number, oldest first."""
    query = _entries().where(log.c.seq > after_seq).order_by(log.c.seq).limit(count_max)
    return await _read(connection, query)


async def back(
    connection: AsyncConnection,
    before_seq: int | None,
    count_max: int,
    *,
    kind: str = "",
    device: str = "",
) -> list[dict[str, Any]]:
    """Return the entries before this number (None: from the newest), newest first."""
    query = _entries().order_by(log.c.seq.desc()).limit(count_max)
    if before_seq is not None:
        query = query.where(log.c.seq < before_seq)
    if kind:
        query = query.where(log.c.kind == kind)
    if device:
        query = query.where(log.c.device == device)
    return await _read(connection, query)


def _entries() -> Select[Any]:
    columns = (log.c.seq, log.c.at_ms, log.c.kind, log.c.case_id, log.c.device, log_contents.c.content)
    return select(*columns).outerjoin(log_contents, log.c.seq == log_contents.c.seq)


async def _read(connection: AsyncConnection, query: Select[Any]) -> list[dict[str, Any]]:
    rows: Sequence[Any] = (await connection.execute(query)).all()
    return [
        {
            "seq": row.seq,
            "at": iso_of_ms(row.at_ms),
            "kind": row.kind,
            "case_id": row.case_id,
            "device": row.device,
            "content": None if row.content is None else json.loads(row.content),
        }
        for row in rows
    ]
