"""Everything about the people who come, under one name: sites, people, duties, chains and their choice."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.clock import Clock
from basestation.outgoing.channels import Delivery, Notice
from basestation.site.bookkeeping import Bookkeeping
from basestation.site.chain_table import ChainTable
from basestation.site.duties import Duties
from basestation.site.places_of_work import Sites
from basestation.site.proofs import Proofs
from basestation.site.responders import Responders
from basestation.store.committer import GroupCommitter


class Rescue:
    """What the site has set for the case of an alarm."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter, clock: Clock) -> None:
        self.book = book = Bookkeeping(database, committer, clock)
        self.sites = Sites(book)
        self.responders = Responders(book)
        self.duties = Duties(book)
        self.chain_table = ChainTable(book)
        self.proofs = Proofs(book)

    def join(self, send: Callable[[str, Notice], Awaitable[Delivery]], changed: Callable[[], None]) -> None:
        """Send test messages by `send`, and tell `changed` of everything that is set."""
        self.proofs.send, self.book.changed = send, changed
