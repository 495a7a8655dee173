"""The numbers under which the base station's own messages travel: boot and sequence.

The boot number is kept in the database and counted at every start, so that no pair ever comes
twice; devices recognise a repeat by it.
"""

from sqlalchemy import select

from basestation.store.committer import Work
from basestation.store.database import upsert
from basestation.store.tables import station

_BOOT = "boot"


class Numbers:
    """Gives each message of the base station its number."""

    def __init__(self) -> None:
        self.boot = 0
        self._seq = 0

    async def count_boot(self, work: Work) -> None:
        """Take the next boot number; call once at start, before anything is sent."""
        query = select(station.c.value).where(station.c.key == _BOOT).with_for_update()
        self.boot = int((await work.connection.execute(query)).scalar() or "0") + 1
        await upsert(work.connection, station, [{"key": _BOOT, "value": str(self.boot)}])

    def next_seq(self) -> int:
        """Return the next sequence number of this boot."""
        assert self.boot > 0, "count_boot comes first"
        self._seq += 1
        return self._seq
