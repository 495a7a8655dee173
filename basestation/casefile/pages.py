"""What every part of a case's file needs: its case, one entry in the log, consoles that look again.

Decides that nothing is written of a case that does not exist, and that two people never overwrite each other:
what was read carries its version, and a stale one is refused with who was first and when.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case
from basestation.clock import Clock, from_ms, to_ms
from basestation.errors import Refused, UnknownCase
from basestation.store import case_rows, casefile_token, log
from basestation.store.committer import GroupCommitter, Work


class Stale(Refused):
    """Somebody else was first; the sentence says who, and when."""


class Pages:
    """Writes into the files of cases."""

    def __init__(self, committer: GroupCommitter, clock: Clock, tell: Callable[[], None]) -> None:
        self.committer = committer
        self.clock = clock
        self._tell = tell

    async def note(
        self, work: Work, kind: str, content: Mapping[str, Any], case_id: int | None = None
    ) -> None:
        """Log what was done, with whoever did it in `content`, and let all consoles look again."""
        work.log(log.entry(self.now_ms(), kind, content, case_id=case_id))
        await casefile_token.renew(work.connection)
        work.after_commit(self._tell)

    def now_ms(self) -> int:
        """Return the station's time, in ms since 1970."""
        return to_ms(self.clock.now())


async def case_of(connection: AsyncConnection, case_id: int) -> Case:
    """Return the case; raises UnknownCase."""
    case = await case_rows.load(connection, case_id)
    if case is None:
        raise UnknownCase(f"There is no case {case_id}.")
    return case


def when(at_ms: int) -> str:
    """Return a time for a sentence: the day and the second, in UTC."""
    at: datetime = from_ms(at_ms)
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
