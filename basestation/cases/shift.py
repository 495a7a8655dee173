"""The planned end of a shift: whoever is overdue is asked, and whoever does not answer is looked for.

Decides from the planned end alone and does not need the device to be heard. The alarm is a person's:
once raised, only a person's decision ends it. What is stored of a shift (asked_at, ask, ended_at) gives
its state. Times in seconds; the 2 minutes and the extension are settings of the site.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from basestation.cases.case import BASE_ALARM_PREFIX


class ShiftState(StrEnum):
    """Where a shift stands with its planned end."""

    ON = "ON"
    #: The worker was asked and has the time to confirm.
    ASKED = "ASKED"
    #: The worker did not confirm; the alarm was raised.
    OVERDUE = "OVERDUE"
    ENDED = "ENDED"


#: State and event to next state and action; no action: nothing changes. `tests` walk the product.
TABLE: Final[Mapping[ShiftState, Mapping[str, tuple[ShiftState, str]]]] = {
    ShiftState.ON: {
        "PlannedEndPassed": (ShiftState.ASKED, "ask"),
        "EndConfirmed": (ShiftState.ON, ""),
        "ShiftEnded": (ShiftState.ENDED, "end"),
    },
    ShiftState.ASKED: {
        "PlannedEndPassed": (ShiftState.OVERDUE, "raise"),
        "EndConfirmed": (ShiftState.ON, "extend"),
        "ShiftEnded": (ShiftState.ENDED, "end"),
    },
    ShiftState.OVERDUE: {
        "PlannedEndPassed": (ShiftState.OVERDUE, ""),
        "EndConfirmed": (ShiftState.OVERDUE, ""),
        "ShiftEnded": (ShiftState.ENDED, "end"),
    },
    ShiftState.ENDED: {
        "PlannedEndPassed": (ShiftState.ENDED, ""),
        "EndConfirmed": (ShiftState.ENDED, ""),
        "ShiftEnded": (ShiftState.ENDED, ""),
    },
}


@dataclass(frozen=True, slots=True)
class ShiftSettings:
    """How the planned end is supervised."""

    #: Time to confirm, in seconds.
    ask_s: int = 120
    #: What one confirmation adds, counted from it, in seconds.
    extension_s: int = 900


@dataclass(frozen=True, slots=True)
class Shift:
    """One worker with one device until a planned end."""

    id: int
    device: str
    planned_end_at: datetime
    ended_at: datetime | None = None
    #: When the worker was asked last about this planned end.
    asked_at: datetime | None = None
    #: The question that is open; None before, and once the alarm was raised.
    ask: str | None = None

    @property
    def state(self) -> ShiftState:
        """Return where the shift stands."""
        if self.ended_at is not None:
            return ShiftState.ENDED
        if self.asked_at is None:
            return ShiftState.ON
        return ShiftState.OVERDUE if self.ask is None else ShiftState.ASKED


@dataclass(frozen=True, slots=True)
class PlannedEndPassed:
    """The moment that `shift_due_at` named has come."""


@dataclass(frozen=True, slots=True)
class EndConfirmed:
    """The worker answered the question `ask`: all is well, I am still at work."""

    ask: str


@dataclass(frozen=True, slots=True)
class ShiftEnded:
    """The shift is over."""


ShiftEvent = PlannedEndPassed | EndConfirmed | ShiftEnded


@dataclass(frozen=True, slots=True)
class AskWorker:
    """Ask the worker on the device, until `deadline_at`."""

    ask: str
    deadline_at: datetime


@dataclass(frozen=True, slots=True)
class RaiseAlarm:
    """Open a person's case under the id `alarm`; the id is the same however often this is asked."""

    alarm: str
    kind: str
    cause: str


ShiftOutcome = tuple[Shift, AskWorker | RaiseAlarm | None]


def shift_due_at(shift: Shift, settings: ShiftSettings) -> datetime | None:
    """Return when `PlannedEndPassed` is due next; None if nothing is planned."""
    if shift.state is ShiftState.ON:
        return shift.planned_end_at
    if shift.state is ShiftState.ASKED and shift.asked_at is not None:
        return shift.asked_at + timedelta(seconds=settings.ask_s)
    return None


def shift_step(shift: Shift, event: ShiftEvent, now: datetime, settings: ShiftSettings) -> ShiftOutcome:
    """Return the shift after the event, and what to do; early, stale and repeated events change nothing."""
    due_at = shift_due_at(shift, settings)
    if isinstance(event, PlannedEndPassed) and (due_at is None or now < due_at):
        return shift, None
    if isinstance(event, EndConfirmed) and event.ask != shift.ask:
        return shift, None
    _, action = TABLE[shift.state][type(event).__name__]
    if action == "ask":
        return _ask(shift, now, settings)
    if action == "raise":
        return _raise(shift)
    if action == "extend":
        planned_end_at = now + timedelta(seconds=settings.extension_s)
        return replace(shift, planned_end_at=planned_end_at, asked_at=None, ask=None), None
    return (replace(shift, ended_at=now, ask=None) if action == "end" else shift), None


def _ask(shift: Shift, now: datetime, settings: ShiftSettings) -> ShiftOutcome:
    # One name for each planned end, so that an old answer never confirms a new question.
    ask = f"end-{shift.id}-{int(shift.planned_end_at.timestamp())}"
    shift = replace(shift, asked_at=now, ask=ask)
    return shift, AskWorker(ask, now + timedelta(seconds=settings.ask_s))


def _raise(shift: Shift) -> ShiftOutcome:
    alarm = RaiseAlarm(f"{BASE_ALARM_PREFIX}{shift.ask}", "time", "overdue end of shift")
    return replace(shift, ask=None), alarm
