"""The case step: one event, one table row, the case after it and what it asks for.

Total: every event has an answer in every state (`tables`). Only a person's press can be refused, with a
sentence. It reads no clock; `now` is aware UTC. Repeats of messages, presses and timers change nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from basestation.cases import actions, answers, calling, ending
from basestation.cases.calls import stopped
from basestation.cases.case import Case, CaseState, graver, is_person_kind
from basestation.cases.escalation import Outcome
from basestation.cases.events import (
    AccepterLost,
    AlarmReported,
    Event,
    FactsNoted,
    PreAlarmReported,
    TimerFired,
)
from basestation.cases.exercise_events import ExerciseStopped
from basestation.cases.outlook import next_doing, next_step
from basestation.cases.people import WORKER_KEY
from basestation.cases.stopping import stop_exercise
from basestation.cases.tables import Ignored, row_of
from basestation.cases.verbs import VERBS, WrongVerb, move_of, refusal, verbs

__all__ = ["ACTIONS", "VERBS", "WrongVerb", "next_doing", "next_step", "step", "verbs"]

Action = Callable[[Case, Event, datetime], Outcome]

#: The actions that the tables name.
ACTIONS: Final[Mapping[str, Action]] = {
    name: action
    for module in (actions, calling, answers, ending)
    for name, action in vars(module).items()
    if not name.startswith("_") and getattr(action, "__module__", "") == module.__name__
}

#: What whoever is in danger may ask for themselves: more help.
_WORKERS_OWN: Final = ("NeedMorePressed", "EscalatePressed", "AddressCorrected")
#: The attribute of Case that names who pressed: the same press by the same person says nothing new.
_HAS_IT: Final = {"AcceptPressed": "accepted_by", "AcknowledgePressed": "acknowledged_by"}
_PRESSED_BY: Final = {
    **_HAS_IT,
    "OnTheWayPressed": "dispatched_by",
    "OnScenePressed": "on_scene_by",
    "AllClearPressed": "closed_by",
    "FalseAlarmPressed": "closed_by",
    "ConfirmPressed": "confirmed_by",
}


def step(case: Case, event: Event, now: datetime) -> Outcome:
    """Return the case after the event, and the effects; raise WrongVerb for a press not offered now.

    A timer counts only while it is in `case.timers` and due. `FactsNoted` is the same in
    every state, and so is `ExerciseStopped`. A technical alarm reported under the id of a
    closed case changes nothing here: whoever calls opens a new case for it.
    """
    assert now.utcoffset() == timedelta(0), "now is aware UTC"
    if _is_repeat(case, event, now):
        return case, ()
    if isinstance(event, FactsNoted):
        return _with_facts(case, event), ()
    if isinstance(event, ExerciseStopped):
        return stop_exercise(case, event, now)
    if isinstance(event, PreAlarmReported | AlarmReported):
        case = _with_kind(case, event.kind)
    name = _name(event)
    if getattr(event, "key", "") == WORKER_KEY and name not in _WORKERS_OWN:
        raise WrongVerb("The worker in danger cannot answer for the help: their word is noted.")
    if isinstance(row_of(case, name), Ignored):
        return case, ()
    move = move_of(case, name)
    if move is None:
        raise refusal(case, name)
    if isinstance(event, TimerFired):
        case = replace(case, timers=tuple(timer for timer in case.timers if timer.name != event.name))
    return ACTIONS[move.action](replace(case, state=move.state), event, now)


def _name(event: Event) -> str:
    return event.name if isinstance(event, TimerFired) else type(event).__name__


def _is_repeat(case: Case, event: Event, now: datetime) -> bool:
    """Tell whether the event says nothing new: a stale timer, an overtaken message, a second press."""
    if isinstance(event, TimerFired):
        return not any(timer.name == event.name and timer.due_at <= now for timer in case.timers)
    if isinstance(event, AlarmReported):
        return _is_overtaken(case, event, now)
    if isinstance(event, AccepterLost):
        return case.accepted_by != event.user
    known = _PRESSED_BY if case.state is CaseState.CLOSED else _HAS_IT
    pressed_by = known.get(_name(event))
    return pressed_by is not None and getattr(case, pressed_by) == getattr(event, "user", None)


def _is_overtaken(case: Case, event: AlarmReported, now: datetime) -> bool:
    # Raised before its condition ended: the message was late, the condition is not back.
    if case.gone_at is None or event.raised_ago_ms is None or is_person_kind(event.kind):
        return False
    return actions.raised_at(event, now) < case.gone_at


def _with_facts(case: Case, event: FactsNoted) -> Case:
    case = replace(
        case,
        cause=event.cause or case.cause,
        hidden_in=event.hidden_in or case.hidden_in,
        cancelled_under=event.cancelled_under or case.cancelled_under,
    )
    return case if event.alarm is None else replace(case, alarm=event.alarm, gone_at=None)


def _with_kind(case: Case, kind: str) -> Case:
    """Return the case with the graver of both kinds; one that turns out to mean a person starts anew."""
    is_technical = not case.is_person
    case = replace(case, kind=graver(case.kind, kind))
    if not (is_technical and case.is_person):
        return case
    case = replace(case, state=CaseState.NEW, level=None, rounds=case.rounds + 1, timers=())
    case = replace(case, calls=tuple(stopped(call) for call in case.calls), is_unanswered=False)
    case = replace(case, acknowledged_at=None, acknowledged_by=None, gone_at=None, raised_at=None)
    return replace(case, closed_at=None, closed_by=None, outcome=None)
