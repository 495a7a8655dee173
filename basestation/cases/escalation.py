"""Who is called next, and when: the way of one case through its rescue chain.

Each level is called in addition to those before. When the last one has not answered either, everybody
is called, and again every `repeat_s`, for ever: bounded in rate, never in number. Nothing here stops a
call; only a person's press does (`actions`).
"""

from dataclasses import replace
from datetime import datetime, timedelta

from basestation.cases.case import Case, Timer
from basestation.cases.chain import Recipient
from basestation.cases.events import Effect, Notify

Outcome = tuple[Case, tuple[Effect, ...]]


def call_next(case: Case, now: datetime) -> Outcome:
    """Call the next level, or everybody if all levels were called."""
    index = next_level(case)
    if index is None:
        return _call_everybody(case, now)
    level = case.chain.levels[index]
    calls = [
        _notify(case, way, index, "alarm", f"call/{number}") for number, way in enumerate(level.recipients)
    ]
    case = with_timer(case, "answer", now + timedelta(seconds=level.answer_s))
    return replace(case, level=index, unfailed=tuple(call.key for call in calls)), tuple(calls)


def next_level(case: Case) -> int | None:
    """Return the index of the level to call next; None when everybody is called instead."""
    index = 0 if case.level is None else case.level + 1
    return index if index < len(case.chain.levels) else None


def start_again(case: Case, now: datetime) -> Outcome:
    """Call the chain from its first level, in a new round."""
    return call_next(replace(case, level=None, rounds=case.rounds + 1), now)


def note_failure(case: Case, key: str, now: datetime) -> Outcome:
    """Go on at once when nobody of the newest level can be reached, otherwise wait for the answer."""
    if key not in case.unfailed:
        return case, ()
    case = replace(case, unfailed=tuple(other for other in case.unfailed if other != key))
    # Everybody is called at fixed intervals only: a broken channel must not make a loop of it.
    if case.unfailed or next_level(case) is None:
        return case, ()
    return call_next(case, now)


def ask_accepter(case: Case) -> tuple[Effect, ...]:
    """Ask the accepter whether help has arrived: at the console and wherever the chain reaches them."""
    who = case.accepted_by or ""
    ways = [Recipient(who, "console", who)]
    ways += [way for level in case.chain.levels for way in level.recipients if way.name == who]
    unique = enumerate(dict.fromkeys(ways))
    return tuple(
        _notify(case, way, case.level or 0, "arrival_overdue", f"ask/{number}") for number, way in unique
    )


def tell_place(case: Case) -> tuple[Effect, ...]:
    """Tell everybody called so far where the wearer was heard; they went without knowing it."""
    levels = case.chain.levels[: 0 if case.level is None else case.level + 1]
    first_level: dict[Recipient, int] = {}
    for index, level in enumerate(levels):
        for way in level.recipients:
            first_level.setdefault(way, index)
    return tuple(
        _notify(case, way, index, "place", f"place/{number}")
        for number, (way, index) in enumerate(first_level.items())
    )


def with_timer(case: Case, name: str, due_at: datetime) -> Case:
    """Return the case with the timer `name` set to `due_at`, in place of one of that name."""
    return replace(case, timers=(*without_timers(case, name).timers, Timer(name, due_at)))


def without_timers(case: Case, *names: str) -> Case:
    """Return the case without the timers named."""
    return replace(case, timers=tuple(timer for timer in case.timers if timer.name not in names))


def _call_everybody(case: Case, now: datetime) -> Outcome:
    case = replace(case, rounds=case.rounds + 1)
    first_level: dict[Recipient, int] = {}
    for index, level in enumerate(case.chain.levels):
        for way in level.recipients:
            first_level.setdefault(way, index)
    unique = enumerate(first_level.items())
    calls = [_notify(case, way, index, "alarm_again", f"call/{number}") for number, (way, index) in unique]
    return with_timer(case, "repeat", now + timedelta(seconds=case.chain.repeat_s)), tuple(calls)


def _notify(case: Case, recipient: Recipient, level: int, text_key: str, number: str) -> Notify:
    # The key is logged for good, so it holds no address: some are URLs with a password.
    key = f"{case.device}/{case.alarm}/{case.rounds}/{level}/{number}"
    text_key = "arrival_overdue" if case.is_arrival_overdue and text_key != "place" else text_key
    return Notify(recipient, level, case.rounds, text_key, case.mark, key)
