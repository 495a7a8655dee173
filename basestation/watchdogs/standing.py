"""Whether a part of the base station stands still, and what follows; pure.

Decides from what each look found: busy without progress for longer than its bound is standing still. It is
started again first; one that stands again, or is started again too often, is lost, and the process ends. Only
time between two looks counts, and never more than LOOK_S_MAX of it: a process that was stopped and goes on,
or a machine that slept, is not taken for hung. Times in seconds. The bounds are conventions of this product.
"""

from dataclasses import dataclass, replace
from typing import Final

#: Between two looks, and how much of the time since the last one counts at most.
LOOK_S, LOOK_S_MAX = 1.0, 2.0
#: Started again more often within this time is lost.
RESTARTS_MAX, RESTARTS_WINDOW_S = 5, 600.0
#: What moves for so long is well again.
WELL_S = 30.0

WELL, RESTARTED, LOST = "WELL", "RESTARTED", "LOST"
MOVED, STOOD = "MOVED", "STOOD"

#: What becomes of a part; every state names every event. MOVED: well for WELL_S; STOOD: longer than its
#: bound.
NEXT: Final[dict[str, dict[str, str]]] = {
    WELL: {MOVED: WELL, STOOD: RESTARTED},
    RESTARTED: {MOVED: WELL, STOOD: LOST},
    LOST: {MOVED: LOST, STOOD: LOST},
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found of a part."""

    is_busy: bool
    #: Anything that differs after every step of its work.
    progress: object
    #: It waits for another part, which is looked at by itself.
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a part."""

    state: str = WELL
    progress: object = None
    #: For how long it has been busy without progress, and for how long it has moved since it stood.
    still_s: float = 0.0
    moving_s: float = 0.0
    #: When it was started again, in seconds since the first look.
    restarts: tuple[float, ...] = ()
    age_s: float = 0.0


def looked(standing: Standing, seen: Seen, elapsed_s: float, bound_s: float) -> tuple[Standing, str | None]:
    """Return what is known after a look, and the state that was entered by it, if one was."""
    counted_s = min(elapsed_s, LOOK_S_MAX)
    age_s = standing.age_s + counted_s
    has_moved = not seen.is_busy or seen.is_waiting or seen.progress != standing.progress
    still_s = 0.0 if has_moved else standing.still_s + counted_s
    moving_s = standing.moving_s + counted_s if has_moved else 0.0
    standing = replace(standing, progress=seen.progress, still_s=still_s, moving_s=moving_s, age_s=age_s)
    if still_s > bound_s:
        return _entered(standing, STOOD)
    if standing.state == RESTARTED and moving_s > WELL_S:
        return _entered(standing, MOVED)
    return standing, None


def _entered(standing: Standing, event: str) -> tuple[Standing, str | None]:
    state = NEXT[standing.state][event]
    recent = tuple(at_s for at_s in standing.restarts if standing.age_s - at_s < RESTARTS_WINDOW_S)
    if state == RESTARTED:
        if len(recent) >= RESTARTS_MAX:
            state = LOST
        else:
            recent = (*recent, standing.age_s)
    entered = None if state == standing.state else state
    return replace(standing, state=state, still_s=0.0, moving_s=0.0, restarts=recent), entered
