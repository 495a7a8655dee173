"""One command at a time over the serial line of a modem.

Decides how long is waited and what a silence means: whoever does not answer in time is no longer believed,
and the line is opened anew, because a late answer would be taken for that of the next command. What the
modem says unasked is kept in order, bounded.
"""

import asyncio
from collections import deque
from typing import Final

from basestation.outgoing.channels.modem.counters import ModemCounters
from basestation.outgoing.channels.modem.dialogue import Dialogue, Ended, Event, Noise, Prompted, Unasked
from basestation.outgoing.channels.modem.errors import CommandRefused, LineLost
from basestation.outgoing.channels.modem.port import Port
from basestation.outgoing.channels.modem.reasons import failure_words
from basestation.outgoing.channels.modem.submit import Pdu

#: What the modem said unasked and nobody has looked at yet.
UNASKED_MAX: Final = 256
_END_OF_MESSAGE, _ABORT = b"\x1a", b"\x1b"

_CUT = "the line to the modem was cut: look whether it is plugged in"
_RESTARTED = "the modem started anew"
_SILENT = "the modem does not answer: look at its power, or unplug it and plug it in again"


class Line:
    """The line to a modem that may be asked."""

    def __init__(self, port: Port, counters: ModemCounters, answer_s: float, send_s: float) -> None:
        self._port = port
        self._counters = counters
        self._answer_s = answer_s
        self._send_s = send_s
        self._dialogue = Dialogue()
        self._asking = asyncio.Lock()
        self._event: asyncio.Future[Event] | None = None
        self._lost = ""
        self.unasked: deque[Unasked] = deque()
        #: Set when there is something to look at: unasked words, or the end of the line.
        self.wake = asyncio.Event()
        #: A modem that starts anew has forgotten its set-up; while it is set up that is no news.
        self.is_set_up = False
        port.listen(self._heard)

    def check(self) -> None:
        """Raise LineLost if the line is of no use any more."""
        if self._lost:
            raise LineLost(self._lost)

    def lose(self, sentence: str) -> None:
        """Give the line up: it has to be opened anew."""
        self._lost = self._lost or sentence
        self._dialogue.give_up()
        if self._event is not None and not self._event.done():
            self._event.set_exception(LineLost(self._lost))
        self.wake.set()

    def close(self) -> None:
        """Give the port back; whoever asks now is told that the line was cut."""
        self.lose(_CUT)
        self._port.close()

    async def reset(self) -> None:
        """End whatever the modem is in the middle of, such as a message that a former program began."""
        async with self._asking:
            await self._port.write(_ABORT + b"\r")

    async def ask(self, command: str, *answers: str, within_s: float | None = None) -> list[str]:
        """Return the lines of the answer that begin with one of `answers`, without that.

        Raises:
            CommandRefused: the modem said no; the text says why.
            LineLost: nobody answered in time.
        """
        async with self._asking:
            ended = await self._told(command, answers, within_s or self._answer_s)
        return [_without(line, answers) for line in ended.lines]

    async def send(self, pdu: Pdu) -> int:
        """Give one part to the network, and return what the modem calls it.

        Raises:
            CommandRefused: modem or network said no; it was not sent.
            LineLost: nobody answered; it may have been sent.
        """
        async with self._asking:
            self.check()
            command = f"AT+CMGS={pdu.length}"
            self._dialogue.begin(command, ("+CMGS",), is_prompted=True)
            event = await self._answered(command.encode() + b"\r", self._answer_s)
            if isinstance(event, Ended):
                raise CommandRefused(failure_words(event.refusal))
            ended = await self._answered(pdu.text.encode() + _END_OF_MESSAGE, self._send_s)
            if not isinstance(ended, Ended):
                self.lose(_SILENT)
                raise LineLost(_SILENT)
            if ended.refusal:
                raise CommandRefused(failure_words(ended.refusal))
            # Without a number the part is sent, and no report can be matched.
            figures = ended.lines[0].partition(":")[2].split(",")[0].strip() if ended.lines else ""
            return int(figures) & 0xFF if figures.isascii() and figures.isdigit() else -1

    async def _told(self, command: str, answers: tuple[str, ...], within_s: float) -> Ended:
        self.check()
        self._dialogue.begin(command, answers)
        event = await self._answered(command.encode() + b"\r", within_s)
        assert isinstance(event, Ended)
        if event.refusal:
            raise CommandRefused(failure_words(event.refusal))
        return event

    async def _answered(self, data: bytes, within_s: float) -> Event:
        self._event = asyncio.get_running_loop().create_future()
        try:
            await self._port.write(data)
            async with asyncio.timeout(within_s):
                return await self._event
        except TimeoutError as error:
            self.lose(_SILENT)
            raise LineLost(_SILENT) from error
        except LineLost as error:
            self.lose(str(error))
            raise
        except asyncio.CancelledError:
            # The answer that still comes would be taken for another's.
            self.lose(_SILENT)
            raise
        finally:
            self._event = None

    def _heard(self, data: bytes) -> None:
        if not data:
            self.lose(_CUT)
            return
        for event in self._dialogue.feed(data):
            if isinstance(event, Prompted | Ended):
                if self._event is not None and not self._event.done():
                    self._event.set_result(event)
            elif isinstance(event, Noise):
                self._counters.lines.labels(event.kind).inc()
            elif event.kind == "restarted":
                if self.is_set_up:
                    self.lose(_RESTARTED)
            else:
                self._note(event)

    def _note(self, event: Unasked) -> None:
        if event.kind == "call":
            self._counters.received.labels("call").inc()
            return
        if event.kind == "quiet":
            return
        if len(self.unasked) >= UNASKED_MAX:
            self._counters.dropped.labels("unasked").inc()
            return
        self.unasked.append(event)
        self.wake.set()


def _without(line: str, answers: tuple[str, ...]) -> str:
    name, _, rest = line.partition(":")
    return rest.strip() if name.strip() in answers else line
