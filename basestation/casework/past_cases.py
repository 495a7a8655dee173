"""Cases that are closed, newest first, page by page, by worker, kind and time. Changes nothing.

Decides that a page goes on from the number of its last case: what opens or closes meanwhile neither doubles
nor hides another. A search by worker looks at a bounded number of cases; where that was not enough the page
is short and says where to go on.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case, case_from_json
from basestation.clock import iso, to_ms
from basestation.site.searching import folded
from basestation.store.tables import cases

#: Cases that one request looks at.
LOOKED_AT_MAX: Final = 2000
_READ: Final = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is left out counts for everything. Times are when the case opened."""

    #: Letters of the worker's name.
    worker: str = ""
    kind: str = ""
    mark: str = ""
    from_at: datetime | None = None
    until_at: datetime | None = None
    #: Numbers of sites, and what is of no known one; None: all.
    sites: frozenset[int] | None = None


async def past_cases(
    connection: AsyncConnection, wanted: Wanted, before_id: int | None, count_max: int
) -> tuple[list[dict[str, Any]], int | None]:
    """Return closed cases before this number, newest first, and the number to go on from, None at the end."""
    found: list[dict[str, Any]] = []
    looked_at, letters = 0, folded(wanted.worker)
    while looked_at < LOOKED_AT_MAX:
        rows = await _rows(connection, wanted, before_id)
        for row in rows:
            before_id, looked_at = row.id, looked_at + 1
            view = _view(row)
            if letters in folded(view["worker"] or ""):
                found.append(view)
            if len(found) == count_max:
                return found, before_id
        if len(rows) < _READ:
            return found, None
    return found, before_id


async def _rows(connection: AsyncConnection, wanted: Wanted, before_id: int | None) -> list[Any]:
    query = (
        select(cases.c.id, cases.c.kind, cases.c.mark, cases.c.device, cases.c.body)
        .where(cases.c.is_open.is_(False))
        .order_by(cases.c.id.desc())
        .limit(_READ)
    )
    if before_id is not None:
        query = query.where(cases.c.id < before_id)
    if wanted.sites is not None:
        query = query.where(or_(cases.c.site_id.in_(wanted.sites), cases.c.site_id.is_(None)))
    if wanted.kind:
        query = query.where(cases.c.kind == wanted.kind)
    if wanted.mark:
        query = query.where(cases.c.mark == wanted.mark)
    if wanted.from_at is not None:
        query = query.where(cases.c.opened_at_ms >= to_ms(wanted.from_at))
    if wanted.until_at is not None:
        query = query.where(cases.c.opened_at_ms < to_ms(wanted.until_at))
    return list((await connection.execute(query)).all())


def _view(row: Any) -> dict[str, Any]:
    facts = {"id": row.id, "kind": row.kind, "mark": row.mark, "device": row.device}
    try:
        case = case_from_json(row.body)
    except ValueError:
        # A row that nobody can read any more is still a case that was.
        return facts | _facts(None)
    return facts | _facts(case)


def _facts(case: Case | None) -> dict[str, Any]:
    if case is None:
        return dict.fromkeys(_NAMES) | {"is_readable": False}
    return {
        "worker": case.worker_name,
        "workplace": case.workplace_name,
        "is_person": case.is_person,
        "opened_at": iso(case.opened_at),
        "raised_at": None if case.raised_at is None else iso(case.raised_at),
        "accepted_by": case.accepted_by,
        "closed_at": None if case.closed_at is None else iso(case.closed_at),
        "closed_by": case.closed_by,
        "outcome": case.outcome,
        "reason": case.reason,
        "is_readable": True,
    }


_NAMES: Final = (
    "worker", "workplace", "is_person", "opened_at", "raised_at", "accepted_by", "closed_at", "closed_by",
    "outcome", "reason",
)  # fmt: skip
