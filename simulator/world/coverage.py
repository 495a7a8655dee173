"""Which combinations of case state, event and fault the worlds have met, how often, and which not yet."""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from basestation.cases.tables import EVENTS, PERSON, TECHNICAL, Ignored, Refused
from simulator.world.choices import FAULTS


class Counted(Protocol):
    """What a world has met."""

    @property
    def reached(self) -> Counter[tuple[str, str, str]]:
        """Return how often each combination was met."""


def reachable() -> set[tuple[str, str]]:
    """Return every (state, event) in which a table of cases does something."""
    return {
        (state.value, event)
        for table in (PERSON, TECHNICAL)
        for state, rows in table.items()
        for event, row in rows.items()
        if not isinstance(row, Ignored | Refused)
    }


def report(worlds: Iterable[Counted]) -> str:
    """Return the report: one line for each (state, event), its count and under how many faults it was met."""
    total: Counter[tuple[str, str, str]] = Counter()
    for one in worlds:
        total.update(one.reached)
    lines = [f"{'state':<12} {'event':<18} {'times':>8} {'faults met of ' + str(len(FAULTS)):>18}"]
    faults = {name for name, _ in FAULTS}
    missing = 0
    for state, event in sorted(reachable()):
        counts = {fault: total[state, event, fault] for fault in faults | {"none"}}
        met = sum(1 for fault in faults if counts[fault])
        missing += not any(counts.values())
        lines.append(f"{state:<12} {event:<18} {sum(counts.values()):>8} {met:>18}")
    lines.append(f"{len(EVENTS)} events; {missing} of {len(reachable())} pairs of state and event never met")
    return "\n".join(lines) + "\n"
