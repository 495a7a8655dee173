"""What became known of a notice after it was sent: delivered, opened, or lost after all.

Decides what a report changes in its row of the outbox. Each report counts once, however often it comes, and
an opened notice is no answer. What was lost after it had been sent counts as failed: the next way is tried.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.outgoing.channels import Stage
from basestation.store.tables import outbox

#: A row of the outbox.
Row = RowMapping | Mapping[str, Any]
#: States in which a notice may still be on its way.
_UNDER_WAY = ("DUE", "SENT")


def change_of(row: Row, stage: Stage, detail: str, now_ms: int) -> dict[str, Any]:
    """Return what a report changes of its row; nothing for one that says what is known."""
    if stage is Stage.FAILED:
        if row["state"] not in _UNDER_WAY:
            return {}
        return {"state": "FAILED", "next_try_at_ms": None, "last_error": detail or None}
    change: dict[str, Any] = {}
    if row["state"] != "SENT":
        # It has arrived, whatever was thought before: nothing has to be sent again.
        change = {"state": "SENT", "next_try_at_ms": None, "sent_at_ms": row["sent_at_ms"] or now_ms}
    column = {Stage.DELIVERED: "delivered_at_ms", Stage.OPENED: "opened_at_ms"}.get(stage)
    if column is not None and row[column] is None:
        change[column] = now_ms
    return change


async def note(connection: AsyncConnection, row: Row, stage: Stage, detail: str, now_ms: int) -> bool:
    """Write a report into its row, and tell whether it says anything new."""
    change = change_of(row, stage, detail, now_ms)
    if change:
        await connection.execute(update(outbox).where(outbox.c.id == row["id"]).values(change))
    return bool(change)


async def row_of(connection: AsyncConnection, key: str) -> RowMapping | None:
    """Return the notice of that key."""
    return (await connection.execute(select(outbox).where(outbox.c.key == key))).mappings().first()


async def row_with(connection: AsyncConnection, notice_id: int, case_id: int, who: str) -> RowMapping | None:
    """Return the notice of that number, if it was for this person in this case."""
    query = select(outbox).where(outbox.c.id == notice_id, outbox.c.case_id == case_id, outbox.c.who == who)
    return (await connection.execute(query)).mappings().first()


async def note_answered(connection: AsyncConnection, keys: list[str], now_ms: int) -> None:
    """Note that these notices were answered; the first answer is the one that counts."""
    await connection.execute(
        update(outbox).where(outbox.c.key.in_(keys), outbox.c.answered_at_ms.is_(None)).values(
            answered_at_ms=now_ms
        )
    )  # fmt: skip
