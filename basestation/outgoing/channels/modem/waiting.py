"""The texts that wait for the modem, and which of them goes next.

Decides the order: real before technical before answers before tests and drills, the older first. Bounded;
where there is no room, a less grave one gives way to a graver one. Pure.
"""

from dataclasses import dataclass, field
from enum import IntEnum

from basestation.outgoing.channels.modem.submit import Pdu

TEXTS_MAX = 64


class Rank(IntEnum):
    """Who goes first."""

    PERSON = 0
    TECHNICAL = 1
    ANSWER = 2
    PRACTICE = 3


@dataclass(slots=True, eq=False)
class Text:
    """One text for one number, and how much of it is sent."""

    rank: Rank
    number: str
    parts: list[Pdu]
    #: Key of its notice; empty for an answer.
    key: str = ""
    #: What the modem called the parts that the network took.
    references: list[int] = field(default_factory=list)
    #: Tries of it that failed.
    failures: int = 0

    @property
    def is_sent(self) -> bool:
        """Tell whether the network took every part."""
        return len(self.references) == len(self.parts)


class Waiting:
    """The texts that wait."""

    def __init__(self) -> None:
        self._texts: list[Text] = []

    def __len__(self) -> int:
        return len(self._texts)

    def put(self, text: Text) -> Text | None:
        """Take a text; return the one that has to give way, which may be the same."""
        place = next((at for at, other in enumerate(self._texts) if other.rank > text.rank), len(self._texts))
        self._texts.insert(place, text)
        return self._texts.pop() if len(self._texts) > TEXTS_MAX else None

    def holds(self, text: Text) -> bool:
        """Tell whether the text waits."""
        return text in self._texts

    def next(self) -> Text | None:
        """Return the text whose turn it is; it stays."""
        return self._texts[0] if self._texts else None

    def remove(self, text: Text) -> None:
        """Forget a text, if it is here."""
        if text in self._texts:
            self._texts.remove(text)

    def clear(self) -> list[Text]:
        """Return and forget all."""
        texts, self._texts = self._texts, []
        return texts
