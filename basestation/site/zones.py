"""Zones: parts of a site with a name, a note of what is dangerous there, their beacons and workplaces.

Decides that a beacon or workplace is in one zone at most, and that workplace, plan and zone are of one site.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.errors import EntryRefused
from basestation.site.bookkeeping import Bookkeeping, check_known, named
from basestation.site.history import ZONE
from basestation.site.registered import Registered, Then
from basestation.store.committer import Work
from basestation.store.location_tables import beacons
from basestation.store.plan_tables import plans
from basestation.store.responder_tables import sites
from basestation.store.site_tables import zones
from basestation.store.tables import workplaces

_PARTS: tuple[tuple[str, Table], ...] = (("beacon_ids", beacons), ("workplace_ids", workplaces))


class Zones:
    """Keeps the zones."""

    def __init__(self, book: Bookkeeping) -> None:
        self._book = book
        self._registered = Registered(book, zones, ZONE)

    async def all(self, *, with_retired: bool = False) -> list[dict[str, Any]]:
        """Return the zones in service by site and name, or all that ever were, with what is in them."""
        query = select(zones).order_by(zones.c.site_id, zones.c.name)
        async with self._book.database.connect() as connection:
            rows = await connection.execute(query if with_retired else query.where(zones.c.is_active))
            return [await _with_parts(connection, dict(row)) for row in rows.mappings().all()]

    async def add(
        self,
        site_id: int,
        name: str,
        hazard: str,
        plan_id: int | None,
        beacon_ids: Sequence[int],
        workplace_ids: Sequence[int],
        by: str,
    ) -> dict[str, Any]:
        """Add a zone; raises EntryRefused."""
        values = {"site_id": site_id, "name": named(name), "hazard": hazard.strip(), "plan_id": plan_id}
        return await self._registered.add(values, by, check=_check, then=_filled(beacon_ids, workplace_ids))

    async def change(
        self,
        number: int,
        name: str,
        hazard: str,
        plan_id: int | None,
        beacon_ids: Sequence[int],
        workplace_ids: Sequence[int],
        version: int,
        by: str,
    ) -> dict[str, Any]:
        """Change a zone; it stays at its site. Raises EntryRefused."""
        values = {"name": named(name), "hazard": hazard.strip(), "plan_id": plan_id}
        then = _filled(beacon_ids, workplace_ids)
        return await self._registered.change(number, values, version, by, check=_check, then=then)

    async def retire(self, number: int, version: int, by: str) -> dict[str, Any]:
        """Take a zone out of service; what was in it is in none. Raises EntryRefused."""
        return await self._registered.retire(number, version, by, then=_filled((), ()))

    async def undo(self, number: int, version: int, by: str) -> dict[str, Any]:
        """Make a zone what it was before the last change; raises EntryRefused."""
        before = await self._registered.before_last(number)
        then = _filled(before["beacon_ids"], before["workplace_ids"])
        names = ("name", "hazard", "plan_id")
        return await self._registered.undo(number, names, version, by, check=_check, then=then)

    async def history(self, number: int) -> list[dict[str, Any]]:
        """Return what was done to a zone, newest first."""
        return await self._registered.history(number)


async def _check(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    await check_known(connection, sites, row["site_id"], "site")
    if row["plan_id"] is None:
        return
    query = select(plans.c.id).where(plans.c.id == row["plan_id"], plans.c.site_id == row["site_id"])
    if (await connection.execute(query)).first() is None:
        raise EntryRefused(f"There is no plan {row['plan_id']} at this site.")


def _filled(beacon_ids: Sequence[int], workplace_ids: Sequence[int]) -> Then:
    """Return what puts exactly these into a zone, out of any other."""
    wanted = {"beacon_ids": beacon_ids, "workplace_ids": workplace_ids}

    async def fill(work: Work, row: Mapping[str, Any]) -> dict[str, Any]:
        for name, table in _PARTS:
            numbers = sorted(set(wanted[name]))
            await work.connection.execute(
                update(table).where(table.c.zone_id == row["id"]).values(zone_id=None)
            )
            query = update(table).where(table.c.id.in_(numbers)).values(zone_id=row["id"])
            if table is workplaces:
                query = query.where(workplaces.c.site_id == row["site_id"])
            if numbers and (await work.connection.execute(query)).rowcount != len(numbers):
                what = "beacon" if table is beacons else "workplace of this site"
                raise EntryRefused(f"One of these is no {what}: {', '.join(map(str, numbers))}.")
        return await _with_parts(work.connection, row)

    return fill


async def _with_parts(connection: AsyncConnection, row: Mapping[str, Any]) -> dict[str, Any]:
    parts = {}
    for name, table in _PARTS:
        query = select(table.c.id).where(table.c.zone_id == row["id"]).order_by(table.c.id)
        parts[name] = list((await connection.execute(query)).scalars())
    return {**row, **parts}
