"""What a case says to tests: which stage of its own it has brought, and whom it reaches. Pure."""

import re

from basestation.cases.case import Case
from basestation.cases.stopping import EXERCISE_ENDED
from basestation.exercises.pre_emption import Reach

#: What `because` says.
_BECAUSE = re.compile(r"Case (\d+) is a real alarm\.")


def said_of(before: Case, case: Case) -> list[tuple[str, str]]:
    """Return the events of a test that this step of its case has brought, with who did it."""
    said = []
    if before.raised_at is None and case.raised_at is not None:
        said.append(("stored", ""))
    if (before.told_at or before.shown_at) is None and (case.told_at or case.shown_at) is not None:
        said.append(("told", ""))
    if before.accepted_at is None and case.accepted_at is not None:
        event = "answered" if case.is_telling_device else "answered_unseen"
        said.append((event, case.accepted_by or ""))
    return said


def reaches_more(before: Case, case: Case) -> bool:
    """Tell whether a real case has just been raised, or has come to somebody whom it had not reached."""
    return before.raised_at is None or not reach_of(case).people <= reach_of(before).people


def reach_of(case: Case) -> Reach:
    """Return whom a case is about and whom it reaches by now."""
    people = {name for call in case.calls for name in (call.key, call.name)}
    people |= {helper.name for helper in case.helpers} | {case.accepted_by or "", case.offered_to or ""}
    return Reach(case.device, case.worker_id, case.chain.name, frozenset(people - {""}))


def because(real: Case) -> str:
    """Return the sentence of why a test ended."""
    return f"Case {real.id} is a real alarm."


def real_of(case: Case) -> int | None:
    """Return the number of the real alarm for which an exercise ended; None: it has not, or not for one."""
    said = _BECAUSE.fullmatch(case.reason or "")
    return int(said.group(1)) if said and case.outcome == EXERCISE_ENDED else None


def is_concerned(before: Case, case: Case) -> bool:
    """Tell whether what has become of a case can end a test or drill, or is a step of one."""
    if case.mark != "real":
        return True
    return case.is_person and case.is_open and case.raised_at is not None and reaches_more(before, case)
