"""Where the time of a case went: each stage from the condition to the all-clear, against its limit.

Pure. A stage is named after the point that ends it and counts from the one before; shown, told and accepted
count from the moment at which the alarm was stored, because they run beside each other. A running stage
that has overspent is shown before it ends; what nobody knows says so. Every limit carries its source: [T] a
public text, [D] derived here (a convention, no requirement), or the chain of the case. Times in seconds.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from basestation.cases.actions import PRE_ALARM_GRACE_S
from basestation.cases.case import Case, CaseState

#: From the condition to sending, pre-alarm included, by kind: DGUV Information 212-139, annex 2, table 5.
TRIGGER_S_MAX: Final = {
    "manual": 60,
    "silent": 60,
    "duress": 60,
    "position": 90,
    "rest": 90,
    "loss": 90,
    "fall": 90,
    "time": 900,
    "escape": 10,
    "technical": 1800,
}
#: A kind that this version does not know is held to the limit of most kinds.
UNKNOWN_TRIGGER_S_MAX: Final = 90
#: A pre-alarm itself, where there is one; the same table.
PRE_ALARM_S_MAX: Final = 45
#: Alarm data are repeated at least so often until the receipt: DIN VDE V 0825-1:2019 via elektro.net.
STORED_S_MAX: Final = 60
#: What is stored is shown and told at once; nobody prescribes how fast.
SHOWN_S_MAX: Final = 10
TOLD_S_MAX: Final = 30
#: From the alarm to help on the spot: DGUV Regel 112-139.
HELP_S_MAX: Final = 900

TABLE, DERIVED = "DGUV 212-139 [T]", "convention [D]"
REPEAT, RULE, CHAIN = "DIN VDE V 0825-1 [T]", "DGUV 112-139 [T]", "chain of this case"


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of the way from the condition to the all-clear."""

    #: One of `STAGES`.
    name: str
    #: None: nobody knows, or it has not begun.
    began_at: datetime | None
    #: How long it took, or has been running; None where `began_at` is.
    took_s: float | None
    is_running: bool
    #: None: nothing limits it.
    limit_s: float | None
    #: Where the limit comes from, with its tag.
    source: str

    @property
    def is_overspent(self) -> bool:
        """Tell whether it took, or has taken so far, longer than its limit."""
        return self.limit_s is not None and self.took_s is not None and self.took_s > self.limit_s


#: "pre_alarm" is the detection, "trigger" the whole of it and the pre-alarm, "help" the whole way to help on
#: the spot.
STAGES: Final = (
    "pre_alarm",
    "sent",
    "trigger",
    "stored",
    "shown",
    "told",
    "accepted",
    "on_scene",
    "help",
    "all_clear",
)


def stages(case: Case, now: datetime) -> tuple[Stage, ...]:
    """Return the stages of a case at `now`, in the order of `STAGES`."""
    accepted_at = case.accepted_at or case.acknowledged_at
    stored, raised = case.stored_at, case.raised_at
    answer_s = sum(level.answer_s for level in case.chain.levels)
    arrival_s = case.chain.arrival_s
    return (
        *_before_the_alarm(case, now),
        _stage("stored", raised, stored, case, now, STORED_S_MAX, REPEAT),
        _stage("shown", stored, case.shown_at, case, now, SHOWN_S_MAX, DERIVED),
        _stage("told", stored, case.told_at, case, now, TOLD_S_MAX, DERIVED),
        _stage("accepted", stored, accepted_at, case, now, answer_s, CHAIN),
        _stage("on_scene", case.accepted_at, case.on_scene_at, case, now, arrival_s, CHAIN),
        _stage("help", raised if case.is_person else None, case.on_scene_at, case, now, HELP_S_MAX, RULE),
        _stage("all_clear", case.on_scene_at, case.closed_at, case, now, None, ""),
    )


def overspent(case: Case, now: datetime) -> tuple[str, ...]:
    """Return the names of the stages that took, or have been running for, too long."""
    return tuple(stage.name for stage in stages(case, now) if stage.is_overspent)


def _before_the_alarm(case: Case, now: datetime) -> tuple[Stage, Stage, Stage]:
    """Return condition to pre-alarm, pre-alarm to alarm, and condition to alarm, as far as they are known."""
    is_listed = case.kind in TRIGGER_S_MAX and case.kind != "fall"
    source = TABLE if is_listed else DERIVED
    # Where the device has said no more, the base station waited for its message a while.
    grace_s = PRE_ALARM_GRACE_S if case.is_raised_by_base else 0
    limit_s = TRIGGER_S_MAX.get(case.kind, UNKNOWN_TRIGGER_S_MAX)
    began_at, announced_at, raised_at = case.condition_at, _announced_at(case), case.raised_at
    return (
        _stage("pre_alarm", began_at, announced_at or raised_at, case, now, limit_s, source),
        _stage("sent", announced_at, raised_at, case, now, PRE_ALARM_S_MAX + grace_s, TABLE),
        _stage("trigger", began_at, raised_at, case, now, limit_s + grace_s, source),
    )


def _announced_at(case: Case) -> datetime | None:
    """Return when the pre-alarm began: by the device's word, else when it was heard of; None without one."""
    is_heard = case.state is CaseState.PRE_ALARM or (
        case.raised_at is not None and case.opened_at < case.raised_at
    )
    return case.announced_at or (case.opened_at if is_heard else None)


def _stage(
    name: str,
    began_at: datetime | None,
    ended_at: datetime | None,
    case: Case,
    now: datetime,
    limit_s: float | None,
    source: str,
) -> Stage:
    if began_at is None:
        return Stage(name, None, None, is_running=False, limit_s=limit_s, source=source)
    is_running = ended_at is None and case.is_open
    took_s = max(0.0, ((ended_at or case.closed_at or now) - began_at).total_seconds())
    return Stage(name, began_at, took_s, is_running=is_running, limit_s=limit_s, source=source)
