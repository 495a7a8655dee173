"""Tells the other base stations on the same PostgreSQL which tables a transaction has written.

Sent by NOTIFY inside the transaction, so that they hear of it exactly if it is committed; lost where nobody
listens. What every transaction writes (log, numbers of messages, station) is not named.
"""

from typing import Any, Final

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.schema import Table

#: The channel of NOTIFY.
CHANNEL: Final = "rufweite"
#: Written by nearly every transaction, and of no interest to anybody else's memory.
_UNNAMED: Final = frozenset(
    {"log", "log_contents", "station", "device_messages", "case_events", "device_states", "replicas"}
)
_WRITTEN: Final = "rufweite_written"


def announce(engine: AsyncEngine, replica: str) -> None:
    """Let every transaction of the writer name what it has written, in the name of `replica`."""

    def note(connection: Connection, statement: Any, *_: Any) -> None:
        if isinstance(statement, UpdateBase) and isinstance(statement.table, Table):
            add(connection, statement.table.name)

    def tell(connection: Connection) -> None:
        written = connection.info.pop(_WRITTEN, None)
        if written:
            words = f"{replica} {','.join(sorted(written))}"
            connection.exec_driver_sql("SELECT pg_notify($1, $2)", (CHANNEL, words))

    def forget(connection: Connection) -> None:
        connection.info.pop(_WRITTEN, None)

    event.listen(engine.sync_engine, "before_execute", note)
    event.listen(engine.sync_engine, "commit", tell)
    event.listen(engine.sync_engine, "rollback", forget)


def add(connection: Connection, word: str) -> None:
    """Name `word`, a table or a fact, when this transaction is committed."""
    if connection.dialect.name == "postgresql" and word not in _UNNAMED:
        connection.info.setdefault(_WRITTEN, set()).add(word)


def say(connection: AsyncConnection, fact: str) -> None:
    """Name a fact that is no table."""
    assert connection.sync_connection is not None
    add(connection.sync_connection, fact)
