"""What the messages of devices do to a case: one function per action named in the tables.

Each gets the case already in its new state, the event and `now`, and returns the case and the effects.
The grace after a pre-alarm's deadline follows ARCHITECTURE.md: a device crushed meanwhile is an alarm too.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from basestation.cases import escalation
from basestation.cases.beginning import with_beginning
from basestation.cases.case import Case, Further, graver
from basestation.cases.effects import JoinCase
from basestation.cases.escalation import Outcome, with_timer, without_timers
from basestation.cases.events import (
    AlarmReported,
    CompanionFound,
    Event,
    FurtherAlarm,
    PlaceReported,
    PreAlarmReported,
)

#: How long after its deadline an announced alarm may stay without a word, in seconds.
PRE_ALARM_GRACE_S = 10

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
    case = with_beginning(replace(case, deadline_at=deadline_at), event, now)
    return with_timer(case, "pre_alarm", due_at), ()


def cancel(case: Case, event: Event, now: datetime) -> Outcome:
    """End the pre-alarm by the wearer's own decision; nobody is called."""
    case = replace(without_timers(case, "pre_alarm"), deadline_at=None)
    return note_cancel(replace(case, closed_at=now, outcome="cancelled"), event, now)


def raise_alarm(case: Case, event: Event, now: datetime) -> Outcome:
    """Call the first level."""
    return escalation.call_next(_raised(case, event, now), now)


def raise_unanswered_pre_alarm(case: Case, _event: Event, now: datetime) -> Outcome:
    """Call the first level: the device has fallen silent over its own pre-alarm."""
    return escalation.call_next(_raised_by_base(case, UNANSWERED_PRE_ALARM, now), now)


def raise_lost_alarm(case: Case, _event: Event, now: datetime) -> Outcome:
    """Call the first level: only a raised alarm can end."""
    return escalation.call_next(_raised_by_base(case, LOST_ALARM, now), now)


def raise_reset_alarm(case: Case, _event: Event, now: datetime) -> Outcome:
    """Call the first level: only a raised alarm can be reset."""
    case = _raised_by_base(replace(case, device_reset_at=now), LOST_RESET_ALARM, now)
    return escalation.call_next(case, now)


def raise_all_right_alarm(case: Case, _event: Event, now: datetime) -> Outcome:
    """Call the first level: only of a raised alarm does a wearer say that they are all right."""
    case = _raised_by_base(replace(case, all_right_at=now), LOST_ALL_RIGHT_ALARM, now)
    return escalation.call_next(case, now)


def note_companion(case: Case, event: Event, _now: datetime) -> Outcome:
    """Remember which open case of the worker this alarm joins when it is raised."""
    assert isinstance(event, CompanionFound)
    return replace(case, companion=event.case_id), ()


def join(case: Case, event: Event, now: datetime) -> Outcome:
    """Make the alarm a part of the worker's open case, which sounds again."""
    return _join(_raised(case, event, now), now)


def join_unanswered(case: Case, _event: Event, now: datetime) -> Outcome:
    """Join: the device has fallen silent over its own pre-alarm."""
    return _join(_raised_by_base(case, UNANSWERED_PRE_ALARM, now), now)


def join_lost(case: Case, _event: Event, now: datetime) -> Outcome:
    """Join: only a raised alarm can end."""
    return _join(_raised_by_base(case, LOST_ALARM, now), now)


def join_reset(case: Case, _event: Event, now: datetime) -> Outcome:
    """Join: only a raised alarm can be reset."""
    return _join(_raised_by_base(replace(case, device_reset_at=now), LOST_RESET_ALARM, now), now)


def join_all_right(case: Case, _event: Event, now: datetime) -> Outcome:
    """Join: only of a raised alarm does a wearer say that they are all right."""
    return _join(_raised_by_base(replace(case, all_right_at=now), LOST_ALL_RIGHT_ALARM, now), now)


def take_further_alarm(case: Case, event: Event, now: datetime) -> Outcome:
    """Tell everyone involved, and call the chain from its first level once more."""
    case, told = escalation.tell(_with_further(case, event, now), "further_alarm")
    case, called = escalation.start_again(case, now)
    return case, told + called


def take_further_alarm_at_work(case: Case, event: Event, now: datetime) -> Outcome:
    """Do the same, and ask whoever has the case to say that they know."""
    case, asked = escalation.ask_accepter(_with_further(case, event, now), "further_alarm")
    who, key = case.accepted_by or "", case.accepted_key
    case, told = escalation.tell(case, "further_alarm", but=lambda call: escalation.is_of(call, who, key))
    case, called = escalation.start_again(case, now)
    return case, asked + told + called


def take_further_alarm_on_scene(case: Case, event: Event, now: datetime) -> Outcome:
    """Sound and tell everyone involved; somebody is there, so nobody else is called."""
    return escalation.tell(_with_further(case, event, now), "further_alarm")


def raise_again(case: Case, event: Event, now: datetime) -> Outcome:
    """Call the first level anew: the condition is back, and nobody had acknowledged it."""
    assert isinstance(event, AlarmReported)
    case = replace(case, gone_at=None, raised_at=raised_at(event, now), cause=event.cause, stored_at=now)
    return escalation.start_again(case, now)


def note_repeat(case: Case, event: Event, now: datetime) -> Outcome:
    """Take the device's own raise after the base station's; any other repeat changes nothing."""
    assert isinstance(event, AlarmReported)
    if not case.is_raised_by_base:
        return case, ()
    known_at = case.raised_at or now
    first_at = min(known_at, raised_at(event, now))
    case = with_beginning(case, event, now)
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
    return escalation.tell(replace(case, is_place_told=True), "place")


def end_condition(case: Case, _event: Event, now: datetime) -> Outcome:
    """What was wrong is over: stop calling, and keep showing it."""
    return replace(case, gone_at=now, timers=()), ()


def close_ended_condition(case: Case, _event: Event, now: datetime) -> Outcome:
    """Close: it was acknowledged, and now it is over."""
    return replace(case, gone_at=now, closed_at=now, outcome="condition_ended"), ()


def _raised(case: Case, event: Event, now: datetime) -> Case:
    at = now
    if isinstance(event, AlarmReported):
        case, at = replace(with_beginning(case, event, now), cause=event.cause), raised_at(event, now)
    case = replace(without_timers(case, "pre_alarm"), deadline_at=None, raised_at=at, stored_at=now)
    return replace(case, closed_at=None, outcome=None)


def _raised_by_base(case: Case, cause: str, now: datetime) -> Case:
    case = replace(without_timers(case, "pre_alarm"), deadline_at=None, raised_at=now, stored_at=now)
    return replace(case, cause=cause, is_raised_by_base=True, closed_at=None, outcome=None)


def _join(case: Case, now: datetime) -> Outcome:
    companion = case.companion
    assert companion is not None
    return replace(case, outcome="joined", closed_at=now), (JoinCase(companion, case.kind, case.cause),)


def _with_further(case: Case, event: Event, now: datetime) -> Case:
    assert isinstance(event, FurtherAlarm)
    further = (*case.further, Further(event.case_id, event.kind, now))
    case = replace(case, kind=graver(case.kind, event.kind), further=further)
    # Whoever wanted to close it did not know of this one.
    return replace(case, is_further_unseen=True, proposal=None)
