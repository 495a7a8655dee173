"""The case step: one event, one table row, the case after it and what it asks for.

Total: every event has an answer in every state (`tables`). Only a person's press can be refused, with a
sentence. It reads no clock; `now` is aware UTC. Repeats of messages, presses and timers change nothing.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from basestation.cases.actions import ACTIONS, raised_at
from basestation.cases.case import Case, CaseState, graver, is_person_kind
from basestation.cases.escalation import Outcome
from basestation.cases.events import AlarmReported, Event, PreAlarmReported, TimerFired
from basestation.cases.outlook import next_step
from basestation.cases.tables import Ignored, Move, row_of
from basestation.cases.verbs import PRESSED_BY, VERBS, WrongVerb, is_offered, refusal, verbs

__all__ = ["VERBS", "WrongVerb", "next_step", "step", "verbs"]


def step(case: Case, event: Event, now: datetime) -> Outcome:
    """Return the case after the event, and the effects; raise WrongVerb for a press not offered now.

    A timer counts only while it is in `case.timers` and due. A technical alarm reported under the id of a
    closed case changes nothing here: whoever calls opens a new case for it.
    """
    assert now.utcoffset() == timedelta(0), "now is aware UTC"
    if _is_repeat(case, event, now):
        return case, ()
    if isinstance(event, PreAlarmReported | AlarmReported):
        case = _with_kind(case, event.kind)
    name = _name(event)
    row = row_of(case, name)
    if isinstance(row, Ignored):
        return case, ()
    if not (isinstance(row, Move) and is_offered(case, name)):
        raise refusal(case, name)
    if isinstance(event, TimerFired):
        case = replace(case, timers=tuple(timer for timer in case.timers if timer.name != event.name))
    return ACTIONS[row.action](replace(case, state=row.state), event, now)


def _name(event: Event) -> str:
    return event.name if isinstance(event, TimerFired) else type(event).__name__


def _is_repeat(case: Case, event: Event, now: datetime) -> bool:
    """Tell whether the event says nothing new: a stale timer, an overtaken message, a second press."""
    if isinstance(event, TimerFired):
        return not any(timer.name == event.name and timer.due_at <= now for timer in case.timers)
    if isinstance(event, AlarmReported):
        return _is_overtaken(case, event, now)
    pressed_by = PRESSED_BY.get(_name(event))
    return pressed_by is not None and getattr(case, pressed_by) == getattr(event, "user", None)


def _is_overtaken(case: Case, event: AlarmReported, now: datetime) -> bool:
    # Raised before its condition ended: the message was late, the condition is not back.
    if case.gone_at is None or event.raised_ago_ms is None or is_person_kind(event.kind):
        return False
    return raised_at(event, now) < case.gone_at


def _with_kind(case: Case, kind: str) -> Case:
    """Return the case with the graver of both kinds; one that turns out to mean a person starts anew."""
    is_technical = not case.is_person
    case = replace(case, kind=graver(case.kind, kind))
    if not (is_technical and case.is_person):
        return case
    case = replace(case, state=CaseState.NEW, level=None, rounds=case.rounds + 1, timers=(), unfailed=())
    case = replace(case, acknowledged_at=None, acknowledged_by=None, gone_at=None)
    return replace(case, closed_at=None, closed_by=None, outcome=None)
