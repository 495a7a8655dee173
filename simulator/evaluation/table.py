"""The figures of an evaluation in words and tables, for a terminal or a file.

Decides wording only. `-` stands where nothing can be said; all sets of a place of wear stand below the sets.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from rich.table import Table

from simulator.evaluation import figures
from simulator.evaluation.figures import ALL_SETS, DownRow, EndRow, Group, Row, SessionRow
from simulator.evaluation.pool import Result
from simulator.evaluation.run import KINDS
from simulator.evaluation.verdicts import FALLEN_LOW_END, LOW_END, LYING_END, OTHER_END

_Row = TypeVar("_Row")

_ALWAYS = (
    "fall: pre-alarm from 0.5 s before to 5 s after the peak, time from the peak. "
    "escape: raised in a run of 15 s or more, time from its start."
)
NOTES = {
    "recordings": f"{_ALWAYS} position and rest can only be missed in plan held.",
    "held": f"{_ALWAYS} position: due where a recording ends lying (over 60 degrees from the lead); "
    "rest: due where it ends still (all axes under 50 mg); times from the recording's end.",
    "sessions": "Rates are over the hours in which the kind was armed: nobody resets an alarm, so it stands "
    "until its session ends. Escape alarms while somebody runs are hits and in no rate. At seams: "
    "pre-alarms within 6 s after two recordings were joined. Calm: desk work and standing.",
}
SCRIPTED = "Hours are hours of scripted activity: no rate here is a rate of the field."


def tables(plan: str, kinds: Sequence[str], results: Sequence[Result]) -> Iterator[Table]:
    """Yield the tables of a plan."""
    if plan == "sessions":
        yield session_table(figures.session_rows(kinds, results))
        return
    yield main_table(plan, figures.rows(plan, kinds, results))
    if plan == "held":
        down = figures.down_rows(results)
        if down:
            yield down_table(down)
        if "position" in kinds:
            yield end_table(figures.end_rows(results))


def main_table(plan: str, rows: Mapping[Group, Row]) -> Table:
    """Return sensitivity, specificity, times and rates."""
    table = _table(
        f"plan {plan}",
        ("due", "missed", "sensitivity", "not due", "false", "specificity", "median", "p95", "pre-alarms/h",
         "alarms/h"),
    )  # fmt: skip
    for group, row in _ordered(rows):
        table.add_row(
            *group,
            _count(row.due),
            _count(row.due - row.found) if row.due else "-",
            _percent(row.found, row.due),
            _count(row.not_due),
            _count(row.false) if row.not_due else "-",
            _percent(row.not_due - row.false, row.not_due),
            _seconds(row.afters_ms, 50),
            _seconds(row.afters_ms, 95),
            _rate(row.pre_alarms, row.hours),
            _rate(row.alarms, row.hours),
            end_section=group[1] == ALL_SETS,
        )
    return table


def session_table(rows: Mapping[Group, SessionRow]) -> Table:
    """Return what sessions without falls came to."""
    table = _table(
        "plan sessions",
        ("sessions", "hours", "armed h", "pre-alarms", "an hour", "raised", "an hour", "at seams",
         "escape hits", "calm h", "calm pre-alarms", "calm raised"),
    )  # fmt: skip
    for group, row in _ordered(rows):
        is_rest, is_escape = group[0] == "rest", group[0] == "escape"
        table.add_row(
            *group,
            str(row.sessions),
            f"{row.hours:.2f}",
            f"{row.armed_hours:.2f}",
            str(row.pre_alarms),
            _rate(row.pre_alarms, row.armed_hours),
            str(row.raised),
            _rate(row.raised, row.armed_hours),
            str(row.at_seams),
            str(row.hits) if is_escape else "-",
            f"{row.calm_hours:.2f}" if is_rest else "-",
            str(row.calm_pre_alarms) if is_rest else "-",
            str(row.calm_raised) if is_rest else "-",
            end_section=group[1] == ALL_SETS,
        )
    for place in sorted({place for _, dataset, place in rows if dataset == ALL_SETS}):
        own = [row for (_, dataset, at), row in rows.items() if dataset == ALL_SETS and at == place]
        pre_alarms, raised = sum(row.pre_alarms for row in own), sum(row.raised for row in own)
        hours, at_seams = own[0].hours, sum(row.at_seams for row in own)
        table.add_row(
            "all kinds", ALL_SETS, place, str(own[0].sessions), f"{hours:.2f}", "-", str(pre_alarms),
            _rate(pre_alarms, hours), str(raised), _rate(raised, hours), str(at_seams),
        )  # fmt: skip
    return table


def down_table(rows: Mapping[Group, DownRow]) -> Table:
    """Return who notices a body that lies still after a fall."""
    table = _table(
        "nobody stays down: falls that end still, raised after the peak",
        ("falls", "unnoticed", "within 90 s", "within 45 s", "first by"),
        has_kind=False,
    )
    for group, row in _ordered(rows):
        table.add_row(
            *group[1:],
            str(row.falls),
            str(row.falls - row.noticed),
            _percent(row.noticed, row.falls),
            _percent(row.early, row.falls),
            ", ".join(f"{kind} {count}" for kind, count in row.kinds.most_common()) or "-",
        )
    return table


def end_table(rows: Mapping[Group, EndRow]) -> Table:
    """Return the position pre-alarms by how recordings end."""
    table = _table(
        "position pre-alarms by how the recording ends",
        ("lying", "sitting, bent, driving", "fallen, 15 to 60 degrees", "otherwise", "no upright known"),
        has_kind=False,
    )
    for group, row in _ordered(rows):
        cells = []
        for end in (LYING_END, LOW_END, FALLEN_LOW_END, OTHER_END):
            came, count = row.alarms[end], row.ends[end]
            cells.append(f"{came} of {count} ({_percent(came, count)})" if count else "-")
        table.add_row(*group[1:], *cells, _count(row.skipped))
    return table


def summary(results: Sequence[Result], elapsed_s: float, runtime_name: str, workers: int) -> list[str]:
    """Return what was run, what led it, what could not be used, and how fast it was."""
    whole = [result for result in results if result.is_whole]
    virtual_s = sum(result.total_ms for result in whole) / 1000
    without = [result for result in whole if not result.lead_ms]
    persons = {result.run.recording.person for result in without}
    faults = {fault for result in results for fault in result.faults}
    failures = [result for result in results if result.failure]
    factor = virtual_s / max(elapsed_s, 1e-9)
    speed = f"{factor:,.0f} times real time in {runtime_name}, {workers} worker{'s' * (workers != 1)}"
    led = f"{len(whole) - len(without)} runs were led by the person's own walking or standing"
    lines = [
        f"{len(whole)} runs, {virtual_s / 3600:.1f} h of device time in {elapsed_s:.1f} s: {speed}.",
        f"{led}; {len(without)} runs of {len(persons)} wearers had none and began without.",
    ]
    others = [result for result in whole if any(event.kind not in KINDS for event in result.events)]
    if others:
        kinds = sorted({e.kind for result in others for e in result.events if e.kind not in KINDS})
        lines.append(f"Alarms of other kinds ({', '.join(kinds)}) came in {len(others)} runs.")
    if faults:
        lines.append(f"{len(faults)} recordings could not be used (said on standard error).")
    if failures:
        lines.append(f"In {len(failures)} runs the device FAILED (said on standard error).")
    return lines


def _table(title: str, columns: Sequence[str], *, has_kind: bool = True) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for name in ("kind", "set", "worn")[0 if has_kind else 1 :]:
        table.add_column(name)
    for name in columns:
        table.add_column(name, justify="right")
    return table


def _ordered(rows: Mapping[Group, _Row]) -> list[tuple[Group, _Row]]:
    def key(item: tuple[Group, _Row]) -> tuple[int, str, bool, str]:
        kind, dataset, place = item[0]
        return KINDS.index(kind) if kind else 0, place, dataset == ALL_SETS, dataset

    return sorted(rows.items(), key=key)


def _count(number: int) -> str:
    return str(number) if number else "-"


def _percent(part: int, whole: int) -> str:
    value = figures.share(part, whole)
    return "-" if value is None else f"{value:.1f} %"


def _seconds(times_ms: Sequence[int], percent: float) -> str:
    value = figures.percentile_s(times_ms, percent)
    return "-" if value is None else f"{value:.1f} s"


def _rate(count: int, hours: float) -> str:
    return f"{count / hours:.2f}" if hours else "-"
