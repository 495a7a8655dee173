"""The beacons and access points of the site: what is where they hang.

Decides that a beacon in use is on the list once; one that is retired keeps its row, because cases name it.
Devices know only names; the words for them are here and reach nobody but the control room and helpers.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.clock import Clock, to_ms
from basestation.errors import EntryRefused
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.location_tables import beacons
from protocol import topics


async def zones(connection: AsyncConnection, names: Iterable[str]) -> dict[str, str]:
    """Return what is where, for those of the beacons that are on the list."""
    query = select(beacons.c.name, beacons.c.zone).where(beacons.c.is_active, beacons.c.name.in_(list(names)))
    return {row.name: row.zone for row in (await connection.execute(query)).all()}


class Beacons:
    """Keeps the list."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter, clock: Clock) -> None:
        self._database = database
        self._committer = committer
        self._clock = clock

    async def add(self, name: str, zone: str, note: str = "") -> dict[str, Any]:
        """Put a beacon on the list; raises EntryRefused."""
        if not topics.is_name(name):
            raise EntryRefused(f"{name!r} cannot name a beacon: use 1 to 32 of a-z, 0-9 and -.")
        if not zone.strip():
            raise EntryRefused("Say where the beacon is: helpers are told these words.")
        values = {"name": name, "zone": zone.strip(), "note": note.strip()}

        async def job(work: Work) -> dict[str, Any]:
            result = await work.connection.execute(insert(beacons).values(values).returning(beacons))
            work.log(log.entry(to_ms(self._clock.now()), "beacon_added", values))
            return dict(result.mappings().one())

        try:
            return await self._committer.run(job)
        except IntegrityError:
            raise EntryRefused(
                f"The beacon {name!r} is on the list already: retire it before it gets another place."
            ) from None

    async def retire(self, name: str) -> None:
        """Take a beacon off the list; raises EntryRefused."""

        async def job(work: Work) -> None:
            query = update(beacons).where(beacons.c.name == name, beacons.c.is_active).values(is_active=False)
            if (await work.connection.execute(query)).rowcount == 0:
                raise EntryRefused(f"There is no beacon {name!r} on the list.")
            work.log(log.entry(to_ms(self._clock.now()), "beacon_retired", {"name": name}))

        await self._committer.run(job)

    async def all(self) -> list[dict[str, Any]]:
        """Return the beacons in use by their places."""
        async with self._database.connect() as connection:
            query = select(beacons).where(beacons.c.is_active).order_by(beacons.c.zone, beacons.c.name)
            return [dict(row) for row in (await connection.execute(query)).mappings()]
