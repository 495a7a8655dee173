"""What became of what was sent in a case: per person and way, how far it came.

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
#: What a later notice does not undo.
_STAYING = ("answered", "opened")


async def notified(connection: AsyncConnection, case: Case) -> list[dict[str, Any]]:
    """Return how far each way to each person came, with how many notices there were, in order of the first.

    The newest call counts, as far as there was one; that somebody opened or answered any of them stays true.
    """
    query = select(outbox).where(outbox.c.case_id == case.id).order_by(outbox.c.id)
    known: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in (await connection.execute(query)).mappings():
        way = row["who"], row["channel"], row["address"]
        before, view = known.get(way), _view(row, case)
        if before is not None and (before["stage"] in _STAYING or not row["is_call"]):
            view = before
        known[way] = view | {"count": 1 if before is None else before["count"] + 1}
    return list(known.values())


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
