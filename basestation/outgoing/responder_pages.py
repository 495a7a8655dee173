"""The responder's own page of one case: what it shows, what may be pressed, and that a press counts once.

Decides who a link belongs to now, and that a page is dead with its case: afterwards it says that it is over,
and nothing about anybody. Reading changes nothing. A press carries a nonce; the same one again is the same
press, whose outcome is told once more, so that a page may repeat what it heard no answer to.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.casefile.helpers_note import note_of
from basestation.cases.case import Case, CaseState
from basestation.casework.offers import offered, successors
from basestation.casework.pressing import NOTHING, Said
from basestation.outgoing.answering import Answering, Judged
from basestation.outgoing.links import Link, Links
from basestation.outgoing.senders import Sender, holder_of
from basestation.plans.shown import Drawing, drawings_of
from basestation.site.finding import situation_of
from basestation.site.rescue_settings import rescue_settings
from basestation.store import case_rows

#: Presses whose outcome is remembered.
PRESSES_MAX = 4096


@dataclass(frozen=True, slots=True)
class Page:
    """What one person sees of one case."""

    link: Link
    sender: Sender
    language: str
    #: None: the case is over, and nothing of it is shown.
    case: Case | None
    #: Of the worker; empty where nobody may call them, or none is known.
    phone: str = ""
    #: What helpers must know of the worker on the spot; empty before an alarm was raised.
    note: str = ""
    verbs: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()
    #: The floor plans; none before an alarm was raised.
    drawings: tuple[Drawing, ...] = ()

    @property
    def is_over(self) -> bool:
        """Tell whether the case is over."""
        return self.case is None


class StalePress(Exception):
    """The nonce was used for another press, or is none of this page."""


class ResponderPages:
    """Shows pages and takes their presses."""

    def __init__(self, database: AsyncEngine, links: Links, answering: Answering) -> None:
        self._database = database
        self.links = links
        self._answering = answering
        #: By nonce: what was pressed, and what comes of it.
        self._presses: OrderedDict[str, tuple[str, asyncio.Task[Judged]]] = OrderedDict()

    async def page(self, token: str) -> Page | None:
        """Return what the holder of a token sees now; None for a token that opens nothing."""
        link = self.links.read(token)
        if link is None:
            return None
        async with self._database.connect() as connection:
            case = await case_rows.load(connection, link.case_id)
            if case is None:
                return None
            sender = await holder_of(connection, case, link.who)
            if sender is None or sender.is_worker:
                return None
            return await _page(connection, link, case, sender, self.links.clock.now())

    async def plan(self, token: str, plan_id: int) -> tuple[Page, Drawing] | None:
        """Return the page with a plan of its case, a large one too; None: the link shows no such plan."""
        found = await self.page(token)
        if found is None or found.case is None or not found.drawings:
            return None
        async with self._database.connect() as connection:
            whole = await drawings_of(connection, found.case, self.links.clock.now(), is_whole=True)
        return next(((found, one) for one in whole if one.plan_id == plan_id), None)

    async def opened(self, page: Page) -> None:
        """Note that a person looked at an open case; this is no answer."""
        if not page.is_over:
            await self._answering.opened(page.link)

    async def press(
        self, token: str, page: Page, nonce: str, verb: str, said: Said = NOTHING, to: str = ""
    ) -> Judged:
        """Carry out a press once, however often it comes; raises StalePress."""
        if not self.links.is_nonce(token, nonce):
            raise StalePress
        known = self._presses.get(nonce)
        if known is None:
            task = asyncio.create_task(self._answering.press(page.link, page.sender, verb, said, to))
            known = self._presses[nonce] = (verb, task)
            while len(self._presses) > PRESSES_MAX:
                self._presses.popitem(last=False)
        if known[0] != verb:
            raise StalePress
        try:
            # Whoever goes away has pressed all the same.
            return await asyncio.shield(known[1])
        except Exception:
            # It is not stored: the same press may come again.
            self._presses.pop(nonce, None)
            raise


async def _page(connection: AsyncConnection, link: Link, case: Case, sender: Sender, now: datetime) -> Page:
    if not case.is_open:
        is_over = case.state is CaseState.CLOSED
        return Page(link, sender, sender.language, None if is_over else case)
    directory = (await rescue_settings(connection)).directory
    situation = await situation_of(connection, case, directory, is_attended=True)
    verbs = () if sender.is_in_danger else offered(case, sender.key, sender.name)
    return Page(
        link,
        sender,
        sender.language,
        case,
        phone="" if case.is_silent else situation.worker_phone,
        note=await note_of(connection, case),
        verbs=verbs,
        successors=successors(case, sender.key) if "hand_over" in verbs else (),
        drawings=await drawings_of(connection, case, now),
    )
