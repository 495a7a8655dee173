"""Places of a site that are hard to find, and when each was last drilled.

Decides the order in which a new drill is offered them: never drilled first, then the longest ago. Only a
drill that came to its end counts.
"""

from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.cases.drill import ENDED
from basestation.clock import Clock, iso_of_ms, to_ms
from basestation.drills import rows
from basestation.errors import EntryRefused
from basestation.site.bookkeeping import check_known, named
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.drill_tables import drills, hard_places
from basestation.store.tables import workplaces


class HardPlaces:
    """Keeps the list."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter, clock: Clock) -> None:
        self._database, self._committer, self._clock = database, committer, clock

    async def all(self) -> list[dict[str, Any]]:
        """Return the places in service, the least recently drilled first."""
        last = (
            select(drills.c.hard_place_id.label("place"), func.max(drills.c.begun_at_ms).label("at_ms"))
            .where(drills.c.state == ENDED)
            .group_by(drills.c.hard_place_id)
            .subquery()
        )
        query = (
            select(hard_places, workplaces.c.name.label("workplace"), last.c.at_ms.label("last_ms"))
            .join(workplaces, workplaces.c.id == hard_places.c.workplace_id)
            .outerjoin(last, last.c.place == hard_places.c.id)
            .where(hard_places.c.is_active)
        )
        async with self._database.connect() as connection:
            found = (await connection.execute(query)).mappings().all()
        order = sorted(found, key=lambda row: (row["last_ms"] or 0, row["name"], row["id"]))
        return [_view(dict(row)) for row in order]

    async def add(self, workplace_id: int, name: str, why: str, by: str) -> dict[str, Any]:
        """Put a place on the list; raises EntryRefused."""

        async def job(work: Work) -> int:
            await check_known(work.connection, workplaces, workplace_id, "workplace")
            site = select(workplaces.c.site_id).where(workplaces.c.id == workplace_id)
            now_ms = to_ms(self._clock.now())
            values = {"workplace_id": workplace_id, "name": named(name), "why": why.strip()}
            values |= {"site_id": (await work.connection.execute(site)).scalar_one()}
            kept = {**values, "changed_at_ms": now_ms, "changed_by": by}
            query = insert(hard_places).values(kept).returning(hard_places.c.id)
            key: int = (await work.connection.execute(query)).scalar_one()
            work.log(log.entry(now_ms, "hard_place_added", {"place": key, **values, "by": by}))
            return key

        key = await self._committer.run(job)
        return next(one for one in await self.all() if one["id"] == key)

    async def retire(self, key: int, version: int, by: str) -> None:
        """Take a place off the list; drills that name it keep it. Raises EntryRefused."""

        async def job(work: Work) -> None:
            row = await rows.locked(work, hard_places, key, version)
            if not row["is_active"]:
                raise EntryRefused(f"Place {key} is off the list already.")
            now_ms = to_ms(self._clock.now())
            await rows.put(work, hard_places, row, {"is_active": False}, by, now_ms)
            work.log(log.entry(now_ms, "hard_place_retired", {"place": key, "by": by}))

        await self._committer.run(job)


def _view(row: dict[str, Any]) -> dict[str, Any]:
    last_ms = row["last_ms"]
    same = ("id", "site_id", "workplace_id", "workplace", "name", "why", "version")
    return {
        **{name: row[name] for name in same},
        "last_drilled_at": None if last_ms is None else iso_of_ms(last_ms),
    }
