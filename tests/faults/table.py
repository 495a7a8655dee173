"""The table of faults: what was promised, and what came of it. Markdown, and a line each while it runs."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.faults.fault import Fault
from tests.faults.moments import BROKER, Found
from tests.faults.workload import Outcome

BEGIN, END = "<!-- table: written by `make faults` -->", "<!-- end of table -->"
_SENTENCES_MAX = 8


class Row(NamedTuple):
    """One fault with one store."""

    name: str
    store: str
    said: str
    noticed: str
    noticed_s_max: float
    recovered: str
    recovered_s_max: float
    bounds: str
    normal_s: float = 0.0
    alarms: int = 0
    lost: int = 0
    twice: int = 0
    notices: int = 0
    sent_again: int = 0
    seen: str = ""
    skipped: str = ""
    violations: Sequence[str] = ()


def plain(fault: Fault, store: str) -> Row:
    """Return what is said of a fault before it is tried."""
    limit = fault.noticed_s_max if fault.noticed_by else 0.0
    return Row(fault.name, store, fault.said, "-", limit, "-", fault.recovered_s_max, fault.bounds)


def row_of(outcome: Outcome) -> Row:
    """Return what is said of a fault that was tried."""
    verdict = outcome.verdict
    noticed = "-" if outcome.noticed_s is None else f"{outcome.noticed_s:.1f}"
    recovered = "never" if outcome.recovered_s is None else f"{outcome.recovered_s:.1f}"
    return plain(outcome.fault, outcome.store)._replace(
        recovered_s_max=round(outcome.recovered_s_max), noticed=noticed, recovered=recovered,
        alarms=verdict.alarms, normal_s=outcome.normal_s,
        lost=len(verdict.lost), twice=len(verdict.doubled), notices=verdict.notices,
        sent_again=verdict.sent_again, seen=outcome.noticed,
        violations=outcome.violations[:_SENTENCES_MAX],
    )  # fmt: skip


def of_moments(name: str, found: Sequence[Found], bound_s: float) -> Row:
    """Return what is said of many kills between an alarm and its receipt."""
    before = sum(not one.was_stored for one in found)
    lost = sum(0 in (one.messages, one.cases, one.shown) for one in found)
    twice = sum(max(one.messages, one.cases, one.shown) > 1 for one in found)
    slowest_s = max(one.receipt_s for one in found)
    wrong = [f"{lost} lost, {twice} twice"] if lost or twice else []
    wrong += [f"recovered after {slowest_s:.1f} s, bound {bound_s:g} s"] if slowest_s > bound_s else []
    if before in (0, len(found)) and not name.startswith(BROKER):
        wrong.append("all moments on one side of the commit")
    victims = name.partition("-")[0]
    said = f"{victims}: kill -9 between alarm and receipt, {len(found)} times, {before} before the commit"
    row = Row(name, "sqlite", said, "-", 0.0, f"{slowest_s:.1f}", bound_s, "from the kill")
    return row._replace(alarms=len(found), lost=lost, twice=twice, violations=wrong)


def skipped(fault: Fault, store: str, why: str) -> Row:
    """Return what is said of a fault that this machine cannot do."""
    return plain(fault, store)._replace(skipped=why)


def broken(row: Row, why: str) -> Row:
    """Return what is said of a run that came to no end."""
    return row._replace(violations=(f"the run failed: {why}",))


def line(row: Row) -> str:
    """Return a row for whoever watches."""
    if row.skipped:
        return f"skipped  {row.store:10} {row.name}: {row.skipped}"
    state = "VIOLATED" if row.violations else "held    "
    noticed = f"noticed {row.noticed} ({row.noticed_s_max:g}) s"
    recovered = f"recovered {row.recovered} ({row.recovered_s_max:g}) s, normal {row.normal_s:.1f} s"
    counts = f"{row.alarms} alarms, {row.lost} lost, {row.twice} twice, {row.sent_again} sent again"
    said = "".join(f"\n         ! {one}" for one in row.violations)
    return f"{state} {row.store:10} {row.name}: {counts}; {noticed}, {recovered} {row.seen[:90]}{said}"


def markdown(rows: Sequence[Row]) -> str:
    """Return the table; the bounds stand in brackets behind what was measured."""
    lines = [
        "| fault | store | alarms | lost | twice | noticed within, s | recovered within, s | held |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in sorted(rows, key=lambda one: one.store):
        noticed = f"{row.noticed} ({row.noticed_s_max:g})" if row.noticed_s_max else "nothing to notice"
        if row.skipped:
            lines.append(f"| {row.said} | {row.store} | | | | | | not tried: {row.skipped} |")
            continue
        lines.append(
            f"| {row.said} | {row.store} | {row.alarms} | {row.lost} | {row.twice} | {noticed} | "
            f"{row.recovered} ({row.recovered_s_max:g}) | {'NO' if row.violations else 'yes'} |"
        )
    return "\n".join(lines)


def write(path: Path, rows: Sequence[Row]) -> None:
    """Put the table between the two marks of a page."""
    page = path.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    path.write_text(f"{before}{BEGIN}\n\n{markdown(rows)}\n\n{END}{after}", encoding="utf-8")
