"""What happens next to a case if nobody does anything: one sentence for the list in the console."""

from datetime import datetime
from typing import Any

from basestation.cases.case import Case, Timer
from basestation.cases.escalation import UNANSWERED, next_level


def next_step(case: Case) -> tuple[datetime, str] | None:
    """Return when more people are called or asked, and what; None if nothing is planned."""
    timer = _next_timer(case)
    return None if timer is None else (timer.due_at, _sentence(case, timer))


def next_doing(case: Case) -> dict[str, Any] | None:
    """Return the same as facts, for whoever says it in another language."""
    timer = _next_timer(case)
    if timer is None:
        return None
    index = next_level(case)
    return {
        "does": timer.name,
        "who": case.on_scene_by if timer.name == "presence" else case.accepted_by,
        "level": None if index is None else index + 1,
        "level_name": None if index is None else case.chain.levels[index].name,
        "round": case.rounds + 1,
    }


def _next_timer(case: Case) -> Timer | None:
    timers = [timer for timer in case.timers if timer.name not in ("call", UNANSWERED)]
    return min(timers, key=lambda timer: timer.due_at, default=None)


def _sentence(case: Case, timer: Timer) -> str:
    if timer.name == "pre_alarm":
        return "raises the alarm unless the wearer cancels it"
    if timer.name == "arrival":
        return f"asks {case.accepted_by} whether help has arrived and {_call(case)}"
    if timer.name == "asked":
        return f"takes the case from {case.accepted_by} and calls the chain again"
    if timer.name == "presence":
        return f"asks {case.on_scene_by} for a sign of life and {_call(case)}"
    return _call(case)


def _call(case: Case) -> str:
    index = next_level(case)
    if index is None:
        return f"calls everyone again (round {case.rounds + 1})"
    return f"calls level {index + 1}: {case.chain.levels[index].name}"
