"""The two state machines of a case, as tables: what each state does with each event.

One table for a person's case, one for a technical alarm. An event is named by its class, a timer by its
name. Each state lists every event: with a move, as ignored, or as refused (a person pressed what is not
offered now and is told why). The actions are the functions of that name in `actions`.
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
TIMERS = ("pre_alarm", "answer", "repeat", "arrival")
PRESSES = ("AcceptPressed", "DispatchedPressed", "OnScenePressed", "AllClearPressed", "AcknowledgePressed")
EVENTS = (*REPORTS, *TIMERS, *PRESSES, "DeliveryReported")


@dataclass(frozen=True, slots=True)
class Move:
    """Go to `state` and do `action`, but only `when` this claim about the case is true."""

    state: State
    action: str
    #: The name of a boolean of Case, or empty for always.
    when: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing changes."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The person who pressed is told why this is not offered now."""


Row = Move | Ignored | Refused
Table = Mapping[State, Mapping[str, Row]]


def _ignored(*events: str) -> dict[str, Row]:
    return dict.fromkeys(events, Ignored())


def _refused(*events: str) -> dict[str, Row]:
    return dict.fromkeys(events, Refused())


PERSON: Final[Table] = {
    State.NEW: {
        "PreAlarmReported": Move(State.PRE_ALARM, "await_wearer"),
        "AlarmReported": Move(State.RECEIVED, "raise_alarm"),
        # Messages come in any order: the pre-alarm may still be under way.
        "CancelReported": Move(State.CANCELLED, "cancel"),
        # All three are said of raised alarms only: the raise itself was lost.
        "ResetReported": Move(State.RECEIVED, "raise_reset_alarm"),
        "AllRightReported": Move(State.RECEIVED, "raise_all_right_alarm"),
        "ConditionEnded": Move(State.RECEIVED, "raise_lost_alarm"),
        # Said of a raised alarm, and kept beside the case until that arrives.
        **_ignored("PlaceReported", *TIMERS, "DeliveryReported"),
        **_refused(*PRESSES),
    },
    State.PRE_ALARM: {
        "AlarmReported": Move(State.RECEIVED, "raise_alarm"),
        "CancelReported": Move(State.CANCELLED, "cancel"),
        "ResetReported": Move(State.RECEIVED, "raise_reset_alarm"),
        "AllRightReported": Move(State.RECEIVED, "raise_all_right_alarm"),
        "ConditionEnded": Move(State.RECEIVED, "raise_lost_alarm"),
        "pre_alarm": Move(State.RECEIVED, "raise_unanswered_pre_alarm"),
        **_ignored("PreAlarmReported", "PlaceReported", "answer", "repeat", "arrival", "DeliveryReported"),
        **_refused(*PRESSES),
    },
    State.CANCELLED: {
        # A raise wins over a cancel, whichever comes first.
        "AlarmReported": Move(State.RECEIVED, "raise_alarm"),
        "ResetReported": Move(State.RECEIVED, "raise_reset_alarm"),
        "AllRightReported": Move(State.RECEIVED, "raise_all_right_alarm"),
        "ConditionEnded": Move(State.RECEIVED, "raise_lost_alarm"),
        **_ignored("PreAlarmReported", "CancelReported", "PlaceReported", *TIMERS, "DeliveryReported"),
        **_refused(*PRESSES),
    },
    State.RECEIVED: {
        "AlarmReported": Move(State.RECEIVED, "note_repeat"),
        "CancelReported": Move(State.RECEIVED, "note_cancel"),
        "ResetReported": Move(State.RECEIVED, "note_reset"),
        "AllRightReported": Move(State.RECEIVED, "note_all_right"),
        "PlaceReported": Move(State.RECEIVED, "tell_place"),
        "answer": Move(State.RECEIVED, "call_next"),
        "repeat": Move(State.RECEIVED, "call_next"),
        "DeliveryReported": Move(State.RECEIVED, "note_delivery"),
        "AcceptPressed": Move(State.ACCEPTED, "accept"),
        **_ignored("PreAlarmReported", "ConditionEnded", "pre_alarm", "arrival"),
        **_refused("DispatchedPressed", "OnScenePressed", "AllClearPressed", "AcknowledgePressed"),
    },
    State.ACCEPTED: {
        "AlarmReported": Move(State.ACCEPTED, "note_repeat"),
        "CancelReported": Move(State.ACCEPTED, "note_cancel"),
        "ResetReported": Move(State.ACCEPTED, "note_reset"),
        "AllRightReported": Move(State.ACCEPTED, "note_all_right"),
        "PlaceReported": Move(State.ACCEPTED, "tell_place"),
        "arrival": Move(State.ACCEPTED, "ask_for_arrival"),
        # These two run again only while the arrival is overdue.
        "answer": Move(State.ACCEPTED, "call_next"),
        "repeat": Move(State.ACCEPTED, "call_next"),
        "DeliveryReported": Move(State.ACCEPTED, "note_delivery"),
        "AcceptPressed": Move(State.ACCEPTED, "accept", when="is_arrival_overdue"),
        "DispatchedPressed": Move(State.DISPATCHED, "dispatch"),
        "OnScenePressed": Move(State.ON_SCENE, "arrive"),
        "AllClearPressed": Move(State.CLOSED, "clear"),
        **_ignored("PreAlarmReported", "ConditionEnded", "pre_alarm"),
        **_refused("AcknowledgePressed"),
    },
    State.DISPATCHED: {
        "AlarmReported": Move(State.DISPATCHED, "note_repeat"),
        "CancelReported": Move(State.DISPATCHED, "note_cancel"),
        "ResetReported": Move(State.DISPATCHED, "note_reset"),
        "AllRightReported": Move(State.DISPATCHED, "note_all_right"),
        "PlaceReported": Move(State.DISPATCHED, "tell_place"),
        "arrival": Move(State.DISPATCHED, "ask_for_arrival"),
        "answer": Move(State.DISPATCHED, "call_next"),
        "repeat": Move(State.DISPATCHED, "call_next"),
        "DeliveryReported": Move(State.DISPATCHED, "note_delivery"),
        "AcceptPressed": Move(State.ACCEPTED, "accept", when="is_arrival_overdue"),
        "OnScenePressed": Move(State.ON_SCENE, "arrive"),
        "AllClearPressed": Move(State.CLOSED, "clear"),
        **_ignored("PreAlarmReported", "ConditionEnded", "pre_alarm"),
        **_refused("DispatchedPressed", "AcknowledgePressed"),
    },
    State.ON_SCENE: {
        "AlarmReported": Move(State.ON_SCENE, "note_repeat"),
        "CancelReported": Move(State.ON_SCENE, "note_cancel"),
        "ResetReported": Move(State.ON_SCENE, "note_reset"),
        "AllRightReported": Move(State.ON_SCENE, "note_all_right"),
        "PlaceReported": Move(State.ON_SCENE, "note_place"),
        "AllClearPressed": Move(State.CLOSED, "clear"),
        **_ignored("PreAlarmReported", "ConditionEnded", *TIMERS, "DeliveryReported"),
        **_refused("AcceptPressed", "DispatchedPressed", "OnScenePressed", "AcknowledgePressed"),
    },
    State.CLOSED: {
        # The device's own messages may come after the all-clear; they are facts, and open nothing.
        "AlarmReported": Move(State.CLOSED, "note_repeat"),
        "CancelReported": Move(State.CLOSED, "note_cancel"),
        "ResetReported": Move(State.CLOSED, "note_reset"),
        "AllRightReported": Move(State.CLOSED, "note_all_right"),
        "PlaceReported": Move(State.CLOSED, "note_place"),
        **_ignored("PreAlarmReported", "ConditionEnded", *TIMERS, "DeliveryReported"),
        **_refused(*PRESSES),
    },
}

