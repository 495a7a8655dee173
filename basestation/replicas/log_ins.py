"""What base stations log in with at the brokers of their site: made at the first start, kept with the data.

Each has a user, a secret and a client id of its own, and so a session of its own that keeps its messages.
"""

import json
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.broker.credential import Credential, new_credential
from basestation.replicas.following import LOG_INS
from basestation.store.announcing import say
from basestation.store.committer import Work
from basestation.store.tables import station

_KEY: Final = "credential:"


async def own_log_in(work: Work, replica: str) -> Credential:
    """Return the log-in of this base station; whoever runs the broker hears of a new one."""
    query = select(station.c.value).where(station.c.key == f"{_KEY}{replica}")
    stored = (await work.connection.execute(query)).scalar_one_or_none()
    if stored is not None:
        secret, client_id = json.loads(stored)
        return Credential(replica, secret, client_id)
    made = new_credential(replica)
    row = {"key": f"{_KEY}{replica}", "value": json.dumps([made.secret, made.client_id])}
    await work.connection.execute(insert(station).values(row))
    say(work.connection, LOG_INS)
    return made


async def stations_beside(database: AsyncEngine, replica: str) -> list[Credential]:
    """Return the log-ins of the other base stations on this database."""
    query = select(station).where(station.c.key.startswith(_KEY, autoescape=True)).order_by(station.c.key)
    async with database.connect() as connection:
        rows = (await connection.execute(query)).mappings().all()
    names = [row["key"].removeprefix(_KEY) for row in rows]
    kept = [json.loads(row["value"]) for row in rows]
    return [
        Credential(name, secret, client_id, is_station=True)
        for name, (secret, client_id) in zip(names, kept, strict=True)
        if name != replica
    ]
