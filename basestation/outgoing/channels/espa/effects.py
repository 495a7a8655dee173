"""What a station asks of the line: bytes to send, and what became of calls, polls and blocks."""

from dataclasses import dataclass

from basestation.outgoing.channels.espa.frames import Block
from basestation.outgoing.channels.espa.waiting import Call


@dataclass(frozen=True, slots=True)
class Send:
    """Send these bytes."""

    data: bytes


@dataclass(frozen=True, slots=True)
class CallTaken:
    """The other station has acknowledged the call."""

    call: Call


@dataclass(frozen=True, slots=True)
class CallFailed:
    """The call will not arrive by this attempt."""

    call: Call
    #: Why, as a sentence.
    detail: str


@dataclass(frozen=True, slots=True)
class CallGaveWay:
    """The call waits again, because a graver one is there."""

    call: Call


@dataclass(frozen=True, slots=True)
class StationAnswered:
    """A station that we polled, or that polled us, is there."""

    station: str


@dataclass(frozen=True, slots=True)
class StationSilent:
    """A station has not answered its poll or selection."""

    station: str


@dataclass(frozen=True, slots=True)
class BlockTaken:
    """A block came and was acknowledged."""

    station: str
    block: Block
    #: The same block came before in this transaction: our ACK was not heard.
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class BlockRefused:
    """A block came that asks for something we do not do."""

    station: str


@dataclass(frozen=True, slots=True)
class BlockGarbled:
    """A block came garbled, and was asked for again."""

    station: str


@dataclass(frozen=True, slots=True)
class Unexpected:
    """Something came that nobody waited for."""

    event: str


Effect = (
    Send
    | CallTaken
    | CallFailed
    | CallGaveWay
    | StationAnswered
    | StationSilent
    | BlockTaken
    | BlockRefused
    | BlockGarbled
    | Unexpected
)
