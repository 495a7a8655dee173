"""What a fault is: what it needs, what it does, and what may come of it, said before it is tried.

The bounds are in seconds: from the strike until somebody can notice, and from the mending until everything
that was raised has its receipt and the next alarm gets its own in its normal time.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.database import STORES
from tests.faults.site import FaultySite, Wish

Act = Callable[[FaultySite], None]


def nothing(_site: FaultySite) -> None:
    """Leave the site as it is."""


def never_missing() -> str:
    """Nothing is needed that a machine may lack."""
    return ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One row of the table."""

    name: str
    #: What is done, for people.
    said: str
    strike: Act
    #: From the strike to the mending, in seconds.
    lasts_s: float
    #: Where it may be noticed (`sightings`); empty: there is nothing to notice.
    noticed_by: tuple[str, ...]
    noticed_s_max: float
    recovered_s_max: float
    #: Where the two bounds come from.
    bounds: str
    mend: Act = nothing
    wish: Wish = field(default_factory=Wish)
    #: How often a key may arrive again: a base that dies between sending and noting sends once more.
    again_max: int = 0
    #: The device that is struck itself, where it is one: it raises its alarm right before.
    is_on_victim: bool = False
    stores: tuple[str, ...] = STORES
    #: How long the base station has been up when it strikes, at least, in seconds.
    settled_s: float = 0
    #: What the second bound allows for the start of a base station, in seconds; where the first start of the
    #: same site took longer, the difference is added.
    start_s: float = 0
    #: Within which time the next level has to be called where nobody accepts, in seconds; None: open.
    escalated_s_max: float | None = None
    #: Why it cannot be tried on this machine; "" if it can.
    missing: Callable[[], str] = never_missing
