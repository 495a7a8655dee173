"""The calls that wait for the line: what is real first, then the gravest, then the oldest.

Decides the order and who has to go when there is no room: the last in that order, never a graver one.
"""

from dataclasses import dataclass, field
from itertools import count

from basestation.cases.case import gravity

#: Calls that wait at one moment. The dispatcher hands over 16 at once; the rest is room for the worst.
WAITING_MAX = 64


@dataclass(slots=True, eq=False)
class Call:
    """One block on its way to a pager, and how far it got."""

    #: The notice's key.
    key: str
    #: Address of the station on the line that takes it, one character.
    station: str
    #: The whole block as it goes over the line.
    block: bytes
    kind: str = "manual"
    mark: str = "real"
    #: Call address and text, as a status repeats them.
    pager: str = ""
    text: str = ""
    #: A request for a status instead of a call.
    is_request: bool = False
    #: How often a try ended without an answer, or with a garbled one.
    failures: int = 0
    #: The block went out and nobody said what became of it.
    may_have_arrived: bool = False
    #: Place in the order of arrival, given by `WaitingCalls`.
    number: int = field(default=0)

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Return the place in the order; less is sooner. A request waits for every call."""
        return self.is_request, gravity(self.kind, self.mark), self.number


class WaitingCalls:
    """The queue of one line."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._numbers = count(1)

    def __len__(self) -> int:
        return len(self._calls)

    def __contains__(self, call: object) -> bool:
        return call in self._calls

    def add(self, call: Call) -> Call | None:
        """Put a call in its place; returns the one that has no room, which may be itself."""
        if not call.number:
            call.number = next(self._numbers)
        self._calls.append(call)
        self._calls.sort(key=lambda waiting: waiting.rank)
        return self._calls.pop() if len(self._calls) > WAITING_MAX else None

    def take(self) -> Call:
        """Return the first, which waits no more; there must be one."""
        return self._calls.pop(0)

    def is_graver_than(self, call: Call) -> bool:
        """Tell whether the first one may go before `call`, which has the line."""
        return bool(self._calls) and self._calls[0].rank[:2] < call.rank[:2]

    def remove(self, call: Call) -> None:
        """Let a call wait no more, if it does."""
        if call in self._calls:
            self._calls.remove(call)

    def take_all(self) -> list[Call]:
        """Return every call, in order; none waits then."""
        calls, self._calls = self._calls, []
        return calls