_FOR_PERSONS_ONLY = ("AcceptPressed", "DispatchedPressed", "OnScenePressed", "AllClearPressed")

TECHNICAL: Final[Table] = {
    State.NEW: {
        # No technical alarm has a pre-alarm; what is announced as one is shown at once.
        "PreAlarmReported": Move(State.RECEIVED, "raise_alarm"),
        "AlarmReported": Move(State.RECEIVED, "raise_alarm"),
        "ResetReported": Move(State.RECEIVED, "raise_reset_alarm"),
        "AllRightReported": Move(State.RECEIVED, "raise_all_right_alarm"),
        "CancelReported": Move(State.GONE, "end_condition"),
        "ConditionEnded": Move(State.GONE, "end_condition"),
        **_ignored("PlaceReported", *TIMERS, "DeliveryReported"),
        **_refused(*PRESSES),
    },
    State.RECEIVED: {
        "CancelReported": Move(State.GONE, "end_condition"),
        "ConditionEnded": Move(State.GONE, "end_condition"),
        "ResetReported": Move(State.RECEIVED, "note_reset"),
        "AllRightReported": Move(State.RECEIVED, "note_all_right"),
        "answer": Move(State.RECEIVED, "call_next"),
        "repeat": Move(State.RECEIVED, "call_next"),
        "DeliveryReported": Move(State.RECEIVED, "note_delivery"),
        "AcknowledgePressed": Move(State.ACKNOWLEDGED, "acknowledge"),
        **_ignored("PreAlarmReported", "AlarmReported", "PlaceReported", "pre_alarm", "arrival"),
        **_refused(*_FOR_PERSONS_ONLY),
    },
    State.ACKNOWLEDGED: {
        "CancelReported": Move(State.CLOSED, "close_ended_condition"),
        "ConditionEnded": Move(State.CLOSED, "close_ended_condition"),
        "ResetReported": Move(State.ACKNOWLEDGED, "note_reset"),
        "AllRightReported": Move(State.ACKNOWLEDGED, "note_all_right"),
        **_ignored("PreAlarmReported", "AlarmReported", "PlaceReported", *TIMERS, "DeliveryReported"),
        **_refused(*PRESSES),
    },
    State.GONE: {
        "AlarmReported": Move(State.RECEIVED, "raise_again"),
        "ResetReported": Move(State.GONE, "note_reset"),
        "AllRightReported": Move(State.GONE, "note_all_right"),
        "AcknowledgePressed": Move(State.CLOSED, "close_by_acknowledgement"),
        **_ignored(
            "PreAlarmReported",
            "CancelReported",
            "PlaceReported",
            "ConditionEnded",
            *TIMERS,
            "DeliveryReported",
        ),
        **_refused(*_FOR_PERSONS_ONLY),
    },
    State.CLOSED: {
        # The engine opens a new case for an alarm that comes back under a closed id.
        **_ignored(*REPORTS, *TIMERS, "DeliveryReported"),
        **_refused(*PRESSES),
    },
}


def row_of(case: Case, event: str) -> Row:
    """Return what the table of this case says about the event of that name."""
    table = PERSON if case.is_person else TECHNICAL
    return table[case.state][event]
