"""Looks whether those who accepted can still answer for it.

Decides when an acceptance is lost to the chain: whoever was called for a duty has it no more, or is in danger
themselves; whoever pressed at a console has logged out, or their session has run out. Nobody on the scene is
judged: whoever is there is there.
"""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.cases.case import Case, CaseState
from basestation.cases.chain import ROLE
from basestation.cases.events import AccepterLost
from basestation.casework.casebook import Casebook, Finder
from basestation.clock import to_ms
from basestation.store import case_rows
from basestation.store.committer import GroupCommitter, Work
from basestation.store.tables import sessions, users

#: Between two looks while somebody has a case, in seconds.
LOOK_S = 10

#: States in which somebody answers for a case and is not there yet.
_HELD = (CaseState.ACCEPTED, CaseState.DISPATCHED)

LEFT_ROTA = "is not on duty any more"
LOGGED_OUT = "has logged out"

_KNOWN = select(func.count()).select_from(users).where(users.c.display_name == bindparam("called"))
_OPEN_SESSIONS = (
    select(func.count())
    .select_from(sessions.join(users, users.c.id == sessions.c.user_id))
    .where(users.c.display_name == bindparam("called"), users.c.is_active)
    .where(sessions.c.expires_at_ms > bindparam("now_ms"))
)


class Accepters:
    """Gives cases back to the chain that nobody answers for."""

    def __init__(
        self, database: AsyncEngine, committer: GroupCommitter, casebook: Casebook, find_people: Finder
    ) -> None:
        self._database = database
        self._committer = committer
        self._casebook = casebook
        self._find_people = find_people

    async def check(self, now: datetime) -> datetime | None:
        """Give back what is lost and return when to look again."""
        async with self._database.connect() as connection:
            held = await case_rows.open_in_states(connection, _HELD)
            lost = [case.id for case in held if await self._why(connection, case, now) is not None]
        for case_id in lost:
            await self._committer.run(partial(self._give_back, case_id=case_id, now=now))
        return now + timedelta(seconds=LOOK_S)

    async def _give_back(self, work: Work, case_id: int, now: datetime) -> None:
        case = await case_rows.load(work.connection, case_id)
        if case is None or not _is_held(case):
            return
        why = await self._why(work.connection, case, now)
        if why is not None:
            await self._casebook.apply(work, case, AccepterLost(case.accepted_by or "", why), now)

    async def _why(self, connection: AsyncConnection, case: Case, now: datetime) -> str | None:
        """Return why the acceptance is lost; None while it stands."""
        if not case.accepted_key:
            return None if await _is_logged_in(connection, case.accepted_by or "", now) else LOGGED_OUT
        call = next((call for call in case.calls if call.key == case.accepted_key), None)
        if call is None or call.kind != ROLE:
            return None
        roles = tuple(one for level in case.chain.levels for one in level.recipients if one.kind == ROLE)
        found, _ = await self._find_people(connection, case, roles, now)
        return None if any(one.key == case.accepted_key for one in found) else LEFT_ROTA


def _is_held(case: Case) -> bool:
    return case.state in _HELD


async def _is_logged_in(connection: AsyncConnection, name: str, now: datetime) -> bool:
    """Tell whether somebody of this name has an open session; one who is no user needs none."""
    if not (await connection.execute(_KNOWN, {"called": name})).scalar_one():
        return True
    values = {"called": name, "now_ms": to_ms(now)}
    return bool((await connection.execute(_OPEN_SESSIONS, values)).scalar_one())
