"""Faults planted in the product, one at a time, to see whether the world's checkers find each.

    python -m tests.mutants.world                        all of them, planted by hand and made; hours
    ... --only WORD ...                                  those whose names begin so
    ... --seeds N --first M                              the small worlds that are run (default 150 from 1 on)
    ... --whole                                          the worlds of `make world` instead

A product without a fault goes through the seeds first, must hold, and shows which seeds reach which fault.
Prints a table; the exit code is 1 if a fault is found by none of the seeds, unless `EXPLAINED` says why
nothing could be perceived of it.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from simulator.world import plan
from tests.mutants import hunt, removals, small_worlds
from tests.mutants.equivalent import EXPLAINED
from tests.mutants.faults import FAULTS
from tests.mutants.hunt import Finding
from tests.mutants.planting import Fault


def main(words: list[str] | None = None) -> int:
    """Run what the command line says and return the exit code."""
    options = _parser().parse_args(words)
    faults = chosen(options.only)
    plan_of = plan.make if options.whole else small_worlds.plan_of
    seeds = options.seed or list(range(options.first, options.first + options.seeds))
    begin_s = time.monotonic()
    hunt.warm_up(plan_of)
    reached = _reached(faults, seeds, plan_of, options)
    _say(f"{len(reached)} seeds without a fault break no claim: {time.monotonic() - begin_s:.0f} s")
    kinds: Counter[str] = Counter()
    for finding in hunt.hunt(faults, reached, plan_of, options.jobs, options.tries):
        kind, line = told(finding, len(reached))
        kinds[kind] += 1
        _say(line)
    summary = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    _say(f"{len(faults)} faults: {summary}; {time.monotonic() - begin_s:.0f} s")
    return 1 if kinds["NOT FOUND"] + kinds["NOT REACHED"] else 0


def chosen(names: list[str] | None) -> tuple[Fault, ...]:
    """Return the faults whose names begin so, or all."""
    faults: tuple[Fault, ...] = (*FAULTS, *removals.everything())
    return tuple(one for one in faults if not names or one.name.startswith(tuple(names)))


def told(finding: Finding, seeds: int) -> tuple[str, str]:
    """Return what became of a fault, as one word or two and as a line."""
    name = finding.fault.name
    if finding.words is not None:
        return "found", f"found         {name}: seed {finding.seed}, {finding.words}"
    if name in EXPLAINED:
        return "explained", f"explained     {name}: {EXPLAINED[name]}"
    if not finding.reaching:
        return "NOT REACHED", f"NOT REACHED   {name}: by none of {seeds} seeds"
    broken = f"; {finding.broken}" if finding.broken else ""
    return (
        "NOT FOUND",
        f"NOT FOUND     {name}: in {finding.tried} of {finding.reaching} seeds that reach it{broken}",
    )


def _reached(
    faults: tuple[Fault, ...], seeds: Sequence[int], plan_of: hunt.PlanOf, options: Any
) -> hunt.Reached:
    """Return which seeds reach which faults: as a file says that an earlier run left, or by running them."""
    path = None if options.record is None else Path(options.record)
    known: dict[str, tuple[float, list[str]]] = {}
    if path is not None and path.exists():
        known = json.loads(path.read_text())
    missing = [seed for seed in seeds if str(seed) not in known]
    # A file serves later runs, that ask for other faults.
    asked = faults if path is None else chosen(None)
    for seed, cost_s, names in hunt.record(asked, missing, plan_of, options.jobs):
        known[str(seed)] = (round(cost_s, 3), sorted(names))
        if path is not None:
            path.write_text(json.dumps(known) + "\n")
    cheapest_first = sorted((known[str(seed)][0], seed) for seed in seeds)
    return {seed: set(known[str(seed)][1]) for _, seed in cheapest_first}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", type=int, default=150)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seed", type=int, nargs="*", help="these seeds only")
    parser.add_argument("--tries", type=int, default=2000, help="seeds for one fault, of those that reach it")
    parser.add_argument("--record", help="file that keeps which seeds reach what")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
