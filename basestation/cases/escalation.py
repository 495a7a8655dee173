"""Who is called next, and when: the way of one case through its rescue chain.

Each level is called in addition to those before, and whoever was called is called again by their ways until
somebody has accepted. When the last level has not answered either, everybody is called, and again every
`repeat_s`, for ever: bounded in rate, never in number. Nothing here stops a call; only a person's press
does (`answers`).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from basestation.cases import calls
from basestation.cases.calls import BESIDE, Call
from basestation.cases.case import Case, Timer
from basestation.cases.chain import CONSOLE, CONTROL_ROOM, WORKER, Recipient
from basestation.cases.effects import Effect, Fault, FindPeople, Notify
from basestation.cases.events import PeopleFound
from basestation.cases.people import Found

Outcome = tuple[Case, tuple[Effect, ...]]

#: What calls people; they run only while somebody has to be found.
CALLING = ("answer", "call", "repeat")
UNANSWERED, UNATTENDED = "unanswered", "unattended"
#: The calls of everybody go out first, then the alarm that nobody answers is raised, spread over seconds:
#: where 200 cases reach their loud end at once, 200 more cases would make the calls late. Our own.
UNANSWERED_AFTER_S, UNANSWERED_SPREAD_S = 2, 4
#: Who sits in the control room is told by what the console shows.
_DESK = Recipient("control_room", "Control room")


def call_next(case: Case, now: datetime) -> Outcome:
    """Call the next level, or everybody if all levels were called."""
    index = next_level(case)
    if index is None:
        return _call_everybody(case, now)
    level = case.chain.levels[index]
    case = with_timer(replace(case, level=index), "answer", now + timedelta(seconds=level.answer_s))
    return case, (FindPeople(index, level.recipients),)


def next_level(case: Case) -> int | None:
    """Return the index of the level to call next; None when everybody is called instead."""
    index = 0 if case.level is None else case.level + 1
    return index if index < len(case.chain.levels) else None


def start_again(case: Case, now: datetime) -> Outcome:
    """Call the chain from its first level, in a new round."""
    case, over = _answered(case)
    case = replace(without_timers(case, *CALLING), level=None, rounds=case.rounds + 1)
    case = replace(case, calls=tuple(calls.stopped(call) for call in case.calls))
    case, effects = call_next(case, now)
    return case, over + effects


def resume(case: Case, now: datetime) -> Outcome:
    """Call those who were called once more, and the next level in addition."""
    if next_level(case) is None:
        return call_next(case, now)
    case = replace(case, calls=tuple(calls.again(call, now) for call in case.calls))
    case, found = call_next(case, now)
    case, called = call_due(case, now)
    return case, found + called


def take_found(case: Case, event: PeopleFound, now: datetime) -> Outcome:
    """Call whom the level is now; go on at once where nobody of it can be called or nobody attends."""
    everybody = event.level is None
    if everybody:
        case = replace(case, calls=tuple(_of_last_round(call, event) for call in case.calls))
    added = case.added if everybody else ()
    for found in dict.fromkeys((*event.found, *added)):
        case = with_call(case, found, BESIDE if event.level is None else event.level, now)
    case, effects = call_due(case, now)
    is_unattended = any(found.kind == CONTROL_ROOM and not found.is_attended for found in event.found)
    if is_unattended:
        effects = (*effects, Fault(UNATTENDED))
    return _on(*_passed_over(case, now, is_forced=is_unattended), effects)


def call_due(case: Case, now: datetime) -> Outcome:
    """Send what is due to whoever is called, and set the timer for the next."""
    effects: list[Effect] = []
    done: list[Call] = []
    for each in case.calls:
        if each.next_at is None or each.next_at > now:
            done.append(each)
            continue
        case, notice = _notify(case, each, each.way, text_of(case))
        effects.append(notice)
        done.append(calls.sent(each, notice.key, now))
    case = replace(case, calls=tuple(done))
    due = [each.next_at for each in case.calls if each.next_at is not None]
    case = with_timer(case, "call", min(due)) if due else without_timers(case, "call")
    return case, tuple(effects)


def note_delivery(case: Case, key: str, now: datetime, *, is_failed: bool) -> Outcome:
    """Go on by the next way, or to the next level at once, when a way does not work."""
    if not is_failed:
        return replace(case, calls=tuple(calls.worked(each, key) for each in case.calls)), ()
    case = replace(case, calls=tuple(calls.failed(each, key, now) for each in case.calls))
    case, effects = call_due(case, now)
    if not case.is_calling:
        # One who was added while somebody has it: told by another way, and not again and again.
        return without_timers(case, "call"), effects
    return _on(*_passed_over(case, now), effects)


def decline(case: Case, user: str, key: str, now: datetime) -> Outcome:
    """Call the next level at once when nobody of this one is left."""
    given_up = tuple(calls.declined(each) if is_of(each, user, key) else each for each in case.calls)
    case = replace(case, calls=given_up)
    if not case.is_calling:
        return case, ()
    case, effects = call_due(case, now)
    return _on(*_passed_over(case, now), effects)


def is_of(call: Call, user: str, key: str) -> bool:
    """Tell whether this is the call of somebody who pressed."""
    return call.key == key if key else call.name == user


def with_call(case: Case, found: Found, level: int, now: datetime) -> Case:
    """Return the case with somebody called by that level, unless this round has called them already."""
    before = next((call for call in case.calls if call.key == found.key), None)
    if before is not None and before.round == case.rounds:
        return case
    new = calls.begin(found, level, case.rounds, now, before)
    for one in case.corrections:
        if one.key == found.key:
            new = calls.corrected(new, one.channel, one.address, now)
    others = tuple(call for call in case.calls if call.key != found.key)
    return replace(case, calls=(*others, new))


def call_off(case: Case) -> Outcome:
    """Call nobody any more."""
    case = replace(case, calls=tuple(calls.stopped(call) for call in case.calls))
    return _answered(without_timers(case, *CALLING))


def settle(case: Case) -> Outcome:
    """Stop the calls if nothing asks for them any more."""
    return (case, ()) if case.is_calling else call_off(case)


def tell(case: Case, text_key: str, but: Callable[[Call], bool] | None = None) -> Outcome:
    """Tell everybody who was told anything so far, by every way that was used; consoles show it anyway."""
    effects: list[Effect] = []
    for each in case.calls:
        if but is not None and but(each):
            continue
        for index, way in enumerate(each.ways):
            if each.notices[index] and way.channel != CONSOLE:
                case, notice = _notify(case, each, index, text_key)
                effects.append(notice)
    return case, tuple(effects)


def ask(case: Case, user: str, key: str, text_key: str) -> Outcome:
    """Ask somebody by the console and by all their ways, as far as the chain knows them."""
    desk = Call(key or user, user, CONTROL_ROOM, "en", (), BESIDE, case.rounds)
    effects: list[Effect] = []
    case, notice = _notify_by(case, desk, CONSOLE, user, text_key)
    effects.append(notice)
    for each in tuple(case.calls):
        if is_of(each, user, key):
            case, asked = _by_all_ways(case, each, text_key)
            effects += asked
    return case, tuple(effects)


def ask_accepter(case: Case, text_key: str) -> Outcome:
    """Ask whoever has accepted."""
    return ask(case, case.accepted_by or "", case.accepted_key, text_key)


def text_of(case: Case) -> str:
    """Return why people are called now: the newest reason that holds."""
    if case.is_helper_silent:
        return "helper_silent"
    if case.is_further_unseen:
        return "further_alarm"
    if case.more_wanted_by is not None:
        return "need_more"
    if case.is_arrival_overdue:
        return "arrival_overdue"
    if case.dropped_by is not None:
        return "dropped"
    return "alarm_again" if case.is_unanswered else "alarm"


def with_timer(case: Case, name: str, due_at: datetime) -> Case:
    """Return the case with the timer `name` set to `due_at`, in place of one of that name."""
    return replace(case, timers=(*without_timers(case, name).timers, Timer(name, due_at)))


def without_timers(case: Case, *names: str) -> Case:
    """Return the case without the timers named."""
    return replace(case, timers=tuple(timer for timer in case.timers if timer.name not in names))


def _call_everybody(case: Case, now: datetime) -> Outcome:
    unique = dict.fromkeys(way for level in case.chain.levels for way in level.recipients)
    # Nobody may be left: what the console shows is the last thing that can be silent.
    recipients = tuple(unique) or (_DESK,)
    is_new = not case.is_unanswered
    case = replace(without_timers(case, "answer"), rounds=case.rounds + 1, is_unanswered=True)
    case = with_timer(case, "repeat", now + timedelta(seconds=case.chain.repeat_s))
    if is_new and case.is_person:
        wait_s = UNANSWERED_AFTER_S + case.id % UNANSWERED_SPREAD_S
        case = with_timer(case, UNANSWERED, now + timedelta(seconds=wait_s))
    return case, (FindPeople(None, recipients),)


def _passed_over(case: Case, now: datetime, *, is_forced: bool = False) -> Outcome:
    """Call the next level if nobody of the newest one can come; everybody only at the set interval."""
    newest = [each for each in case.calls if (each.level, each.round) == (case.level, case.rounds)]
    is_lost = all(each.is_declined or each.is_failed or each.kind == WORKER for each in newest)
    if next_level(case) is None or not (is_lost or is_forced) or not _is_levelled(case):
        return case, ()
    return call_next(case, now)


def _of_last_round(call: Call, event: PeopleFound) -> Call:
    """Return the call stopped, unless nobody at all is found: then whoever was called before goes on."""
    never = {left.name for left in event.left_out if left.reason in ("casualty", "own_case", "silent")}
    return calls.stopped(call) if event.found or call.name in never else call


def _by_all_ways(case: Case, call: Call, text_key: str) -> tuple[Case, list[Notify]]:
    notices: list[Notify] = []
    for index, way in enumerate(call.ways):
        if way.channel != CONSOLE:
            case, notice = _notify(case, call, index, text_key)
            notices.append(notice)
            call = calls.asked(call, index, notice.key)
    others = tuple(call if each.key == call.key else each for each in case.calls)
    return replace(case, calls=others), notices


def _answered(case: Case) -> Outcome:
    """End the alarm that nobody answers."""
    over: tuple[Effect, ...] = (Fault(UNANSWERED, is_over=True),) if case.is_unanswered else ()
    return replace(without_timers(case, UNANSWERED), is_unanswered=False), over


def _is_levelled(case: Case) -> bool:
    """Tell whether levels are being called: somebody has to be found, and not everybody was called yet."""
    return case.is_calling and not case.is_unanswered


def _notify(case: Case, call: Call, index: int, text_key: str) -> tuple[Case, Notify]:
    way = call.ways[index]
    return _notify_by(case, call, way.channel, way.address, text_key)


def _notify_by(case: Case, call: Call, channel: str, address: str, text_key: str) -> tuple[Case, Notify]:
    number = case.notices + 1
    notice = Notify(
        who=call.key,
        recipient=call.name,
        channel=channel,
        address=address,
        language=call.language,
        level=call.level,
        round=case.rounds,
        text_key=text_key,
        mark=case.mark,
        # The key is logged for good, so it holds no address: some are URLs with a password.
        key=f"{case.device}/{case.alarm}/{number}",
    )
    return replace(case, notices=number), notice


def _on(case: Case, effects: tuple[Effect, ...], before: tuple[Effect, ...]) -> Outcome:
    return case, before + effects
