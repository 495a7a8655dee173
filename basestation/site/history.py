"""What was changed in the register, when and by whom: kept with the change, shown newest first, and undone.

Decides that a change names the version it was made from: one that is not the newest is refused with whoever
was faster, so that nobody overwrites another unseen. `content` is the row as it was after the change.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.clock import iso_of_ms
from basestation.errors import EntryRefused
from basestation.store.site_tables import register_history

SITE, ZONE, USER = "site", "zone", "user"
#: What is shown of one thing at once.
SHOWN_MAX = 200

_NEWEST = register_history.c.id.desc()


async def note_change(
    connection: AsyncConnection,
    subject: str,
    row: Mapping[str, Any],
    kind: str,
    at_ms: int,
    by: str,
) -> None:
    """Keep what became of a row (with `id` and `version`), in the transaction of the change."""
    content = json.dumps(dict(row), ensure_ascii=False, sort_keys=True)
    await connection.execute(
        insert(register_history).values(
            subject=subject, number=row["id"], version=row["version"], kind=kind, at_ms=at_ms, by=by,
            content=content,
        )
    )  # fmt: skip


async def note_found(connection: AsyncConnection, subject: str, row: Mapping[str, Any], at_ms: int) -> None:
    """Keep a row of before there was a history as it was found, so that its first change can be undone."""
    if not await history_of(connection, subject, row["id"]):
        await note_change(connection, subject, row, "found", at_ms, "")


async def check_version(connection: AsyncConnection, subject: str, row: Mapping[str, Any], seen: int) -> None:
    """Raise EntryRefused, with who changed it and when, unless `seen` is the version of the row."""
    if row["version"] == seen:
        return
    query = (
        select(register_history.c.by, register_history.c.at_ms)
        .where(register_history.c.subject == subject, register_history.c.number == row["id"])
        .order_by(_NEWEST)
        .limit(1)
    )
    last = (await connection.execute(query)).first()
    who = "Somebody" if last is None else f"{last.by} (at {iso_of_ms(last.at_ms)})"
    raise EntryRefused(f"NOT DONE: {who} has changed this meanwhile. Look at it as it is now; change that.")


async def history_of(connection: AsyncConnection, subject: str, number: int) -> list[dict[str, Any]]:
    """Return what was done to one thing, newest first."""
    query = (
        select(register_history)
        .where(register_history.c.subject == subject, register_history.c.number == number)
        .order_by(_NEWEST)
        .limit(SHOWN_MAX)
    )
    return [
        {
            "version": row["version"],
            "kind": row["kind"],
            "at": iso_of_ms(row["at_ms"]),
            "by": row["by"],
            "content": json.loads(row["content"]),
        }
        for row in (await connection.execute(query)).mappings()
    ]


async def before_last(connection: AsyncConnection, subject: str, number: int) -> dict[str, Any]:
    """Return the content before the last change; raises EntryRefused where nothing is known of it."""
    found = await history_of(connection, subject, number)
    if len(found) < 2:
        raise EntryRefused("There is nothing to undo: nothing is known from before the last change.")
    content: dict[str, Any] = found[1]["content"]
    return content
