"""The figures of an evaluation: rows a kind, set and place of wear, out of the verdicts on every run.

Decides how verdicts are counted, and nothing about truth. Rates are alarms in recordings without falls over
the hours the device lived through in them (the hold included): hours of scripted activity, never of field
use. In sessions a kind counts only while it is armed, since an alarm stands until the session ends.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from simulator.evaluation import verdicts
from simulator.evaluation.pool import Result

MS_PER_HOUR = 3_600_000
#: Instead of a set's name: all sets together.
ALL_SETS = "all"

#: Kind, set, place of wear.
Group = tuple[str, str, str]


@dataclass(slots=True)
class Row:
    """One kind in one set at one place of wear."""

    due: int = 0
    found: int = 0
    not_due: int = 0
    false: int = 0
    #: When the alarms that were due came, in ms.
    afters_ms: list[int] = field(default_factory=list)
    #: Over recordings without falls.
    hours: float = 0.0
    pre_alarms: int = 0
    alarms: int = 0


@dataclass(slots=True)
class SessionRow:
    """One kind in the sessions of one set and place of wear."""

    sessions: int = 0
    hours: float = 0.0
    #: Hours in which the kind was not already raised.
    armed_hours: float = 0.0
    pre_alarms: int = 0
    #: Not cancelled by the movement that followed.
    raised: int = 0
    #: Pre-alarms just after a join of two recordings, among the others.
    at_seams: int = 0
    #: Escape alarms while somebody ran.
    hits: int = 0
    #: At a desk or standing, apart from the others.
    calm_hours: float = 0.0
    calm_pre_alarms: int = 0
    calm_raised: int = 0


@dataclass(slots=True)
class DownRow:
    """Falls of one set and place after which the body lies still: who notices."""

    falls: int = 0
    #: Within 90 s and within 45 s of the impact.
    noticed: int = 0
    early: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class EndRow:
    """The position alarm by how recordings of one set and place end (words of `verdicts`)."""

    ends: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    #: Without a recording of the person walking or standing.
    skipped: int = 0


def share(part: int, whole: int) -> float | None:
    """Return `part` of `whole` in %, None of nothing."""
    return 100.0 * part / whole if whole else None


def percentile_s(times_ms: Sequence[int], percent: float) -> float | None:
    """Return a percentile of times in s, None of none."""
    return float(np.percentile(times_ms, percent)) / 1000 if times_ms else None


def rows(plan: str, kinds: Sequence[str], results: Iterable[Result]) -> dict[Group, Row]:
    """Return the rows of plans recordings and held, each set's and all sets' together."""
    found: dict[Group, Row] = {}
    for result in results:
        for kind in kinds:
            for group in _groups(kind, result):
                _count(found.setdefault(group, Row()), plan, kind, result)
    return found


def session_rows(kinds: Sequence[str], results: Iterable[Result]) -> dict[Group, SessionRow]:
    """Return the rows of plan sessions, each set's and all sets' together."""
    found: dict[Group, SessionRow] = {}
    for result in results:
        for kind in kinds:
            for group in _groups(kind, result):
                _count_session(found.setdefault(group, SessionRow()), kind, result)
    return found


def down_rows(results: Iterable[Result]) -> dict[Group, DownRow]:
    """Return who notices the falls that end still, by set and place (kind: "")."""
    found: dict[Group, DownRow] = {}
    for result in results:
        if not (result.run.recording.is_fall and verdicts.is_still_end(result)):
            continue
        notice = verdicts.noticed(result)
        for group in _groups("", result):
            row = found.setdefault(group, DownRow())
            row.falls += 1
            if notice is not None and notice[1] <= verdicts.DOWN_MS_MAX:
                row.noticed += 1
                row.early += notice[1] <= verdicts.DOWN_MS_GOOD
                row.kinds[notice[0]] += 1
    return found


def end_rows(results: Iterable[Result]) -> dict[Group, EndRow]:
    """Return what the position alarm makes of how recordings end, by set and place (kind: "")."""
    found: dict[Group, EndRow] = {}
    for result in results:
        end = verdicts.end_of(result)
        for group in _groups("", result):
            row = found.setdefault(group, EndRow())
            if end is None:
                row.skipped += 1
                continue
            row.ends[end] += 1
            row.alarms[end] += bool(verdicts.begins(result, "position"))
    return found


def is_down_unnoticed(result: Result) -> bool:
    """Tell whether somebody fell, lies still and is not noticed within 90 s."""
    if not (result.run.recording.is_fall and verdicts.is_still_end(result)):
        return False
    notice = verdicts.noticed(result)
    return notice is None or notice[1] > verdicts.DOWN_MS_MAX


def _groups(kind: str, result: Result) -> Iterator[Group]:
    recording = result.run.recording
    place = recording.place or "unknown"
    yield kind, recording.dataset, place
    yield kind, ALL_SETS, place


def _count(row: Row, plan: str, kind: str, result: Result) -> None:
    verdict = verdicts.judge(plan, kind, result)
    row.due += verdict.is_due is True
    row.found += verdict.is_due is True and verdict.has_come
    row.not_due += verdict.is_due is False
    row.false += verdict.is_false
    if verdict.is_due and verdict.after_ms is not None:
        row.afters_ms.append(verdict.after_ms)
    if not result.run.recording.is_fall:
        row.hours += result.total_ms / MS_PER_HOUR
        states = Counter(event.state for event in result.events if event.kind == kind)
        row.pre_alarms += states["PRE_ALARM"]
        row.alarms += states["RAISED"]


def _count_session(row: SessionRow, kind: str, result: Result) -> None:
    row.sessions += 1
    row.hours += result.recorded_ms / MS_PER_HOUR
    raised_ms = [e.at_ms for e in result.events if (e.kind, e.state) == (kind, "RAISED")]
    armed_ms = max(raised_ms[0], 0) if raised_ms else result.duration_ms
    row.armed_hours += armed_ms / MS_PER_HOUR * result.recorded_ms / result.duration_ms
    for alarm in verdicts.session_alarms(result, kind):
        is_calm = verdicts.is_calm(alarm.during)
        row.hits += alarm.is_hit
        row.pre_alarms += not alarm.is_hit
        row.raised += alarm.is_raised and not alarm.is_hit
        row.at_seams += alarm.is_at_seam and not alarm.is_hit
        row.calm_pre_alarms += is_calm
        row.calm_raised += is_calm and alarm.is_raised
    row.calm_hours += _calm_ms(result) / MS_PER_HOUR


def _calm_ms(result: Result) -> int:
    stops_ms = [start_ms for start_ms, _, _ in result.starts[1:]] + [result.duration_ms]
    parts = {part.name: part for part in result.run.parts}
    return sum(
        stop_ms - start_ms
        for (start_ms, name, _), stop_ms in zip(result.starts, stops_ms, strict=True)
        if verdicts.is_calm(parts[name])
    )
