"""What comes back: messages and delivery reports, passed on and only then deleted.

Decides when a message is complete, which messages a machine made, and who gets a sentence back. What cannot
be passed on stays in the modem's store and is tried again; what cannot be read is passed on as such. A
message that was passed on and could not be deleted is not passed on again.
"""

import asyncio
from collections import deque
from typing import Final

import structlog

from basestation.outgoing.channels.channel import Answer, Inbound, Report
from basestation.outgoing.channels.modem import addresses, readings, session
from basestation.outgoing.channels.modem.counters import ModemCounters
from basestation.outgoing.channels.modem.deliveries import Deliveries
from basestation.outgoing.channels.modem.dialogue import Unasked
from basestation.outgoing.channels.modem.errors import CommandRefused, PduDamaged
from basestation.outgoing.channels.modem.hints import Hints
from basestation.outgoing.channels.modem.joining import Stored, Whole, joined
from basestation.outgoing.channels.modem.line import Line
from basestation.outgoing.channels.modem.received import Message, StatusReport, read_pdu
from basestation.outgoing.channels.modem.sending import Sending
from basestation.outgoing.channels.modem.settings import ModemSettings

#: Reports that wait to be passed on, and messages that came without being stored.
REPORTS_MAX: Final = 256
DIRECT_MAX: Final = 64
#: How long the base station may take to store what is passed on, in seconds.
PASS_S_MAX: Final = 10.0

_log = structlog.get_logger(__name__)


class Postbox:
    """What comes back through one modem; `name` is that of the channel."""

    def __init__(
        self,
        name: str,
        settings: ModemSettings,
        counters: ModemCounters,
        deliveries: Deliveries,
        sending: Sending,
    ) -> None:
        self._name = name
        self._settings = settings
        self._counters = counters
        self._deliveries = deliveries
        self._sending = sending
        self._hints = Hints(settings.answers_per_hour_max)
        self._reports: deque[Report] = deque()
        self._direct: list[Stored] = []
        self._seen_s: dict[str, float] = {}
        self._passed: set[str] = set()
        #: Stores in use, and those to read next; the empty name is where messages arrive.
        self._stores = {""}
        self._unread: set[str] = set()
        self._is_held_up = False

    @property
    def is_waiting(self) -> bool:
        """Tell whether something could not be passed on, and should be tried again soon."""
        return self._is_held_up

    def look(self) -> None:
        """Read every store next time."""
        self._unread |= self._stores

    def hear(self, unasked: Unasked) -> None:
        """Take what the modem said by itself."""
        if unasked.kind == "stored":
            # Reports may have a store of their own.
            store = "SR" if readings.memory(unasked.text) == "SR" else ""
            self._stores.add(store)
            self._unread.add(store)
            return
        try:
            found = read_pdu(unasked.text)
        except PduDamaged as error:
            self._counters.received.labels("damaged").inc()
            found = _damaged(error)
        if isinstance(found, StatusReport):
            self.reported(found)
        elif len(self._direct) < DIRECT_MAX:
            self._direct.append(Stored(None, found, asyncio.get_running_loop().time()))
        else:
            self._counters.dropped.labels("direct").inc()

    def reported(self, found: StatusReport) -> None:
        """Take a delivery report."""
        kind, report = self._deliveries.reported(found)
        self._counters.reports.labels(kind).inc()
        self.note(report)

    def note(self, report: Report | None) -> None:
        """Keep a report until it is passed on."""
        if report is None:
            return
        self._reports.append(report)
        if len(self._reports) > REPORTS_MAX:
            self._reports.popleft()
            self._counters.dropped.labels("report").inc()

    async def pass_on(self, line: Line, inbound: Inbound, *, is_full: bool) -> None:
        """Pass on what there is; raises LineLost."""
        self._is_held_up = False
        await self._pass_reports(inbound)
        stored: list[Stored] = []
        if self._unread:
            for store in sorted(self._unread):
                stored += await self._read(line, store, inbound)
            self._unread.clear()
        if stored or self._direct:
            await self._pass_messages(line, inbound, stored, is_full=is_full)
        if self._is_held_up:
            self.look()

    async def _read(self, line: Line, store: str, inbound: Inbound) -> list[Stored]:
        """Return the messages of a store; its reports are passed on and deleted."""
        try:
            if store:
                await session.change_store(line, store)
            return await self._sorted(line, inbound, is_main=not store)
        except CommandRefused:
            self._counters.lines.labels("unreadable_store").inc()
            return []
        finally:
            if store:
                await session.change_store(line)

    async def _sorted(self, line: Line, inbound: Inbound, *, is_main: bool) -> list[Stored]:
        now_s = asyncio.get_running_loop().time()
        stored = []
        listed = await session.messages(line)
        if is_main:
            self._seen_s = {pdu: self._seen_s.get(pdu, now_s) for _, pdu in listed}
            self._passed &= self._seen_s.keys()
        for index, pdu in listed:
            try:
                found = read_pdu(pdu)
            except PduDamaged as error:
                self._counters.received.labels("damaged").inc()
                found = _damaged(error)
            if isinstance(found, StatusReport):
                self.reported(found)
                await self._pass_reports(inbound)
                if not self._reports:
                    await session.delete(line, index)
            else:
                stored.append(Stored(index, found, self._seen_s.get(pdu, now_s), pdu))
        return stored

    async def _pass_messages(
        self, line: Line, inbound: Inbound, stored: list[Stored], *, is_full: bool
    ) -> None:
        now_s = asyncio.get_running_loop().time()
        wait_s = 0.0 if is_full else self._settings.part_wait_s
        wholes, waiting = joined(self._direct + stored, now_s, wait_s)
        self._direct = [part for part in waiting if part.index is None]
        for whole in wholes:
            is_passed = all(part.pdu in self._passed for part in whole.parts)
            if not is_passed and not await self._pass(inbound, whole):
                self._direct += [part for part in whole.parts if part.index is None]
                continue
            for part in whole.parts:
                if part.index is not None:
                    self._passed.add(part.pdu)
                    await session.delete(line, part.index)

    async def _pass(self, inbound: Inbound, whole: Whole) -> bool:
        """Tell whether it is stored; its sender is answered then."""
        answer = Answer(self._name, whole.sender, whole.text, is_automatic=whole.is_automatic)
        try:
            async with asyncio.timeout(PASS_S_MAX):
                sentence = await inbound.answer(answer)
        except Exception as error:  # noqa: BLE001 (whatever it was: the message stays, and is tried again)
            self._held_up(error)
            return False
        kind = "automatic" if whole.is_automatic else "message" if whole.is_complete else "incomplete"
        self._counters.received.labels(kind).inc()
        if not sentence:
            return True
        if whole.is_automatic or not addresses.is_answerable(whole.sender):
            self._counters.answers.labels("to_a_machine").inc()
        elif self._hints.allow(whole.sender, asyncio.get_running_loop().time()):
            self._sending.answer(whole.sender, sentence)
        else:
            self._counters.answers.labels("too_many").inc()
        return True

    async def _pass_reports(self, inbound: Inbound) -> None:
        while self._reports:
            try:
                async with asyncio.timeout(PASS_S_MAX):
                    await inbound.report(self._reports[0])
            except Exception as error:  # noqa: BLE001 (same)
                self._held_up(error)
                return
            self._reports.popleft()

    def _held_up(self, error: Exception) -> None:
        self._is_held_up = True
        self._counters.unpassed.inc()
        _log.warning("not passed on, tried again", error=type(error).__name__)


def _damaged(error: PduDamaged) -> Message:
    return Message("", f"[a message that cannot be read: {error}]", is_automatic=True)
