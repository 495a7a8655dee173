"""Who could be called, or take over, in an open case: people the site can reach, and whoever is logged in.

Decides whom an operator may choose from; they see names and ways, never addresses. Whether somebody can be
called is asked of the same finder that calls people.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case
from basestation.cases.chain import CONSOLE, PERSON, Recipient
from basestation.cases.people import Found, FoundWay
from basestation.casework.casebook import Finder
from basestation.clock import to_ms
from basestation.store.responder_tables import responders
from basestation.store.tables import sessions, users


async def candidates(
    connection: AsyncConnection, find_people: Finder, case: Case, now: datetime
) -> dict[str, Any]:
    """Return who can be called now, who cannot and why, and who is logged in at a console."""
    query = select(responders.c.name).where(responders.c.is_active).order_by(responders.c.name)
    named = (await connection.execute(query)).scalars().all()
    chosen = dict.fromkeys((*(Recipient(PERSON, name) for name in named), *_named_by(case)))
    found, left_out = await find_people(connection, case, tuple(chosen), now)
    return {
        "people": [{"name": one.name, "channels": _channels(one)} for one in found],
        "left_out": [
            {"name": one.name, "reason": one.reason} for one in left_out if one.reason != "called_already"
        ],
        "operators": await _logged_in(connection, now),
    }


async def operator_of(connection: AsyncConnection, name: str, now: datetime) -> Found | None:
    """Return somebody who is logged in as one who can take over; None for nobody of that name."""
    if name not in await _logged_in(connection, now):
        return None
    # No number: whoever presses at a console without being called is known by name.
    return Found(f"operator/{name}", name, PERSON, (FoundWay(CONSOLE, ""),))


def _named_by(case: Case) -> list[Recipient]:
    return [one for level in case.chain.levels for one in level.recipients if one.kind == PERSON]


def _channels(one: Found) -> list[str]:
    return list(dict.fromkeys(way.channel for way in one.ways))


async def _logged_in(connection: AsyncConnection, now: datetime) -> list[str]:
    query = (
        select(users.c.display_name)
        .join(sessions, sessions.c.user_id == users.c.id)
        .where(users.c.is_active, sessions.c.expires_at_ms > to_ms(now))
        .order_by(users.c.display_name)
        .distinct()
    )
    return list((await connection.execute(query)).scalars())
