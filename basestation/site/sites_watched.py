"""Which sites nobody watches: no log-in but administrators' may take a case there.

Decides nothing where roles are given at all sites only. Somebody who may do everything everywhere always
remains (`log_ins.py`), so that no alarm is hidden from everybody; but an administrator may sit at no console.
"""

from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.authority import ACT, ADMIN, Grant, may
from basestation.site.log_ins import LOCAL_LOGIN
from basestation.store.responder_tables import sites
from basestation.store.site_tables import grants
from basestation.store.tables import users

_GRANTS: Final = (
    select(grants.c.role, grants.c.site_id)
    .join(users, users.c.id == grants.c.user_id)
    .where(users.c.is_active, users.c.login != LOCAL_LOGIN)
)
_SITES: Final = select(sites.c.id, sites.c.name).where(sites.c.is_active).order_by(sites.c.name)


async def unwatched(connection: AsyncConnection) -> tuple[str, ...]:
    """Return the names of the sites in service that nobody watches, once there are roles at single sites."""
    given = [Grant(row.role, row.site_id) for row in await connection.execute(_GRANTS)]
    if all(grant.site is None for grant in given):
        return ()
    others = [grant for grant in given if grant.role != ADMIN]
    return tuple(row.name for row in await connection.execute(_SITES) if not may(others, ACT, row.id))
