"""What can be proven afterwards: the log's chain of hashes, checked from its first entry to its last.

Reads only. The head can be noted elsewhere (printed at every check), so that somebody who rewrites
the whole database is found out too.
"""

from sqlalchemy import Select, select

from basestation.store import log
from basestation.store.database import open_database
from basestation.store.tables import log as log_table


class LogChanged(Exception):
    """The log is not what was written; the text says where."""


async def verify(database_url: str, known_head: str = "") -> str:
    """Return a sentence about the whole log, with its head; raise LogChanged if it was changed.

    `known_head` is a hash noted earlier: the log must contain it.
    """
    database = open_database(database_url)
    try:
        async with database.connect() as connection:
            faults = await log.verify(connection)
            last = (await connection.execute(_LAST)).first()
            is_known = not known_head or (await connection.execute(_entry(known_head))).first() is not None
    finally:
        await database.dispose()
    if faults:
        raise LogChanged("The log was changed: " + " ".join(fault.sentence for fault in faults[:10]))
    if not is_known:
        raise LogChanged(
            f"The log holds no entry with the hash {known_head}: it was written anew or cut off."
        )
    if last is None:
        return "The log is empty."
    return f"The log is whole: {last[0]} entries, head {last[1]}."


_LAST = select(log_table.c.seq, log_table.c.hash).order_by(log_table.c.seq.desc()).limit(1)


def _entry(digest: str) -> Select[int]:
    return select(log_table.c.seq).where(log_table.c.hash == digest)
