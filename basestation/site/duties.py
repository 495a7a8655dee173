"""Duties and who has them: roles, the plan, what is changed of it, who is away.

Decides what a plan may say: hours on days of the week, every so many weeks. Whom that makes of a moment is
decided in `cases/rota.py`. Hours are local times of the duty's site, everything else is UTC.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Table

from basestation.cases.week import DAY_MIN, WEEK, Hours
from basestation.clock import iso_of_ms, to_ms
from basestation.errors import EntryRefused
from basestation.site.bookkeeping import Bookkeeping, check_known, named
from basestation.store.responder_tables import (
    absences,
    duty_overrides,
    duty_plan,
    duty_roles,
    responders,
    sites,
)

#: A plan repeats after so many weeks at most.
WEEKS_MAX = 52
#: Beyond it a time could not be counted with everywhere.
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)


class Duties:
    """Keeps roles, plan, changes and absences."""

    def __init__(self, book: Bookkeeping) -> None:
        self._book = book

    async def all(self) -> dict[str, list[dict[str, Any]]]:
        """Return everything in service."""
        return {
            "roles": await self._book.rows(duty_roles, "name"),
            "plan": [_planned(row) for row in await self._book.rows(duty_plan, "role_id", "id")],
            "overrides": [_timed(row) for row in await self._book.rows(duty_overrides, "from_at_ms", "id")],
            "absences": [_timed(row) for row in await self._book.rows(absences, "from_at_ms", "id")],
        }

    async def add_role(self, name: str, site_id: int, by: str) -> dict[str, Any]:
        """Add a duty that people have by turns; raises EntryRefused."""
        values = await self._role(name, site_id)
        return await self._book.add(duty_roles, values, "duty_role", by)

    async def change_role(
        self, number: int, name: str, site_id: int, by: str, version: int | None = None
    ) -> dict[str, Any]:
        """Change a duty, also one that was retired; chains that name it otherwise find nobody then."""
        values = {**await self._role(name, site_id), "is_active": True}
        return await self._book.change(duty_roles, number, values, "duty_role", by, version=version)

    async def plan(
        self,
        role_id: int,
        responder_id: int,
        hours: Hours,
        first_day: date,
        last_day: date | None,
        every_weeks: int,
        by: str,
    ) -> dict[str, Any]:
        """Add a line to the plan; raises EntryRefused."""
        await self._known(role_id, responder_id)
        values = {"role_id": role_id, "responder_id": responder_id, **hours_to_row(hours)}
        values |= _days(first_day, last_day, every_weeks)
        return _planned(await self._book.add(duty_plan, values, "duty_plan", by))

    async def change_plan(
        self,
        number: int,
        hours: Hours,
        first_day: date,
        last_day: date | None,
        every_weeks: int,
        by: str,
        version: int | None = None,
    ) -> dict[str, Any]:
        """Change the times of a line of the plan; raises EntryRefused."""
        values = {**hours_to_row(hours), **_days(first_day, last_day, every_weeks)}
        row = await self._book.change(duty_plan, number, values, "duty_plan", by, version=version)
        return _planned(row)

    async def override(
        self,
        role_id: int,
        responder_id: int,
        from_at: datetime,
        until_at: datetime,
        *,
        is_instead: bool,
        by: str,
    ) -> dict[str, Any]:
        """Let somebody have a duty for some time, instead of the plan or beside it; raises EntryRefused."""
        await self._known(role_id, responder_id)
        values = {"role_id": role_id, "responder_id": responder_id, "is_instead": is_instead}
        values |= _from_until(from_at, until_at)
        return _timed(await self._book.add(duty_overrides, values, "duty_override", by))

    async def note_absence(
        self, responder_id: int, from_at: datetime, until_at: datetime, by: str
    ) -> dict[str, Any]:
        """Note that somebody is away, and not why; raises EntryRefused."""
        await self._known(None, responder_id)
        values = {"responder_id": responder_id, **_from_until(from_at, until_at)}
        return _timed(await self._book.add(absences, values, "absence", by))

    async def retire(self, what: str, number: int, by: str) -> None:
        """Take a role, a line of the plan, a change or an absence back; raises EntryRefused."""
        await self._book.retire(_TABLES[what], number, what, by)

    async def _role(self, name: str, site_id: int) -> dict[str, Any]:
        async with self._book.database.connect() as connection:
            await check_known(connection, sites, site_id, "site")
        return {"name": named(name), "site_id": site_id}

    async def _known(self, role_id: int | None, responder_id: int) -> None:
        async with self._book.database.connect() as connection:
            await check_known(connection, duty_roles, role_id, "duty_role")
            await check_known(connection, responders, responder_id, "responder")


_TABLES: dict[str, Table] = {
    "duty_role": duty_roles,
    "duty_plan": duty_plan,
    "duty_override": duty_overrides,
    "absence": absences,
}


def hours_to_row(hours: Hours) -> dict[str, Any]:
    """Return the hours as they stand in a table; raises EntryRefused for hours that never come."""
    days = tuple(sorted(set(hours.weekdays)))
    if not days or not set(days) <= set(WEEK):
        raise EntryRefused("Name the days of the week by 1 (Monday) to 7 (Sunday), at least one.")
    for minute in (hours.start_min, hours.end_min):
        if not 0 <= minute < DAY_MIN:
            raise EntryRefused("A time of the day lies between 00:00 and 23:59.")
    return {
        "weekdays": "".join(map(str, days)),
        "start_min": hours.start_min,
        "end_min": hours.end_min,
    }


def hours_of_row(row: Any) -> Hours:
    """Return the hours of a row of the plan or of a rule."""
    return Hours(tuple(map(int, row["weekdays"])), row["start_min"], row["end_min"])


def shown_hours(row: Any) -> dict[str, Any]:
    """Return the hours of a row as they stand in JSON."""
    return {
        "weekdays": [int(day) for day in row["weekdays"]],
        "start": clock_time(row["start_min"]),
        "end": clock_time(row["end_min"]),
    }


def clock_time(minute: int) -> str:
    """Return minutes from midnight as on a clock, "22:05"."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _days(first_day: date, last_day: date | None, every_weeks: int) -> dict[str, Any]:
    if not 1 <= every_weeks <= WEEKS_MAX:
        raise EntryRefused(f"Every {every_weeks} weeks: set it between 1 and {WEEKS_MAX}.")
    if last_day is not None and last_day < first_day:
        raise EntryRefused("The last day lies before the first: correct one of them.")
    last = None if last_day is None else last_day.isoformat()
    return {"first_day": first_day.isoformat(), "last_day": last, "every_weeks": every_weeks}


def _from_until(from_at: datetime, until_at: datetime) -> dict[str, int]:
    if not (from_at >= _EARLIEST and until_at <= _LATEST):
        raise EntryRefused(f"A time lies between the years {_EARLIEST.year} and {_LATEST.year - 1}.")
    if until_at <= from_at:
        raise EntryRefused("The end lies before the beginning: correct one of them.")
    return {"from_at_ms": to_ms(from_at), "until_at_ms": to_ms(until_at)}


def _planned(row: dict[str, Any]) -> dict[str, Any]:
    names = ("id", "role_id", "responder_id", "first_day", "last_day", "every_weeks")
    return {name: row[name] for name in names} | shown_hours(row)


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    times = {name: iso_of_ms(row[f"{name}_ms"]) for name in ("from_at", "until_at")}
    return {name: row[name] for name in row if not name.endswith("_ms") and name != "is_active"} | times
