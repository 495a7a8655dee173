"""Whether a node of a cluster works with the others or by itself. Pure; seconds of a steady clock.

A node without a majority lets nobody in and confirms nothing, while alarms must arrive: it then goes on
alone, with queues of its own. Nothing is lost by that, since every device repeats its alarm until the base
station has stored it, and a base station hears every node. It joins again when a majority answers, and waits
longer each time that was in vain. Bounds: ours; a frozen leader costs up to 12 s without log-ins.
"""

from dataclasses import dataclass, replace

from basestation.broker.cluster import MAJORITY, NODES

JOINED = "JOINED"
ALONE = "ALONE"

#: A node that lets nobody in goes on alone after this where too few others answer,
LONELY_S = 5.0
#: and after this whatever they say.
DEAF_S = 25.0
#: So long others must have answered before a node joins them.
TOGETHER_S = 5.0
#: Or so long, where one of them works with others already and waits for this one.
AWAITED_S = 2.0
#: After joining in vain it waits twice as long, up to this.
TOGETHER_S_MAX = 640.0
#: A membership that lasted this long was not in vain.
LASTING_S = 60.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a node sees at one moment."""

    #: A log-in at this node is accepted.
    is_answering: bool
    #: How many of the others answer on their lines to nodes.
    joined_count: int
    #: How many of the others let somebody in, or answer on those lines.
    up_count: int
    #: Whether queues of the cluster lie at this node; the first ones can only be made by all nodes together.
    is_formed: bool = True


@dataclass(frozen=True, slots=True)
class Membership:
    """How one node works, and since when what it sees has been so."""

    state: str
    changed_at_s: float
    #: Since when log-ins have not been accepted; None: they are.
    deaf_since_s: float | None = None
    #: Since when enough others have answered; None: they do not.
    together_since_s: float | None = None
    #: How long they must have answered next time.
    together_s: float = TOGETHER_S


def begun(joined_count: int, now_s: float, *, is_formed: bool = True) -> Membership:
    """Return how a node begins: with the others only where enough of them are at work already."""
    return Membership(JOINED if joined_count + 1 >= _needed(is_formed=is_formed) else ALONE, now_s)


def _needed(*, is_formed: bool) -> int:
    return MAJORITY if is_formed else NODES


def step(now: Membership, seen: Seen, now_s: float) -> Membership:
    """Return how the node works from now on; its state says what it is to be restarted as."""
    if now.state == JOINED:
        return _joined(now, seen, now_s)
    return _alone(now, seen, now_s)


def _joined(now: Membership, seen: Seen, now_s: float) -> Membership:
    if seen.is_answering:
        is_lasting = now_s - now.changed_at_s >= LASTING_S
        return replace(now, deaf_since_s=None, together_s=TOGETHER_S if is_lasting else now.together_s)
    since_s = now_s if now.deaf_since_s is None else now.deaf_since_s
    # A server that has just been started again needs its time, and so does an election.
    is_lonely = seen.joined_count + 1 < MAJORITY
    if now_s - since_s < (LONELY_S if is_lonely else DEAF_S):
        return replace(now, deaf_since_s=since_s)
    return Membership(ALONE, now_s, together_s=min(2 * now.together_s, TOGETHER_S_MAX))


def _alone(now: Membership, seen: Seen, now_s: float) -> Membership:
    if seen.up_count + 1 < _needed(is_formed=seen.is_formed):
        return replace(now, together_since_s=None)
    since_s = now_s if now.together_since_s is None else now.together_since_s
    # Others that wait for this node take no log-ins meanwhile: it goes to them at once.
    wait_s = min(now.together_s, AWAITED_S) if seen.joined_count else now.together_s
    if now_s - since_s < wait_s:
        return replace(now, together_since_s=since_s)
    return Membership(JOINED, now_s, together_s=now.together_s)
