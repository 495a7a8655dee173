"""What became of what was sent in a case: per person and way, the newest notice and how far it came.

Decides how far: waiting, sent (the next machine has it), delivered, opened, answered; or failed, and tried
again. Four different things, never one for the other. Shows no address: some are URLs with a password.
"""

from typing import Any, Final

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case
from basestation.cases.chain import CONSOLE
from basestation.clock import iso, iso_of_ms
from basestation.store.tables import outbox

#: The furthest first: the column that says so, and what it is called.
_STAGES: Final = (
    ("answered_at_ms", "answered"),
    ("opened_at_ms", "opened"),
    ("delivered_at_ms", "delivered"),
    ("sent_at_ms", "sent"),
)


async def notified(connection: AsyncConnection, case: Case) -> list[dict[str, Any]]:
    """Return the newest notice to each person by each way, with how many there were, in order of the first."""
    query = select(outbox).where(outbox.c.case_id == case.id).order_by(outbox.c.id)
    newest: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in (await connection.execute(query)).mappings():
        way = row["who"], row["channel"], row["address"]
        count = newest[way]["count"] if way in newest else 0
        newest[way] = _view(row, case) | {"count": count + 1}
    return list(newest.values())


def _view(row: RowMapping, case: Case) -> dict[str, Any]:
    stage, at = _stage(row, case)
    return {
        "key": row["who"],
        "name": row["recipient"],
        "channel": row["channel"],
        "text": row["text_key"],
        "stage": stage,
        "at": at,
        "detail": row["last_error"] or "",
    }


def _stage(row: RowMapping, case: Case) -> tuple[str, str | None]:
    if row["channel"] == CONSOLE:
        # Written down is not seen: only an attended console shows anything to anybody.
        return ("sent", None) if case.shown_at is None else ("opened", iso(case.shown_at))
    for column, stage in _STAGES:
        if row[column] is not None:
            return stage, iso_of_ms(row[column])
    if row["state"] == "REPLACED":
        return "replaced", None
    return ("failed" if row["attempts"] else "waiting"), None
