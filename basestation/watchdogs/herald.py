"""Tells people what has failed without the parts that may have failed: no committer, no outbox, no timers.

Decides whom: the first level of the chain that a technical alarm of the station would have now, each by all
their ways at once. Addresses are read ahead while the database answers, and kept for when it does not. What
is told here stands in no case; the case comes as soon as one can be stored.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.cases.chain import CONSOLE
from basestation.cases.people import Found
from basestation.outgoing.channels import Delivery, Notice
from basestation.site.finding import chain_of, find_people

#: How old addresses may be before they are read again, and what reading may take, in seconds.
FRESH_S, READ_S_MAX = 60.0, 5.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _NoCase:
    """What stands for a case where none can be stored."""

    id: int = 0
    worker_id: int | None = None
    mark: str = "real"
    is_silent: bool = False


class Herald:
    """Sends a sentence straight through the channels."""

    def __init__(self, database: AsyncEngine, send: Callable[[str, Notice], Awaitable[Delivery]]) -> None:
        self._database = database
        self._send = send
        self._found: tuple[Found, ...] = ()
        self._read_at: datetime | None = None

    async def look(self, now: datetime) -> None:
        """Read the addresses again if they are old; what cannot be read is left as it was."""
        if self._read_at is not None and (now - self._read_at).total_seconds() < FRESH_S:
            return
        try:
            async with asyncio.timeout(READ_S_MAX):
                self._found = await self._read(now)
            self._read_at = now
        except Exception as error:  # noqa: BLE001 -- what was read before will do
            _log.warning("addresses_not_read", error=type(error).__name__)

    async def tell(self, subject: str, body: str, now: datetime) -> Mapping[str, bool]:
        """Send the sentence by every way; return for each channel whether it took it at least once."""
        await self.look(now)
        ways = [
            (found, way.channel, way.address)
            for found in self._found
            for way in found.ways
            if way.channel != CONSOLE
        ]
        key = f"station/{secrets.token_hex(8)}"
        notices = [
            Notice(
                key=f"{key}/{number}", case_id=0, mark="real", recipient=found.name, address=address,
                subject=subject, body=body, language=found.language, kind="technical", is_person=False,
                raised_at=now, device="station",
            )
            for number, (found, _, address) in enumerate(ways)
        ]  # fmt: skip
        sent = await asyncio.gather(
            *[self._send(channel, notice) for (_, channel, _), notice in zip(ways, notices, strict=True)]
        )
        took: dict[str, bool] = {}
        for (_, channel, _), delivery in zip(ways, sent, strict=True):
            took[channel] = took.get(channel, False) or delivery.is_sent
        _log.critical("told_directly", subject=subject, channels=took)
        return took

    async def _read(self, now: datetime) -> tuple[Found, ...]:
        async with self._database.connect() as connection:
            chain = await chain_of(connection, kind="technical", mark="real", now=now)
            found, _ = await find_people(connection, _NoCase(), chain.levels[0].recipients, now)
        return found
