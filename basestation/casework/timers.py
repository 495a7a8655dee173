"""Fires the timers of cases: rows in the database, so that they survive a kill.

Decides nothing but when to look. A timer is claimed by the job that fires it, in the transaction
that saves what it did: exactly once, late ones at the start. One case that fails does not hold up
the timers of the others. Who sets a timer tells the loop; LOOK_S finds what nobody told, such as what another
replica left behind.
"""

import asyncio
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.cases.events import TimerFired
from basestation.casework.casebook import Casebook
from basestation.store import case_rows
from basestation.store.case_rows import DueTimer
from basestation.store.committer import GroupCommitter, Work

#: Timers fired in one round.
ROUND_MAX = 500
#: Between two looks at most, and until the next where somebody else was at a timer, in seconds.
LOOK_S, TAKEN_S = 10, 1


class Timers:
    """Looks for timers that are due and lets their cases step."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter, casebook: Casebook) -> None:
        self._database = database
        self._committer = committer
        self._casebook = casebook

    async def fire_due(self, now: datetime) -> datetime:
        """Fire what is due and return when to look again, as far as was known before."""
        async with self._database.connect() as connection:
            due = await case_rows.due_timers(connection, now, ROUND_MAX)
            next_at = await case_rows.next_due_at(connection, now)
        jobs = [self._committer.run(partial(self._fire, timer=timer, now=now)) for timer in due]
        results = await asyncio.gather(*jobs, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        if len(due) == ROUND_MAX:
            return now
        look_at = now + timedelta(seconds=LOOK_S if all(results) else TAKEN_S)
        return look_at if next_at is None else min(look_at, next_at)

    async def _fire(self, work: Work, timer: DueTimer, now: datetime) -> bool:
        """Fire a timer; false if it is gone, or in somebody else's hands."""
        if not await case_rows.claim_timer(work.connection, timer, now):
            return False
        case = await case_rows.load(work.connection, timer.case_id)
        assert case is not None, timer
        await self._casebook.apply(work, case, TimerFired(timer.name), now)
        return True
