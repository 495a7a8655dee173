"""What happens to a case when it makes a move of its table: one function per action named there.

Each gets the case already in its new state, the event and `now`, and returns the case and the effects.
The grace after a pre-alarm's deadline follows ARCHITECTURE.md: a device crushed meanwhile is an alarm too.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from basestation.cases import escalation
from basestation.cases.case import Case
from basestation.cases.escalation import Outcome, with_timer, without_timers
from basestation.cases.events import (
    AcceptPressed,
    AcknowledgePressed,
    AlarmReported,
    AllClearPressed,
    DeliveryReported,
    DispatchedPressed,
    Event,
    OnScenePressed,
    PlaceReported,
    PreAlarmReported,
    TellDevice,
)
from basestation.cases.verbs import WrongVerb

#: How long after its deadline an announced alarm may stay without a word, in seconds.
PRE_ALARM_GRACE_S = 10
#: The all-clear needs this many characters that are no blanks.
REASON_CHARACTERS_MIN = 3
#: What the protocol carries of a name.
BY_CHARACTERS_MAX = 48

UNANSWERED_PRE_ALARM = "announced, then neither cancelled nor raised in time: raised by the base station"
LOST_ALARM = "the device reported the end of an alarm that never arrived: raised by the base station"
LOST_RESET_ALARM = "the device was reset after an alarm that never arrived: raised by the base station"
LOST_ALL_RIGHT_ALARM = "the wearer answered an alarm that never arrived: raised by the base station"


def raised_at(event: AlarmReported, now: datetime) -> datetime:
    """Return when the alarm was raised, as far as the event tells."""
    return now - timedelta(milliseconds=event.raised_ago_ms or 0)


def await_wearer(case: Case, event: Event, now: datetime) -> Outcome:
    """Give the wearer until the deadline, and the message some time more."""
    assert isinstance(event, PreAlarmReported)
    deadline_at = now + timedelta(milliseconds=event.deadline_ms)
    due_at = deadline_at + timedelta(seconds=PRE_ALARM_GRACE_S)
    return with_timer(replace(case, deadline_at=deadline_at), "pre_alarm", due_at), ()


def cancel(case: Case, event: Event, now: datetime) -> Outcome:
    """End the pre-alarm by the wearer's own decision; nobody is called."""
    case = replace(without_timers(case, "pre_alarm"), deadline_at=None)
    return note_cancel(replace(case, closed_at=now, outcome="cancelled"), event, now)


def raise_alarm(case: Case, event: Event, now: datetime) -> Outcome:
    """Call the first level."""
    if isinstance(event, AlarmReported):
        return _raise(replace(case, cause=event.cause), raised_at(event, now), now)
    return _raise(case, now, now)


def raise_unanswered_pre_alarm(case: Case, _event: Event, now: datetime) -> Outcome:
    """Call the first level: the device has fallen silent over its own pre-alarm."""
    return _raise_by_base(case, UNANSWERED_PRE_ALARM, now)


def raise_lost_alarm(case: Case, _event: Event, now: datetime) -> Outcome:
    """Call the first level: only a raised alarm can end."""
    return _raise_by_base(case, LOST_ALARM, now)


def raise_reset_alarm(case: Case, _event: Event, now: datetime) -> Outcome:
    """Call the first level: only a raised alarm can be reset."""
    return _raise_by_base(replace(case, device_reset_at=now), LOST_RESET_ALARM, now)


def raise_all_right_alarm(case: Case, _event: Event, now: datetime) -> Outcome:
    """Call the first level: only of a raised alarm does a wearer say that they are all right."""
    return _raise_by_base(replace(case, all_right_at=now), LOST_ALL_RIGHT_ALARM, now)


def raise_again(case: Case, event: Event, now: datetime) -> Outcome:
    """Call the first level anew: the condition is back, and nobody had acknowledged it."""
    assert isinstance(event, AlarmReported)
    case = replace(case, gone_at=None, raised_at=raised_at(event, now), cause=event.cause)
    return escalation.start_again(case, now)


def note_repeat(case: Case, event: Event, now: datetime) -> Outcome:
    """Take the device's own raise after the base station's; any other repeat changes nothing."""
    assert isinstance(event, AlarmReported)
    if not case.is_raised_by_base:
        return case, ()
    known_at = case.raised_at or now
    first_at = min(known_at, raised_at(event, now))
    return replace(case, is_raised_by_base=False, cause=event.cause, raised_at=first_at), ()


def note_cancel(case: Case, _event: Event, now: datetime) -> Outcome:
    """Show that the wearer cancelled; it closes nothing."""
    return replace(case, cancelled_by_wearer_at=case.cancelled_by_wearer_at or now), ()


def note_reset(case: Case, _event: Event, now: datetime) -> Outcome:
    """Show that the device was reset; it closes nothing."""
    return replace(case, device_reset_at=case.device_reset_at or now), ()


def note_all_right(case: Case, _event: Event, now: datetime) -> Outcome:
    """Show what the wearer says; it closes nothing and stops nobody."""
    return replace(case, all_right_at=now), ()


def note_place(case: Case, event: Event, now: datetime) -> Outcome:
    """Show where the wearer was heard last; what was heard before that changes nothing."""
    assert isinstance(event, PlaceReported)
    heard_at = now - timedelta(seconds=event.age_s)
    if case.near_at is not None and heard_at < case.near_at:
        return case, ()
    return replace(case, near=event.near, near_dbm=event.dbm, near_at=heard_at), ()


