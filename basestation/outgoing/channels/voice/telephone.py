"""What a line needs of a telephone, and what a telephone tells: one port for the real one and its twin.

Decides nothing. Events of a call carry the number of that call, since those of the call before may come
late. Everything runs in the loop; nothing blocks.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of speech."""

    text: str
    #: Names, places and numbers are spoken slowly.
    is_slow: bool = False


@dataclass(frozen=True, slots=True)
class Ringing:
    """The other telephone rings."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody or something has picked up."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The last speech has been heard to its end."""


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key of the other telephone: 0 to 9, * or #."""

    key: str


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call has ended, by the other side or the telephone system."""

    #: SIP status of a refusal; 0 for none.
    status: int = 0


@dataclass(frozen=True, slots=True)
class Registration:
    """Whether the telephone system knows us now."""

    is_registered: bool
    #: Why not; a sentence without secrets.
    detail: str = ""


CallEvent = Ringing | Answered | Spoken | KeyPressed | HungUp


@dataclass(frozen=True, slots=True)
class OfCall:
    """What happened in which call."""

    call: int
    event: CallEvent


class TelephoneFailed(Exception):
    """The telephone is gone, or never came; the text is a sentence without secrets."""


class Telephone(Protocol):
    """One line at a telephone system."""

    async def open(self) -> None:
        """Start, and begin to register; raises TelephoneFailed."""
        ...

    async def next_event(self) -> OfCall | Registration:
        """Return what happens next; raises TelephoneFailed once it is gone."""
        ...

    def register(self) -> None:
        """Ask the telephone system again whether it knows us; a Registration follows."""
        ...

    def dial(self, call: int, number: str) -> None:
        """Call a number."""
        ...

    def say(self, call: int, segments: tuple[Segment, ...], language: str) -> None:
        """Speak, instead of what is being spoken; Spoken follows."""
        ...

    def hush(self, call: int) -> None:
        """Stop speaking; no Spoken follows."""
        ...

    def hang_up(self, call: int) -> None:
        """End the call, if it is the one under way."""
        ...

    async def close(self) -> None:
        """End everything."""
        ...
