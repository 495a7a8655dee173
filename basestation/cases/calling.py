"""What the calls of a case come to: one function per action named in the tables.

Who was found, what became of a notice, whose time has run out, what an operator changes. Each gets the case
already in its new state, the event and `now`, and returns the case and the effects.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from basestation.cases import calls, escalation
from basestation.cases.case import Case, Correction
from basestation.cases.effects import Effect, Fault
from basestation.cases.escalation import UNANSWERED, Outcome, with_timer, without_timers
from basestation.cases.events import (
    AccepterLost,
    AddressCorrected,
    DeliveryReported,
    Event,
    PeopleFound,
    RecipientAdded,
)
from basestation.cases.telling import tell_device


def take_found(case: Case, event: Event, now: datetime) -> Outcome:
    """Call whom the level is now."""
    assert isinstance(event, PeopleFound)
    return escalation.take_found(case, event, now)


def note_delivery(case: Case, event: Event, now: datetime) -> Outcome:
    """Note when the first outside machine was told; go on by another way when one does not work."""
    assert isinstance(event, DeliveryReported)
    is_failed = event.stage == "failed"
    if not is_failed and case.told_at is None:
        case = replace(case, told_at=now)
    return escalation.note_delivery(case, event.key, now, is_failed=is_failed)


def tell_unanswered(case: Case, _event: Event, _now: datetime) -> Outcome:
    """Raise the technical alarm that everybody was called and nobody answers."""
    return case, (Fault(UNANSWERED),)


def note_shown(case: Case, _event: Event, now: datetime) -> Outcome:
    """Note when somebody could see it first."""
    return replace(case, shown_at=case.shown_at or now), ()


def add_recipient(case: Case, event: Event, now: datetime) -> Outcome:
    """Call one more at once, whoever has the case."""
    assert isinstance(event, RecipientAdded)
    others = tuple(found for found in case.added if found.key != event.found.key)
    case = replace(case, added=(*others, event.found))
    case = escalation.with_call(case, event.found, calls.BESIDE, now)
    return _call_at_once(case, event.found.key, now)


def correct_address(case: Case, event: Event, now: datetime) -> Outcome:
    """Call somebody at another address from now on, at once if they have not answered."""
    assert isinstance(event, AddressCorrected)
    others = tuple(one for one in case.corrections if (one.key, one.channel) != (event.key, event.channel))
    case = replace(case, corrections=(*others, Correction(event.key, event.channel, event.address)))
    corrected = tuple(
        calls.corrected(call, event.channel, event.address, now) if call.key == event.key else call
        for call in case.calls
    )
    return _call_at_once(replace(case, calls=corrected), event.key, now)


def call_next(case: Case, _event: Event, now: datetime) -> Outcome:
    """Nobody has answered: call more people."""
    return escalation.call_next(case, now)


def call_due(case: Case, _event: Event, now: datetime) -> Outcome:
    """Nobody has answered: try those who were called once more, or by their next way."""
    return escalation.call_due(case, now)


def ask_for_arrival(case: Case, _event: Event, now: datetime) -> Outcome:
    """Nobody is on the scene in time: ask who accepted, and call more people."""
    case, asked = escalation.ask_accepter(replace(case, is_arrival_overdue=True), "ask_arrival")
    case = with_timer(case, "asked", now + timedelta(seconds=case.chain.ask_s))
    case, called = escalation.resume(case, now)
    return case, asked + called


def ask_helper(case: Case, _event: Event, now: datetime) -> Outcome:
    """Nobody on the scene has given a sign in time: ask them, and call more people."""
    case = replace(case, is_helper_silent=True)
    effects: list[Effect] = []
    for helper in case.helpers:
        if helper.on_scene_at is not None:
            case, asked = escalation.ask(case, helper.name, helper.key, "ask_helper")
            effects += asked
    case, called = escalation.resume(case, now)
    return case, (*effects, *called)


def lose_unanswering(case: Case, _event: Event, now: datetime) -> Outcome:
    """Give the case back to the chain: whoever accepted was asked and has not answered."""
    return _lose(case, now)


def lose_accepter(case: Case, event: Event, now: datetime) -> Outcome:
    """Give the case back to the chain: whoever accepted can answer for it no more."""
    assert isinstance(event, AccepterLost)
    return _lose(case, now)


def _lose(case: Case, now: datetime) -> Outcome:
    lost = case.accepted_by
    case = replace(without_timers(case, "arrival", "asked"), accepted_at=None, accepted_by=None)
    case = replace(case, accepted_key="", dropped_by=lost, offered_to=None, offered_key="")
    case = replace(case, dispatched_at=None, dispatched_by=None, is_arrival_overdue=False, proposal=None)
    case = replace(case, helpers=tuple(one for one in case.helpers if one.name != lost))
    told = tell_device(case, "RECEIVED", "")
    # Once everybody is called, the first level alone would be fewer.
    call = escalation.resume if case.is_unanswered else escalation.start_again
    case, called = call(case, now)
    return case, told + called


def _call_at_once(case: Case, key: str, now: datetime) -> Outcome:
    if case.is_calling:
        return escalation.call_due(case, now)
    # Nobody else is called: somebody has it. This one is told once.
    others = tuple(calls.stopped(call) if call.key != key else call for call in case.calls)
    case, effects = escalation.call_due(replace(case, calls=others), now)
    return without_timers(case, "call"), effects
