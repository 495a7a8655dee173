"""Which database a test runs on: an SQLite file in its folder, or one of a real PostgreSQL.

`store_url` is asked by every test that opens a database. The files of `ON_BOTH` run once on either;
with RUFWEITE_STORE=postgresql (`make test-postgresql`) everything that asks runs on PostgreSQL alone.
"""

import os
from pathlib import Path

from tests.empty_site import empty_site
from tests.postgres import PostgresServer

SQLITE, POSTGRESQL = "sqlite", "postgresql"
#: What runs on either in every run, by the beginnings of their paths below tests/basestation.
ON_BOTH = (
    "store/test_committer.py",
    "store/test_log.py",
    "store/test_migrations.py",
    "intake/test_ingest.py",
    "casework/test_timers.py",
    "casework/test_companions.py",
    "test_crash.py",
    "test_engine.py",
)

_server: PostgresServer | None = None
_databases: dict[str, str] = {}
_count = 0


def chosen() -> tuple[str, ...]:
    """Return the stores that this run is for, by the environment; none named: SQLite, and some on both."""
    named = os.environ.get("RUFWEITE_STORE", "")
    assert named in {"", SQLITE, POSTGRESQL}, f"RUFWEITE_STORE is {named}, not sqlite or postgresql"
    return (named,) if named else ()


def stores_of(file: str) -> tuple[str, ...]:
    """Return the stores that the tests of a file below tests/basestation run on."""
    return chosen() or ((SQLITE, POSTGRESQL) if file.startswith(ON_BOTH) else (SQLITE,))


def use(server: PostgresServer | None) -> None:
    """Let databases be on this server from now on; None: files."""
    global _server  # noqa: PLW0603 -- one choice for one test, in one process
    _server = server


def store_url(file: Path, *, is_migrated: bool = True) -> str:
    """Return the URL of the database that belongs to this path; a new one has its tables."""
    if _server is None:
        if is_migrated and not file.exists():
            file.write_bytes(empty_site())
        return f"sqlite+aiosqlite:///{file}"
    if str(file) not in _databases:
        _databases[str(file)] = new_database(_server, is_migrated=is_migrated)
    return _databases[str(file)]


def new_database(server: PostgresServer, *, is_migrated: bool = True) -> str:
    """Return the URL of a new database of the server, under a name of its own."""
    global _count  # noqa: PLW0603 -- same
    _count += 1
    return server.create(f"test_{_count}", is_migrated=is_migrated)


def forget() -> None:
    """Remove what the test has used."""
    for url in _databases.values():
        assert _server is not None
        _server.drop(url.rpartition("/")[2])
    _databases.clear()
