"""The log-ins of the other base stations on this database, which our brokers let in."""

import json

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.broker.credential import Credential
from basestation.store.tables import station

_KEY = "credential:"


async def stations_beside(database: AsyncEngine, replica: str) -> list[Credential]:
    """Return the log-ins of the base stations but `replica`, in the order of their names."""
    query = select(station).where(station.c.key.startswith(_KEY, autoescape=True)).order_by(station.c.key)
    async with database.connect() as connection:
        rows = (await connection.execute(query)).mappings().all()
    found = [(row["key"].removeprefix(_KEY), json.loads(row["value"])) for row in rows]
    return [
        Credential(name, secret, client_id, is_station=True)
        for name, (secret, client_id) in found
        if name != replica
    ]
