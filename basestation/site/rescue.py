"""Everything about the people who come, under one name: sites, people, duties, chains and their choice."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.cases.directory import Directory
from basestation.cases.readiness import ReadinessLimits
from basestation.casework.conditions import Conditions
from basestation.clock import Clock
from basestation.outgoing.channels import Delivery, Health, Notice
from basestation.site.bookkeeping import Bookkeeping
from basestation.site.chain_table import ChainTable
from basestation.site.duties import Duties
from basestation.site.log_ins import LogIns
from basestation.site.own_phones import OwnPhones
from basestation.site.places_of_work import Sites
from basestation.site.proofs import Proofs
from basestation.site.readiness import Readiness
from basestation.site.registrar import Registrar
from basestation.site.registry import Registry
from basestation.site.rescue_settings import rescue_settings
from basestation.site.responders import Responders
from basestation.site.zones import Zones
from basestation.store.committer import GroupCommitter


class Rescue:
    """What the site has set for the case of an alarm."""

    def __init__(
        self,
        database: AsyncEngine,
        committer: GroupCommitter,
        clock: Clock,
        conditions: Conditions,
        registry: Registry,
        limits: ReadinessLimits | None,
    ) -> None:
        """Without `limits` the chain is checked only when somebody asks."""
        self.book = self._book = book = Bookkeeping(database, committer, clock)
        self.sites, self.zones = Sites(book), Zones(book)
        self.log_ins = LogIns(book)
        self.responders = Responders(book)
        self.registrar = Registrar(book)
        self.duties = Duties(book)
        self.chain_table = ChainTable(book)
        self.proofs = Proofs(book)
        self.own_phones = OwnPhones(book)
        self.readiness = Readiness(book, conditions)
        self.readiness.limits = limits
        registry.chain_changed = book.tell

    def join(
        self,
        send: Callable[[str, Notice], Awaitable[Delivery]],
        check_channels: Callable[[], Awaitable[Mapping[str, Health]]],
        changed: Callable[[], None],
    ) -> None:
        """Reach the channels by `send` and `check_channels`, and tell `changed` of everything that is set."""
        self.proofs.send, self.readiness.check_channels, self._book.changed = send, check_channels, changed

    async def directory(self) -> Directory:
        """Return everybody who may be called, and who has which duty."""
        async with self._book.database.connect() as connection:
            return (await rescue_settings(connection)).directory

    async def look(self, now: datetime) -> datetime:
        """Send tests and check the chain where that is due, and return when to look again."""
        works = (self.proofs.send_due(now), self.readiness.check_due(now))
        done = await asyncio.gather(*works, return_exceptions=True)
        for one in done:
            if isinstance(one, BaseException):
                raise one
        return min(one for one in done if isinstance(one, datetime))
