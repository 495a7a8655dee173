"""Who is called in a case, by which ways, and what became of each: four things, never one.

Decides what a way is said to be: answered, failed, opened, delivered, sent or waiting, by its newest notice;
each time stands beside it. What a channel cannot know is never claimed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.calls import Call
from basestation.cases.case import Case
from basestation.cases.people import FoundWay
from basestation.clock import iso_of_ms
from basestation.store.tables import outbox

_TIMES = ("sent_at", "delivered_at", "opened_at", "answered_at")
#: What stands for a way by which nothing was sent.
NOT_TRIED = "not_tried"
#: What stands for one whose notice was not looked up.
UNKNOWN = "unknown"
#: Keys asked for at once; a database takes a bounded number.
_KEYS_MAX = 500


async def called_views(connection: AsyncConnection, cases: Sequence[Case]) -> dict[int, list[dict[str, Any]]]:
    """Return for each case who is called, with what is known of their newest notices."""
    keys = [notice for case in cases for call in case.calls for notice in call.notices if notice]
    rows: dict[str, Mapping[str, Any]] = {}
    for start in range(0, len(keys), _KEYS_MAX):
        query = select(outbox).where(outbox.c.key.in_(keys[start : start + _KEYS_MAX]))
        rows |= {row["key"]: row for row in (await connection.execute(query)).mappings()}
    return {case.id: [call_view(call, rows) for call in case.calls] for case in cases}


def call_view(call: Call, rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return one who is called, with their ways; `rows` are the notices by their keys."""
    return {
        "key": call.key,
        "name": call.name,
        "level": call.level,
        "channels": [way.channel for way in call.ways],
        "ways": [
            _way_view(way, notice, rows.get(notice))
            for way, notice in zip(call.ways, call.notices, strict=True)
        ],
        "is_declined": call.is_declined,
        "is_failed": call.is_failed,
    }


def stage_of(row: Mapping[str, Any]) -> str:
    """Return how far a notice has come, as far as is known."""
    if row["answered_at_ms"] is not None:
        return "answered"
    if row["state"] == "FAILED" or (row["state"] == "DUE" and row["attempts"] > 0):
        return "failed"
    if row["state"] in ("DUE", "REPLACED"):
        return "waiting" if row["state"] == "DUE" else "not_sent"
    for stage in ("opened", "delivered"):
        if row[f"{stage}_at_ms"] is not None:
            return stage
    return "sent"


def _way_view(way: FoundWay, notice: str, row: Mapping[str, Any] | None) -> dict[str, Any]:
    if row is None:
        stage = UNKNOWN if notice else NOT_TRIED
        return {"channel": way.channel, "stage": stage, **dict.fromkeys(_TIMES), "detail": ""}
    times = {name: iso_of_ms(row[f"{name}_ms"]) for name in _TIMES}
    return {"channel": way.channel, "stage": stage_of(row), **times, "detail": row["last_error"] or ""}
