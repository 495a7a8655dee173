"""PostgreSQL connections: every wait has an end, every commit is on disk, and one writer at a time.

A writer's transaction begins with a lock of the whole database, as SQLite's BEGIN IMMEDIATE does: what a
job reads is what it changes, whoever else writes, and the log is one chain. A writer that hangs loses its
session, and so the lock, by `idle_in_transaction_session_timeout`. Figures in ms or s as their names say.
"""

from typing import Any, Final

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

#: Between BEGIN's lock and COMMIT nobody else writes ("Rufweite" in ASCII).
WRITERS_LOCK: Final = int.from_bytes(b"Rufweite")
_DEADLOCK: Final = "40P01"
_LOCK_WRITERS: Final = f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})"
#: A connection is made, or not, within this time; a statement is answered, or its connection is given up.
CONNECT_S_MAX: Final = 5
ANSWER_S_MAX: Final = 12
#: How long a statement may run, wait for a lock, and leave its transaction idle, in milliseconds.
_STATEMENT_MS, _LOCK_MS, _IDLE_MS = 10_000, 8_000, 5_000
#: Waiting for a free connection of the pool, in seconds.
POOL_S_MAX: Final = 5

#: What every session asks for. A peer that is gone without a word is noticed within about 11 s.
SESSION: Final = {
    "application_name": "rufweite",
    "synchronous_commit": "on",
    "statement_timeout": str(_STATEMENT_MS),
    "lock_timeout": str(_LOCK_MS),
    "idle_in_transaction_session_timeout": str(_IDLE_MS),
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "jit": "off",
}


def options() -> dict[str, Any]:
    """Return what an engine is made with, beside the size of its pool."""
    return {
        "pool_timeout": POOL_S_MAX,
        "connect_args": {
            "timeout": CONNECT_S_MAX,
            "command_timeout": ANSWER_S_MAX,
            "server_settings": SESSION,
        },
    }


def prepared(engine: AsyncEngine) -> AsyncEngine:
    """Return the engine; every transaction of a writer begins with the lock from now on."""
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def without_time_limit(connection: Connection) -> None:
    """Let this transaction take its time: a migration is as long as the tables are."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")


def is_deadlock(error: DBAPIError) -> bool:
    """Tell whether PostgreSQL ended a transaction because two waited for each other (SQLSTATE 40P01)."""
    return getattr(error.orig, "sqlstate", None) == _DEADLOCK


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("is_writer", False):
        connection.exec_driver_sql(_LOCK_WRITERS)
