"""The calendar of the duties, the versions of the chains and the life of a device, to read.

Decides who may: a safety officer reads duties and chains, an operator the life of a device. Nothing is
changed here.
"""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from basestation.errors import EntryRefused
from basestation.site import chain_history
from basestation.site.device_life import life_of
from basestation.site.duty_weeks import duty_weeks
from basestation.web.devices import Named
from basestation.web.forms import Line
from basestation.web.part import Web
from basestation.web.sessions import Operator, SafetyOfficer, Supervisor

router = APIRouter(prefix="/api/v1", tags=["rescue"])

#: Beyond it no rota can be counted.
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)


@router.get("/rota/calendar")
async def calendar(
    user: Supervisor, web: Web, from_at: AwareDatetime, days: Annotated[int, Query(ge=1, le=42)] = 7
) -> list[dict[str, Any]]:
    """Return who has which duty in so many days from a moment, and when nobody has it."""
    del user
    if not _EARLIEST <= from_at < _LATEST:
        raise EntryRefused(f"The moment lies between the years {_EARLIEST.year} and {_LATEST.year - 1}.")
    directory = await web.engine.rescue.directory()
    # Six weeks of a large plan would hold up the loop.
    return await asyncio.to_thread(duty_weeks, directory, from_at.astimezone(UTC), days)


@router.get("/chains/{name}/versions")
async def versions(name: Line, user: SafetyOfficer, web: Web) -> list[dict[str, Any]]:
    """Return every version of a chain, the newest first."""
    del user
    async with web.engine.database.connect() as connection:
        return await chain_history.versions(connection, chain_history.CHAINS, name)


@router.get("/chain-rules/versions")
async def versions_of_rules(user: SafetyOfficer, web: Web) -> list[dict[str, Any]]:
    """Return every version of the table that chooses a chain, the newest first."""
    del user
    async with web.engine.database.connect() as connection:
        return await chain_history.versions(connection, chain_history.RULES, chain_history.THE_RULES)


@router.get("/devices/{name}/life")
async def life(name: Named, user: Operator, web: Web) -> dict[str, Any]:
    """Return who wore a device, which alarms it raised, and what was done with it; the newest first."""
    del user
    async with web.engine.database.connect() as connection:
        return await life_of(connection, name)
