"""Which (case state, event) can come about at all, found by walking through the pure case core.

Decides it by trying: from new cases of every sort on, each event that the engine could make, with every timer
at its time, until no case comes out that is new in what tables and guards look at. Who is sought is there.
A pair that no walk meets is not reachable, whatever the tables say of it.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from basestation.cases import events
from basestation.cases.case import Case
from basestation.cases.chain import Recipient
from basestation.cases.effects import FindPeople
from basestation.cases.people import Found, FoundWay
from basestation.cases.step import WrongVerb, step
from basestation.cases.verbs import move_of
from simulator.world.furnished import CHAINS

_NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
#: One sort of case for each way in which tables and guards tell them apart.
_KINDS = ("manual", "technical")
_USERS = (("Otto Operator", ""), ("Mara Muster", "address/Mara Muster"))
_CHAIN = replace(CHAINS[0], levels=CHAINS[0].levels[:2])
_MORE = Found("person/1", "Gustav Gate", "person", (FoundWay("memory", "gustav"),))


@dataclass(frozen=True, slots=True)
class _Stand:
    case: Case
    now: datetime


@cache
def pairs() -> frozenset[tuple[str, str]]:
    """Return every reachable pair of a case state and an event that does something in it."""
    met: set[tuple[str, str]] = set()
    known: set[Any] = set()
    waiting = deque(_Stand(_new(kind), _NOW) for kind in _KINDS)
    while waiting:
        stand = waiting.popleft()
        for event, now in _events(stand):
            name = event.name if isinstance(event, events.TimerFired) else type(event).__name__
            came = _stepped(stand.case, event, now)
            if came is None:
                continue
            met.add((stand.case.state.value, name))
            met.update((came.case.state.value, "PeopleFound") for _ in range(came.searches))
            sign = _sign(came.case)
            if sign not in known:
                known.add(sign)
                waiting.append(_Stand(came.case, now))
    return frozenset(met)


@dataclass(frozen=True, slots=True)
class _Came:
    case: Case
    searches: int


def _stepped(case: Case, event: Any, now: datetime) -> _Came | None:
    """Return the case after an event and the searches that it asked for; None if nothing comes of it."""
    name = event.name if isinstance(event, events.TimerFired) else type(event).__name__
    if move_of(case, name) is None:
        return None
    searches = 0
    try:
        after, effects = step(case, event, now)
        if after == case and not effects:
            return None
        asked = [one for one in effects if isinstance(one, FindPeople)]
        while asked:
            searches += 1
            one = asked.pop(0)
            found = events.PeopleFound(one.level, tuple(_found(one.recipients)))
            after, effects = step(after, found, now)
            asked += [one for one in effects if isinstance(one, FindPeople)]
    except WrongVerb:
        return None
    return _Came(after, searches)


def _found(recipients: Iterable[Recipient]) -> Iterator[Found]:
    for one in recipients:
        ways = tuple(FoundWay(way.channel, way.address) for way in one.ways)
        yield Found(f"address/{one.name}", one.name, one.kind, ways or (FoundWay("memory", "x"),))


def _new(kind: str) -> Case:
    return Case(id=1, device="pna-01", alarm="1-1", kind=kind, mark="real", opened_at=_NOW, chain=_CHAIN)


def _events(stand: _Stand) -> Iterator[tuple[Any, datetime]]:
    """Yield what could happen next, and when."""
    case, now = stand.case, stand.now + timedelta(seconds=1)
    for timer in case.timers:
        yield events.TimerFired(timer.name), max(now, timer.due_at)
    for event in (*_reports(case), *_around(case)):
        yield event, now
    for user, key in _USERS:
        for press in _presses(user, key):
            yield press, now


def _reports(case: Case) -> Iterator[Any]:
    yield events.PreAlarmReported(case.kind, 15_000)
    yield events.AlarmReported(case.kind, "cause", 0)
    yield events.CancelReported("key")
    yield events.ResetReported()
    yield events.AllRightReported()
    yield events.PlaceReported("Boiler room", -50, 3, is_known=True)
    yield events.ConditionEnded()


def _around(case: Case) -> Iterator[Any]:
    if case.is_person and case.raised_at is None:
        yield events.CompanionFound(7 if case.companion is None else None)
    yield events.FurtherAlarm(9, "fall")
    yield events.ShownOnConsole()
    yield events.RecipientAdded("Otto Operator", _MORE)
    if case.accepted_by:
        yield events.AccepterLost(case.accepted_by, "has logged out")
    for call in case.calls[:1]:
        yield events.AddressCorrected("Otto Operator", call.key, "memory", "new")
        for stage in ("sent", "failed", "delivered"):
            yield events.DeliveryReported(f"{case.id}/1", call.name, stage)


def _presses(user: str, key: str) -> Iterator[Any]:
    for plain in (
        events.AcceptPressed, events.DeclinePressed, events.OnScenePressed, events.StillHerePressed,
        events.EscalatePressed, events.ConfirmPressed, events.AcknowledgePressed, events.NeedMorePressed,
        events.OnTheWayPressed,
    ):  # fmt: skip
        yield plain(user, key)
    yield events.HandOverPressed(user, _MORE, key)
    yield events.ContactPressed(user, "He is well.", key)
    yield events.AllClearPressed(user, "As found.", key)
    yield events.FalseAlarmPressed(user, "Dropped.", key)


def _sign(case: Case) -> Any:
    """Return what of a case tables and guards look at."""
    return (
        case.is_person, case.state, frozenset(timer.name for timer in case.timers), case.companion is None,
        case.accepted_by is None, case.proposal is None, case.may_end, case.may_be_taken,
        case.is_raised_by_base,
    )  # fmt: skip
