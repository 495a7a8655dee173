"""Whether this program may work on tables that a newer one has built: expand now, contract a release later.

A migration only adds: tables, and columns that may be empty or have a default. One that takes something away
comes a release later, and writes into `served_programs` the first migration whose program it serves.
"""

from typing import Final

from sqlalchemy import Connection, inspect, select

from basestation.store.replica_tables import served_programs
from basestation.store.tables import REVISION

_SERVES_FROM: Final = select(served_programs.c.first_revision)


def serves_from(connection: Connection) -> str | None:
    """Return the first migration whose program these tables serve; None: only their own."""
    if not inspect(connection).has_table(served_programs.name):
        return None
    found: str | None = connection.execute(_SERVES_FROM).scalar()
    return found


def fault_of_service(connection: Connection) -> str:
    """Return a sentence if the tables no longer serve this program, or ""."""
    first = serves_from(connection)
    # The numbers have four digits, and grow.
    if first is None or first <= REVISION:
        return ""
    return (
        f"The database serves programs from version {first} on, and this one is of version {REVISION}: "
        "a newer version of Rufweite has changed its tables. Start that one here too."
    )
