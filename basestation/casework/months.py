"""The figures of a month, and the stages of a case, read from the database and ready for JSON.

Decides which cases belong to a month: those that have ended, by the moment at which they opened, in UTC.
"""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.budget import stages
from basestation.cases.case import Case
from basestation.cases.figures import figures
from basestation.clock import iso, to_ms
from basestation.errors import EntryRefused
from basestation.store import case_rows
from basestation.store.tables import cases

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_MONTHS = 12


def bounds_of(month: str) -> tuple[datetime, datetime]:
    """Return the first moment of "YYYY-MM" and of the month after it; raises EntryRefused."""
    match = _MONTH.fullmatch(month)
    year, number = (0, 0) if match is None else map(int, match.groups())
    if not (1970 <= year < 9999 and 1 <= number <= _MONTHS):
        raise EntryRefused(f"{month!r} is no month: write the year and the month, as in 2026-03.")
    after = (year, number + 1) if number < _MONTHS else (year + 1, 1)
    return datetime(year, number, 1, tzinfo=UTC), datetime(*after, 1, tzinfo=UTC)


async def month_figures(connection: AsyncConnection, month: str) -> dict[str, Any]:
    """Return the figures of a month by mark, and how many cases of it are open; raises EntryRefused."""
    begin, end = bounds_of(month)
    query = select(cases.c.body, cases.c.is_open).where(
        cases.c.is_person, cases.c.opened_at_ms >= to_ms(begin), cases.c.opened_at_ms < to_ms(end)
    )
    rows = (await connection.execute(query.order_by(cases.c.id))).all()
    ended = [case_rows.case_of(row.body) for row in rows if not row.is_open]
    return {"month": month, "still_open": len(rows) - len(ended), "marks": figures(ended)}


def stages_view(case: Case, now: datetime) -> list[dict[str, Any]]:
    """Return the stages of a case as the console shows them."""
    return [
        {
            "name": stage.name,
            "began_at": None if stage.began_at is None else iso(stage.began_at),
            "took_s": stage.took_s,
            "is_running": stage.is_running,
            "limit_s": stage.limit_s,
            "source": stage.source,
            "is_overspent": stage.is_overspent,
        }
        for stage in stages(case, now)
    ]
