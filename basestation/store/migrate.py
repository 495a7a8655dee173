"""Brings a database to the version this program knows; refuses one that a newer program has used."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.store.database import writer_of
from basestation.store.errors import DatabaseTooNew

_MIGRATIONS = Path(__file__).parent / "migrations"


async def migrate(engine: AsyncEngine) -> None:
    """Build or update the tables; raises DatabaseTooNew and changes nothing if they are ahead of us."""
    async with writer_of(engine).begin() as connection:
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    for revision in MigrationContext.configure(connection).get_current_heads():
        if revision not in known:
            raise DatabaseTooNew(
                f"The database is of version {revision}, which this program does not know. A newer version "
                "of Rufweite has used it: start that one, or restore a backup made before the update."
            )
    command.upgrade(config, "head")
