"""How a case ends: one function per action of a closing verb that is named in the tables.

A case of a person ends by somebody who was there or spoke with the worker, or by two people; never by time,
and never while a further alarm has been seen by nobody. Each gets the case already in its new state, the
event and `now`, and returns the case and the effects.
"""

from dataclasses import replace
from datetime import datetime

from basestation.cases import escalation
from basestation.cases.calls import Call
from basestation.cases.case import Case, Proposal
from basestation.cases.escalation import Outcome
from basestation.cases.events import (
    AcknowledgePressed,
    AllClearPressed,
    ConfirmPressed,
    ContactPressed,
    Event,
    FalseAlarmPressed,
)
from basestation.cases.people import WORKER_KEY
from basestation.cases.telling import tell_device
from basestation.cases.verbs import WrongVerb

#: A reason needs this many characters that are no blanks.
REASON_CHARACTERS_MIN = 3

ALL_CLEAR, FALSE_ALARM = "all_clear", "false_alarm"


def note_contact(case: Case, event: Event, now: datetime) -> Outcome:
    """Show that somebody spoke with the worker; it stops nobody."""
    assert isinstance(event, ContactPressed)
    words = _reason(event.words, "Write what the worker said")
    return replace(case, contact_at=now, contact_by=event.user, contact_words=words), ()


def clear(case: Case, event: Event, now: datetime) -> Outcome:
    """Close a person's case by a person's decision, with a reason."""
    assert isinstance(event, AllClearPressed)
    return _close(_seen(case), event.user, ALL_CLEAR, _all_clear_reason(event.reason), now)


def clear_false(case: Case, event: Event, now: datetime) -> Outcome:
    """Close a case in which nothing had happened, with what raised the alarm."""
    assert isinstance(event, FalseAlarmPressed)
    return _close(_seen(case), event.user, FALSE_ALARM, _false_alarm_reason(event.reason), now)


def propose_clear(case: Case, event: Event, now: datetime) -> Outcome:
    """Ask a second person: nobody was there, and nobody has spoken with the worker."""
    assert isinstance(event, AllClearPressed)
    return _propose(_seen(case), event.user, ALL_CLEAR, _all_clear_reason(event.reason), now)


def propose_false(case: Case, event: Event, now: datetime) -> Outcome:
    """Ask a second person whether it was a false alarm."""
    assert isinstance(event, FalseAlarmPressed)
    return _propose(_seen(case), event.user, FALSE_ALARM, _false_alarm_reason(event.reason), now)


def confirm(case: Case, event: Event, now: datetime) -> Outcome:
    """Close as the first person proposed."""
    assert isinstance(event, ConfirmPressed)
    proposal = case.proposal
    assert proposal is not None
    if event.user == proposal.by:
        raise WrongVerb("A second person has to confirm: nobody was on the scene or spoke with the worker.")
    case = replace(_seen(case), confirmed_by=event.user)
    return _close(case, proposal.by, proposal.outcome, proposal.reason, now)


def acknowledge(case: Case, event: Event, now: datetime) -> Outcome:
    """Somebody knows of the technical alarm: stop calling."""
    assert isinstance(event, AcknowledgePressed)
    case, effects = escalation.call_off(case)
    return replace(case, timers=(), acknowledged_at=now, acknowledged_by=event.user), effects


def close_by_acknowledgement(case: Case, event: Event, now: datetime) -> Outcome:
    """Close: it was over, and now it is acknowledged."""
    assert isinstance(event, AcknowledgePressed)
    case = replace(case, acknowledged_at=now, acknowledged_by=event.user)
    return replace(case, closed_at=now, closed_by=event.user, outcome="acknowledged"), ()


def _seen(case: Case) -> Case:
    if case.is_further_unseen:
        raise WrongVerb(
            "A further alarm of this worker has come in: look at it and press still here, then decide."
        )
    return case


def _all_clear_reason(text: str) -> str:
    return _reason(text, "Write the reason for the all-clear")


def _false_alarm_reason(text: str) -> str:
    return _reason(text, "Write what raised the false alarm")


def _reason(text: str, request: str) -> str:
    if len("".join(text.split())) < REASON_CHARACTERS_MIN:
        raise WrongVerb(f"{request}, at least {REASON_CHARACTERS_MIN} characters.")
    return text.strip()


def _propose(case: Case, user: str, outcome: str, reason: str, now: datetime) -> Outcome:
    case = replace(case, proposal=Proposal(outcome, reason, user, now))
    return escalation.tell(case, "confirm", but=lambda call: _cannot_confirm(call, user))


def _cannot_confirm(call: Call, user: str) -> bool:
    return call.key == WORKER_KEY or escalation.is_of(call, user, "")


def _close(case: Case, user: str, outcome: str, reason: str, now: datetime) -> Outcome:
    case, over = escalation.call_off(case)
    case = replace(case, timers=(), is_arrival_overdue=False, is_helper_silent=False, more_wanted_by=None)
    case = replace(case, closed_at=now, closed_by=user, outcome=outcome, reason=reason, proposal=None)
    case, told = escalation.tell(case, "closed")
    return case, (*tell_device(case, "ALL_CLEAR", user), *over, *told)
