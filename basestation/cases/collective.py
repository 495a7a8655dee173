"""Many devices silent at once: one collective case that lists every worker, and who leaves it when.

Decides what "at once" is, what becomes of each member, and when a member gets a case of its own: at once with
an open alarm of its worker, else 60 s after the others are back. A wait that has begun never begins anew,
however the others come and go. Never decides when a device counts as silent (`silence` does). Times in
seconds. A device counts with the moment contact was lost: devices lost together are noticed up to a minute
apart, by last will or by missing heartbeats, but were all heard within the heartbeat period before.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from pydantic import TypeAdapter

#: Where a member stands: silent in the collective case; silent although the others are back; heard again or
#: off shift; with a case of its own.
SILENT, WAITING, BACK, APART = STANDINGS = ("silent", "waiting", "back", "apart")
#: What can happen to a member. SetApart: its worker's alarm is open, or its own word explains its silence.
EVENTS = ("FellSilent", "Heard", "SetApart", "OthersBack", "WaitOver")

#: The standing after each event; None: ignored.
TABLE: Final[Mapping[str, Mapping[str, str | None]]] = {
    SILENT: {
        "FellSilent": None,
        "Heard": BACK,
        "SetApart": APART,
        "OthersBack": WAITING,
        "WaitOver": None,
    },
    WAITING: {
        "FellSilent": None,
        "Heard": BACK,
        "SetApart": APART,
        # The time that runs is not begun again.
        "OthersBack": None,
        "WaitOver": APART,
    },
    BACK: {
        "FellSilent": SILENT,
        "Heard": None,
        "SetApart": None,
        "OthersBack": None,
        "WaitOver": None,
    },
    APART: {
        "FellSilent": SILENT,
        # The end of its silence is its own case's.
        "Heard": None,
        "SetApart": None,
        "OthersBack": None,
        "WaitOver": None,
    },
}


@dataclass(frozen=True, slots=True)
class CollectiveSettings:
    """When silence is a collective one."""

    #: So many devices at once, or this share of those on shift where that is fewer; never fewer than two.
    count: int = 3
    share_percent: int = 50
    #: Contact with them was lost within this time: a heartbeat period and a margin, in seconds.
    window_s: int = 30
    #: Who is still silent so long after the others are back gets a case of its own, in seconds.
    apart_s: int = 60


@dataclass(frozen=True, slots=True)
class Member:
    """One device of a collective case."""

    device: str
    lost_at: datetime
    #: Why it counted as silent, as a sentence.
    cause: str
    standing: str = SILENT
    #: When it gets a case of its own; None while the others are not back.
    apart_at: datetime | None = None

    @property
    def is_inside(self) -> bool:
        """Tell whether the collective case stands for its silence."""
        return self.standing in {SILENT, WAITING}


@dataclass(frozen=True, slots=True)
class Collective:
    """The devices of one collective case, those that left it too."""

    #: From 1; tells collective cases that are open at the same time from each other.
    number: int
    #: So many silent at once made it one.
    quorum: int
    members: tuple[Member, ...] = ()

    @property
    def is_over(self) -> bool:
        """Tell whether every member is back or has a case of its own."""
        return not any(member.is_inside for member in self.members)

    def with_standing(self, *standings: str) -> list[str]:
        """Return the devices that stand so, in the order in which they came."""
        return [member.device for member in self.members if member.standing in standings]


def quorum_of(on_shift: int, settings: CollectiveSettings) -> int:
    """Return how many must fall silent at once while so many devices are on shift."""
    share = -(-on_shift * settings.share_percent // 100)
    return min(settings.count, max(2, share))


def at_once(lost_at: Mapping[str, datetime], quorum: int, window_s: int) -> frozenset[str]:
    """Return the devices that belong to a group of `quorum` or more, all lost within `window_s`."""
    order = sorted(lost_at, key=lambda device: lost_at[device])
    found: set[str] = set()
    for first in range(len(order) - quorum + 1):
        group = order[first : first + quorum]
        if lost_at[group[-1]] - lost_at[group[0]] <= timedelta(seconds=window_s):
            found.update(group)
    return frozenset(found)


def fell_silent(collective: Collective, fallen: Iterable[Member]) -> Collective:
    """Take devices into the case; one that was in it before stands in it anew, one that is in it stays."""
    members = {member.device: member for member in collective.members}
    for member in fallen:
        known = members.get(member.device)
        if known is None or TABLE[known.standing]["FellSilent"] is not None:
            # At the end of the list: it came last.
            members.pop(member.device, None)
            members[member.device] = member
    return replace(collective, members=tuple(members.values()))


def take(collective: Collective, event: str, devices: Iterable[str]) -> tuple[Collective, tuple[Member, ...]]:
    """Let `event` happen to these devices; return the members that need a case of their own from now on."""
    concerned = frozenset(devices)
    members, apart = [], []
    for member in collective.members:
        standing = TABLE[member.standing][event] if member.device in concerned else None
        if standing is not None:
            member = replace(member, standing=standing)  # noqa: PLW2901 -- the same member, later
            apart += [member] if standing == APART else []
        members.append(member)
    return replace(collective, members=tuple(members)), tuple(apart)


def look(
    collective: Collective,
    together: frozenset[str],
    hearing_since: datetime | None,
    now: datetime,
    settings: CollectiveSettings,
    grace_s: int,
) -> tuple[Collective, tuple[Member, ...]]:
    """Begin and end waits; return the members that need a case of their own from now on.

    `together`: the devices that are missing at once even now. `hearing_since`: since when the base station
    has been hearing its devices; None while it does not, and then nobody's wait ends.
    """
    until = _ends_of_waits(collective, together, now, settings)
    collective, _ = take(collective, "OthersBack", until)
    waits = {member.device: replace(member, apart_at=until[member.device]) for member in collective.members
             if member.device in until}  # fmt: skip
    members = tuple(waits.get(member.device, member) for member in collective.members)
    collective = replace(collective, members=members)
    over = [
        member.device
        for member in collective.members
        if (at := wait_over_at(member, hearing_since, grace_s)) is not None and at <= now
    ]
    return take(collective, "WaitOver", over)


def wait_over_at(member: Member, hearing_since: datetime | None, grace_s: int) -> datetime | None:
    """Return when a member that waits gets a case of its own; None: it does not wait, or nobody is heard."""
    if member.standing != WAITING or member.apart_at is None or hearing_since is None:
        return None
    # The base's own outage says nothing about the device: first it gets the time to speak.
    return max(member.apart_at, hearing_since + timedelta(seconds=grace_s))


def _ends_of_waits(
    collective: Collective, together: frozenset[str], now: datetime, settings: CollectiveSettings
) -> dict[str, datetime]:
    """Return the end of the wait of each silent member whose companions are back."""
    window = timedelta(seconds=settings.window_s)
    companions = [member for member in collective.members if member.standing != APART]
    lost = sorted(member.lost_at for member in companions)
    back = sorted(member.lost_at for member in companions if member.standing == BACK)
    ends = {}
    for member in companions:
        earliest, latest = member.lost_at - window, member.lost_at + window
        all_count = bisect_right(lost, latest) - bisect_left(lost, earliest)
        back_count = bisect_right(back, latest) - bisect_left(back, earliest)
        is_majority_back = 2 * back_count > all_count
        if member.standing == SILENT and (is_majority_back or member.device not in together):
            # Where the others only seemed to be missing there never was anything collective.
            wait_s = settings.apart_s if all_count >= collective.quorum else 0
            ends[member.device] = now + timedelta(seconds=wait_s)
    return ends


def cause_of(collective: Collective, missing: Iterable[str], names: Mapping[str, str], reason: str) -> str:
    """Return what people read: every worker with their device, by how they stand.

    `missing`: devices lost at the same time that do not count as silent yet. `names`: the worker of a device.
    """
    pending = [device for device in sorted(missing) if device not in collective.with_standing(*STANDINGS)]
    groups = (
        ("Silent", collective.with_standing(SILENT)),
        ("Not heard for too long", pending),
        ("Still silent after the others", collective.with_standing(WAITING)),
        ("With a case of their own", collective.with_standing(APART)),
        ("Heard again or off shift", collective.with_standing(BACK)),
    )
    count = len(collective.members) + len(pending)
    listed = ". ".join(_listed(title, devices, names) for title, devices in groups if devices)
    return f"{count} devices fell silent at once: {reason}. {listed}"


def _listed(title: str, devices: list[str], names: Mapping[str, str]) -> str:
    named = ", ".join(f"{names[device]} ({device})" if device in names else device for device in devices)
    return f"{title} ({len(devices)}): {named}"


_COLLECTIVES = TypeAdapter(tuple[Collective, ...])


def to_json(collectives: tuple[Collective, ...]) -> str:
    """Return the collectives as JSON text."""
    return _COLLECTIVES.dump_json(collectives).decode()


def from_json(text: str) -> tuple[Collective, ...]:
    """Return the collectives that `to_json` wrote."""
    return _COLLECTIVES.validate_json(text)
