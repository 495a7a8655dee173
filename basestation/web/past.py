"""What was, page by page: closed cases, the log, the messages of a device.

Decides who may: an operator reads closed cases; the log and messages tell when somebody worked and what they
did, so they are a safety officer's.
"""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, StringConstraints
from sqlalchemy import select, tuple_

from basestation.cases.authority import SEE, sites_for
from basestation.casework.past_cases import Wanted, past_cases
from basestation.clock import iso_of_ms
from basestation.store import log_reading
from basestation.store.tables import device_messages
from basestation.web.forms import DeviceName, OptionalLine
from basestation.web.paging import After, Limit, page, place_of
from basestation.web.part import Web
from basestation.web.sessions import Operator, SafetyOfficer, WholeSafetyOfficer

router = APIRouter(prefix="/api/v1", tags=["past"])

_Word = Annotated[str, StringConstraints(pattern=r"^[a-z_]{0,32}$"), Query()]


@router.get("/cases")
async def closed_cases(
    user: Operator,
    web: Web,
    worker: Annotated[OptionalLine, Query(description="letters of the worker's name")] = "",
    kind: _Word = "",
    mark: _Word = "",
    from_at: AwareDatetime | None = None,
    until_at: AwareDatetime | None = None,
    limit: Limit = 50,
    after: After = "",
) -> dict[str, Any]:
    """Return closed cases, newest first; the open ones are in the snapshot."""
    sites = sites_for(user.grants, SEE)
    place, wanted = place_of(after), Wanted(worker, kind, mark, from_at, until_at, sites)
    async with web.engine.database.connect() as connection:
        found, onward = await past_cases(connection, wanted, place[0] if place else None, limit)
    return page(found, None if onward is None else (onward,))


@router.get("/log")
async def log(
    user: WholeSafetyOfficer,
    web: Web,
    kind: _Word = "",
    device: DeviceName | None = None,
    limit: Limit = 50,
    after: After = "",
) -> dict[str, Any]:
    """Return the entries of the log, newest first."""
    del user
    place = place_of(after)
    async with web.engine.database.connect() as connection:
        found = await log_reading.back(
            connection, place[0] if place else None, limit + 1, kind=kind, device=device or ""
        )
    return _cut(found, limit, ("seq",))


@router.get("/devices/{device}/messages")
async def messages(
    device: DeviceName, user: SafetyOfficer, web: Web, limit: Limit = 50, after: After = ""
) -> dict[str, Any]:
    """Return what a device has sent, newest first, as it came."""
    del user
    table, place = device_messages, place_of(after, 2)
    query = (
        select(table)
        .where(table.c.device == device)
        .order_by(table.c.boot.desc(), table.c.seq.desc())
        .limit(limit + 1)
    )
    if place is not None:
        query = query.where(tuple_(table.c.boot, table.c.seq) < place)
    async with web.engine.database.connect() as connection:
        rows = (await connection.execute(query)).all()
    found = [
        {
            "boot": row.boot,
            "seq": row.seq,
            "kind": row.kind,
            "mark": row.mark,
            "received_at": iso_of_ms(row.received_at_ms),
            "message": json.loads(row.payload),
        }
        for row in rows
    ]
    return _cut(found, limit, ("boot", "seq"))


def _cut(found: list[dict[str, Any]], limit: int, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the page of one entry more than it has: the next one begins behind its last."""
    shown = found[:limit]
    return page(shown, None if len(found) <= limit else tuple(shown[-1][name] for name in names))
