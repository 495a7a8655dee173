"""Sites: what belongs to one place, with its time zone.

Decides that a zone is one that the machine's time zone database knows. Where none is set, or the base station
has moved to a machine that lacks it, times of the day count as UTC, and readiness says so.
"""

from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import update

from basestation.errors import EntryRefused
from basestation.site.bookkeeping import Bookkeeping, check_known, named
from basestation.store.committer import Work
from basestation.store.responder_tables import sites
from basestation.store.tables import workplaces

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

    async def all(self) -> list[dict[str, Any]]:
        """Return the sites in service by name."""
        return await self._book.rows(sites, "name")

    async def add(self, name: str, zone: str, proof_days: int, by: str) -> dict[str, Any]:
        """Add a site; raises EntryRefused."""
        return await self._book.add(sites, _site(name, zone, proof_days), "site", by)

    async def change(self, number: int, name: str, zone: str, proof_days: int, by: str) -> dict[str, Any]:
        """Change a site; raises EntryRefused."""
        return await self._book.change(sites, number, _site(name, zone, proof_days), "site", by)

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
