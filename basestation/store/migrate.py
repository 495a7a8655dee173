"""Brings a database to the version this program knows; refuses one that a newer program has used.

A database that is up to date costs one query: the migrations, and what runs them, are loaded only where
there is something to build. A base station that was killed is back sooner for it.
"""

from sqlalchemy import Connection, column, inspect, select, table
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.store.database import writer_of
from basestation.store.postgresql import without_time_limit
from basestation.store.tables import REVISION

_VERSION = "alembic_version"


async def migrate(engine: AsyncEngine) -> None:
    """Build or update the tables; raises DatabaseTooNew and changes nothing if they are ahead of us."""
    # The writer's lock: two base stations that start at once build the tables one after the other.
    async with writer_of(engine).begin() as connection:
        await connection.run_sync(_upgrade)


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
