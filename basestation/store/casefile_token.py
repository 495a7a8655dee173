"""A token that is new after every change of what is written down of a case, so that consoles look again.

Written in the transaction of the change; random, so that several base stations never write the same.
"""

import secrets

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.store.database import upsert
from basestation.store.tables import station

_KEY = "casefile_token"
_TOKEN = select(station.c.value).where(station.c.key == _KEY)


async def renew(connection: AsyncConnection) -> None:
    """Say that what was read before is old."""
    await upsert(connection, station, [{"key": _KEY, "value": secrets.token_hex(8)}])


async def current(connection: AsyncConnection) -> str | None:
    """Return the token of what is written; None where nothing was written yet."""
    token: str | None = (await connection.execute(_TOKEN)).scalar()
    return token
