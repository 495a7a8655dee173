"""What happened to a case, one row an event, and the same case made again from it.

The first row of a case is the case as it opened. Works inside a job of the committer. A case from before
there were events has none of its beginning, and cannot be made again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, get_args

from pydantic import TypeAdapter
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case, case_from_json, case_to_json
from basestation.cases.events import Event
from basestation.cases.step import step
from basestation.clock import from_ms, to_ms
from basestation.store.tables import case_events

#: The kind of the first row.
OPENED = "opened"
_ADAPTERS: Final = {kind.__name__: TypeAdapter[Event](kind) for kind in get_args(Event)}
_INSERT = insert(case_events)


class NotReplayable(Exception):
    """The beginning of the case was not kept, or was erased; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a case, and when it was stepped."""

    at: datetime
    event: Event


def opened_row(case: Case, now: datetime) -> dict[str, Any]:
    """Return the row of a case that has just opened."""
    return _row(case.id, now, OPENED, case_to_json(case))


def event_row(case_id: int, event: Event, now: datetime) -> dict[str, Any]:
    """Return the row of an event."""
    kind = type(event).__name__
    return _row(case_id, now, kind, _ADAPTERS[kind].dump_json(event).decode())


async def append(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep rows in their order."""
    if rows:
        await connection.execute(_INSERT, list(rows))


async def read(connection: AsyncConnection, case_id: int) -> tuple[Case, list[Happened]]:
    """Return the case as it opened and what happened to it since; raises NotReplayable."""
    query = select(case_events).where(case_events.c.case_id == case_id).order_by(case_events.c.id)
    rows = (await connection.execute(query)).mappings().all()
    if not rows or rows[0]["kind"] != OPENED:
        raise NotReplayable(f"The beginning of case {case_id} was not kept.")
    happened = [
        Happened(
            from_ms(row["at_ms"]) + timedelta(microseconds=row["at_us"]),
            _ADAPTERS[row["kind"]].validate_json(row["event"]),
        )
        for row in rows[1:]
    ]
    return case_from_json(rows[0]["event"]), happened


def replay(case: Case, happened: Sequence[Happened]) -> Case:
    """Return what the events make of a case."""
    for one in happened:
        case, _ = step(case, one.event, one.at)
    return case


def _row(case_id: int, now: datetime, kind: str, event: str) -> dict[str, Any]:
    at_ms = to_ms(now)
    at_us = round((now - from_ms(at_ms)) / timedelta(microseconds=1))
    return {"case_id": case_id, "at_ms": at_ms, "at_us": at_us, "kind": kind, "event": event}
