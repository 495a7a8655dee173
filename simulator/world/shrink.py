"""Makes a failing world short: leaves out what is not needed for the same claim to fail.

Decides by trying: halves first, then ever smaller parts, down to single happenings. Bounded by runs.
"""

from collections.abc import Callable
from dataclasses import replace

from simulator.world import world
from simulator.world.plan import Happening, Plan

RUNS_MAX = 60
#: Returns the numbers of the claims that a plan breaks.
Judge = Callable[[Plan], set[int]]


def shrink(plan: Plan, runs_max: int = RUNS_MAX, judge: Judge | None = None) -> Plan:
    """Return a plan that breaks the same claim with less, or the plan itself if it breaks none."""
    judge = judge or broken_by
    broken = judge(plan)
    if not broken:
        return plan
    runs, size = 1, max(1, len(plan.happenings) // 2)
    kept = plan.happenings
    while runs < runs_max:
        at, is_shorter = 0, False
        while at < len(kept) and runs < runs_max:
            fewer = kept[:at] + kept[at + size :]
            runs += 1
            if fewer and broken & judge(_with(plan, fewer)):
                kept, is_shorter = fewer, True
            else:
                at += size
        if size == 1 and not is_shorter:
            break
        size = max(1, size // 2)
    claims = ", ".join(str(claim) for claim in sorted(broken))
    return replace(_with(plan, kept), note=f"seed {plan.seed}, claim {claims}")


def broken_by(plan: Plan) -> set[int]:
    """Return the numbers of the claims that a world breaks."""
    return {violation.checker for violation in world.run(plan).seen.violations}


def _with(plan: Plan, happenings: tuple[Happening, ...]) -> Plan:
    return replace(plan, happenings=happenings)
