"""A control call: an operator asks a worker to confirm that all is well, and a missed one asks once more.

Decides when it is asked again and when it is an alarm: a requested confirmation that did not come is a time
alarm (DGUV 212-139), a person's, which only a person's decision ends; a late answer ends nothing. Who is
asked, and when, is not decided here. Times in seconds; both are conventions of this product.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from basestation.cases.case import BASE_ALARM_PREFIX

#: What the worker has for an answer, each time.
ANSWER_S: Final = 120
#: Under this name the question goes to the device.
ASK_PREFIX: Final = "call-"
KIND: Final = "time"
CAUSE: Final = "control call not answered"


class CallState(StrEnum):
    """Where a control call stands."""

    ASKED = "ASKED"
    ASKED_AGAIN = "ASKED_AGAIN"
    CONFIRMED = "CONFIRMED"
    #: Nobody answered; the alarm was raised.
    MISSED = "MISSED"
    #: The shift ended before.
    WITHDRAWN = "WITHDRAWN"


#: State and event to next state and action; no action: nothing changes. `tests` walk the product.
TABLE: Final[Mapping[CallState, Mapping[str, tuple[CallState, str]]]] = {
    CallState.ASKED: {
        "due": (CallState.ASKED_AGAIN, "ask"),
        "confirmed": (CallState.CONFIRMED, "end"),
        "shift_ended": (CallState.WITHDRAWN, "end"),
    },
    CallState.ASKED_AGAIN: {
        "due": (CallState.MISSED, "raise"),
        "confirmed": (CallState.CONFIRMED, "end"),
        "shift_ended": (CallState.WITHDRAWN, "end"),
    },
    **{
        over: {"due": (over, ""), "confirmed": (over, ""), "shift_ended": (over, "")}
        for over in (CallState.CONFIRMED, CallState.MISSED, CallState.WITHDRAWN)
    },
}


@dataclass(frozen=True, slots=True)
class ControlCall:
    """One question to one worker."""

    id: int
    shift_id: int
    state: CallState
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for an answer."""
        return self.ended_at is None

    @property
    def ask(self) -> str:
        """Return the name of the question; both times of asking are one question."""
        return f"{ASK_PREFIX}{self.id}"

    @property
    def alarm(self) -> str:
        """Return the alarm's id; the same however often it is raised."""
        return f"{BASE_ALARM_PREFIX}{self.ask}"


def call_step(call: ControlCall, event: str, now: datetime) -> tuple[ControlCall, str]:
    """Return the call after `event`, and "ask", "raise", "end" or "": an early `due` changes nothing."""
    if event == "due" and now < call.due_at:
        return call, ""
    state, action = TABLE[call.state][event]
    if action == "ask":
        return replace(call, state=state, due_at=now + timedelta(seconds=ANSWER_S)), action
    return (replace(call, state=state, ended_at=now) if action else call), action
