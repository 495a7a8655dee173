"""One receiver of the centre, and one transaction with it at a time.

Decides nothing about who is told what. Opens a connection, sends a frame and again as the table of `exchange`
says, each time with the same number and with the receiver's own clock, as far as a NAK has told it. Remembers
whether the receiver acknowledged last, and says once when that changes.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from basestation.clock import Clock
from basestation.outgoing.channels.dc09 import exchange as ways
from basestation.outgoing.channels.dc09.answers import Answer, Event, Expected, judge
from basestation.outgoing.channels.dc09.counters import Dc09Counters
from basestation.outgoing.channels.dc09.exchange import Exchange
from basestation.outgoing.channels.dc09.frames import FrameReader, Identity, frame, time_stamp
from basestation.outgoing.channels.dc09.settings import Dc09Receiver, Dc09Settings
from basestation.outgoing.channels.dc09.turns import Turns, Urgency
from basestation.outgoing.channels.dc09.wires import OPENERS, Wire

#: Beside the ends of an exchange: there was no connection; the receiver fell silent while this one waited.
NO_CONNECTION: Final = "NO_CONNECTION"
SKIPPED: Final = "SKIPPED"

#: What a receiver may say on one connection; who says more is none.
HEARD_BYTES_MAX: Final = 8192

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be told, without its time stamp."""

    #: Of what sort, for the counters: "alarm", "news", "technical", "test", "link_test".
    what: str
    #: The id of the message: "SIA-DCS", "ADM-CID" or "NULL".
    name: str
    sequence: int
    who: Identity
    #: From behind the first bracket up to the time stamp.
    content: str


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it."""

    end: str
    #: A frame was sent whose answer is not known.
    may_have_arrived: bool = False
    #: Why the last answer was none, one word.
    reason: str = ""


class Receiver:
    """The receiver numbered `number` (1 primary, 2 secondary)."""

    def __init__(
        self,
        number: int,
        place: Dc09Receiver,
        settings: Dc09Settings,
        clock: Clock,
        counters: Dc09Counters,
        connection_s_max: float,
    ) -> None:
        self.number = number
        self.place = place
        self._settings = settings
        self._key = settings.secret
        self._connection_s_max = connection_s_max
        self._open = OPENERS[settings.transport]
        self._clock = clock
        self._counters = counters
        self._label = str(number)
        self._turns = Turns()
        #: What is added to our clock to get the receiver's.
        self._ahead = timedelta()
        #: None until the first exchange.
        self.is_answering: bool | None = None
        #: Exchanges that ended without an acknowledgement.
        self._misses = 0

    async def tell(self, urgency: Urgency, message: Message, *, is_skippable: bool) -> Told:
        """Tell it once, when its turn has come; raises GaveWay and Crowded."""
        misses = self._misses

        async def work() -> Told:
            if is_skippable and self._misses != misses:
                return Told(SKIPPED)
            told = await self._tell(message)
            self._note(message, told)
            return told

        return await self._turns.run(urgency, work)

    async def _tell(self, message: Message) -> Told:
        try:
            async with asyncio.timeout(self._settings.connect_s_max):
                wire = await self._open(self.place)
        except (OSError, TimeoutError):
            return Told(NO_CONNECTION)
        try:
            async with asyncio.timeout(self._connection_s_max):
                return await _Talk(wire, message, self).run()
        except TimeoutError:
            # It refused or garbled so slowly that nothing is left for the other receiver otherwise.
            return Told(ways.UNANSWERED, may_have_arrived=True)
        finally:
            wire.close()

    def _note(self, message: Message, told: Told) -> None:
        self._counters.exchanges.labels(self._label, message.what, told.end.lower()).inc()
        is_answering = told.end == ways.TAKEN
        self._misses += not is_answering
        self._counters.is_answering.labels(self._label).set(is_answering)
        if is_answering is not self.is_answering:
            log = _log.info if is_answering else _log.warning
            log("dc09_receiver", receiver=self.number, acknowledges=is_answering, end=told.end)
        self.is_answering = is_answering

    def now(self) -> datetime:
        """Return what the receiver's clock shows, as far as we know."""
        return self._clock.now() + self._ahead

    def frame(self, message: Message) -> bytes:
        """Return the message with its time stamp, as bytes."""
        content = message.content + time_stamp(self.now())
        return frame(message.name, message.sequence, message.who, content, self._key)

    def judge(self, line: bytes, message: Message) -> Answer:
        """Return what a line means for the message, and set the clock by a NAK."""
        age_s_max = self._settings.acknowledgement_age_s_max
        answer = judge(line, Expected(message.who, message.sequence, self._key, self.now(), age_s_max))
        if answer.clock_at is not None:
            self._ahead = answer.clock_at - self._clock.now()
            self._counters.clock_ahead_s.labels(self._label).set(self._ahead.total_seconds())
        if answer.event is Event.GARBLED:
            self._counters.refused_answers.labels(self._label, answer.reason).inc()
        return answer

    def count_noise(self, noise: int) -> None:
        """Count bytes that belong to no answer."""
        self._counters.noise.labels(self._label).inc(noise)

    @property
    def answer_s_max(self) -> float:
        """From a frame to its answer."""
        return self._settings.answer_s_max


class _Talk:
    """One connection from its first frame to its end."""

    def __init__(self, wire: Wire, message: Message, receiver: Receiver) -> None:
        self._wire = wire
        self._message = message
        self._receiver = receiver
        self._reader = FrameReader()
        self._reason = ""
        self._heard_bytes = 0
        self._exchange = Exchange()

    async def run(self) -> Told:
        try:
            while not self._exchange.is_over:
                await self._round()
        finally:
            self._reader.end()
            self._receiver.count_noise(self._reader.noise)
        end = self._exchange.state
        return Told(end, may_have_arrived=end == ways.UNANSWERED, reason=self._reason)

    async def _round(self) -> None:
        """Send, and hear until something asks for another frame or for the end."""
        try:
            self._wire.send(self._receiver.frame(self._message))
            self._exchange = self._exchange.sent()
            async with asyncio.timeout(self._receiver.answer_s_max):
                while not (self._exchange.is_over or self._exchange.is_to_send):
                    self._hear(await self._wire.receive())
        except TimeoutError:
            self._exchange = self._exchange.after(Event.SILENT)
        except OSError:
            self._exchange = self._exchange.after(Event.LOST)

    def _hear(self, data: bytes) -> None:
        self._heard_bytes += len(data)
        if not data or self._heard_bytes > HEARD_BYTES_MAX:
            self._exchange = self._exchange.after(Event.LOST)
            return
        for line in self._reader.feed(data):
            answer = self._receiver.judge(line, self._message)
            self._reason = answer.reason or self._reason
            self._exchange = self._exchange.after(answer.event)
