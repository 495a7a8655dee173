"""What a person can press on a case now, and what they are told when it is something else.

The tables decide what is offered; the sentences here say why the rest is not, and what to do instead.
"""

from typing import Final

from basestation.cases.case import Case, CaseState
from basestation.cases.tables import Move, row_of

#: The verbs in the order in which a console shows them, with the event each one makes.
VERBS: Final = {
    "accept": "AcceptPressed",
    "dispatched": "DispatchedPressed",
    "on_scene": "OnScenePressed",
    "all_clear": "AllClearPressed",
    "acknowledge": "AcknowledgePressed",
}

#: The field of Case that names who pressed.
PRESSED_BY: Final = {
    "AcceptPressed": "accepted_by",
    "DispatchedPressed": "dispatched_by",
    "OnScenePressed": "on_scene_by",
    "AllClearPressed": "closed_by",
    "AcknowledgePressed": "acknowledged_by",
}

_BY_STATE = {
    CaseState.NEW: "Nothing has been raised yet: wait for the alarm.",
    CaseState.PRE_ALARM: "The wearer can still cancel this pre-alarm: wait until it is raised.",
    CaseState.CANCELLED: "The wearer cancelled the pre-alarm: there is nothing left to do.",
    CaseState.CLOSED: "The case is closed{closed}: open the log to see what happened.",
    CaseState.ACKNOWLEDGED: "{acknowledged_by} has acknowledged it: it closes when the condition ends.",
    CaseState.RECEIVED: "Nobody has taken charge yet: press accept first.",
}
_BY_VERB = {
    "AcceptPressed": "{accepted_by} has accepted this case: speak to them before you act.",
    "DispatchedPressed": "Help is on its way already ({dispatched_by}): press on scene when it has arrived.",
    "OnScenePressed": "Help is on the scene already ({on_scene_by}).",
}
_HELP_ARRIVED = "Help is on the scene already ({on_scene_by}): give the all-clear when the person is safe."
_IS_TECHNICAL = "This is a technical alarm and nobody is known to be in danger: press acknowledge."
_IS_PERSON = "A person may be in danger: press accept and send help, this cannot be acknowledged away."


class WrongVerb(Exception):
    """A person pressed what is not offered now; the text is the sentence they are shown."""


def verbs(case: Case) -> tuple[str, ...]:
    """Return the verbs offered now, in the order of `VERBS`."""
    return tuple(verb for verb, event in VERBS.items() if is_offered(case, event))


def is_offered(case: Case, event: str) -> bool:
    """Tell whether the event of that name makes a move now."""
    row = row_of(case, event)
    return isinstance(row, Move) and (not row.when or getattr(case, row.when) is True)


def refusal(case: Case, event: str) -> WrongVerb:
    """Return the sentence for a press that is not offered now."""
    closed = f" (by {case.closed_by})" if case.closed_by else ""
    sentence = _sentence(case, event)
    return WrongVerb(
        sentence.format(
            closed=closed,
            accepted_by=case.accepted_by,
            dispatched_by=case.dispatched_by,
            on_scene_by=case.on_scene_by,
            acknowledged_by=case.acknowledged_by,
        )
    )


def _sentence(case: Case, event: str) -> str:
    is_for_persons = event != "AcknowledgePressed"
    if is_for_persons != case.is_person:
        return _IS_PERSON if case.is_person else _IS_TECHNICAL
    if case.state is CaseState.ON_SCENE and event == "DispatchedPressed":
        return _HELP_ARRIVED
    return _BY_STATE.get(case.state) or _BY_VERB[event]
