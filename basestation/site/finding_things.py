"""What a search looks through, read from the store: workers, devices, places, people, plans, users, cases.

Decides who finds what, by their grants: of the sites where they may see it and of no known site; people who
are called are a safety officer's business, users an administrator's of all sites. Each kind is read up to a
bound, whatever the store; the ranking is that of `searching.py`.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.authority import KEEP_SITE, KEEP_STATION, SEE, Grant, sites_for
from basestation.cases.case import case_from_json
from basestation.site.searching import Found, best
from basestation.store.location_tables import beacons
from basestation.store.plan_tables import plans
from basestation.store.responder_tables import responders
from basestation.store.site_tables import zones
from basestation.store.tables import cases, devices, users, workers, workplaces

#: Rows of one kind that are looked through.
ROWS_MAX: Final = 20_000
#: Closed and open cases whose worker is looked at, the newest.
CASES_MAX: Final = 500
_NUMBER_DIGITS_MAX: Final = 12

#: What finds it, how it is read, the column of its site (None: it is of all sites), and how it is told.
_KINDS: Final[tuple[tuple[str, Select[Any], ColumnElement[Any] | None, Callable[[Any], Found]], ...]] = (
    (
        SEE,
        select(workers.c.id, workers.c.name, workers.c.phone).where(workers.c.is_active),
        workers.c.site_id,
        lambda row: Found("worker", str(row.id), row.name, row.phone),
    ),
    (
        SEE,
        select(devices.c.name, devices.c.label).where(devices.c.is_active),
        devices.c.site_id,
        lambda row: Found("device", row.name, row.name, row.label),
    ),
    (
        SEE,
        select(workplaces.c.id, workplaces.c.name, workplaces.c.directions),
        workplaces.c.site_id,
        lambda row: Found("workplace", str(row.id), row.name, row.directions),
    ),
    (
        SEE,
        select(beacons.c.name, beacons.c.zone)
        .where(beacons.c.is_active)
        .outerjoin_from(beacons, zones, zones.c.id == beacons.c.zone_id),
        zones.c.site_id,
        lambda row: Found("beacon", row.name, row.name, row.zone),
    ),
    (
        SEE,
        select(plans.c.id, plans.c.name, plans.c.level).where(plans.c.retired_at_ms.is_(None)),
        plans.c.site_id,
        lambda row: Found("plan", str(row.id), row.name, row.level),
    ),
    (
        KEEP_SITE,
        select(responders.c.id, responders.c.name).where(responders.c.is_active),
        responders.c.site_id,
        lambda row: Found("responder", str(row.id), row.name),
    ),
    (
        KEEP_STATION,
        select(users.c.id, users.c.login, users.c.display_name).where(users.c.is_active),
        None,
        lambda row: Found("user", str(row.id), row.display_name, row.login),
    ),
)


async def find(
    connection: AsyncConnection, letters: str, grants: Iterable[Grant], count_max: int
) -> list[Found]:
    """Return what fits these letters, best first; a number finds the case that has it before all else."""
    grants = tuple(grants)
    found = await _case_of_number(connection, letters.strip(), grants)
    things: list[Found] = []
    for action, query, site, told in _KINDS:
        seen = _at_sites(query, site, sites_for(grants, action))
        if seen is not None:
            things += [told(row) for row in (await connection.execute(seen.limit(ROWS_MAX))).all()]
    things += await _cases(connection, grants)
    fitting = [one for one in best(letters, things, count_max) if one not in found]
    return (found + fitting)[:count_max]


def _at_sites(
    query: Select[Any], site: ColumnElement[Any] | None, sites: frozenset[int] | None
) -> Select[Any] | None:
    """Return the query for what lies at these sites or at no known one; None: nothing of it is seen."""
    if sites is None:
        return query
    if site is None or not sites:
        return None
    return query.where(or_(site.in_(sites), site.is_(None)))


async def _case_of_number(connection: AsyncConnection, letters: str, grants: Iterable[Grant]) -> list[Found]:
    digits = letters.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > _NUMBER_DIGITS_MAX:
        return []
    return await _cases(connection, grants, cases.c.id == int(digits))


async def _cases(
    connection: AsyncConnection, grants: Iterable[Grant], *which: ColumnElement[bool]
) -> list[Found]:
    query = select(cases.c.id, cases.c.kind, cases.c.body).where(*which).order_by(cases.c.id.desc())
    seen = _at_sites(query, cases.c.site_id, sites_for(grants, SEE))
    if seen is None:
        return []
    return [_case(row) for row in (await connection.execute(seen.limit(CASES_MAX))).all()]


def _case(row: Any) -> Found:
    try:
        worker = case_from_json(row.body).worker_name or ""
    except ValueError:
        worker = ""
    return Found("case", str(row.id), f"#{row.id}", f"{worker} {row.kind}".strip())
