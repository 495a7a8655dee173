"""Which notices are ours to send, where other base stations work the same outbox off.

A claim keeps the others from it while it is on its way; a look after the claim shows whether one of them was
faster. Without others nothing is asked.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.replicas.claims import ALONE, NOTICE, Claims
from basestation.store.tables import outbox


async def claimed(connection: AsyncConnection, claims: Claims, attempts: Mapping[int, int]) -> set[int]:
    """Return those of the notices that are ours; `attempts` are the numbers read with them, by notice."""
    if claims is ALONE:
        return set(attempts)
    ours = await claims.take(NOTICE, attempts)
    query = select(outbox.c.id, outbox.c.attempts).where(outbox.c.id.in_(ours), outbox.c.state == "DUE")
    found = {row.id: row.attempts for row in await connection.execute(query)}
    left = {number for number in ours if found.get(number) == attempts[number]}
    for number in ours - left:
        claims.release(NOTICE, number)
    return left
