"""The two state machines of a case, as tables: what each state does with each event.

One table for a person's case, one for a technical alarm. An event is named by its class, a timer by its
name. Each state lists every event: with a move (of several, the first whose claim about the case is true),
as ignored, or as refused (a person pressed what is not offered now and is told why). The actions are the
functions of that name in `actions` (devices), `calling` (calls and time), `answers` and `ending` (people).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from basestation.cases.case import Case
from basestation.cases.case import CaseState as State

#: Every event, by the name under which the tables know it.
REPORTS = (
    "PreAlarmReported",
    "AlarmReported",
    "CancelReported",
    "ResetReported",
    "AllRightReported",
    "PlaceReported",
    "ConditionEnded",
)
TIMERS = ("pre_alarm", "answer", "call", "repeat", "unanswered", "arrival", "asked", "presence")
#: What becomes known while people are called, and what an operator changes of it.
CALLING = (
    "PeopleFound",
    "DeliveryReported",
    "ShownOnConsole",
    "RecipientAdded",
    "AddressCorrected",
)
#: What other cases and the site tell.
AROUND = ("CompanionFound", "FurtherAlarm", "AccepterLost")
PRESSES = (
    "AcceptPressed",
    "DeclinePressed",
    "OnTheWayPressed",
    "OnScenePressed",
    "StillHerePressed",
    "NeedMorePressed",
    "EscalatePressed",
    "HandOverPressed",
    "ContactPressed",
    "AllClearPressed",
    "FalseAlarmPressed",
    "ConfirmPressed",
    "AcknowledgePressed",
)
EVENTS = (*REPORTS, *TIMERS, *CALLING, *AROUND, *PRESSES)


@dataclass(frozen=True, slots=True)
class Move:
    """Go to `state` and do `action`, but only `when` this claim about the case is true."""

    state: State
    action: str
    #: The name of an attribute of Case that must be true or set, or empty for always.
    when: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing changes."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The person who pressed is told why this is not offered now."""


Row = Move | tuple[Move, ...] | Ignored | Refused
Table = Mapping[State, Mapping[str, Row]]


def _ignored(*events: str) -> dict[str, Row]:
    return dict.fromkeys(events, Ignored())


def _refused(*events: str) -> dict[str, Row]:
    return dict.fromkeys(events, Refused())


def _stay(state: State, **actions: str) -> dict[str, Row]:
    return {event: Move(state, action) for event, action in actions.items()}


def _raised(*, when_joined: str, alone: str) -> tuple[Move, ...]:
    """Join the worker's open case if there is one, otherwise call people."""
    return (Move(State.JOINED, when_joined, when="companion"), Move(State.RECEIVED, alone))


#: What the device says of an alarm that was raised; noted, and it closes nothing.
_NOTES = {
    "AlarmReported": "note_repeat",
    "CancelReported": "note_cancel",
    "ResetReported": "note_reset",
    "AllRightReported": "note_all_right",
}
#: Before a raise nobody is called, so there is nobody to find, to add or to lose.
_NOBODY_YET = (*CALLING, "FurtherAlarm", "AccepterLost", "PlaceReported")

#: What leads out of every state in which nothing is raised: all but the first are said of raised alarms only.
_RAISES: dict[str, Row] = {
    "AlarmReported": _raised(when_joined="join", alone="raise_alarm"),
    "ResetReported": _raised(when_joined="join_reset", alone="raise_reset_alarm"),
    "AllRightReported": _raised(when_joined="join_all_right", alone="raise_all_right_alarm"),
    "ConditionEnded": _raised(when_joined="join_lost", alone="raise_lost_alarm"),
}


def _taken(state: State) -> dict[str, Row]:
    """Return the rows of a case that somebody has, and where nobody has arrived yet."""
    return {
        **_stay(state, **_NOTES),
        **_stay(state, PlaceReported="tell_place"),
        # They run only while somebody has to be found in addition.
        **_stay(state, answer="call_next", call="call_due", repeat="call_next", unanswered="tell_unanswered"),
        **_stay(
            state, PeopleFound="take_found", DeliveryReported="note_delivery", ShownOnConsole="note_shown"
        ),
        **_stay(state, RecipientAdded="add_recipient", AddressCorrected="correct_address"),
        **_stay(state, FurtherAlarm="take_further_alarm_at_work", arrival="ask_for_arrival"),
        "asked": Move(State.RECEIVED, "lose_unanswering"),
        "AccepterLost": Move(State.RECEIVED, "lose_accepter", when="accepted_by"),
        "AcceptPressed": Move(State.ACCEPTED, "accept", when="may_be_taken"),
        "OnTheWayPressed": Move(State.DISPATCHED, "set_out"),
        "OnScenePressed": Move(State.ON_SCENE, "arrive"),
        **_stay(state, StillHerePressed="answer_ask", DeclinePressed="decline_at_work"),
        **_stay(state, NeedMorePressed="want_more", EscalatePressed="escalate"),
        **_stay(state, HandOverPressed="offer", ContactPressed="note_contact"),
        **_ends(state),
        **_ignored("PreAlarmReported", "ConditionEnded", "pre_alarm", "presence", "CompanionFound"),
        **_refused("AcknowledgePressed"),
    }


