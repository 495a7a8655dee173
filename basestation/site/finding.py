"""Finds who is called now, and which chain a case gets: reads what is stored and asks the pure parts.

Decides what of the store belongs to a case: the worker's phone, and who has an open case of their own. A real
case of somebody keeps them out of every case; a test or drill of theirs only out of those of its own mark. A
chain that a rule names and that cannot be read is passed over: noise rather than silence.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.chain import Chain, Recipient
from basestation.cases.chain_choice import Occasion, chosen
from basestation.cases.directory import Directory, Situation, find
from basestation.cases.people import Found, LeftOut
from basestation.site.registry import FIRST_CHAIN
from basestation.site.rescue_settings import rescue_settings
from basestation.store.responder_tables import FIRST_SITE, responders
from basestation.store.tables import cases, shifts, workers, workplaces

#: Open cases of people who may be called themselves; of anybody else it makes no difference.
_THEIR_DEVICES = select(shifts.c.device).join(responders, responders.c.worker_id == shifts.c.worker_id)
_CASES_OF_RESPONDERS = select(cases.c.id, cases.c.mark, cases.c.body).where(
    cases.c.is_open, cases.c.is_person, cases.c.device.in_(_THEIR_DEVICES)
)
_SITE_OF = select(workplaces.c.site_id).where(workplaces.c.name == bindparam("workplace"))
_WORKER = select(workers.c.name, workers.c.phone).where(workers.c.id == bindparam("worker"))


class InDanger(Protocol):
    """What a case has to say of itself for people to be found."""

    @property
    def id(self) -> int:
        """Its number; 0 where there is none yet."""

    @property
    def worker_id(self) -> int | None:
        """The number of the worker in danger, as far as known."""

    @property
    def mark(self) -> str:
        """real, test or drill."""

    @property
    def is_silent(self) -> bool:
        """Nobody near the worker may notice."""


async def find_people(
    connection: AsyncConnection,
    case: InDanger,
    recipients: Iterable[Recipient],
    now: datetime,
    *,
    is_attended: bool = True,
) -> tuple[tuple[Found, ...], tuple[LeftOut, ...]]:
    """Return who can be called now and who cannot; `is_attended`: somebody sits in the control room."""
    directory = (await rescue_settings(connection)).directory
    situation = await situation_of(connection, case, directory, is_attended=is_attended)
    return find(directory, situation, recipients, now)


async def situation_of(
    connection: AsyncConnection, case: InDanger, directory: Directory, *, is_attended: bool
) -> Situation:
    """Return what has to be known of a case to find these people for it."""
    values = {"worker": case.worker_id}
    row = None if case.worker_id is None else (await connection.execute(_WORKER, values)).first()
    name, phone = ("", "") if row is None else (row.name, row.phone)
    are_workers = any(person.worker_id is not None for person in directory.people)
    in_danger = await _in_danger(connection, case) if are_workers else frozenset[int]()
    return Situation(
        case.worker_id, name, phone, is_silent=case.is_silent, in_danger=in_danger, is_attended=is_attended
    )


async def chain_of(
    connection: AsyncConnection,
    *,
    kind: str,
    mark: str,
    now: datetime,
    workplace: str | None = None,
    silence_class: str | None = None,
    site: int | None = None,
) -> Chain:
    """Return the chain of a case that opens now at this site, else at that of this workplace (its name)."""
    site = await site_of(connection, workplace) if site is None else site
    known = await rescue_settings(connection)
    occasion = Occasion(site, kind, mark, now, silence_class)
    names = chosen(known.rules, occasion, known.zones.get(site, UTC))
    for name in (*names, known.default):
        chain = None if name is None else known.chains.get(name)
        if isinstance(chain, Chain):
            return chain
    return FIRST_CHAIN


async def site_of(connection: AsyncConnection, workplace: str | None) -> int:
    """Return the number of the site that a workplace belongs to; the first one where that is not known."""
    if workplace is None:
        return FIRST_SITE
    site: int | None = (await connection.execute(_SITE_OF, {"workplace": workplace})).scalar()
    return FIRST_SITE if site is None else site


async def _in_danger(connection: AsyncConnection, case: InDanger) -> frozenset[int]:
    rows = (await connection.execute(_CASES_OF_RESPONDERS)).all()
    bodies = (
        json.loads(row.body)
        for row in rows
        if row.id != case.id and row.mark in {"real", case.mark} and row.body
    )
    numbers = (body.get("worker_id") for body in bodies)
    return frozenset(number for number in numbers if number is not None)
