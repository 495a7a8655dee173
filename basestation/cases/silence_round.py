"""One look at all devices: whose silence is due, who is folded into a collective case, who gets their own.

Pure: `supervision` carries it out, and calls again at the next moment named. Never folds in who has an open
alarm or pre-alarm, who was not on the body, or who told why: theirs goes its own way at once. A collective
case that somebody has acknowledged takes nobody in any more, since nobody would notice.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from basestation.cases import collective as many
from basestation.cases.collective import Collective, Member
from basestation.cases.silence import (
    DeviceWatch,
    SilenceDue,
    SilenceSettings,
    lost_at,
    silence_due,
    told,
)
from basestation.cases.silence_class import NOTHING

#: While a collective case is open the round is repeated so often, in seconds.
LOOK_S = 5


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known when the round is made."""

    now: datetime
    #: Since when the base station has been hearing its devices; None while it does not.
    hearing_since: datetime | None
    watches: Mapping[str, DeviceWatch]
    #: Devices whose silence is over: heard again, or off shift.
    back: AbstractSet[str] = frozenset()
    #: Devices with an open alarm or pre-alarm of their worker, or last heard off the body.
    graver: AbstractSet[str] = frozenset()
    collectives: tuple[Collective, ...] = ()
    #: Numbers of those that somebody has acknowledged.
    acknowledged: AbstractSet[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Round:
    """What is to be done."""

    #: Silence that begins a case of its own.
    own: dict[str, SilenceDue] = field(default_factory=dict)
    #: Silence that a collective case stands for from now on.
    folded: dict[str, SilenceDue] = field(default_factory=dict)
    #: The same of members that leave a collective case for one of their own.
    apart: dict[str, SilenceDue] = field(default_factory=dict)
    #: Those that are over among them, a last time.
    collectives: tuple[Collective, ...] = ()
    #: Devices missing at once, whether they count as silent yet or not.
    together: frozenset[str] = frozenset()


def round_of(sight: Sight, settings: SilenceSettings) -> Round:
    """Return what is due at `sight.now`."""
    due = {
        device: one
        for device, watch in sight.watches.items()
        if (one := silence_due(watch, sight.hearing_since, settings)) is not None and one.due_at <= sight.now
    }
    if not due and not sight.collectives:
        return Round()
    quorum = many.quorum_of(_on_shift(sight), settings.collective)
    together = many.at_once(_missing(sight, settings), quorum, settings.collective.window_s)
    folded = {device: one for device, one in due.items() if device in together}
    known, set_apart = _moved(sight)
    known, waited = _looked(_joined(known, folded, quorum, sight), together, sight, settings)
    own = {device: one for device, one in due.items() if device not in folded}
    apart = {member.device: _own_due(member, sight, settings) for member in (*set_apart, *waited)}
    return Round(own, folded, apart, known, together)


def next_look_at(
    sight: Sight, collectives: tuple[Collective, ...], settings: SilenceSettings
) -> datetime | None:
    """Return when the next round is due if nothing happens; None: when something happens."""
    moments = [
        one.due_at
        for watch in sight.watches.values()
        if (one := silence_due(watch, sight.hearing_since, settings)) is not None
    ]
    members = [member for one in collectives for member in one.members if member.is_inside]
    ends = [many.wait_over_at(member, sight.hearing_since, settings.grace_s) for member in members]
    moments += [at for at in ends if at is not None]
    if members:
        moments.append(sight.now + timedelta(seconds=LOOK_S))
    return min(moments, default=None)


def _on_shift(sight: Sight) -> int:
    return sum(1 for watch in sight.watches.values() if watch.shift_started_at is not None)


def _missing(sight: Sight, settings: SilenceSettings) -> dict[str, datetime]:
    """Return when contact was lost with each device that a collective case stands for, or could."""
    inside = {member.device for one in sight.collectives for member in one.members if member.is_inside}
    soon = sight.now + timedelta(seconds=settings.collective.window_s)
    missing = {}
    for device, watch in sight.watches.items():
        if watch.shift_started_at is None or device in sight.back or _is_set_apart(device, sight):
            continue
        due = silence_due(watch, sight.hearing_since, settings)
        if device in inside or (due is not None and due.due_at <= soon):
            missing[device] = lost_at(watch)
    return missing


def _is_set_apart(device: str, sight: Sight) -> bool:
    return device in sight.graver or told(sight.watches[device]) != NOTHING


def _own_due(member: Member, sight: Sight, settings: SilenceSettings) -> SilenceDue:
    watch = replace(sight.watches[member.device], is_silent=False)
    due = silence_due(watch, sight.hearing_since or sight.now, settings)
    if due is not None and told(watch) != NOTHING:
        return due
    others = "" if member.apart_at is None else ", and those that fell silent with it are back"
    return SilenceDue(sight.now, f"{member.cause}{others}")


def _moved(sight: Sight) -> tuple[tuple[Collective, ...], list[Member]]:
    """Let members that were heard come back, and those that are set apart leave."""
    after = []
    apart: list[Member] = []
    for one in sight.collectives:
        heard, _ = many.take(one, "Heard", sight.back)
        inside = [member.device for member in heard.members if member.is_inside]
        moved, left = many.take(heard, "SetApart", [name for name in inside if _is_set_apart(name, sight)])
        after.append(moved)
        apart += left
    return tuple(after), apart


def _joined(
    known: tuple[Collective, ...], folded: Mapping[str, SilenceDue], quorum: int, sight: Sight
) -> tuple[Collective, ...]:
    """Return the collectives with those that fell silent in one of them, a new one if none takes them."""
    if not folded:
        return known
    members = [Member(device, lost_at(sight.watches[device]), due.cause) for device, due in folded.items()]
    for index, one in enumerate(known):
        if one.number not in sight.acknowledged:
            return (*known[:index], many.fell_silent(one, members), *known[index + 1 :])
    numbers = {one.number for one in known}
    number = next(number for number in range(1, len(known) + 2) if number not in numbers)
    return (*known, many.fell_silent(Collective(number, quorum), members))


def _looked(
    known: tuple[Collective, ...], together: frozenset[str], sight: Sight, settings: SilenceSettings
) -> tuple[tuple[Collective, ...], list[Member]]:
    after = []
    apart: list[Member] = []
    for one in known:
        looked, left = many.look(
            one, together, sight.hearing_since, sight.now, settings.collective, settings.grace_s
        )
        after.append(looked)
        apart += left
    return tuple(after), apart