def _ends(state: State) -> dict[str, Row]:
    """Return how a case ends: by one person who knows, or by two."""
    return {
        "AllClearPressed": (Move(State.CLOSED, "clear", when="may_end"), Move(state, "propose_clear")),
        "FalseAlarmPressed": (
            Move(State.CLOSED, "clear_false", when="may_end"),
            Move(state, "propose_false"),
        ),
        "ConfirmPressed": Move(State.CLOSED, "confirm", when="proposal"),
    }


PERSON: Final[Table] = {
    State.NEW: {
        "PreAlarmReported": Move(State.PRE_ALARM, "await_wearer"),
        # Messages come in any order: the pre-alarm may still be under way.
        "CancelReported": Move(State.CANCELLED, "cancel"),
        "CompanionFound": Move(State.NEW, "note_companion"),
        **_RAISES,
        **_ignored(*TIMERS, *_NOBODY_YET),
        **_refused(*PRESSES),
    },
    State.PRE_ALARM: {
        "CancelReported": Move(State.CANCELLED, "cancel"),
        "CompanionFound": Move(State.PRE_ALARM, "note_companion"),
        "pre_alarm": _raised(when_joined="join_unanswered", alone="raise_unanswered_pre_alarm"),
        **_RAISES,
        **_ignored("PreAlarmReported", *TIMERS[1:], *_NOBODY_YET),
        **_refused(*PRESSES),
    },
    State.CANCELLED: {
        # A raise wins over a cancel, whichever comes first.
        "CompanionFound": Move(State.CANCELLED, "note_companion"),
        **_RAISES,
        **_ignored("PreAlarmReported", "CancelReported", *TIMERS, *_NOBODY_YET),
        **_refused(*PRESSES),
    },
    State.JOINED: {
        **_stay(State.JOINED, **_NOTES),
        **_stay(State.JOINED, PlaceReported="note_place"),
        **_ignored("PreAlarmReported", "ConditionEnded", *TIMERS, *CALLING, *AROUND),
        **_refused(*PRESSES),
    },
    State.RECEIVED: {
        **_stay(State.RECEIVED, **_NOTES),
        **_stay(State.RECEIVED, PlaceReported="tell_place"),
        **_stay(State.RECEIVED, answer="call_next", call="call_due", repeat="call_next"),
        **_stay(State.RECEIVED, unanswered="tell_unanswered"),
        **_stay(State.RECEIVED, PeopleFound="take_found", DeliveryReported="note_delivery"),
        **_stay(State.RECEIVED, ShownOnConsole="note_shown", FurtherAlarm="take_further_alarm"),
        **_stay(State.RECEIVED, RecipientAdded="add_recipient", AddressCorrected="correct_address"),
        "AcceptPressed": Move(State.ACCEPTED, "accept"),
        # Whoever says that they are coming has taken it, if nobody else has.
        "OnTheWayPressed": Move(State.DISPATCHED, "accept_and_set_out"),
        "OnScenePressed": Move(State.ON_SCENE, "accept_and_arrive"),
        **_stay(State.RECEIVED, DeclinePressed="decline", NeedMorePressed="want_more"),
        **_stay(State.RECEIVED, EscalatePressed="escalate", ContactPressed="note_contact"),
        **_ignored("PreAlarmReported", "ConditionEnded", "pre_alarm", "arrival", "asked", "presence"),
        **_ignored("CompanionFound", "AccepterLost"),
        **_refused("StillHerePressed", "HandOverPressed", "AllClearPressed", "FalseAlarmPressed"),
        **_refused("ConfirmPressed", "AcknowledgePressed"),
    },
    State.ACCEPTED: _taken(State.ACCEPTED),
    State.DISPATCHED: _taken(State.DISPATCHED),
    State.ON_SCENE: {
        **_stay(State.ON_SCENE, **_NOTES),
        **_stay(State.ON_SCENE, PlaceReported="note_place"),
        **_stay(State.ON_SCENE, answer="call_next", call="call_due", repeat="call_next"),
        **_stay(State.ON_SCENE, unanswered="tell_unanswered"),
        **_stay(State.ON_SCENE, PeopleFound="take_found", DeliveryReported="note_delivery"),
        **_stay(State.ON_SCENE, ShownOnConsole="note_shown", FurtherAlarm="take_further_alarm_on_scene"),
        **_stay(State.ON_SCENE, RecipientAdded="add_recipient", AddressCorrected="correct_address"),
        "presence": Move(State.ON_SCENE, "ask_helper"),
        "AcceptPressed": Move(State.ON_SCENE, "take_over", when="may_be_taken"),
        "OnTheWayPressed": Move(State.ON_SCENE, "follow"),
        "OnScenePressed": Move(State.ON_SCENE, "join_scene"),
        **_stay(State.ON_SCENE, StillHerePressed="stay_on_scene", DeclinePressed="decline_at_work"),
        **_stay(State.ON_SCENE, NeedMorePressed="want_more", EscalatePressed="escalate"),
        **_stay(State.ON_SCENE, HandOverPressed="offer", ContactPressed="note_contact"),
        **_ends(State.ON_SCENE),
        # Whoever is there is there, whatever the rota says; silence is what `presence` waits for.
        **_ignored("PreAlarmReported", "ConditionEnded", "pre_alarm", "arrival", "asked"),
        **_ignored("CompanionFound", "AccepterLost"),
        **_refused("AcknowledgePressed"),
    },
    State.CLOSED: {
        # The device's own messages may come after the all-clear; they are facts, and open nothing.
        **_stay(State.CLOSED, **_NOTES),
        **_stay(State.CLOSED, PlaceReported="note_place"),
        **_ignored("PreAlarmReported", "ConditionEnded", *TIMERS, *CALLING, *AROUND),
        **_refused(*PRESSES),
    },
}

