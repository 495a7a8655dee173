"""One test alarm from the order to the verdict: its stages, their limits, and how it ends.

Decides when a stage is done or too late, and what ends a test. Knows no case and calls nobody. The limits are
conventions of the site; 60 s from the order to the stored alarm is what DGUV 212-139 (table 5) allows a
manual alarm [T], the others are [D]. Times are aware UTC, limits seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class RunState(StrEnum):
    """Where a test stands."""

    #: The command is on its way to the device.
    ORDERED = "ORDERED"
    #: The alarm of the device is stored, and people are looked for.
    STORED = "STORED"
    #: A console has shown it, or the next machine has taken a notice.
    TOLD = "TOLD"
    #: A person has accepted it.
    ANSWERED = "ANSWERED"
    #: The device has confirmed that somebody has it.
    PASSED = "PASSED"
    FAILED = "FAILED"
    #: By a real alarm, or by a person.
    CUT_SHORT = "CUT_SHORT"


EVENTS: Final = (
    "refused", "stored", "told", "answered", "answered_unseen", "confirmed", "limit", "real_alarm", "stopped",
)  # fmt: skip
_S: Final = RunState
_CUT: Final = {"real_alarm": _S.CUT_SHORT, "stopped": _S.CUT_SHORT}

#: State and event to the next state; the same state: nothing changes. `answered_unseen`: of a kind that is
#: never told to its device.
TABLE: Final[Mapping[RunState, Mapping[str, RunState]]] = {
    _S.ORDERED: {
        "refused": _S.FAILED, "stored": _S.STORED, "told": _S.ORDERED, "answered": _S.ORDERED,
        "answered_unseen": _S.ORDERED, "confirmed": _S.ORDERED, "limit": _S.FAILED, **_CUT,
    },
    _S.STORED: {
        # The device's answer to the order may come after its alarm, and a late no says nothing then.
        "refused": _S.STORED, "stored": _S.STORED, "told": _S.TOLD, "answered": _S.ANSWERED,
        "answered_unseen": _S.PASSED, "confirmed": _S.STORED, "limit": _S.FAILED, **_CUT,
    },
    _S.TOLD: {
        "refused": _S.TOLD, "stored": _S.TOLD, "told": _S.TOLD, "answered": _S.ANSWERED,
        "answered_unseen": _S.PASSED, "confirmed": _S.TOLD, "limit": _S.FAILED, **_CUT,
    },
    _S.ANSWERED: {
        "refused": _S.ANSWERED, "stored": _S.ANSWERED, "told": _S.ANSWERED, "answered": _S.ANSWERED,
        "answered_unseen": _S.ANSWERED, "confirmed": _S.PASSED, "limit": _S.FAILED, **_CUT,
    },
    **{over: dict.fromkeys(EVENTS, over) for over in (_S.PASSED, _S.FAILED, _S.CUT_SHORT)},
}  # fmt: skip

OVER: Final = frozenset({RunState.PASSED, RunState.FAILED, RunState.CUT_SHORT})
#: What a limit names when it has passed: the stage that is missing.
MISSING: Final = {
    RunState.ORDERED: "The alarm of the device did not arrive.",
    RunState.STORED: "No console has shown it, and no machine has taken a notice.",
    RunState.TOLD: "Nobody has answered.",
    RunState.ANSWERED: "The device has not confirmed that somebody has it.",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each stage may take, in s."""

    stored_s: int = 60
    told_s: int = 60
    answered_s: int = 180
    confirmed_s: int = 60

    def of(self, state: RunState) -> timedelta:
        """Return how long a test may stay in an open state."""
        seconds = {
            RunState.ORDERED: self.stored_s,
            RunState.STORED: self.told_s,
            RunState.TOLD: self.answered_s,
            RunState.ANSWERED: self.confirmed_s,
        }
        return timedelta(seconds=seconds[state])


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One test alarm."""

    id: int
    ordered_at: datetime
    limits: Limits = field(default_factory=Limits)
    state: RunState = RunState.ORDERED
    #: When each state was entered, by its name.
    reached: Mapping[str, datetime] = field(default_factory=dict)
    #: Who answered.
    answered_by: str = ""
    ended_at: datetime | None = None
    #: Who or what ended it, and why, as a sentence.
    ended_by: str = ""
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether a stage is still to come."""
        return self.state not in OVER

    @property
    def due_at(self) -> datetime | None:
        """Return when the stage it waits for is too late; None once it is over."""
        if not self.is_open:
            return None
        return self.reached.get(self.state, self.ordered_at) + self.limits.of(self.state)


def run_step(run: Run, event: str, now: datetime, by: str = "", reason: str = "") -> Run:
    """Return the test after `event`; an early `limit`, and whatever comes after the end, changes nothing."""
    due_at = run.due_at
    if event == "limit":
        if due_at is None or now < due_at:
            return run
        by, reason = "limit", MISSING[run.state]
    state = TABLE[run.state][event]
    if state is run.state:
        return run
    run = replace(run, state=state, reached={**run.reached, state.value: now})
    if event in ("answered", "answered_unseen"):
        run = replace(run, answered_by=by, reached={**run.reached, "ANSWERED": now})
    if state is RunState.PASSED:
        return replace(run, ended_at=now, ended_by="test")
    return run if run.is_open else replace(run, ended_at=now, ended_by=by, reason=reason)
