"""What a person can press on a case now, and what they are told when it is something else.

The tables decide what is offered; the sentences here say why the rest is not, and what to do instead.
Recipients have the same verbs in every channel that can carry an answer.
"""

from typing import Final

from basestation.cases.case import Case, CaseState
from basestation.cases.tables import Move, moves_of

#: The verbs in the order in which a console shows them, with the event each one makes.
VERBS: Final = {
    "accept": "AcceptPressed",
    "decline": "DeclinePressed",
    "on_the_way": "OnTheWayPressed",
    "on_scene": "OnScenePressed",
    "still_here": "StillHerePressed",
    "need_more": "NeedMorePressed",
    "escalate": "EscalatePressed",
    "hand_over": "HandOverPressed",
    "contact": "ContactPressed",
    "all_clear": "AllClearPressed",
    "false_alarm": "FalseAlarmPressed",
    "confirm": "ConfirmPressed",
    "acknowledge": "AcknowledgePressed",
}

_BY_STATE = {
    CaseState.NEW: "Nothing has been raised yet: wait for the alarm.",
    CaseState.PRE_ALARM: "The wearer can still cancel this pre-alarm: wait until it is raised.",
    CaseState.CANCELLED: "The wearer cancelled the pre-alarm: there is nothing left to do.",
    CaseState.JOINED: "This alarm is part of case {companion}: open that one.",
    CaseState.CLOSED: "The case is closed{closed}: open the log to see what happened.",
    CaseState.ACKNOWLEDGED: "{acknowledged_by} has acknowledged it: it closes when the condition ends.",
    CaseState.RECEIVED: "Nobody has taken charge yet: press accept first.",
}
_BY_VERB = {
    "AcceptPressed": "{accepted_by} has accepted this case: speak to them before you act.",
    "DeclinePressed": "{accepted_by} has accepted this case: there is nothing to decline.",
    "StillHerePressed": "Nobody is asked for a sign of life yet.",
    "ConfirmPressed": "There is nothing to confirm: nobody has asked to close this case.",
}
_IS_TECHNICAL = "This is a technical alarm and nobody is known to be in danger: press acknowledge."
_IS_PERSON = "A person may be in danger: press accept and send help, this cannot be acknowledged away."


class WrongVerb(Exception):
    """A person pressed what is not offered now; the text is the sentence they are shown."""


def verbs(case: Case) -> tuple[str, ...]:
    """Return the verbs offered now, in the order of `VERBS`."""
    return tuple(verb for verb, event in VERBS.items() if is_offered(case, event))


def is_offered(case: Case, event: str) -> bool:
    """Tell whether the event of that name makes a move now."""
    return move_of(case, event) is not None


def move_of(case: Case, event: str) -> Move | None:
    """Return the move that the event of that name makes now; None for none."""
    rows = moves_of(case, event)
    return next((row for row in rows if not row.when or bool(getattr(case, row.when))), None)


def refusal(case: Case, event: str) -> WrongVerb:
    """Return the sentence for a press that is not offered now."""
    closed = f" (by {case.closed_by})" if case.closed_by else ""
    return WrongVerb(
        _sentence(case, event).format(
            closed=closed,
            companion=case.companion,
            accepted_by=case.accepted_by,
            acknowledged_by=case.acknowledged_by,
        )
    )


def _sentence(case: Case, event: str) -> str:
    is_for_persons = event != "AcknowledgePressed"
    if is_for_persons != case.is_person:
        return _IS_PERSON if case.is_person else _IS_TECHNICAL
    if case.state is CaseState.RECEIVED:
        return _BY_VERB["ConfirmPressed"] if event == "ConfirmPressed" else _BY_STATE[case.state]
    return _BY_STATE.get(case.state) or _BY_VERB[event]