_FOR_PERSONS_ONLY = PRESSES[:-1]

TECHNICAL: Final[Table] = {
    State.NEW: {
        # No technical alarm has a pre-alarm; what is announced as one is shown at once.
        "PreAlarmReported": Move(State.RECEIVED, "raise_alarm"),
        "AlarmReported": Move(State.RECEIVED, "raise_alarm"),
        "ResetReported": Move(State.RECEIVED, "raise_reset_alarm"),
        "AllRightReported": Move(State.RECEIVED, "raise_all_right_alarm"),
        "CancelReported": Move(State.GONE, "end_condition"),
        "ConditionEnded": Move(State.GONE, "end_condition"),
        **_ignored("PlaceReported", *TIMERS, *CALLING, *AROUND),
        **_refused(*PRESSES),
    },
    State.RECEIVED: {
        "CancelReported": Move(State.GONE, "end_condition"),
        "ConditionEnded": Move(State.GONE, "end_condition"),
        **_stay(State.RECEIVED, ResetReported="note_reset", AllRightReported="note_all_right"),
        **_stay(State.RECEIVED, answer="call_next", call="call_due", repeat="call_next"),
        **_stay(State.RECEIVED, PeopleFound="take_found", DeliveryReported="note_delivery"),
        **_stay(State.RECEIVED, ShownOnConsole="note_shown"),
        **_stay(State.RECEIVED, RecipientAdded="add_recipient", AddressCorrected="correct_address"),
        "DeclinePressed": Move(State.RECEIVED, "decline"),
        "EscalatePressed": Move(State.RECEIVED, "escalate"),
        "AcknowledgePressed": Move(State.ACKNOWLEDGED, "acknowledge"),
        **_ignored("PreAlarmReported", "AlarmReported", "PlaceReported", *AROUND),
        **_ignored("pre_alarm", "unanswered", "arrival", "asked", "presence"),
        **_refused(
            *(press for press in _FOR_PERSONS_ONLY if press not in ("DeclinePressed", "EscalatePressed"))
        ),
    },
    State.ACKNOWLEDGED: {
        "CancelReported": Move(State.CLOSED, "close_ended_condition"),
        "ConditionEnded": Move(State.CLOSED, "close_ended_condition"),
        **_stay(State.ACKNOWLEDGED, ResetReported="note_reset", AllRightReported="note_all_right"),
        **_ignored("PreAlarmReported", "AlarmReported", "PlaceReported", *TIMERS, *CALLING, *AROUND),
        **_refused(*PRESSES),
    },
    State.GONE: {
        "AlarmReported": Move(State.RECEIVED, "raise_again"),
        **_stay(State.GONE, ResetReported="note_reset", AllRightReported="note_all_right"),
        "AcknowledgePressed": Move(State.CLOSED, "close_by_acknowledgement"),
        **_ignored("PreAlarmReported", "CancelReported", "PlaceReported", "ConditionEnded"),
        **_ignored(*TIMERS, *CALLING, *AROUND),
        **_refused(*_FOR_PERSONS_ONLY),
    },
    State.CLOSED: {
        # The engine opens a new case for an alarm that comes back under a closed id.
        **_ignored(*REPORTS, *TIMERS, *CALLING, *AROUND),
        **_refused(*PRESSES),
    },
}


def moves_of(case: Case, event: str) -> tuple[Move, ...]:
    """Return the moves that the table of this case has for the event of that name; none if it has none."""
    row = row_of(case, event)
    if isinstance(row, Move):
        return (row,)
    return row if isinstance(row, tuple) else ()


def row_of(case: Case, event: str) -> Row:
    """Return what the table of this case says about the event of that name."""
    table = PERSON if case.is_person else TECHNICAL
    return table[case.state][event]
