"""Who is called now, as far as the chain itself says."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case
from basestation.cases.chain import CONSOLE, CONTROL_ROOM, Recipient
from basestation.cases.people import CONTROL_ROOM_KEY, Found, FoundWay, LeftOut


async def find_people(
    connection: AsyncConnection,
    case: Case,
    recipients: Iterable[Recipient],
    now: datetime,
    *,
    is_attended: bool = True,
) -> tuple[tuple[Found, ...], tuple[LeftOut, ...]]:
    """Return who can be called now, and who cannot."""
    del connection, case, now
    found, left_out = [], []
    for one in recipients:
        if one.kind == CONTROL_ROOM:
            console = (FoundWay(CONSOLE, ""),)
            found.append(Found(CONTROL_ROOM_KEY, one.name, one.kind, console, is_attended=is_attended))
            continue
        ways = tuple(
            FoundWay(way.channel, way.address, way.tries, way.interval_s) for way in one.ways if way.address
        )
        if ways:
            found.append(Found(f"address/{one.name}", one.name, one.kind, ways))
        else:
            left_out.append(LeftOut(one.name, "no_address"))
    return tuple(found), tuple(left_out)
