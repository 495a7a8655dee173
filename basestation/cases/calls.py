"""The calls to one person: by which way next, when, and which ways do not work.

Ways are tried in their order, each as often as it says, then from the first again: calls for a person are
bounded in rate, never in number. A way that fails is left at once for the next one; whoever can be reached
by none of their ways has failed, and is tried all the same. Pure; times are aware UTC.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from basestation.cases.chain import CONSOLE
from basestation.cases.people import Found, FoundWay

#: The level of those who were called beside the levels.
BESIDE = -1


@dataclass(frozen=True, slots=True)
class Call:
    """One person, or body, that is called in a case."""

    #: `Found.key`.
    key: str
    name: str
    kind: str
    language: str
    #: In the order in which they are tried.
    ways: tuple[FoundWay, ...]
    #: Index of the level they were called with, or BESIDE, and in which round.
    level: int
    round: int
    #: The way that comes next, and how often it was tried in a row.
    way: int = 0
    tries: int = 0
    #: The newest notice by each way; empty where none was sent.
    notices: tuple[str, ...] = ()
    #: Ways of which the newest notice failed.
    failed_ways: tuple[int, ...] = ()
    is_declined: bool = False
    #: When the next notice is due; None while there is nothing more to send.
    next_at: datetime | None = None

    @property
    def is_failed(self) -> bool:
        """Tell whether no way to them works."""
        return len(self.failed_ways) == len(self.ways)


def begin(found: Found, level: int, round_number: int, now: datetime, before: Call | None = None) -> Call:
    """Return the call of somebody, due at once; `before` is what was sent to them in earlier rounds."""
    known = {} if before is None else dict(zip(before.ways, before.notices, strict=True))
    sent_by = {(way.channel, way.address): notice for way, notice in known.items()}
    notices = tuple(sent_by.get((way.channel, way.address), "") for way in found.ways)
    return Call(
        found.key,
        found.name,
        found.kind,
        found.language,
        found.ways,
        level,
        round_number,
        notices=notices,
        next_at=now,
    )


def sent(call: Call, notice: str, now: datetime) -> Call:
    """Return the call after `notice` was handed out by the way that was next."""
    way = call.ways[call.way]
    call = replace(asked(call, call.way, notice), tries=call.tries + 1)
    # A console shows the case for as long as it is open: there is nothing to repeat.
    if way.channel == CONSOLE or call.tries >= way.tries:
        call = replace(call, way=_after(call, call.way), tries=0)
    is_shown_only = all(each.channel == CONSOLE for each in call.ways)
    return replace(call, next_at=None if is_shown_only else now + timedelta(seconds=way.interval_s))


def asked(call: Call, index: int, notice: str) -> Call:
    """Return the call after `notice` was handed out by the way `index`, beside the turn of the ways."""
    return replace(call, notices=(*call.notices[:index], notice, *call.notices[index + 1 :]))


def worked(call: Call, notice: str) -> Call:
    """Return the call after a machine took `notice`; one of an older attempt changes nothing."""
    if not notice or notice not in call.notices:
        return call
    index = call.notices.index(notice)
    return replace(call, failed_ways=tuple(each for each in call.failed_ways if each != index))


def failed(call: Call, notice: str, now: datetime) -> Call:
    """Return the call after `notice` failed: the next way that may work is due at once."""
    if not notice or notice not in call.notices:
        return call
    index = call.notices.index(notice)
    bad = tuple(sorted({*call.failed_ways, index}))
    call = replace(call, failed_ways=bad)
    if call.is_declined or call.next_at is None:
        return call
    way = _after(call, index)
    if call.is_failed:
        # Not as fast as it fails, but for ever.
        return replace(call, way=way, tries=0, next_at=now + timedelta(seconds=call.ways[index].interval_s))
    while way in bad:
        way = _after(call, way)
    return replace(call, way=way, tries=0, next_at=now)


def declined(call: Call) -> Call:
    """Return the call of somebody who cannot come: nothing more is sent in this round."""
    return replace(call, is_declined=True, next_at=None)


def stopped(call: Call) -> Call:
    """Return the call with nothing more to send until they are found again."""
    return replace(call, next_at=None)


def again(call: Call, now: datetime) -> Call:
    """Return the call due at once by the first way, unless they declined."""
    return call if call.is_declined else replace(call, way=0, tries=0, next_at=now)


def corrected(call: Call, channel: str, address: str, now: datetime) -> Call:
    """Return the call with another address for a channel, tried at once; a new channel comes first."""
    for index, way in enumerate(call.ways):
        if way.channel == channel:
            ways = (*call.ways[:index], replace(way, address=address), *call.ways[index + 1 :])
            bad = tuple(each for each in call.failed_ways if each != index)
            return replace(call, ways=ways, way=index, tries=0, failed_ways=bad, next_at=now)
    return replace(
        call,
        ways=(FoundWay(channel, address), *call.ways),
        notices=("", *call.notices),
        failed_ways=tuple(each + 1 for each in call.failed_ways),
        way=0,
        tries=0,
        next_at=now,
    )


def _after(call: Call, index: int) -> int:
    return (index + 1) % len(call.ways)
