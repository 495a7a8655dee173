"""The migrations, in the order of their numbers, and the run through those that a database lacks."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from basestation.store.errors import DatabaseTooNew
from basestation.store.serving import serves_from


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run what the database lacks up to revision `to`; raises DatabaseTooNew if it is ahead of us."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    for revision in MigrationContext.configure(connection).get_current_heads():
        if revision not in known:
            if (serves_from(connection) or revision) in known:
                # Built by a newer program, in a way that serves this one: nothing to do.
                return
            raise DatabaseTooNew(
                f"The database is of version {revision}, which this program does not know. A newer version "
                "of Rufweite has used it: start that one, or restore a backup made before the update."
            )
    command.upgrade(config, to)
