"""What a station on an ESPA 4.4.4 line does, state by state, for a control station and for a slave.

Decides every move. The control station polls (`address ENQ`); whoever is polled is master until EOT and
selects whom it wants to tell something (`address ENQ` again), who says ACK and gets blocks. To call, the
control station polls itself first. `IGNORED` names what a state leaves aside. A test walks the product.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Who has the line."""

    IDLE = "IDLE"
    #: We have polled a station and wait for its answer.
    POLLING = "POLLING"
    #: Two others speak.
    OVERHEARING = "OVERHEARING"
    #: We have the line and wait for the ACK of the station that we selected.
    SELECTING = "SELECTING"
    #: Our block is out; we wait for its ACK.
    SENDING = "SENDING"
    #: An ACK came that may have been meant for something before: it counts if no other answer follows.
    CONFIRMING = "CONFIRMING"
    #: Another station selected us and sends blocks.
    RECEIVING = "RECEIVING"


class Event(StrEnum):
    """What happens to a station."""

    #: We are control station, the line is free, and a call waits, or a poll is due.
    CALL_WAITS = "call waits"
    POLL_DUE = "poll due"
    #: An enquiry with our address: a poll or a selection, by what was before.
    ENQUIRED = "enquired"
    #: An enquiry with another address.
    OVERHEARD = "overheard"
    ACKED = "acked"
    #: NAK that asks for the same again: garbled, or without a code.
    BAD_COPY = "bad copy"
    #: NAK that says no: busy, not understood.
    REFUSED = "refused"
    ENDED = "ended"
    BLOCK = "block"
    GARBLED = "garbled"
    #: What the state waits for did not come.
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Move:
    """An action of `Station`, by name, and the state after it."""

    action: str
    to: State


@dataclass(frozen=True, slots=True)
class Choice:
    """One of two moves, by a claim of `Station`."""

    claim: str
    yes: Move
    no: Move


Table = dict[State, dict[Event, Move | Choice]]

_SELECT_AGAIN = Choice("may_try_again", Move("select", State.SELECTING), Move("give_up", State.IDLE))
_SEND_AGAIN = Choice("may_try_again", Move("send_block", State.SENDING), Move("give_up", State.IDLE))

_SELECTING: Final[dict[Event, Move | Choice]] = {
    Event.ACKED: Move("send_block", State.SENDING),
    Event.BAD_COPY: _SELECT_AGAIN,
    Event.SILENT: _SELECT_AGAIN,
    Event.REFUSED: Move("be_refused", State.IDLE),
    # Also an answer to a poll that comes late.
    Event.ENDED: _SELECT_AGAIN,
}
_SENDING: Final[dict[Event, Move | Choice]] = {
    Event.ACKED: Choice("is_sure", Move("be_taken", State.IDLE), Move("rest", State.CONFIRMING)),
    Event.BAD_COPY: _SEND_AGAIN,
    Event.SILENT: _SEND_AGAIN,
    Event.REFUSED: Move("be_refused", State.IDLE),
    Event.ENDED: Move("be_ended", State.IDLE),
}
_CONFIRMING: Final[dict[Event, Move | Choice]] = {
    Event.ACKED: Choice("is_sure", Move("be_taken", State.IDLE), Move("rest", State.CONFIRMING)),
    Event.SILENT: Move("be_taken", State.IDLE),
    Event.BAD_COPY: _SEND_AGAIN,
    Event.REFUSED: Move("be_refused", State.IDLE),
    Event.ENDED: Move("be_ended", State.IDLE),
}
_RECEIVING: Final[dict[Event, Move | Choice]] = {
    Event.BLOCK: Move("take_block", State.RECEIVING),
    Event.GARBLED: Move("ask_again", State.RECEIVING),
    Event.ENDED: Move("rest", State.IDLE),
}

