"""Brings a database to the version this program knows; refuses one that a newer program has used.

A database that is up to date costs one query: the migrations, and what runs them, are loaded only where
there is something to build. A base station that was killed is back sooner for it.
"""

from collections.abc import Callable

from sqlalchemy import Connection, column, inspect, select, table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.store.database import writer_of
from basestation.store.postgresql import is_deadlock, without_time_limit
from basestation.store.tables import REVISION

_VERSION = "alembic_version"


#: How often a change of the tables is begun anew at most, where readers of several tables were in its way.
TRIES_MAX = 5


async def migrate(engine: AsyncEngine) -> None:
    """Build or update the tables; raises DatabaseTooNew and changes nothing if they are ahead of us."""
    await change_tables(engine, _upgrade)


async def change_tables(engine: AsyncEngine, change: Callable[[Connection], None]) -> None:
    """Change the tables in one transaction of a writer, while others may read and write them.

    Who reads one table and then another, and who changes both, may each wait for the other: PostgreSQL ends
    one of them (a deadlock), and where that is the change, all of it is done again.
    """
    for tries_left in range(TRIES_MAX - 1, -1, -1):
        try:
            # The writer's lock: two base stations that start at once build the tables one after the other.
            async with writer_of(engine).begin() as connection:
                await connection.run_sync(change)
        except DBAPIError as error:
            if tries_left == 0 or not is_deadlock(error):
                raise
        else:
            return


def _upgrade(connection: Connection) -> None:
    if _revisions(connection) == [REVISION]:
        return
    without_time_limit(connection)
    from basestation.store import migrations  # noqa: PLC0415 - see above

    migrations.upgrade(connection)


def _revisions(connection: Connection) -> list[str]:
    if not inspect(connection).has_table(_VERSION):
        return []
    version = table(_VERSION, column("version_num"))
    return list(connection.execute(select(version.c.version_num)).scalars())
