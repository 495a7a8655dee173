"""The site of a case: that of its shift's workplace, else that of its device; None where neither is known.

It is settled when a case opens. What is of no known site is shown to everybody.
"""

from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.store.tables import cases, devices, workplaces

_OF_WORKPLACE: Final = select(workplaces.c.site_id).where(workplaces.c.name == bindparam("workplace"))
_OF_DEVICE: Final = select(devices.c.site_id).where(devices.c.name == bindparam("device"))
_OF_CASE: Final = select(cases.c.site_id).where(cases.c.id == bindparam("case"))
_OF_OPEN: Final = select(cases.c.id, cases.c.site_id).where(cases.c.is_open)


async def site_of_alarm(connection: AsyncConnection, device: str, workplace: str | None) -> int | None:
    """Return the number of the site of an alarm that comes now; `workplace` is its name, as of the shift."""
    if workplace is not None:
        of_workplace: int | None = (
            await connection.execute(_OF_WORKPLACE, {"workplace": workplace})
        ).scalar()
        if of_workplace is not None:
            return of_workplace
    of_device: int | None = (await connection.execute(_OF_DEVICE, {"device": device})).scalar()
    return of_device


async def site_of_case(connection: AsyncConnection, case_id: int) -> int | None:
    """Return the number of the site of a case, open or closed."""
    site: int | None = (await connection.execute(_OF_CASE, {"case": case_id})).scalar()
    return site


async def sites_of_open_cases(connection: AsyncConnection) -> dict[int, int | None]:
    """Return the same of all open cases, by their numbers."""
    return {row.id: row.site_id for row in await connection.execute(_OF_OPEN)}
