"""What people do to a case: one function per action of a verb that is named in the tables.

Each gets the case already in its new state, the event and `now`, and returns the case and the effects.
Taking is not arriving, and being there has a deadline too: each press of somebody who goes or is there is a
sign of life. How a case ends is told in `ending`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from basestation.cases import calls, escalation
from basestation.cases.calls import BESIDE
from basestation.cases.case import Case, Helper
from basestation.cases.effects import Effect
from basestation.cases.escalation import Outcome, with_timer, without_timers
from basestation.cases.events import (
    AcceptPressed,
    DeclinePressed,
    EscalatePressed,
    Event,
    HandOverPressed,
    NeedMorePressed,
    OnScenePressed,
    OnTheWayPressed,
    StillHerePressed,
)
from basestation.cases.telling import tell_device
from basestation.cases.verbs import WrongVerb

#: Whoever says when they will be there may say so many minutes; the bound is that of help on the spot.
MINUTES_MIN, MINUTES_MAX = 1, 15


def accept(case: Case, event: Event, now: datetime) -> Outcome:
    """Stop calling, tell those who were called who has it, and give the accepter the time to arrive."""
    assert isinstance(event, AcceptPressed)
    if case.accepted_by is not None:
        _check_offer(case, event)
        case = replace(case, dispatched_at=None, dispatched_by=None)
    case, effects = _take(case, event.user, event.key, now)
    case = with_timer(case, "arrival", now + timedelta(seconds=case.chain.arrival_s))
    return case, (*tell_device(case, "ACCEPTED", event.user), *effects)


def take_over(case: Case, event: Event, now: datetime) -> Outcome:
    """Answer for the case from now on; somebody is on the scene already."""
    assert isinstance(event, AcceptPressed)
    _check_offer(case, event)
    return _take(case, event.user, event.key, now)


def accept_and_set_out(case: Case, event: Event, now: datetime) -> Outcome:
    """Take the case by saying that help is on its way."""
    assert isinstance(event, OnTheWayPressed)
    case, effects = _take(case, event.user, event.key, now)
    case, told = set_out(case, event, now)
    return case, effects + told


def accept_and_arrive(case: Case, event: Event, now: datetime) -> Outcome:
    """Take the case by saying that help is there."""
    assert isinstance(event, OnScenePressed)
    case, effects = _take(case, event.user, event.key, now)
    case, told = arrive(case, event, now)
    return case, effects + told


def set_out(case: Case, event: Event, now: datetime) -> Outcome:
    """Show that help is on its way; whoever says in how many minutes has that long."""
    assert isinstance(event, OnTheWayPressed)
    case = _with_helper(case, event, now)
    if case.dispatched_at is None:
        case = replace(case, dispatched_at=now, dispatched_by=event.user)
    case = _without_want(case, event.user)
    if event.user == case.accepted_by or case.is_arrival_overdue:
        case = replace(without_timers(case, "asked"), is_arrival_overdue=False)
        case = with_timer(case, "arrival", now + _time_to_arrive(case, event))
    if event.user == case.accepted_by:
        case = replace(case, is_further_unseen=False)
    case, effects = escalation.settle(case)
    return case, (*tell_device(case, "DISPATCHED", event.user, event.minutes), *effects)


def follow(case: Case, event: Event, now: datetime) -> Outcome:
    """Show that more help is on its way to where somebody is already."""
    assert isinstance(event, OnTheWayPressed)
    return escalation.settle(_without_want(_with_helper(case, event, now), event.user))


def arrive(case: Case, event: Event, now: datetime) -> Outcome:
    """Show that help is there; whoever is there gives a sign from time to time."""
    assert isinstance(event, OnScenePressed)
    case = replace(without_timers(case, "arrival", "asked"), on_scene_at=now, on_scene_by=event.user)
    case = replace(case, is_arrival_overdue=False, is_further_unseen=False)
    case, effects = join_scene(case, event, now)
    return case, (*tell_device(case, "ON_SCENE", event.user), *effects)


def join_scene(case: Case, event: Event, now: datetime) -> Outcome:
    """Show who else is there; it is a sign of life of all of them."""
    assert isinstance(event, OnScenePressed)
    known = _helper(case, event.user, event.key)
    case = _with(case, replace(known, on_scene_at=known.on_scene_at or now))
    return _sign_of_life(_without_want(case, event.user), now)


def stay_on_scene(case: Case, event: Event, now: datetime) -> Outcome:
    """Take a sign of life of the helpers, and that they know of a further alarm."""
    assert isinstance(event, StillHerePressed)
    return _sign_of_life(replace(case, is_further_unseen=False), now)


def answer_ask(case: Case, event: Event, now: datetime) -> Outcome:
    """Take the word of whoever has the case that they still have it; others cannot speak for them."""
    assert isinstance(event, StillHerePressed)
    if event.user != case.accepted_by:
        raise WrongVerb(f"{case.accepted_by} has this case: only they can say that they still have it.")
    case = replace(without_timers(case, "asked"), is_arrival_overdue=False, is_further_unseen=False)
    case = with_timer(case, "arrival", now + timedelta(seconds=case.chain.arrival_s))
    return escalation.settle(case)


def decline(case: Case, event: Event, now: datetime) -> Outcome:
    """Call somebody else at once if nobody of the newest level is left."""
    assert isinstance(event, DeclinePressed)
    return escalation.decline(case, event.user, event.key, now)


def decline_at_work(case: Case, event: Event, now: datetime) -> Outcome:
    """Do the same for one who was called in addition; whoever has the case hands it over."""
    assert isinstance(event, DeclinePressed)
    if event.user == case.accepted_by:
        raise WrongVerb("You have this case: hand it over to somebody else, it cannot just be dropped.")
    helpers = tuple(one for one in case.helpers if one.name != event.user or one.on_scene_at is not None)
    is_fewer = len(helpers) < len(case.helpers)
    case, effects = escalation.decline(replace(case, helpers=helpers), event.user, event.key, now)
    if is_fewer and not case.is_calling and case.on_scene_at is None:
        # Others were called off because this one was coming.
        case, called = escalation.resume(replace(case, more_wanted_by=case.accepted_by), now)
        effects += called
    return case, effects


def want_more(case: Case, event: Event, now: datetime) -> Outcome:
    """Call more people, until somebody else is on the way."""
    assert isinstance(event, NeedMorePressed | EscalatePressed)
    return escalation.resume(replace(case, more_wanted_by=event.user), now)


def escalate(case: Case, event: Event, now: datetime) -> Outcome:
    """Call the next level now."""
    assert isinstance(event, EscalatePressed)
    if not case.is_calling:
        return want_more(case, event, now)
    return escalation.call_next(case, now)


def offer(case: Case, event: Event, now: datetime) -> Outcome:
    """Ask somebody to take over; until they accept, nothing changes hands."""
    assert isinstance(event, HandOverPressed)
    if event.user != case.accepted_by:
        raise WrongVerb(f"{case.accepted_by} has this case: only they can hand it over.")
    case = replace(case, offered_to=event.to.name, offered_key=event.to.key)
    case = escalation.with_call(case, event.to, BESIDE, now)
    called: tuple[Effect, ...] = ()
    if case.is_calling:
        case, called = escalation.call_due(case, now)
    else:
        # They are asked, not called: nothing is repeated.
        case = replace(case, calls=tuple(calls.stopped(call) for call in case.calls))
    case, asked = escalation.ask(case, event.to.name, event.to.key, "hand_over")
    return case, called + asked


def _take(case: Case, user: str, key: str, now: datetime) -> Outcome:
    case = replace(without_timers(case, "arrival", "asked"), accepted_at=now, accepted_by=user)
    case = replace(case, accepted_key=key, offered_to=None, offered_key="", dropped_by=None)
    case = replace(case, is_arrival_overdue=False, is_further_unseen=False)
    case, over = escalation.settle(_without_want(case, user))
    case, told = escalation.tell(case, "taken", but=lambda call: escalation.is_of(call, user, key))
    return case, over + told


def _check_offer(case: Case, event: AcceptPressed) -> None:
    if case.is_arrival_overdue or case.is_further_unseen:
        return
    is_asked = event.key == case.offered_key if event.key and case.offered_key else False
    if not (is_asked or event.user == case.offered_to):
        raise WrongVerb(f"{case.accepted_by} has this case and has asked {case.offered_to} to take over.")


def _time_to_arrive(case: Case, event: OnTheWayPressed) -> timedelta:
    if event.minutes is None:
        return timedelta(seconds=case.chain.arrival_s)
    return timedelta(minutes=event.minutes)


def _with_helper(case: Case, event: OnTheWayPressed, now: datetime) -> Case:
    if event.minutes is not None and not MINUTES_MIN <= event.minutes <= MINUTES_MAX:
        raise WrongVerb(
            f"Say {MINUTES_MIN} to {MINUTES_MAX} minutes: help has to be on the spot within {MINUTES_MAX}."
        )
    expected_at = None if event.minutes is None else now + timedelta(minutes=event.minutes)
    known = _helper(case, event.user, event.key)
    return _with(case, replace(known, on_the_way_at=known.on_the_way_at or now, expected_at=expected_at))


def _helper(case: Case, user: str, key: str) -> Helper:
    return next((one for one in case.helpers if one.name == user), Helper(user, key))


def _with(case: Case, helper: Helper) -> Case:
    others = tuple(one for one in case.helpers if one.name != helper.name)
    return replace(case, helpers=(*others, helper))


def _without_want(case: Case, user: str) -> Case:
    """Return the case without the wish for more, if somebody else than who wished it comes."""
    return case if case.more_wanted_by in (None, user) else replace(case, more_wanted_by=None)


def _sign_of_life(case: Case, now: datetime) -> Outcome:
    case = with_timer(
        replace(case, is_helper_silent=False), "presence", now + timedelta(seconds=case.chain.presence_s)
    )
    return escalation.settle(case)
