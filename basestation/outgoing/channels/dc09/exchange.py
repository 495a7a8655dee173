"""One connection to a receiver, from the first frame to its end, as a table.

Decides when the same frame goes out again with the same number, and when this connection is given up. A NAK
sets the clock and is tried again; an answer that cannot be read is asked for again; what was told twice is
one message to the receiver by its number. Never decides who is tried next (`channel`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from basestation.outgoing.channels.dc09.answers import Event

#: Frames sent at most on one connection: the first, one after the clock was set, one for good measure.
FIRST, SECOND, THIRD = "FIRST", "SECOND", "THIRD"
#: How it ends: acknowledged; not understood; refused each time; nothing known.
TAKEN, NOT_UNDERSTOOD, DENIED, UNANSWERED = "TAKEN", "NOT_UNDERSTOOD", "DENIED", "UNANSWERED"
ENDS: Final = (TAKEN, NOT_UNDERSTOOD, DENIED, UNANSWERED)

TABLE: Final[Mapping[str, Mapping[Event, str]]] = {
    FIRST: {
        Event.ACK: TAKEN,
        Event.NAK: SECOND,
        Event.DUH: NOT_UNDERSTOOD,
        Event.GARBLED: SECOND,
        Event.SILENT: UNANSWERED,
        Event.LOST: UNANSWERED,
    },
    SECOND: {
        Event.ACK: TAKEN,
        Event.NAK: THIRD,
        Event.DUH: NOT_UNDERSTOOD,
        Event.GARBLED: THIRD,
        Event.SILENT: UNANSWERED,
        Event.LOST: UNANSWERED,
    },
    THIRD: {
        Event.ACK: TAKEN,
        Event.NAK: DENIED,
        Event.DUH: NOT_UNDERSTOOD,
        # The answers to the frames before may still come.
        Event.GARBLED: THIRD,
        Event.SILENT: UNANSWERED,
        Event.LOST: UNANSWERED,
    },
    TAKEN: dict.fromkeys(Event, TAKEN),
    NOT_UNDERSTOOD: dict.fromkeys(Event, NOT_UNDERSTOOD),
    DENIED: dict.fromkeys(Event, DENIED),
    UNANSWERED: dict.fromkeys(Event, UNANSWERED),
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """How far one connection has come."""

    state: str = FIRST
    #: The frame has to go out now.
    is_to_send: bool = True

    @property
    def is_over(self) -> bool:
        """Tell whether the connection has done what it could."""
        return self.state in ENDS

    def sent(self) -> "Exchange":
        """Return it with the frame sent."""
        return replace(self, is_to_send=False)

    def after(self, event: Event) -> "Exchange":
        """Return it after `event`."""
        state = TABLE[self.state][event]
        return Exchange(state, is_to_send=state not in {self.state, *ENDS})
