"""How the case of a test or drill ends by something else than a person on the scene: the exercise is over.

Decides that this is the same in every state, and that it changes nothing of a real case, whatever calls it.
Whoever was called is told, with the mark; nobody is called any more. Where a real alarm ends it, the worker's
phone is told nothing: that alarm may be a silent one.
"""

from dataclasses import replace
from datetime import datetime

from basestation.cases import escalation
from basestation.cases.calls import Call
from basestation.cases.case import Case, CaseState
from basestation.cases.chain import WORKER
from basestation.cases.escalation import Outcome
from basestation.cases.exercise_events import CUT_SHORT_BY, ExerciseStopped
from basestation.cases.telling import tell_device

#: The outcome of such a case.
EXERCISE_ENDED = "exercise_ended"


def stop_exercise(case: Case, event: ExerciseStopped, now: datetime) -> Outcome:
    """Close the open case of a test or drill; a real one, or one that is over, stays as it is."""
    if case.mark == "real" or not case.is_open:
        return case, ()
    case, over = escalation.call_off(replace(case, state=CaseState.CLOSED))
    case = replace(case, timers=(), is_arrival_overdue=False, is_helper_silent=False, more_wanted_by=None)
    case = replace(case, closed_at=now, closed_by=event.user, outcome=EXERCISE_ENDED, reason=event.reason)
    is_cut_short = event.user == CUT_SHORT_BY
    case, told = escalation.tell(replace(case, proposal=None), "closed", _is_worker if is_cut_short else None)
    return case, (*tell_device(case, "ALL_CLEAR", event.user), *over, *told)


def _is_worker(call: Call) -> bool:
    return call.kind == WORKER
