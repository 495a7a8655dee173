"""What the cases of a world went through: each event with the state that it met, and the faults around it.

Decides nothing. What is on the disk after a commit is stepped once more, so that of several events in one
transaction each counts in the state that it met. Times are ms of the loop.
"""

from collections.abc import Iterable
from typing import Any

from basestation.cases.case import Case, case_from_json
from basestation.cases.events import TimerFired
from basestation.cases.step import step
from basestation.clock import from_ms
from basestation.store.case_events import _ADAPTERS, OPENED

#: A fault counts for what happens in so many ms after it began.
AROUND_MS = 60_000


class Reached:
    """Counts (case state, event, fault)."""

    def __init__(self, counts: dict[tuple[str, str, str], int]) -> None:
        self._counts = counts
        self._faults: dict[str, int] = {}

    def befell(self, what: str, now_ms: int) -> None:
        """Note that a fault has begun."""
        self._faults[what] = now_ms + AROUND_MS

    def take(self, before: str | None, happened: list[Any], now_ms: int) -> None:
        """Count events of one case; `before` is its body until then, None where it was not there."""
        faults = [what for what, until_ms in self._faults.items() if until_ms >= now_ms] or ["none"]
        for state, event in _states(None if before is None else case_from_json(before), happened):
            for fault in faults:
                self._counts[state, event, fault] = self._counts.get((state, event, fault), 0) + 1


def _states(case: Case | None, happened: list[Any]) -> Iterable[tuple[str, str]]:
    for row in happened:
        if row["kind"] == OPENED:
            case = case_from_json(row["event"])
            continue
        assert case is not None, row["case_id"]
        event = _ADAPTERS[row["kind"]].validate_json(row["event"])
        yield case.state.value, event.name if isinstance(event, TimerFired) else row["kind"]
        if row is not happened[-1]:
            case, _ = step(case, event, from_ms(row["at_ms"]))
