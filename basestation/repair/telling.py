"""A restored base station tells that it is one: a technical alarm that names the gap, and a log entry.

Decides that the first case after it has a number beyond all that were given before the loss, so that no old
link and no old word opens a new case.
"""

import json
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from basestation.casework.conditions import RESTORED as CONDITION
from basestation.casework.conditions import STATION, Conditions
from basestation.clock import to_ms
from basestation.repair.marks import GAP, RESTORED
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.tables import cases, station


async def tell_of_restore(
    committer: GroupCommitter, conditions: Conditions, now: Callable[[], datetime]
) -> None:
    """Raise the alarm once; harmless where nothing was restored."""

    async def job(work: Work) -> None:
        query = select(station.c.value).where(station.c.key == RESTORED)
        told = (await work.connection.execute(query)).scalar()
        if told is None:
            return
        facts = json.loads(told)
        at = now()
        work.log(log.entry(to_ms(at), "restored", facts))
        placeholder = await _pass_over_cases(work)
        cause = (
            f"restored from a copy of {facts['made_at']}: what came between then and "
            f"{facts['restored_at']} is not known here; devices do not repeat alarms that were receipted. "
            "Ask everybody at work, and read the journals of their devices"
        )
        await conditions.began(work, STATION, CONDITION, cause, at)
        await work.connection.execute(delete(cases).where(cases.c.id == placeholder))
        await work.connection.execute(delete(station).where(station.c.key == RESTORED))

    await committer.run(job)


async def _pass_over_cases(work: Work) -> int:
    """Take a number far beyond the last case, so that the next one is beyond it too, and return it."""
    highest = (await work.connection.execute(select(func.max(cases.c.id)))).scalar() or 0
    number: int = highest + GAP
    row = {
        "id": number, "device": STATION, "alarm": f"{RESTORED}-{number}", "kind": "technical", "mark": "real",
        "state": "CLOSED", "is_open": False, "is_person": False, "body": "", "opened_at_ms": 0,
        "updated_at_ms": 0,
    }  # fmt: skip
    await work.connection.execute(insert(cases).values(row))
    return number
