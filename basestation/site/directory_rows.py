"""Reads the people who may be called, their duties and the rules of the chains, as the values they are.

Decides only that whoever is retired counts nowhere: neither as somebody to call nor as a change of the plan.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, tzinfo
from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.chain import Chain, ChainError, chain_from_json
from basestation.cases.chain_choice import Rule
from basestation.cases.directory import Address, Directory, Person
from basestation.cases.rota import Absence, Override, PlannedDuty, Rota
from basestation.clock import from_ms
from basestation.site.chain_table import RULES, rule_of_row
from basestation.site.duties import hours_of_row
from basestation.site.places_of_work import zone_of
from basestation.store.responder_tables import (
    absences,
    duty_overrides,
    duty_plan,
    duty_roles,
    responder_addresses,
    responders,
    sites,
)
from basestation.store.tables import chains

_PEOPLE = select(responders).where(responders.c.is_active).order_by(responders.c.name)
_ADDRESSES = (
    select(responder_addresses)
    .where(responder_addresses.c.is_active)
    .order_by(responder_addresses.c.responder_id, responder_addresses.c.position)
)
_ROLES = (
    select(duty_roles, sites.c.zone)
    .join(sites, sites.c.id == duty_roles.c.site_id)
    .where(duty_roles.c.is_active)
)
_IN_SERVICE = select(responders.c.id).where(responders.c.is_active)


async def read_directory(connection: AsyncConnection) -> Directory:
    """Return everybody in service, with the duties of all sites."""
    absent = (_absence(row) for row in await _rows(connection, _of_those_in_service(absences)))
    return Directory(await _people(connection), await _duties(connection), tuple(absent))


async def read_rules(connection: AsyncConnection) -> tuple[Rule, ...]:
    """Return the rules that choose a chain, the first one first."""
    return tuple(rule_of_row(row) for row in await _rows(connection, RULES))


async def read_chains(connection: AsyncConnection) -> dict[str, Chain | ChainError]:
    """Return the chains by name; one that cannot be read as the reason why."""
    found: dict[str, Chain | ChainError] = {}
    for row in await _rows(connection, select(chains.c.name, chains.c.body)):
        try:
            found[row["name"]] = chain_from_json(row["body"])
        except ChainError as error:
            found[row["name"]] = error
    return found


async def read_zones(connection: AsyncConnection) -> dict[int, tzinfo]:
    """Return the time zones of the sites by their numbers."""
    return {row["id"]: zone_of(row["zone"]) for row in await _rows(connection, select(sites))}


async def _people(connection: AsyncConnection) -> tuple[Person, ...]:
    addresses: Mapping[int, list[Address]] = defaultdict(list)
    for row in await _rows(connection, _ADDRESSES):
        addresses[row["responder_id"]].append(address_of_row(row))
    return tuple(
        Person(row["id"], row["name"], tuple(addresses[row["id"]]), row["worker_id"], row["language"])
        for row in await _rows(connection, _PEOPLE)
    )


async def _duties(connection: AsyncConnection) -> dict[str, Rota]:
    plan: Mapping[int, list[PlannedDuty]] = defaultdict(list)
    for row in await _rows(connection, _of_those_in_service(duty_plan)):
        last_day = None if row["last_day"] is None else date.fromisoformat(row["last_day"])
        duty = PlannedDuty(
            row["responder_id"],
            hours_of_row(row),
            date.fromisoformat(row["first_day"]),
            last_day,
            row["every_weeks"],
        )
        plan[row["role_id"]].append(duty)
    changes: Mapping[int, list[Override]] = defaultdict(list)
    for row in await _rows(connection, _of_those_in_service(duty_overrides)):
        times = from_ms(row["from_at_ms"]), from_ms(row["until_at_ms"])
        changes[row["role_id"]].append(Override(row["responder_id"], *times, is_instead=row["is_instead"]))
    return {
        row["name"]: Rota(zone_of(row["zone"]), tuple(plan[row["id"]]), tuple(changes[row["id"]]))
        for row in await _rows(connection, _ROLES)
    }


def address_of_row(row: RowMapping | Mapping[str, Any]) -> Address:
    """Return an address with what proves it."""
    times = (row[f"{name}_at_ms"] for name in ("asked", "confirmed", "proven"))
    asked_at, confirmed_at, proven_at = (None if at_ms is None else from_ms(at_ms) for at_ms in times)
    return Address(row["id"], row["channel"], row["address"], asked_at, confirmed_at, proven_at)


def _absence(row: RowMapping) -> Absence:
    return Absence(row["responder_id"], from_ms(row["from_at_ms"]), from_ms(row["until_at_ms"]))


def _of_those_in_service(table: Any) -> Select[Any]:
    query = select(table).where(table.c.is_active, table.c.responder_id.in_(_IN_SERVICE))
    return query.order_by(table.c.id)


async def _rows(connection: AsyncConnection, query: Select[Any]) -> Sequence[RowMapping]:
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows
