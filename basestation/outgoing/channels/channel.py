"""What a channel is given and what it answers."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Notice:
    """One text for one recipient."""

    #: The same notice keeps its key, however often it is sent.
    key: str
    case_id: int
    recipient: str
    address: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one attempt."""

    is_delivered: bool
    #: Why not, or by what; a sentence without secrets.
    detail: str = ""


class Channel(Protocol):
    """A way to tell somebody something."""

    async def send(self, notice: Notice) -> Delivery:
        """Try once; whatever goes wrong is an answer, not an exception. May be cancelled."""
        ...
