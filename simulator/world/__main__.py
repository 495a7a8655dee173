"""Runs worlds: many seeds side by side, or one with its timeline, or a scenario file.

    python -m simulator.world --seeds N --first M     N seeds from M on; exit code 1 if one failed
    python -m simulator.world --seed N                one, with its timeline
    ... --size large                                  many alarms share a start and an end
    python -m simulator.world --scenario FILE         the same for a plan that was kept
    ... --shrink FOLDER                               what failed is made short and kept there
    ... --coverage FILE                               which (case state, event, fault) were met, how often
    ... --goals FILE                                  aim at those that such a file has most rarely

A failing seed prints the command that repeats it. Nothing of the machine goes into a world.
"""

import argparse
import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from simulator.world import coverage, plan, shrink, world
from simulator.world.choices import SIZES
from simulator.world.seen import Violation


@dataclass(frozen=True, slots=True)
class Result:
    """What is told of one seed."""

    seed: int
    violations: list[Violation]
    raised: int
    faults: Counter[str]
    reached: Counter[tuple[str, str, str]]
    digest: int
    #: Of the processor, in s.
    cpu_s: float


def main(words: list[str] | None = None) -> int:
    """Run what the command line says and return the exit code."""
    options = _parser().parse_args(words)
    _be_quiet()
    if options.seed is not None or options.scenario is not None:
        one = (
            plan.make(options.seed, options.size, _rare(options))
            if options.scenario is None
            else plan.read(Path(options.scenario).read_text())
        )
        return _tell_one(one)
    begin_s = time.monotonic()
    results = list(_run_all(range(options.first, options.first + options.seeds), options))
    _summarise(results, time.monotonic() - begin_s)
    if options.coverage:
        path = Path(options.coverage)
        counts = coverage.total(results, path)
        coverage.keep(counts, path)
        _say(coverage.report(counts))
    return 1 if any(result.violations for result in results) else 0


def result_of(seed: int, size: str = "small", rare: Sequence[plan.Goal] = ()) -> Result:
    """Run one seed as a world of this size; empty: of its own."""
    _be_quiet()
    began_s = time.process_time()
    outcome = world.run(plan.make(seed, size, rare))
    gc.collect()
    seen = outcome.seen
    digest = hash(tuple(at for at, _ in seen.timeline))
    cpu_s = time.process_time() - began_s
    return Result(seed, seen.violations, len(seen.raised), seen.faults, seen.reached, digest, cpu_s)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make world", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--scenario")
    parser.add_argument("--size", choices=sorted(SIZES), default="", help="in place of the seed's own")
    parser.add_argument("--shrink")
    parser.add_argument("--coverage", help="counts of earlier runs, to which these are added")
    parser.add_argument("--goals", help="such a file, whose rarest combinations are aimed at")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seconds", type=float, help="begin no further seed after so many s")
    return parser


def _run_all(seeds: Iterable[int], options: argparse.Namespace) -> Iterator[Result]:
    end_s = time.monotonic() + (options.seconds or 1e9)
    rare = _rare(options)
    with ProcessPoolExecutor(options.jobs) as pool:
        for result in pool.map(partial(_result_until, end_s=end_s, size=options.size, rare=rare), seeds):
            if result is None:
                continue
            for violation in result.violations:
                _say(f"seed {result.seed}, {_told(violation)}")
            if result.violations:
                size = f" SIZE={options.size}" if options.size else ""
                size += f" GOALS={options.goals}" if options.goals else ""
                _say(f"  repeat it: make world SEED={result.seed}{size}")
                if options.shrink:
                    _keep(plan.make(result.seed, options.size, rare), Path(options.shrink))
            yield result


def _rare(options: argparse.Namespace) -> tuple[plan.Goal, ...]:
    return coverage.rarest(coverage.total((), Path(options.goals))) if options.goals else ()


def _result_until(seed: int, end_s: float, size: str, rare: tuple[plan.Goal, ...]) -> Result | None:
    return result_of(seed, size, rare) if time.monotonic() < end_s else None


def _keep(whole: plan.Plan, folder: Path) -> None:
    small = shrink.shrink(whole)
    path = folder / f"seed-{whole.seed}.json"
    path.write_text(small.to_json())
    _say(f"  made short: {path}, {len(small.happenings)} happenings")


def _tell_one(one: plan.Plan) -> int:
    outcome = world.run(one)
    for at_ms, words in outcome.seen.timeline:
        _say(f"{at_ms / 1000:10.2f} s  {words}")
    for violation in outcome.seen.violations:
        _say(f"claim {violation.checker} at {violation.at_ms / 1000:.2f} s: {violation.words}")
    return 1 if outcome.seen.violations else 0


def _summarise(results: list[Result], passed_s: float) -> None:
    lives = sum(result.raised for result in results)
    failed = [result.seed for result in results if result.violations]
    per_min = 60 * len(results) / passed_s if passed_s else 0
    cpu_ms = 1000 * sum(result.cpu_s for result in results) / max(lives, 1)
    _say(
        f"{len(results)} seeds, {lives} alarms raised at {cpu_ms:.0f} ms of the processor,"
        f" {sum(map(_faults_of, results))} faults, in {passed_s:.0f} s: {per_min:.1f} seeds a minute,"
        f" {lives / passed_s:.2f} life cycles a second; failed: {failed or 'none'}"
    )


def _told(violation: Violation) -> str:
    return f"{violation.at_ms / 1000:.1f} s, claim {violation.checker}: {violation.words}"


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def _faults_of(result: Result) -> int:
    return sum(result.faults.values())


def _be_quiet() -> None:
    # What the station logs of its trouble is what is asked for here.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(50), cache_logger_on_first_use=False
    )
    gc.disable()
    # What is there before the first world outlives them all: nobody need look through it each time.
    gc.freeze()


if __name__ == "__main__":
    sys.exit(main())
