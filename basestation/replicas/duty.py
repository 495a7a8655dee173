"""Which base station supervises: one at a time does what the others could only do again.

Decides who begins and who leaves it. Whoever hears no device leaves it to one that does; whoever begins
reads first what is stored, as at a start. A base station alone is always on duty.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from basestation.due import Work
from basestation.replicas.claims import DUTY, SUPERVISION, Claims

#: Between two looks whether the duty is free.
LOOK: Final = timedelta(seconds=1)


class Duty:
    """Asked by every loop of the supervision before it works."""

    def __init__(
        self,
        claims: Claims,
        may_serve: Callable[[datetime], Awaitable[bool]],
        begin: Callable[[], Awaitable[None]],
    ) -> None:
        """`begin` reads anew what the supervision remembers; called before the first work of a duty."""
        self._claims = claims
        self._may_serve = may_serve
        self._begin = begin
        self.is_ours = False

    async def look(self, now: datetime) -> datetime:
        """Take, keep or leave the duty, and return when to look again."""
        if not await self._may_serve(now):
            self._claims.release(DUTY, SUPERVISION)
            self.is_ours = False
        elif not await self._claims.take(DUTY, (SUPERVISION,)):
            self.is_ours = False
        elif not self.is_ours:
            await self._begin()
            self.is_ours = True
        return now + LOOK

    def bound(self, work: Work, otherwise: Callable[[datetime], Awaitable[None]] | None = None) -> Work:
        """Return the work, done only while the duty is ours; and else what everybody does."""

        async def work_on_duty(now: datetime) -> datetime | None:
            if self.is_ours:
                return await work(now)
            if otherwise is not None:
                await otherwise(now)
            return now + LOOK

        return work_on_duty
