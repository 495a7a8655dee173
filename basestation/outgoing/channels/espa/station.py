"""One station on an ESPA 4.4.4 line: signals and time in, bytes and outcomes out.

Decides by the tables in `tables`; reads no clock and no port. A call that was taken or has failed leaves
it exactly once. Between two tries a graver call goes first. Milliseconds of a clock that never goes back.
"""

from itertools import cycle

from basestation.outgoing.channels.espa import tables
from basestation.outgoing.channels.espa.effects import (
    BlockGarbled,
    BlockRefused,
    BlockTaken,
    CallFailed,
    CallGaveWay,
    CallTaken,
    Effect,
    Send,
    StationAnswered,
    StationSilent,
    Unexpected,
)
from basestation.outgoing.channels.espa.frames import ACK, ENQ, EOT, NAK, STATUS, read
from basestation.outgoing.channels.espa.meanings import NAK_GARBLED, NAK_INVALID, nak
from basestation.outgoing.channels.espa.receiver import Heard, Signal
from basestation.outgoing.channels.espa.settings import CONFIRMING_REPLIES, EspaSettings
from basestation.outgoing.channels.espa.tables import Choice, Event, State
from basestation.outgoing.channels.espa.waiting import Call, WaitingCalls

NO_ANSWER = "the pager system does not answer: look at its power, the cable and the addresses set"
NO_ACK = "the pager system has not confirmed the call"
ENDED = "the pager system has broken the call off"
#: Added where the call may have been taken and only the word of it was lost.
MAY_HAVE_ARRIVED = "; it may have arrived"

_EVENTS = {
    Heard.ACK: Event.ACKED,
    Heard.EOT: Event.ENDED,
    Heard.BLOCK: Event.BLOCK,
    Heard.GARBLED: Event.GARBLED,
}
#: What counts as a failed try, while a call has the line.
_FAILED_TRIES = frozenset({Event.BAD_COPY, Event.SILENT, Event.ENQUIRED, Event.ENDED})
#: In these states, and after these events, nobody knows whether the block was taken.
_OUT = frozenset({State.SENDING, State.CONFIRMING})
_UNKNOWN_ENDS = frozenset({Event.SILENT, Event.ENQUIRED, Event.ENDED})

#: After silence in these states an ACK may come late, and be taken for that to something else.
_UNANSWERED = frozenset({State.SELECTING, State.SENDING})
_ANSWERS = frozenset({Event.ACKED, Event.BAD_COPY, Event.REFUSED})


