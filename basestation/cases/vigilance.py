"""Whether somebody sits in the control room: a console whose sound is proven, and a person who acted at it.

Decides from what consoles have told alone. A console that has not told lately counts for nothing, whatever it
told before: a page that hangs is deaf. Times are aware UTC; the limits are conventions of this product.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

#: What a site may set for the time since an operator's last act, in seconds.
ATTENDED_S_MIN, ATTENDED_S_DEFAULT, ATTENDED_S_MAX = 60, 600, 3600
#: A console tells that its sound is proven every 10 s; two may be lost, in seconds.
SIGN_S_MAX = 30
#: How long nobody may sit there while people are at work, in seconds: log-ins, reloads, a change of chairs.
UNATTENDED_S_MAX = 60


@dataclass(frozen=True, slots=True)
class ConsoleSigns:
    """What one open console has told."""

    #: When it last told that its sound is proven; None: never, or that it is not.
    sounding_at: datetime | None = None
    #: When somebody last pressed a key or a button of the pointer there; None: not yet.
    acted_at: datetime | None = None
    #: Numbers of the sites where whoever sits there may act; None: all of them.
    sites: frozenset[int] | None = None

    def covers(self, site: int | None) -> bool:
        """Tell whether a case of this site (None: not known which) can be taken there."""
        if self.sites is None:
            return True
        return bool(self.sites) if site is None else site in self.sites


def heard(now: datetime, *, is_sounding: bool, idle_s: int | None) -> ConsoleSigns:
    """Return the signs of a console that tells of itself; `idle_s` since an act there, None: never."""
    acted_at = None if idle_s is None else now - timedelta(seconds=idle_s)
    return ConsoleSigns(now if is_sounding else None, acted_at)


def attended_until(consoles: Iterable[ConsoleSigns], act_s: int) -> datetime | None:
    """Return until when the control room counts as attended if nothing more is told; None: not at all."""
    return max(
        (
            min(one.sounding_at + timedelta(seconds=SIGN_S_MAX), one.acted_at + timedelta(seconds=act_s))
            for one in consoles
            if one.sounding_at is not None and one.acted_at is not None
        ),
        default=None,
    )


def is_attended(consoles: Iterable[ConsoleSigns], now: datetime, act_s: int, site: int | None = None) -> bool:
    """Tell whether a console is attended: its sound is proven, and somebody acted within `act_s` seconds.

    Only consoles count where a case of `site` can be taken: what nobody there is shown, nobody attends to.
    """
    until = attended_until((one for one in consoles if one.covers(site)), act_s)
    return until is not None and now < until
