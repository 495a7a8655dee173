"""Which verbs one person is offered in a case: what the case takes now, and what makes sense from them.

Decides what is left out because it would only be refused. Never what a verb does: the case step does.
"""

from collections.abc import Callable, Mapping
from typing import Final

from basestation.cases.case import Case
from basestation.cases.people import CONTROL_ROOM_KEY, WORKER_KEY
from basestation.cases.step import verbs

#: In the order in which a page shows them.
FOR_PERSONS: Final = (
    "accept",
    "on_the_way",
    "on_scene",
    "still_here",
    "confirm",
    "decline",
    "need_more",
    "escalate",
    "hand_over",
    "contact",
    "all_clear",
    "false_alarm",
)
FOR_TECHNICAL: Final = ("acknowledge", "decline", "escalate")


def offered(case: Case, key: str, name: str) -> tuple[str, ...]:
    """Return what the person of that key and name may press now."""
    if not case.is_open:
        return ()
    now = verbs(case)
    wanted = FOR_PERSONS if case.is_person else FOR_TECHNICAL
    return tuple(verb for verb in wanted if verb in now and not _is_vain(case, verb, key, name))


def successors(case: Case, key: str) -> tuple[str, ...]:
    """Return the names of those who may be asked to take over: whoever else is called, and is a person."""
    return tuple(
        call.name
        for call in case.calls
        if call.kind in ("person", "role") and call.key not in (key, WORKER_KEY, CONTROL_ROOM_KEY)
    )


def _is_vain(case: Case, verb: str, key: str, name: str) -> bool:
    return verb in _VAIN and _VAIN[verb](case, key, name)


def _is_anothers(case: Case, key: str, name: str) -> bool:
    is_open_to_all = case.accepted_by is None or case.is_arrival_overdue or case.is_further_unseen
    return not is_open_to_all and key != case.offered_key and name != case.offered_to


def _cannot_decline(case: Case, key: str, name: str) -> bool:
    has_declined = any(call.key == key and call.is_declined for call in case.calls)
    return case.accepted_by == name or has_declined


def _is_there(case: Case, _key: str, name: str) -> bool:
    return any(one.name == name and one.on_scene_at is not None for one in case.helpers)


def _is_asked_for_nothing(case: Case, key: str, name: str) -> bool:
    return case.accepted_by != name and not _is_there(case, key, name)


def _is_own_proposal(case: Case, _key: str, name: str) -> bool:
    return case.proposal is not None and case.proposal.by == name


def _has_nothing_to_hand_over(case: Case, key: str, name: str) -> bool:
    return case.accepted_by != name or not successors(case, key)


def _must_not_speak(case: Case, _key: str, _name: str) -> bool:
    return case.is_silent


def _has_to_look_first(case: Case, _key: str, _name: str) -> bool:
    return case.is_further_unseen


_VAIN: Final[Mapping[str, Callable[[Case, str, str], bool]]] = {
    "accept": _is_anothers,
    "decline": _cannot_decline,
    "on_the_way": _is_there,
    "on_scene": _is_there,
    "still_here": _is_asked_for_nothing,
    "confirm": _is_own_proposal,
    "hand_over": _has_nothing_to_hand_over,
    "contact": _must_not_speak,
    "all_clear": _has_to_look_first,
    "false_alarm": _has_to_look_first,
}