class Station:
    """Our station; `waiting` holds the calls, and may be added to at any time."""

    def __init__(self, settings: EspaSettings, waiting: WaitingCalls) -> None:
        self._settings = settings
        self._waiting = waiting
        self._is_control = settings.role == "control_station"
        self._table = tables.CONTROL_STATION if self._is_control else tables.SLAVE
        self._stations = cycle(settings.stations)
        self.state = State.IDLE
        #: Who has the line, or is polled, besides us.
        self._other = settings.pager_system
        #: The call that has the line; there is one while selecting and sending.
        self._call: Call | None = None
        self._last_body = b""
        self._until_ms = 0
        self._poll_at_ms = 0
        #: Before this an ACK may be a late one to something else, unless every question has its answer.
        self._sure_from_ms = 0
        self._owed_answers = 0
        self._now_ms = 0

    @property
    def is_idle(self) -> bool:
        """Tell whether nobody has the line."""
        return self.state is State.IDLE

    @property
    def speaks_with(self) -> str:
        """Return the station that we have asked something; empty for none."""
        if self._call is not None:
            return self._call.station
        return self._other if self.state is State.POLLING else ""

    def next_deadline_ms(self) -> int | None:
        """Return when `pass_time` has something to do; None for not before a signal or a call."""
        if self.state is not State.IDLE:
            return self._until_ms
        return self._poll_at_ms if self._is_control else None

    def poll_soon(self) -> None:
        """Let the next poll be due at once; a slave polls nobody."""
        self._poll_at_ms = 0

    def pass_time(self, now_ms: int) -> list[Effect]:
        """Do what is due at `now_ms`: give up waiting, start a call, poll."""
        self._now_ms = now_ms
        effects: list[Effect] = []
        if self.state is not State.IDLE and now_ms >= self._until_ms:
            effects += self._happen(Event.SILENT)
        if self._is_control and self.state is State.IDLE:
            if self._waiting:
                effects += self._happen(Event.CALL_WAITS)
            elif now_ms >= self._poll_at_ms:
                effects += self._happen(Event.POLL_DUE)
        return effects

    def hear(self, signal: Signal, now_ms: int) -> list[Effect]:
        """Take one signal from the line."""
        self._now_ms = now_ms
        event = self._event(signal)
        if event in _ANSWERS:
            self._owed_answers = max(0, self._owed_answers - 1)
        if event not in self._table[self.state]:
            return [] if self.state is State.OVERHEARING else [Unexpected(event.value)]
        return self._happen(event, signal)

    def cut(self) -> Call | None:
        """Begin anew after the port was lost; returns the call that had the line."""
        call, self._call = self._call, None
        if call is not None and self.state in _OUT:
            call.may_have_arrived = True
        self.state = State.IDLE
        self._last_body = b""
        return call

    def _event(self, signal: Signal) -> Event:
        if signal.heard is Heard.ENQUIRY:
            return Event.ENQUIRED if signal.prefix == self._settings.own else Event.OVERHEARD
        if signal.heard is Heard.NAK:
            return Event.BAD_COPY if signal.prefix in {"", NAK_GARBLED} else Event.REFUSED
        return _EVENTS[signal.heard]

    def _happen(self, event: Event, signal: Signal | None = None) -> list[Effect]:
        if event is Event.SILENT and self.state in _UNANSWERED:
            self._sure_from_ms = self._now_ms + self._settings.transaction_ms
        if self._call is not None:
            self._call.failures += event in _FAILED_TRIES
            self._call.may_have_arrived |= self.state in _OUT and event in _UNKNOWN_ENDS
        move = self._table[self.state][event]
        if isinstance(move, Choice):
            move = move.yes if getattr(self, f"_{move.claim}")() else move.no
        effects: list[Effect] = getattr(self, f"_{move.action}")(signal)
        self._enter(move.to, sum(len(effect.data) for effect in effects if isinstance(effect, Send)))
        return effects

    def _enter(self, state: State, sent_bytes: int) -> None:
        settings = self._settings
        if state is State.OVERHEARING:
            # A slave that waits for longer takes the next poll for a selection.
            wait_ms = settings.transaction_ms if self._is_control else settings.gap_ms
        else:
            wait_ms = settings.transaction_ms if state is State.RECEIVING else settings.reply_ms
        if state is State.CONFIRMING:
            wait_ms *= CONFIRMING_REPLIES
        if state is State.IDLE:
            self._last_body = b""
        self.state = state
        self._until_ms = self._now_ms + wait_ms + sent_bytes * settings.byte_us // 1000

    # Claims.

    def _has_call(self) -> bool:
        return len(self._waiting) > 0

    def _may_try_again(self) -> bool:
        call = self._held()
        return call.failures < self._settings.tries_max and not self._waiting.is_graver_than(call)

    def _is_sure(self) -> bool:
        return self._owed_answers == 0 or self._now_ms >= self._sure_from_ms

    # Actions.

    def _begin(self, _: Signal | None) -> list[Effect]:
        self._take_call()
        return self._select(None)

    def _take_line(self, _: Signal | None) -> list[Effect]:
        self._take_call()
        return [StationAnswered(self._settings.pager_system), *self._select(None)]

    def _select(self, _: Signal | None) -> list[Effect]:
        self._owed_answers += 1
        selection = bytes([ord(self._held().station), ENQ])
        if not self._is_control:
            return [Send(selection)]
        # From the beginning, also the second time: without a poll before it, it would be taken for one.
        return [Send(bytes([EOT, ord(self._settings.own), ENQ]) + selection)]

    def _send_block(self, _: Signal | None) -> list[Effect]:
        self._owed_answers += 1
        return [Send(self._held().block)]

    def _be_taken(self, _: Signal | None) -> list[Effect]:
        call = self._released()
        return [Send(bytes([EOT])), StationAnswered(call.station), CallTaken(call)]

    def _be_refused(self, signal: Signal | None) -> list[Effect]:
        assert signal is not None
        call = self._released()
        return [Send(bytes([EOT])), StationAnswered(call.station), _failed(call, nak(signal.prefix))]

    def _be_ended(self, _: Signal | None) -> list[Effect]:
        call = self._released()
        return [StationAnswered(call.station), _failed(call, ENDED)]

    def _give_up(self, signal: Signal | None) -> list[Effect]:
        call = self._released()
        end = Send(bytes([EOT]))
        if call.failures < self._settings.tries_max:
            self._waiting.add(call)
            return [end, CallGaveWay(call)]
        if signal is None:
            why = NO_ACK if self.state is State.SENDING else NO_ANSWER
            return [end, StationSilent(call.station), _failed(call, why)]
        why = (
            nak(signal.prefix)
            if signal.heard is Heard.NAK
            else ENDED
            if signal.heard is Heard.EOT
            else NO_ACK
        )
        return [end, StationAnswered(call.station), _failed(call, why)]

    def _poll(self, _: Signal | None) -> list[Effect]:
        self._other = next(self._stations)
        self._poll_at_ms = self._now_ms + self._settings.poll_ms
        return [Send(bytes([ord(self._other), ENQ]))]

    def _be_answered(self, _: Signal | None) -> list[Effect]:
        return [StationAnswered(self._other)]

    def _be_answered_oddly(self, _: Signal | None) -> list[Effect]:
        return [Send(bytes([EOT])), StationAnswered(self._other)]

    def _be_unanswered(self, _: Signal | None) -> list[Effect]:
        return [Send(bytes([EOT])), StationSilent(self._other)]

    def _accept_polled(self, _: Signal | None) -> list[Effect]:
        return [Send(bytes([ACK])), StationAnswered(self._other)]

    def _accept(self, _: Signal | None) -> list[Effect]:
        return [Send(bytes([ACK]))]

    def _have_nothing(self, _: Signal | None) -> list[Effect]:
        return [Send(bytes([EOT])), StationAnswered(self._settings.pager_system)]

    def _overhear(self, signal: Signal | None) -> list[Effect]:
        assert signal is not None
        self._other = signal.prefix or self._settings.pager_system
        return []

    def _take_block(self, signal: Signal | None) -> list[Effect]:
        assert signal is not None
        block = read(signal.body)
        if block is None or block.header != STATUS:
            return [Send(bytes([ord(NAK_INVALID), NAK])), BlockRefused(self._other)]
        is_repeat, self._last_body = signal.body == self._last_body, signal.body
        return [Send(bytes([ACK])), BlockTaken(self._other, block, is_repeat)]

    def _ask_again(self, _: Signal | None) -> list[Effect]:
        return [Send(bytes([ord(NAK_GARBLED), NAK])), BlockGarbled(self._other)]

    def _rest(self, _: Signal | None) -> list[Effect]:
        return []

    def _end(self, _: Signal | None) -> list[Effect]:
        return [Send(bytes([EOT]))]

    def _take_call(self) -> None:
        self._call = self._waiting.take()
        if self._now_ms >= self._sure_from_ms:
            self._owed_answers = 0

    def _held(self) -> Call:
        assert self._call is not None, self.state
        return self._call

    def _released(self) -> Call:
        call, self._call = self._held(), None
        return call


def _failed(call: Call, why: str) -> CallFailed:
    return CallFailed(call, why + (MAY_HAVE_ARRIVED if call.may_have_arrived else ""))