def tell_place(case: Case, event: Event, now: datetime) -> Outcome:
    """Show where, and tell those who were called once the place is one that people know."""
    assert isinstance(event, PlaceReported)
    case, _ = note_place(case, event, now)
    if case.is_place_told or not event.is_known:
        return case, ()
    return replace(case, is_place_told=True), escalation.tell_place(case)


def note_delivery(case: Case, event: Event, now: datetime) -> Outcome:
    """Call the next level at once if nobody of this one can be reached."""
    assert isinstance(event, DeliveryReported)
    if event.is_delivered:
        return case, ()
    return escalation.note_failure(case, event.key, now)


def call_next(case: Case, _event: Event, now: datetime) -> Outcome:
    """Nobody has answered: call more people."""
    return escalation.call_next(case, now)


def ask_for_arrival(case: Case, _event: Event, now: datetime) -> Outcome:
    """Nobody is on the scene in time: ask who accepted, and call more people."""
    case = replace(case, is_arrival_overdue=True)
    asked = escalation.ask_accepter(case)
    case, called = escalation.call_next(case, now)
    return case, asked + called


def accept(case: Case, event: Event, now: datetime) -> Outcome:
    """Stop calling, and give the accepter the time to arrive."""
    assert isinstance(event, AcceptPressed)
    case = replace(_stop_calling(case), accepted_at=now, accepted_by=event.user)
    # Whoever takes over has dispatched nobody yet.
    case = replace(case, dispatched_at=None, dispatched_by=None)
    case = with_timer(case, "arrival", now + timedelta(seconds=case.chain.arrival_s))
    return case, _tell(case, "ACCEPTED", event.user)


def dispatch(case: Case, event: Event, now: datetime) -> Outcome:
    """Show that help is on its way; the time to arrive goes on."""
    assert isinstance(event, DispatchedPressed)
    case = replace(case, dispatched_at=now, dispatched_by=event.user)
    return case, _tell(case, "DISPATCHED", event.user)


def arrive(case: Case, event: Event, now: datetime) -> Outcome:
    """Show that help is there; nobody else is called."""
    assert isinstance(event, OnScenePressed)
    case = replace(_stop_calling(case), on_scene_at=now, on_scene_by=event.user)
    return case, _tell(case, "ON_SCENE", event.user)


def clear(case: Case, event: Event, now: datetime) -> Outcome:
    """Close a person's case by a person's decision, with a reason."""
    assert isinstance(event, AllClearPressed)
    if len("".join(event.reason.split())) < REASON_CHARACTERS_MIN:
        raise WrongVerb(f"Write the reason for the all-clear, at least {REASON_CHARACTERS_MIN} characters.")
    case = replace(_stop_calling(case), closed_at=now, closed_by=event.user)
    case = replace(case, outcome="all_clear", reason=event.reason.strip())
    return case, _tell(case, "ALL_CLEAR", event.user)


def acknowledge(case: Case, event: Event, now: datetime) -> Outcome:
    """Somebody knows of the technical alarm: stop calling."""
    assert isinstance(event, AcknowledgePressed)
    return replace(_stop_calling(case), acknowledged_at=now, acknowledged_by=event.user), ()


def end_condition(case: Case, _event: Event, now: datetime) -> Outcome:
    """What was wrong is over: stop calling, and keep showing it."""
    return replace(_stop_calling(case), gone_at=now), ()


def close_ended_condition(case: Case, _event: Event, now: datetime) -> Outcome:
    """Close: it was acknowledged, and now it is over."""
    return replace(case, gone_at=now, closed_at=now, outcome="condition_ended"), ()


def close_by_acknowledgement(case: Case, event: Event, now: datetime) -> Outcome:
    """Close: it was over, and now it is acknowledged."""
    assert isinstance(event, AcknowledgePressed)
    case = replace(case, acknowledged_at=now, acknowledged_by=event.user)
    return replace(case, closed_at=now, closed_by=event.user, outcome="acknowledged"), ()


def _raise(case: Case, at: datetime, now: datetime) -> Outcome:
    case = replace(without_timers(case, "pre_alarm"), deadline_at=None, raised_at=at)
    return escalation.call_next(replace(case, closed_at=None, outcome=None), now)


def _raise_by_base(case: Case, cause: str, now: datetime) -> Outcome:
    return _raise(replace(case, cause=cause, is_raised_by_base=True), now, now)


def _stop_calling(case: Case) -> Case:
    return replace(case, timers=(), unfailed=(), is_arrival_overdue=False)


def _tell(case: Case, state: str, by: str) -> tuple[TellDevice, ...]:
    return (TellDevice(state, by[:BY_CHARACTERS_MAX]),) if case.is_telling_device else ()


ACTIONS: Final[Mapping[str, Callable[[Case, Event, datetime], Outcome]]] = {
    action.__name__: action
    for action in (
        await_wearer,
        cancel,
        raise_alarm,
        raise_unanswered_pre_alarm,
        raise_lost_alarm,
        raise_reset_alarm,
        raise_all_right_alarm,
        raise_again,
        note_repeat,
        note_cancel,
        note_reset,
        note_all_right,
        note_place,
        tell_place,
        note_delivery,
        call_next,
        ask_for_arrival,
        accept,
        dispatch,
        arrive,
        clear,
        acknowledge,
        end_condition,
        close_ended_condition,
        close_by_acknowledgement,
    )
}
