"""Makes the protocols of drills and the list of a quarter, and logs who took which along.

Decides which drills a quarter has: those begun in it by the calendar of the site's own zone.
"""

import re
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from basestation.cases.drill import PLANNED, RUNNING
from basestation.clock import to_ms
from basestation.drills.protocol import protocol, quarter
from basestation.drills.rows import drill_rows
from basestation.engine import User
from basestation.errors import EntryRefused
from basestation.reports.desk import PAGE, ReportDesk
from basestation.reports.document import Document
from basestation.reports.months import site_of
from basestation.store.drill_tables import drills

_QUARTER: Final = re.compile(r"(20\d\d)-([1-4])", re.ASCII)


class DrillReports(ReportDesk):
    """Everything that protocols ask of the engine."""

    async def protocol(self, drill_id: int, language: str, user: User, form: str) -> Document:
        """Return the protocol of a drill; raises EntryRefused."""
        now = self._clock.now()
        drill = await self._engine.drills.read(drill_id)
        if drill["state"] in (PLANNED, RUNNING):
            raise EntryRefused(f"Drill {drill_id} is not over: its protocol is made at its end.")
        if form != PAGE:
            await self._log(user, form, now, {"report": "drill", "drill": drill_id}, None)
        async with self._engine.database.connect() as connection:
            site = await site_of(connection, drill["site_id"])
        return protocol(drill, site.name, self._made(site, language, now, user))

    async def quarter(
        self,
        name: str,
        site_id: int | None,
        sites: frozenset[int] | None,
        language: str,
        user: User,
        form: str,
    ) -> Document:
        """Return the drills of a quarter ("2026-1") at one site, or at `sites` (None: all of them)."""
        now = self._clock.now()
        async with self._engine.database.connect() as connection:
            site = await site_of(connection, site_id)
            begin, end = bounds(name, site.zoneinfo)
            begun = drills.c.begun_at_ms >= to_ms(begin), drills.c.begun_at_ms < to_ms(end)
            found = await drill_rows(connection, *begun)
        wanted = [
            row["id"] for row in reversed(found)
            if (site_id is None or row["site_id"] == site_id) and (sites is None or row["site_id"] in sites)
        ]  # fmt: skip
        if form != PAGE:
            await self._log(user, form, now, {"report": "drills", "quarter": name}, None)
        shown: list[dict[str, Any]] = [await self._engine.drills.read(drill_id) for drill_id in wanted]
        return quarter(shown, name, site.name, self._made(site, language, now, user))


def bounds(name: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return begin and end of a quarter ("2026-1") in UTC; raises EntryRefused."""
    found = _QUARTER.fullmatch(name)
    if found is None:
        raise EntryRefused(f"{name!r} is no quarter: write the year and 1 to 4, such as 2026-1.")
    year, first = int(found[1]), int(found[2]) * 3 - 2
    begin = datetime(year, first, 1, tzinfo=zone)
    end = datetime(year + first // 10, (first + 3) % 12 or 12, 1, tzinfo=zone)
    return begin.astimezone(UTC), end.astimezone(UTC)
