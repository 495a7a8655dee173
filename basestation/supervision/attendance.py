"""Whether anybody sits in the control room: asked whenever people are found, and watched while people work.

Decides when nobody does is a technical alarm: while somebody is on shift, a chain names the control room and
no console was attended for a minute. It ends when one is. What consoles tell is theirs (`web/live.py`); what
it means is `cases.vigilance`.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.cases.chain import CONTROL_ROOM, Chain, Recipient
from basestation.cases.people import Found, LeftOut
from basestation.cases.vigilance import UNATTENDED_S_MAX, ConsoleSigns, attended_until, is_attended
from basestation.casework.conditions import STATION, UNATTENDED, Conditions
from basestation.site.directory_rows import read_chains
from basestation.site.finding import InDanger, find_people
from basestation.store.case_sites import site_of_case
from basestation.store.committer import GroupCommitter
from basestation.store.tables import shifts

#: Between two looks while nobody sits there, in seconds.
LOOK_S = 10
NOBODY_THERE = "people are at work, and nobody sits at a console with its sound proven"


class Attendance:
    """Knows whether the control room is attended."""

    def __init__(self, act_s: int) -> None:
        #: How old an operator's last act may be, in seconds.
        self.act_s = act_s
        #: What the open consoles have told; set where the consoles are.
        self.consoles: Callable[[], Iterable[ConsoleSigns]] = lambda: ()
        #: The same of those at other base stations on this database.
        self.elsewhere: Callable[[], Iterable[ConsoleSigns]] = lambda: ()
        #: Called when a console came to be attended, or went.
        self.wake: Callable[[], None] = lambda: None

    def signs(self) -> tuple[ConsoleSigns, ...]:
        """Return what all consoles of the site have told."""
        return (*self.consoles(), *self.elsewhere())

    def is_attended(self, now: datetime, site: int | None = None) -> bool:
        """Tell whether somebody sits in the control room now who can take a case of this site."""
        return is_attended(self.signs(), now, self.act_s, site)

    def view(self, now: datetime) -> dict[str, Any]:
        """Return the part of the snapshot that tells consoles whether somebody has to be there."""
        return {"is_attended": self.is_attended(now), "act_s": self.act_s}

    async def find_people(
        self, connection: AsyncConnection, case: InDanger, recipients: Iterable[Recipient], now: datetime
    ) -> tuple[tuple[Found, ...], tuple[LeftOut, ...]]:
        """Return who can be called now and who cannot; the control room says whether it is attended."""
        site = await site_of_case(connection, case.id)
        return await find_people(connection, case, recipients, now, is_attended=self.is_attended(now, site))


class AttendanceSupervision:
    """Raises the technical alarm while nobody sits in the control room."""

    def __init__(
        self, database: AsyncEngine, committer: GroupCommitter, conditions: Conditions, attendance: Attendance
    ) -> None:
        self._database = database
        self._committer = committer
        self._conditions = conditions
        self._attendance = attendance
        self._absent_since: datetime | None = None

    async def check(self, now: datetime) -> datetime:
        """Raise or end the technical alarm and return when to look again."""
        until = attended_until(self._attendance.signs(), self._attendance.act_s)
        if until is not None and now < until:
            self._absent_since = None
            await self._committer.run(lambda work: self._conditions.ended(work, STATION, UNATTENDED, now))
            return until
        self._absent_since = self._absent_since or now
        late_at = self._absent_since + timedelta(seconds=UNATTENDED_S_MAX)
        if now < late_at:
            return late_at
        if await self._is_wanted():
            await self._committer.run(
                lambda work: self._conditions.began(work, STATION, UNATTENDED, NOBODY_THERE, now)
            )
        return now + timedelta(seconds=LOOK_S)

    async def _is_wanted(self) -> bool:
        """Tell whether somebody is on shift, and any chain calls the control room."""
        on_shift = select(shifts.c.id).where(shifts.c.ended_at_ms.is_(None)).limit(1)
        async with self._database.connect() as connection:
            if (await connection.execute(on_shift)).first() is None:
                return False
            known = await read_chains(connection)
        chains = [chain for chain in known.values() if isinstance(chain, Chain)]
        return not chains or any(_names_control_room(chain) for chain in chains)


def _names_control_room(chain: Chain) -> bool:
    return any(one.kind == CONTROL_ROOM for level in chain.levels for one in level.recipients)
