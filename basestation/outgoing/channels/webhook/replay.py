"""Which requests have been taken, for as long as their time stamps would let them in again.

Decides between a request that is played again (the same id and time stamp) and one that its sender sends
again, signed anew, since it knows no answer. Neither is done twice. The memory is bounded: while it is full
nothing more is taken, and nothing is forgotten before its time. What was signed before the start is refused,
because nobody knows any more whether it was taken. Seconds since 1970.
"""

from collections import OrderedDict
from enum import Enum, auto
from typing import Final

from basestation.outgoing.channels.webhook.signature import WINDOW_S, Signed

#: Requests remembered, over all hooks.
REMEMBERED_MAX: Final = 10_000


class Seen(Enum):
    """What is known of a request."""

    NEW = auto()
    #: It is being taken at this moment.
    UNDER_WAY = auto()
    #: The very same request was taken.
    REPLAYED = auto()
    #: It was taken, and its sender asks again.
    REPEATED = auto()
    #: It is from before our start.
    EARLIER = auto()
    #: Too many are remembered.
    FULL = auto()


class Memory:
    """What was taken lately."""

    def __init__(self, started_at_s: int, remembered_max: int = REMEMBERED_MAX) -> None:
        self._started_at_s = started_at_s
        self._remembered_max = remembered_max
        #: By hook and id: the newest time stamp, when it may be forgotten, and the answer; None: under way.
        self._taken: OrderedDict[tuple[str, str], tuple[int, int, str | None]] = OrderedDict()

    def begin(self, hook: str, signed: Signed, now_s: int) -> tuple[Seen, str]:
        """Return what is known of a request, with its answer; a new one is under way from now on."""
        self._forget(now_s)
        if signed.at_s <= self._started_at_s:
            return Seen.EARLIER, ""
        known = self._taken.get((hook, signed.id))
        if known is None:
            if len(self._taken) >= self._remembered_max:
                return Seen.FULL, ""
            self._keep(hook, signed, now_s, None)
            return Seen.NEW, ""
        at_s, _, answer = known
        if answer is None:
            return Seen.UNDER_WAY, ""
        if signed.at_s <= at_s:
            return Seen.REPLAYED, ""
        self._keep(hook, signed, now_s, answer)
        return Seen.REPEATED, answer

    def done(self, hook: str, signed: Signed, now_s: int, answer: str) -> None:
        """Note that a request was taken, with what its sender was told."""
        self._keep(hook, signed, now_s, answer)

    def failed(self, hook: str, signed: Signed) -> None:
        """Note that a request was not taken: it may come again."""
        self._taken.pop((hook, signed.id), None)

    def _keep(self, hook: str, signed: Signed, now_s: int, answer: str | None) -> None:
        # A time stamp may lie ahead of our clock by the window, and behind it by another.
        self._taken[hook, signed.id] = (signed.at_s, now_s + 2 * WINDOW_S + 1, answer)
        self._taken.move_to_end((hook, signed.id))

    def _forget(self, now_s: int) -> None:
        while self._taken:
            place, (_, until_s, answer) = next(iter(self._taken.items()))
            if until_s > now_s or answer is None:
                return
            del self._taken[place]
