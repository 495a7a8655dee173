"""From whom the display of the mark is withheld in an unannounced test, and until when.

Decides by name, channel and time. The mark itself is never changed: whatever leaves the house carries it, and
so does what anyone sees before they call outside help. It is shown again to whoever has answered, to
everybody from the deadline on, and at once when the test is over.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

#: Ways that end at a person of the house; every other (receiving centres, pagers, alerts, webhooks, whatever
#: comes later) always says TEST.
INSIDE: Final = frozenset({"console", "email", "sms", "voice", "web_push"})


@dataclass(frozen=True, slots=True)
class Unaware:
    """Who is not told that it is a test."""

    #: As the chain and the log-ins name them.
    names: frozenset[str]
    until: datetime
    #: Those of them who have answered.
    answered: frozenset[str] = frozenset()
    is_over: bool = False


NOBODY: Final = frozenset[str]()


def unaware_now(unaware: Unaware | None, now: datetime) -> frozenset[str]:
    """Return from whom the mark is withheld at this moment; None: an announced test, so nobody."""
    if unaware is None or unaware.is_over or now >= unaware.until:
        return NOBODY
    return unaware.names - unaware.answered


def is_mark_withheld(unaware: Unaware | None, name: str, channel: str, now: datetime) -> bool:
    """Tell whether what goes to `name` by `channel` now does not show the mark."""
    return channel in INSIDE and name in unaware_now(unaware, now)
