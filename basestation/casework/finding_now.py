"""Finds people as things are at this moment.

Decides that technical alarms go by what works first: of a channel that does not answer nobody would learn
through it. A person's alarm goes by its own ways in their own order, at once, by each in turn.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case
from basestation.cases.chain import Recipient
from basestation.cases.people import Found, LeftOut
from basestation.cases.readiness import working_first
from basestation.casework.casebook import Finder


class FindingNow:
    """The finder of a base station at work."""

    def __init__(self, find_people: Finder) -> None:
        self._find_people = find_people
        #: What is wrong with each channel that was asked; None for one that answers.
        self.channel_faults: Callable[[], Mapping[str, str | None]] = dict

    async def __call__(
        self, connection: AsyncConnection, case: Case, recipients: tuple[Recipient, ...], now: datetime
    ) -> tuple[tuple[Found, ...], tuple[LeftOut, ...]]:
        """Return who can be called now, and who cannot."""
        found, left_out = await self._find_people(connection, case, recipients, now)
        if case.is_person:
            return found, left_out
        faults = self.channel_faults()
        return tuple(replace(one, ways=working_first(one.ways, faults)) for one in found), left_out
