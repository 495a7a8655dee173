"""A token that is new after every change of what is set for the case of an alarm.

Written in the transaction of the change; random, so that no two states of any database ever share one.
"""

import secrets

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.store.database import upsert
from basestation.store.tables import station

_KEY = "rescue_token"
_TOKEN = select(station.c.value).where(station.c.key == _KEY)


async def renew(connection: AsyncConnection) -> None:
    """Say that what was read before is old."""
    await upsert(connection, station, [{"key": _KEY, "value": secrets.token_hex(16)}])


async def current(connection: AsyncConnection) -> str | None:
    """Return the token of what is set, as of this transaction; None where nothing was set yet."""
    token: str | None = (await connection.execute(_TOKEN)).scalar()
    return token
