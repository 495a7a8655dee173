"""Which combinations of case state, event and fault the worlds have met, how often, and which too rarely.

Decides what the report says and which combinations a plan may aim at. What can come about is found by walking
through the pure core (`reachable`); each pair counts under every class of fault.
"""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from simulator.world import reachable
from simulator.world.choices import FAULTS

Combination = tuple[str, str, str]
#: Each combination is wanted so often.
TIMES_MIN = 100
#: So many of the rarest are printed, and aimed at.
RAREST = 400
_FAULT_NAMES = tuple(name for name, _ in FAULTS)


class Counted(Protocol):
    """What a world has met."""

    @property
    def reached(self) -> Counter[Combination]:
        """Return how often each combination was met."""


def combinations() -> list[Combination]:
    """Return every combination that can come about, in order."""
    return [(*pair, fault) for pair in sorted(reachable.pairs()) for fault in _FAULT_NAMES]


def total(worlds: Iterable[Counted], path: Path | None = None) -> Counter[Combination]:
    """Return what was met, together with what a file has from earlier runs."""
    counts: Counter[Combination] = Counter()
    if path is not None and path.exists():
        for words, times in json.loads(path.read_text()).items():
            state, event, fault = words.split()
            counts[state, event, fault] = times
    for one in worlds:
        counts.update(one.reached)
    return counts


def keep(counts: Counter[Combination], path: Path) -> None:
    """Write counts to a file that a later run adds to, and aims by."""
    path.write_text(json.dumps({" ".join(key): times for key, times in sorted(counts.items())}, indent=0))


def rarest(counts: Counter[Combination], most: int = RAREST) -> tuple[Combination, ...]:
    """Return the combinations that were met most rarely, in an order that the counts alone decide."""
    wanted = [one for one in combinations() if counts[one] < TIMES_MIN]
    return tuple(sorted(wanted, key=lambda one: (counts[one], one))[:most])


def report(counts: Counter[Combination]) -> str:
    """Return the report: a line for each (state, event), then the combinations that were never met."""
    lines = [
        f"{'state':<12} {'event':<18} {'times':>9} {'faults met':>11} {'often':>6} of {len(_FAULT_NAMES)}"
    ]
    every = combinations()
    for pair in sorted(reachable.pairs()):
        times = [counts[(*pair, fault)] for fault in _FAULT_NAMES]
        met, often = sum(1 for one in times if one), sum(1 for one in times if one >= TIMES_MIN)
        lines.append(
            f"{pair[0]:<12} {pair[1]:<18} {sum(times) + counts[(*pair, 'none')]:>9} {met:>11} {often:>6}"
        )
    never = [one for one in every if not counts[one]]
    lines += [f"never: {' '.join(one)}" for one in never[:RAREST]]
    often = sum(1 for one in every if counts[one] >= TIMES_MIN)
    pairs = {one[:2] for one in every}
    unmet = pairs - {one[:2] for one in counts if counts[one]}
    lines.append(f"{len(unmet)} of {len(pairs)} pairs of state and event never met")
    lines.append(
        f"{len(every) - len(never)} of {len(every)} combinations with a fault met, {often} of them"
        f" {TIMES_MIN} times or more"
    )
    return "\n".join(lines) + "\n"
