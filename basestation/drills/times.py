"""What drills measured of a workplace and shift, newest first, and what it says of an assessment.

Reads only; what a time means is `cases.response_time`'s. Only drills that came to their end count.
"""

from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.response_time import DRILLS_COUNTED, Measured, ev_of, judged, worst_of_last_three
from basestation.store.drill_tables import drills


async def measured(connection: AsyncConnection, workplace_id: int, shift: str) -> list[Measured]:
    """Return the newest drills of a workplace and shift that measured something, as many as count."""
    query = (
        select(drills.c.id, drills.c.help_s)
        .where(drills.c.workplace_id == workplace_id, drills.c.shift == shift, drills.c.is_measured)
        .order_by(drills.c.begun_at_ms.desc(), drills.c.id.desc())
        .limit(DRILLS_COUNTED)
    )
    return [Measured(row.id, row.help_s) for row in await connection.execute(query)]


async def times_view(
    connection: AsyncConnection, workplace_id: int, shift: str, figures: tuple[int, int, int] | None
) -> dict[str, Any]:
    """Return the worst of the last three with its EV; with `figures` (GZ, EV, NW) the verdict too."""
    found = await measured(connection, workplace_id, shift)
    worst = worst_of_last_three(found)
    return {
        "workplace_id": workplace_id,
        "shift": shift,
        "measured": [asdict(one) for one in found],
        "worst": None if worst is None else {**asdict(worst), "ev": ev_of(worst.help_s)},
        "verdict": None if figures is None else asdict(judged(worst, *figures)),
    }