CONTROL_STATION: Final[Table] = {
    State.IDLE: {
        Event.CALL_WAITS: Move("begin", State.SELECTING),
        Event.POLL_DUE: Move("poll", State.POLLING),
        Event.ENDED: Move("rest", State.IDLE),
    },
    State.POLLING: {
        Event.ENDED: Move("be_answered", State.IDLE),
        Event.ENQUIRED: Move("accept_polled", State.RECEIVING),
        Event.OVERHEARD: Move("be_answered", State.OVERHEARING),
        # No answer of the standard, and yet a sign that somebody is there.
        Event.ACKED: Move("be_answered_oddly", State.IDLE),
        Event.BAD_COPY: Move("be_answered_oddly", State.IDLE),
        Event.REFUSED: Move("be_answered_oddly", State.IDLE),
        Event.SILENT: Move("be_unanswered", State.IDLE),
    },
    State.OVERHEARING: {
        Event.ENQUIRED: Move("accept", State.RECEIVING),
        Event.ENDED: Move("rest", State.IDLE),
        Event.SILENT: Move("end", State.IDLE),
    },
    State.SELECTING: _SELECTING,
    State.SENDING: _SENDING,
    State.CONFIRMING: _CONFIRMING,
    State.RECEIVING: {
        **_RECEIVING,
        # Our ACK was not heard.
        Event.ENQUIRED: Move("accept", State.RECEIVING),
        Event.SILENT: Move("end", State.IDLE),
    },
}

_ANSWER_POLL = Choice("has_call", Move("take_line", State.SELECTING), Move("have_nothing", State.IDLE))

SLAVE: Final[Table] = {
    State.IDLE: {
        Event.ENQUIRED: _ANSWER_POLL,
        Event.OVERHEARD: Move("overhear", State.OVERHEARING),
        Event.ENDED: Move("rest", State.IDLE),
    },
    State.POLLING: {},
    State.OVERHEARING: {
        Event.ENQUIRED: Move("accept", State.RECEIVING),
        Event.ENDED: Move("rest", State.IDLE),
        Event.SILENT: Move("rest", State.IDLE),
    },
    # Polled again: our selection or block was not heard.
    State.SELECTING: {**_SELECTING, Event.ENQUIRED: _SELECT_AGAIN},
    State.SENDING: {**_SENDING, Event.ENQUIRED: _SELECT_AGAIN},
    State.CONFIRMING: {**_CONFIRMING, Event.ENQUIRED: _SELECT_AGAIN},
    State.RECEIVING: {
        **_RECEIVING,
        # Either our ACK was not heard, or what we took for a selection was a poll: a call goes first.
        Event.ENQUIRED: Choice(
            "has_call", Move("take_line", State.SELECTING), Move("accept", State.RECEIVING)
        ),
        Event.SILENT: Move("rest", State.IDLE),
    },
}

_OFFERS = frozenset({Event.CALL_WAITS, Event.POLL_DUE})
_ANSWERS = frozenset({Event.ACKED, Event.BAD_COPY, Event.REFUSED})
_BLOCKS = frozenset({Event.BLOCK, Event.GARBLED})
_ENQUIRIES = frozenset({Event.ENQUIRED, Event.OVERHEARD})

#: What a state leaves aside, by role; what came over the line for us is counted.
CONTROL_IGNORED: Final = {
    State.IDLE: _ANSWERS | _BLOCKS | _ENQUIRIES | {Event.SILENT},
    State.POLLING: _OFFERS | _BLOCKS,
    State.OVERHEARING: _OFFERS | _ANSWERS | _BLOCKS | {Event.OVERHEARD},
    State.SELECTING: _OFFERS | _BLOCKS | _ENQUIRIES,
    State.SENDING: _OFFERS | _BLOCKS | _ENQUIRIES,
    State.CONFIRMING: _OFFERS | _BLOCKS | _ENQUIRIES,
    State.RECEIVING: _OFFERS | _ANSWERS | {Event.OVERHEARD},
}
SLAVE_IGNORED: Final = {
    State.IDLE: _OFFERS | _ANSWERS | _BLOCKS | {Event.SILENT},
    # A slave polls nobody.
    State.POLLING: frozenset(Event),
    State.OVERHEARING: _OFFERS | _ANSWERS | _BLOCKS | {Event.OVERHEARD},
    State.SELECTING: _OFFERS | _BLOCKS | {Event.OVERHEARD},
    State.SENDING: _OFFERS | _BLOCKS | {Event.OVERHEARD},
    State.CONFIRMING: _OFFERS | _BLOCKS | {Event.OVERHEARD},
    State.RECEIVING: _OFFERS | _ANSWERS | {Event.OVERHEARD},
}
