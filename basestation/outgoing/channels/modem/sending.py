"""Texts on their way out: parts, the order in which they go, and what became of each notice.

Decides what a failed or abandoned attempt means for the next one: the same notice goes on with the parts
that the network has not taken, and a result that nobody waited for any more is told to the next attempt.
Only a part without acknowledgement goes out twice. Bounded; what has no room is told to its sender.
"""

import asyncio
import secrets
from collections.abc import Callable
from typing import Final

from basestation.cases.case import is_person_kind
from basestation.outgoing.channels.channel import Delivery, Notice, Report, Stage
from basestation.outgoing.channels.modem import alphabet, submit, wording
from basestation.outgoing.channels.modem.counters import ModemCounters
from basestation.outgoing.channels.modem.deliveries import Deliveries
from basestation.outgoing.channels.modem.errors import CommandRefused, LineLost
from basestation.outgoing.channels.modem.line import Line
from basestation.outgoing.channels.modem.settings import ModemSettings
from basestation.outgoing.channels.modem.waiting import TEXTS_MAX, Rank, Text, Waiting

#: A text for which nobody waits any more is sent no later than this, in seconds; by then the dispatcher,
#: which tries at least once a minute, has asked again.
ABANDONED_S_MAX: Final = 90.0
#: Texts begun and results not fetched that are remembered.
REMEMBERED_MAX: Final = 128
#: Tries and parts of a sentence for somebody who wrote to us.
ANSWER_TRIES_MAX: Final = 3
_ANSWER_PARTS_MAX: Final = 2

_Identity = tuple[str, str, str]


