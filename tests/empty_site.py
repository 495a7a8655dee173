"""A database with all its tables and nothing in them: built once a process, because building takes a second.

It is built by the migrations of the product; `store/test_migrations.py` tries those on databases that nobody
has used.
"""

import asyncio
import tempfile
import threading
from functools import cache
from pathlib import Path

from basestation.store.database import open_database
from basestation.store.migrate import migrate


@cache
def empty_site() -> bytes:
    """Return the bytes of an SQLite file with all tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "site.db"
        build_tables(f"sqlite+aiosqlite:///{path}")
        return path.read_bytes()


def build_tables(url: str) -> None:
    """Build the tables of the database at `url`; whoever asks may have an event loop of their own."""

    async def build() -> None:
        database = open_database(url)
        try:
            await migrate(database)
        finally:
            await database.dispose()

    failures: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(build())
        except BaseException as error:  # noqa: BLE001 -- told below, in the thread that asked
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
