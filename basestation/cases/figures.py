"""The figures of a month: how fast cases of people were answered, beside the yardsticks of the field.

Pure. Real, test and drill are counted apart. [T] was read in a public text; [GK] is general knowledge and
stands as a convention, not as a requirement. Nothing here calls a figure met that rests on no case.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from basestation.cases.budget import STAGES, Stage, stages
from basestation.cases.case import Case

#: Shares are told for answers within so many seconds.
SHARES_S: Final = (10, 30, 40, 60, 180)


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What share of alarms is to be answered in what time."""

    name: str
    tag: str
    #: In per mille, within so many seconds.
    share_permille: int
    within_s: int


YARDSTICKS: Final = (
    Yardstick("BS 8484:2016", "T", 800, 10),
    Yardstick("BS 8484:2016", "T", 985, 40),
    Yardstick("EN 50518", "GK", 800, 30),
    Yardstick("EN 50518", "GK", 985, 60),
    Yardstick("TSA", "T", 975, 60),
    Yardstick("TSA", "T", 990, 180),
)


def figures(cases: Iterable[Case]) -> dict[str, Any]:
    """Return the figures of these cases of people by mark, JSON-ready; what was never raised counts apart."""
    by_mark: dict[str, list[Case]] = {"real": [], "test": [], "drill": []}
    for case in cases:
        if case.is_person:
            by_mark.setdefault(case.mark, []).append(case)
    return {mark: _of_mark(those) for mark, those in by_mark.items()}


def answer_s(case: Case) -> float | None:
    """Return the seconds from the stored alarm to its acceptance; None while nobody has accepted."""
    began_at = case.stored_at or case.raised_at
    if began_at is None or case.accepted_at is None:
        return None
    return max(0.0, (case.accepted_at - began_at).total_seconds())


def _of_mark(cases: list[Case]) -> dict[str, Any]:
    # One that joined another is answered with that one.
    raised = [case for case in cases if case.raised_at is not None and case.outcome != "joined"]
    answers = [answer_s(case) for case in raised]
    within = {limit: sum(1 for one in answers if one is not None and one <= limit) for limit in SHARES_S}
    false = [case for case in raised if case.outcome == "false_alarm"]
    return {
        "cases": len(raised),
        "by_kind": dict(sorted(Counter(case.kind for case in raised).items())),
        "cancelled": sum(case.outcome == "cancelled" for case in cases),
        "joined": sum(case.outcome == "joined" for case in cases),
        "not_answered": sum(one is None for one in answers),
        "answered_within": [
            {"within_s": limit, "cases": count, "share_permille": _permille(count, len(raised))}
            for limit, count in within.items()
        ],
        "yardsticks": [_judged(one, within[one.within_s], len(raised)) for one in YARDSTICKS],
        "stages": _stages(raised),
        "false_alarms": len(false),
        "false_alarm_reasons": dict(Counter(case.reason or "" for case in false).most_common()),
    }


def _stages(cases: list[Case]) -> list[dict[str, Any]]:
    """Return for each stage in how many cases it is known and overspent, and what it took, in seconds."""
    by_name: dict[str, list[Stage]] = {name: [] for name in STAGES}
    for case in cases:
        for stage in stages(case, case.closed_at or case.opened_at):
            if stage.took_s is not None:
                by_name[stage.name].append(stage)
    return [_stage_figures(name, those) for name, those in by_name.items()]


def _stage_figures(name: str, known: list[Stage]) -> dict[str, Any]:
    took = sorted(stage.took_s for stage in known if stage.took_s is not None)
    # Of the two in the middle the longer one.
    median_s = took[len(took) // 2] if took else None
    return {
        "name": name,
        "known": len(known),
        "overspent": sum(stage.is_overspent for stage in known),
        "median_s": median_s,
        "longest_s": max(took, default=None),
    }


def _judged(one: Yardstick, count: int, total: int) -> dict[str, Any]:
    share = _permille(count, total)
    return {
        "name": one.name,
        "tag": one.tag,
        "is_convention": one.tag != "T",
        "wanted_permille": one.share_permille,
        "within_s": one.within_s,
        "share_permille": share,
        # Not by the rounded share: 984.6 per mille are not 985.
        "is_met": None if total == 0 else count * 1000 >= one.share_permille * total,
    }


def _permille(count: int, total: int) -> float | None:
    return None if total == 0 else round(1000 * count / total, 1)