class Sending:
    """What waits for the modem; `wake` is called when something new does."""

    def __init__(self, settings: ModemSettings, counters: ModemCounters, deliveries: Deliveries) -> None:
        self._settings = settings
        self._counters = counters
        self._deliveries = deliveries
        self._waiting = Waiting()
        self._begun: dict[_Identity, Text] = {}
        self._unfetched: dict[_Identity, Delivery] = {}
        self._awaited: dict[Text, asyncio.Future[Delivery]] = {}
        self._abandoned_s: dict[Text, float] = {}
        self._reference = secrets.randbelow(256)
        self.wake: Callable[[], None] = lambda: None
        #: Whether the modem passes delivery reports on.
        self.has_reports = True

    async def deliver(self, notice: Notice, number: str) -> Delivery:
        """Return what became of the notice when the network took it, or did not."""
        words = wording.text_of(notice)
        identity = (notice.key, number, words)
        unfetched = self._unfetched.pop(identity, None)
        if unfetched is not None:
            return unfetched
        text = self._begun.get(identity) or self._new(notice, number, words)
        self._begun[identity] = text
        if text in self._awaited:
            return Delivery(Stage.FAILED, "the same notice is being sent already")
        self._abandoned_s.pop(text, None)
        awaited: asyncio.Future[Delivery] = asyncio.get_running_loop().create_future()
        self._awaited[text] = awaited
        if not self._waiting.holds(text):
            self._put(text)
        self.wake()
        try:
            return await awaited
        finally:
            self._awaited.pop(text, None)
            if awaited.cancelled() or not awaited.done():
                self._abandoned_s[text] = asyncio.get_running_loop().time()

    def answer(self, number: str, sentence: str) -> None:
        """Send a sentence to somebody who wrote to us; nobody waits for what becomes of it."""
        pieces = submit.parts_of(alphabet.plain(sentence), _ANSWER_PARTS_MAX, " [...]")
        parts = submit.pdus(number, pieces, self._next(), self._settings.validity_min, is_reported=False)
        self._put(Text(Rank.ANSWER, number, parts))
        self.wake()

    async def step(self, line: Line) -> tuple[bool, Report | None]:
        """Send one part; tell whether there was one, and what became known of its notice.

        Raises:
            LineLost: the part may have arrived; whoever waited is told so.
        """
        text = self._waiting.next()
        if text is None:
            return False, None
        if self._is_forgotten(text):
            self._counters.dropped.labels("abandoned").inc()
            self._end(text, Delivery(Stage.FAILED, "nobody waited for it any more"))
            return True, None
        try:
            if not text.references:
                # A modem that started anew unseen would take the length for a number.
                await line.ask("AT+CMGF=0")
            reference = await line.send(text.parts[len(text.references)])
        except CommandRefused as error:
            self._counters.parts.labels("refused").inc()
            self._fail(text, Delivery(Stage.FAILED, _part(text) + str(error)))
            return True, None
        except LineLost as error:
            self._counters.parts.labels("unanswered").inc()
            self._fail(text, Delivery(Stage.FAILED, f"{_part(text)}{error}; it may have arrived"))
            raise
        self._counters.parts.labels("taken").inc()
        text.references.append(reference)
        report = self._noted(text, reference)
        if text.is_sent:
            self._finish(text)
        return True, report

    def fail_all(self, sentence: str) -> None:
        """Tell everybody who waits that the modem is of no use now; answers stay."""
        for text in self._waiting.clear():
            if text.rank is Rank.ANSWER:
                self._waiting.put(text)
            else:
                self._end(text, Delivery(Stage.FAILED, sentence))

    def _new(self, notice: Notice, number: str, words: str) -> Text:
        pieces = submit.parts_of(words, self._settings.parts_max, wording.cut_of(notice))
        if "".join(pieces) != words:
            self._counters.cut.inc()
        parts = submit.pdus(
            number, pieces, self._next(), self._settings.validity_min, is_reported=self.has_reports
        )
        return Text(_rank(notice), number, parts, notice.key)

    def _next(self) -> int:
        self._reference = (self._reference + 1) % 256
        return self._reference

    def _put(self, text: Text) -> None:
        loser = self._waiting.put(text)
        if loser is not None:
            self._counters.dropped.labels("waiting").inc()
            self._end(loser, Delivery(Stage.FAILED, f"{TEXTS_MAX} texts wait for the modem already"))

    def _is_forgotten(self, text: Text) -> bool:
        since_s = self._abandoned_s.get(text)
        if since_s is None or text.references:
            return False
        return asyncio.get_running_loop().time() - since_s > ABANDONED_S_MAX

    def _noted(self, text: Text, reference: int) -> Report | None:
        if not text.key or not self.has_reports:
            return None
        part, total = len(text.references), len(text.parts)
        return self._deliveries.taken(text.number, reference, text.key, part, total)

    def _finish(self, text: Text) -> None:
        detail = "taken by the network" + (f", {len(text.parts)} parts" if len(text.parts) > 1 else "")
        name = "sms:" + ",".join(map(str, text.references)) if text.key else ""
        self._end(text, Delivery(Stage.SENT, detail, name))

    def _fail(self, text: Text, delivery: Delivery) -> None:
        text.failures += 1
        # Nobody else tries an answer again.
        if text.rank is not Rank.ANSWER or text.failures >= ANSWER_TRIES_MAX:
            self._end(text, delivery)

    def _end(self, text: Text, delivery: Delivery) -> None:
        self._waiting.remove(text)
        self._abandoned_s.pop(text, None)
        counter = self._counters.notices if text.key else self._counters.answers
        counter.labels(delivery.stage.value).inc()
        identity = next((identity for identity, begun in self._begun.items() if begun is text), None)
        if identity is not None and (delivery.is_sent or not text.references):
            del self._begun[identity]
        awaited = self._awaited.get(text)
        if awaited is not None and not awaited.done():
            awaited.set_result(delivery)
        elif identity is not None and delivery.is_sent:
            # The attempt was given up before: the next one learns it.
            self._unfetched[identity] = delivery
        for remembered in (self._begun, self._unfetched):
            while len(remembered) > REMEMBERED_MAX:
                remembered.pop(next(iter(remembered)))


def _part(text: Text) -> str:
    return f"part {len(text.references) + 1} of {len(text.parts)}: " if len(text.parts) > 1 else ""


def _rank(notice: Notice) -> Rank:
    if notice.mark != "real":
        return Rank.PRACTICE
    return Rank.PERSON if notice.is_person and is_person_kind(notice.kind) else Rank.TECHNICAL
