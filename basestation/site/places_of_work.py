"""Sites: what belongs to one place, with its time zone.

Decides that a zone is one that the machine's time zone database knows. Where none is set, or the base station
has moved to a machine that lacks it, times of the day count as UTC, and readiness says so.
"""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.errors import EntryRefused
from basestation.site.bookkeeping import Bookkeeping, check_known, named
from basestation.site.history import SITE
from basestation.site.registered import Registered
from basestation.store.committer import Work
from basestation.store.responder_tables import FIRST_SITE, duty_roles, responders, sites
from basestation.store.site_tables import grants, zones
from basestation.store.tables import devices, users, workers, workplaces

#: Between two test messages to one address, in days.
PROOF_DAYS_MIN, PROOF_DAYS_MAX = 1, 90


def zone_of(name: str) -> tzinfo:
    """Return the time zone of this name; UTC for none, and for one that this machine does not know."""
    return ZoneInfo(name) if is_known(name) else UTC


def is_known(zone: str) -> bool:
    """Tell whether this machine knows a time zone of this name."""
    try:
        return bool(zone) and bool(ZoneInfo(zone).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


class Sites:
    """Keeps the sites."""

    def __init__(self, book: Bookkeeping) -> None:
        self._book = book
        self._registered = Registered(book, sites, SITE)

    async def all(self, *, with_retired: bool = False) -> list[dict[str, Any]]:
        """Return the sites in service by name, or all that ever were."""
        if not with_retired:
            return await self._book.rows(sites, "name")
        async with self._book.database.connect() as connection:
            rows = await connection.execute(select(sites).order_by(sites.c.name))
            return [dict(row) for row in rows.mappings()]

    async def add(self, name: str, zone: str, proof_days: int, by: str) -> dict[str, Any]:
        """Add a site; raises EntryRefused."""
        return await self._registered.add(_site(name, zone, proof_days), by)

    async def change(
        self, number: int, name: str, zone: str, proof_days: int, by: str, version: int | None = None
    ) -> dict[str, Any]:
        """Change a site, of `version` where whoever does it has seen one; raises EntryRefused."""
        return await self._registered.change(number, _site(name, zone, proof_days), version, by)

    async def retire(self, number: int, version: int, by: str) -> dict[str, Any]:
        """Take a site out of service that nothing in service belongs to; raises EntryRefused."""
        return await self._registered.retire(number, version, by, check=_refuse_in_use)

    async def bring_back(self, number: int, version: int, by: str) -> dict[str, Any]:
        """Take a site into service again; raises EntryRefused."""
        return await self._registered.bring_back(number, version, by)

    async def undo(self, number: int, version: int, by: str) -> dict[str, Any]:
        """Make a site what it was before the last change; raises EntryRefused."""
        return await self._registered.undo(number, ("name", "zone", "proof_days"), version, by)

    async def history(self, number: int) -> list[dict[str, Any]]:
        """Return what was done to a site, newest first."""
        return await self._registered.history(number)

    async def assign(self, workplace_id: int, site_id: int, by: str) -> dict[str, Any]:
        """Let a workplace belong to a site; raises EntryRefused."""

        async def job(work: Work) -> dict[str, Any]:
            await check_known(work.connection, sites, site_id, "site")
            query = update(workplaces).where(workplaces.c.id == workplace_id).values(site_id=site_id)
            row = (await work.connection.execute(query.returning(workplaces))).mappings().first()
            if row is None:
                raise EntryRefused(f"There is no workplace {workplace_id}.")
            await self._book.note(
                work, "workplace_assigned", {"workplace": workplace_id, "site": site_id}, by
            )
            return dict(row)

        placed: dict[str, Any] = await self._book.committer.run(job)
        return placed


def _site(name: str, zone: str, proof_days: int) -> dict[str, Any]:
    if not is_known(zone):
        raise EntryRefused(f"{zone!r} is no time zone: use a name such as Europe/Berlin.")
    if not PROOF_DAYS_MIN <= proof_days <= PROOF_DAYS_MAX:
        raise EntryRefused(
            f"Test messages every {proof_days} days: set it between {PROOF_DAYS_MIN} and {PROOF_DAYS_MAX}."
        )
    return {"name": named(name), "zone": zone, "proof_days": proof_days}


#: What may belong to a site; of workplaces none is ever retired.
_BELONGING: tuple[tuple[Table, str], ...] = (
    (workplaces, "workplaces"), (workers, "workers"), (devices, "devices"), (zones, "zones"),
    (responders, "people who come"), (duty_roles, "duties"),
)  # fmt: skip


async def _refuse_in_use(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    if row["id"] == FIRST_SITE:
        raise EntryRefused("NOT DONE: what belongs to no other site belongs to the first one. Rename it.")
    for table, words in _BELONGING:
        query = select(table.c.site_id).where(table.c.site_id == row["id"]).limit(1)
        if "is_active" in table.c:
            query = query.where(table.c.is_active)
        if (await connection.execute(query)).first() is not None:
            raise EntryRefused(f"NOT DONE: {words} belong to {row['name']}: move or retire them first.")
    at_site = select(grants.c.id).join(users, users.c.id == grants.c.user_id)
    query = at_site.where(users.c.is_active, grants.c.site_id == row["id"]).limit(1)
    if (await connection.execute(query)).first() is not None:
        raise EntryRefused(f"NOT DONE: log-ins have a role at {row['name']}: change their roles first.")
