"""What a search looks through, read from the store: workers, devices, places, people, plans, users, cases.

Decides who finds what: people who are called are a safety officer's business, users an administrator's. Each
kind is read up to a bound, whatever the store; the ranking is that of `searching.py`.
"""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import case_from_json
from basestation.site.people import ROLES
from basestation.site.searching import Found, best
from basestation.store.location_tables import beacons
from basestation.store.plan_tables import plans
from basestation.store.responder_tables import responders
from basestation.store.tables import cases, devices, users, workers, workplaces

#: Rows of one kind that are looked through.
ROWS_MAX: Final = 20_000
#: Closed and open cases whose worker is looked at, the newest.
CASES_MAX: Final = 500
_NUMBER_DIGITS_MAX: Final = 12

_OPERATOR, _SAFETY_OFFICER, _ADMIN = "operator", "safety_officer", "admin"

#: What may be found from which role on, how it is read, and how it is told.
_KINDS: Final[tuple[tuple[str, Select[Any], Callable[[Any], Found]], ...]] = (
    (
        _OPERATOR,
        select(workers.c.id, workers.c.name, workers.c.phone).where(workers.c.is_active),
        lambda row: Found("worker", str(row.id), row.name, row.phone),
    ),
    (
        _OPERATOR,
        select(devices.c.name, devices.c.label).where(devices.c.is_active),
        lambda row: Found("device", row.name, row.name, row.label),
    ),
    (
        _OPERATOR,
        select(workplaces.c.id, workplaces.c.name, workplaces.c.directions),
        lambda row: Found("workplace", str(row.id), row.name, row.directions),
    ),
    (
        _OPERATOR,
        select(beacons.c.name, beacons.c.zone).where(beacons.c.is_active),
        lambda row: Found("beacon", row.name, row.name, row.zone),
    ),
    (
        _OPERATOR,
        select(plans.c.id, plans.c.name, plans.c.level).where(plans.c.retired_at_ms.is_(None)),
        lambda row: Found("plan", str(row.id), row.name, row.level),
    ),
    (
        _SAFETY_OFFICER,
        select(responders.c.id, responders.c.name).where(responders.c.is_active),
        lambda row: Found("responder", str(row.id), row.name),
    ),
    (
        _ADMIN,
        select(users.c.id, users.c.login, users.c.display_name).where(users.c.is_active),
        lambda row: Found("user", str(row.id), row.display_name, row.login),
    ),
)


async def find(connection: AsyncConnection, letters: str, role: str, count_max: int) -> list[Found]:
    """Return what fits these letters, best first; a number finds the case that has it before all else."""
    if role not in ROLES:
        return []
    found = await _case_of_number(connection, letters.strip())
    things: list[Found] = []
    for needed, query, told in _KINDS:
        if ROLES.index(role) >= ROLES.index(needed):
            things += [told(row) for row in (await connection.execute(query.limit(ROWS_MAX))).all()]
    things += await _cases(connection)
    fitting = [one for one in best(letters, things, count_max) if one not in found]
    return (found + fitting)[:count_max]


async def _case_of_number(connection: AsyncConnection, letters: str) -> list[Found]:
    digits = letters.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > _NUMBER_DIGITS_MAX:
        return []
    query = select(cases.c.id, cases.c.kind, cases.c.body).where(cases.c.id == int(digits))
    return [_case(row) for row in (await connection.execute(query)).all()]


async def _cases(connection: AsyncConnection) -> list[Found]:
    query = select(cases.c.id, cases.c.kind, cases.c.body).order_by(cases.c.id.desc()).limit(CASES_MAX)
    return [_case(row) for row in (await connection.execute(query)).all()]


def _case(row: Any) -> Found:
    try:
        worker = case_from_json(row.body).worker_name or ""
    except ValueError:
        worker = ""
    return Found("case", str(row.id), f"#{row.id}", f"{worker} {row.kind}".strip())
