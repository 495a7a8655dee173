"""Trial operation: for some days the traces of cancelled pre-alarms are kept too.

Decides whether it is on, and lets every device know; the devices show it to their wearers and end it by
themselves. Off unless a safety officer switches it on, never for longer than `DAYS_MAX`. Both are logged.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.clock import Clock, from_ms, iso, to_ms
from basestation.errors import EntryRefused
from basestation.outgoing.commands import UNTIL, Commands
from basestation.site.people import User
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.database import upsert
from basestation.store.tables import devices, station

#: Three weeks; the time that is left must fit into 31 bits of ms.
DAYS_MAX = 21
SLOT = "trial"
_KEY = "trial_ends_at_ms"


class TrialOperation:
    """The site's setting, which ends by itself."""

    def __init__(
        self, database: AsyncEngine, committer: GroupCommitter, commands: Commands, clock: Clock
    ) -> None:
        self._database = database
        self._committer = committer
        self._commands = commands
        self._clock = clock

    async def is_on(self, connection: AsyncConnection, at: datetime) -> bool:
        """Tell whether it is on at this time."""
        return await _end(connection, at) is not None

    async def show(self) -> dict[str, Any]:
        """Return whether it is on, and until when."""
        async with self._database.connect() as connection:
            return _view(await _end(connection, self._clock.now()))

    async def switch_on(self, days: int, user: User) -> dict[str, Any]:
        """Switch it on for so many days from now, in place of what was set; raises EntryRefused."""
        if not 1 <= days <= DAYS_MAX:
            raise EntryRefused(f"Trial operation lasts 1 to {DAYS_MAX} days, not {days}.")
        return await self._set(self._clock.now() + timedelta(days=days), user)

    async def switch_off(self, user: User) -> dict[str, Any]:
        """Switch it off now."""
        return await self._set(None, user)

    async def tell_again(self, work: Work, device: str, at: datetime) -> None:
        """Tell a device that has started, which forgot it."""
        ends_at = await _end(work.connection, at)
        if ends_at is not None and not await self._commands.has_unanswered(work, device, SLOT):
            await self._tell(work, device, ends_at, at)

    async def _set(self, ends_at: datetime | None, user: User) -> dict[str, Any]:
        async def job(work: Work) -> dict[str, Any]:
            now = self._clock.now()
            value = "" if ends_at is None else str(to_ms(ends_at))
            await upsert(work.connection, station, [{"key": _KEY, "value": value}])
            content = _view(ends_at) | {"user": user.display_name}
            kind = "trial_switched_off" if ends_at is None else "trial_switched_on"
            work.log(log.entry(to_ms(now), kind, content))
            query = select(devices.c.name).where(devices.c.is_active)
            for device in (await work.connection.execute(query)).scalars().all():
                await self._tell(work, device, ends_at, now)
            return _view(ends_at)

        return await self._committer.run(job)

    async def _tell(self, work: Work, device: str, ends_at: datetime | None, now: datetime) -> None:
        fields: dict[str, Any] = {"is_on": ends_at is not None, UNTIL: to_ms(ends_at or now)}
        await self._commands.order(work, device, "trial", SLOT, fields, now)


async def _end(connection: AsyncConnection, at: datetime) -> datetime | None:
    """Return when it ends, or None where it is off at this time."""
    query = select(station.c.value).where(station.c.key == _KEY)
    value = (await connection.execute(query)).scalar()
    ends_at = from_ms(int(value)) if value else None
    return ends_at if ends_at is not None and at < ends_at else None


def _view(ends_at: datetime | None) -> dict[str, Any]:
    return {"is_on": ends_at is not None, "ends_at": None if ends_at is None else iso(ends_at)}
