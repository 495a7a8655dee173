"""What uses a row of a register: the reason why it cannot be retired now, or its last change not be undone.

Decides nothing: each function reads and says in a sentence what stands against it, with what to do first. A
running use is an open shift or an open case; the others are things that name the row.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.site.directory_rows import read_chains
from basestation.store import case_rows
from basestation.store.plan_tables import plan_marks, plans
from basestation.store.responder_tables import duty_plan, duty_roles, responders
from basestation.store.tables import shifts, workers, workplaces

#: Returns sentences, none where nothing uses the row.
Use = Callable[[AsyncConnection, Mapping[str, Any]], Awaitable[list[str]]]

_OPEN_SHIFTS = (
    select(shifts.c.id, shifts.c.device, workers.c.name, workplaces.c.name.label("workplace"))
    .join(workers, workers.c.id == shifts.c.worker_id)
    .join(workplaces, workplaces.c.id == shifts.c.workplace_id)
    .where(shifts.c.ended_at_ms.is_(None))
)


async def worker_on_shift(connection: AsyncConnection, row: Mapping[str, Any]) -> list[str]:
    """Say that a worker is at work now."""
    return await _shift(connection, _OPEN_SHIFTS.where(shifts.c.worker_id == row["id"]))


async def worker_in_case(connection: AsyncConnection, row: Mapping[str, Any]) -> list[str]:
    """Say that an open case is about a worker."""
    found = await case_rows.all_open(connection)
    return _cases(row["name"], [case.id for case in found if case.worker_id == row["id"]])


async def worker_who_comes(connection: AsyncConnection, row: Mapping[str, Any]) -> list[str]:
    """Say that a worker is also called for others."""
    query = select(responders.c.name).where(responders.c.worker_id == row["id"], responders.c.is_active)
    return [
        f"{row['name']} is also among the people who come, as {name}: take that back first."
        for name in (await connection.execute(query)).scalars()
    ]


async def workplace_on_shift(connection: AsyncConnection, row: Mapping[str, Any]) -> list[str]:
    """Say that somebody works there now."""
    return await _shift(connection, _OPEN_SHIFTS.where(shifts.c.workplace_id == row["id"]))


async def workplace_in_case(connection: AsyncConnection, row: Mapping[str, Any]) -> list[str]:
    """Say that helpers are called there now."""
    found = await case_rows.all_open(connection)
    return _cases(row["name"], [case.id for case in found if case.workplace_name == row["name"]])


async def workplace_on_plan(connection: AsyncConnection, row: Mapping[str, Any]) -> list[str]:
    """Say that a floor plan shows the workplace."""
    return await _plan(connection, row["name"], plan_marks.c.workplace_id == row["id"])


async def beacon_on_plan(connection: AsyncConnection, row: Mapping[str, Any]) -> list[str]:
    """Say that a floor plan shows the beacon."""
    return await _plan(connection, row["name"], plan_marks.c.beacon_id == row["id"])


async def responder_in_chain(connection: AsyncConnection, row: Mapping[str, Any]) -> list[str]:
    """Say which chains call somebody by name."""
    return await _chains(connection, "person", row["name"])


async def responder_on_duty(connection: AsyncConnection, row: Mapping[str, Any]) -> list[str]:
    """Say which duties somebody has by the plan."""
    query = (
        select(duty_roles.c.name)
        .join(duty_plan, duty_plan.c.role_id == duty_roles.c.id)
        .where(duty_plan.c.responder_id == row["id"], duty_plan.c.is_active, duty_roles.c.is_active)
        .distinct()
    )
    return [
        f"{row['name']} has the duty {name} by the plan: give it to somebody else first."
        for name in (await connection.execute(query)).scalars()
    ]


async def duty_in_chain(connection: AsyncConnection, row: Mapping[str, Any]) -> list[str]:
    """Say which chains call whoever has a duty."""
    return await _chains(connection, "role", row["name"])


async def device_on_shift(connection: AsyncConnection, row: Mapping[str, Any]) -> list[str]:
    """Say that a device is worn now."""
    return await _shift(connection, _OPEN_SHIFTS.where(shifts.c.device == row["name"]))


async def _shift(connection: AsyncConnection, query: Select[Any]) -> list[str]:
    return [
        f"{row.name} is on shift with {row.device} in {row.workplace} (shift {row.id}): end that shift first."
        for row in (await connection.execute(query)).all()
    ]


def _cases(name: str, ids: Iterable[int]) -> list[str]:
    return [f"Case {one} is open and concerns {name}: close it first." for one in ids]


async def _plan(connection: AsyncConnection, name: str, which: Any) -> list[str]:
    query = (
        select(plans.c.name)
        .join(plan_marks, plan_marks.c.plan_id == plans.c.id)
        .where(which, plan_marks.c.ended_at_ms.is_(None), plans.c.retired_at_ms.is_(None))
    )
    found = (await connection.execute(query)).scalars()
    return [f"{name} stands on the floor plan {plan}: take it off there first." for plan in found]


async def _chains(connection: AsyncConnection, kind: str, name: str) -> list[str]:
    return [
        f"The chain {chain} calls {name}: change that chain first."
        for chain, found in (await read_chains(connection)).items()
        if not isinstance(found, Exception)
        and any(one.kind == kind and one.name == name for level in found.levels for one in level.recipients)
    ]
