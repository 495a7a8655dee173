"""Fires the timers of cases: rows in the database, so that they survive a kill.

Decides nothing but when to look. A timer is claimed by the job that fires it, in the transaction
that saves what it did: exactly once, late ones at the start. One case that fails does not hold up
the timers of the others.
"""

import asyncio
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.cases.events import TimerFired
from basestation.casework.casebook import Casebook
from basestation.store import case_rows
from basestation.store.case_rows import DueTimer
from basestation.store.committer import GroupCommitter, Work

#: Timers fired in one round.
ROUND_MAX = 500


class Timers:
    """Looks for timers that are due and lets their cases step."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter, casebook: Casebook) -> None:
        self._database = database
        self._committer = committer
        self._casebook = casebook

    async def fire_due(self, now: datetime) -> datetime | None:
        """Fire what is due and return when the next timer is."""
        async with self._database.connect() as connection:
            due = await case_rows.due_timers(connection, now, ROUND_MAX)
        jobs = [self._committer.run(partial(self._fire, timer=timer, now=now)) for timer in due]
        failures = [one for one in await asyncio.gather(*jobs, return_exceptions=True) if one is not None]
        if failures:
            raise failures[0]
        async with self._database.connect() as connection:
            return await case_rows.next_due_at(connection)

    async def _fire(self, work: Work, timer: DueTimer, now: datetime) -> None:
        if not await case_rows.claim_timer(work.connection, timer, now):
            return
        case = await case_rows.load(work.connection, timer.case_id)
        assert case is not None, timer
        await self._casebook.apply(work, case, TimerFired(timer.name), now)
