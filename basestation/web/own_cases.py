"""Which cases are somebody's own: those in which they are called as one of the people of the site."""

from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.store import case_rows
from basestation.store.responder_tables import responders

_PERSON: Final = select(responders.c.id).where(
    responders.c.user_id == bindparam("user"), responders.c.is_active
)


async def key_of(connection: AsyncConnection, user_id: int) -> str | None:
    """Return as whom the chain knows somebody who has logged in; None: as nobody."""
    number = (await connection.execute(_PERSON, {"user": user_id})).scalar()
    return None if number is None else f"person/{number}"


async def is_called(connection: AsyncConnection, user_id: int, case_id: int) -> bool:
    """Tell whether somebody who has logged in is called in a case."""
    key = await key_of(connection, user_id)
    case = None if key is None else await case_rows.load(connection, case_id)
    return case is not None and any(call.key == key for call in case.calls)
