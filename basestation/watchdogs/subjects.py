"""Which parts of the base station are looked at, and how long each may stand; joins, and decides the bounds.

Whoever waits for the committer is not the one that stands: the committer is, or it is busy. The bounds are
conventions of this product: several times what the slowest round took under full load, and short enough that
an escalation is late by less than one level of a chain.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from basestation.clock import Clock
from basestation.watchdogs.pulse import Pulse
from basestation.watchdogs.standing import Seen
from basestation.watchdogs.watchdog import Subject

if TYPE_CHECKING:
    from basestation.canary import CanaryWatch
    from basestation.engine import Engine

#: The committer; longer than a job may take.
COMMITTER_S = 20.0
#: Loops that an alarm needs.
NEEDED_S = 20.0
NEEDED = ("timers", "dispatch", "commands", "supervision", "alarms", "heartbeats")
#: All others; they ask machines and people's channels.
OTHERS_S = 120.0
#: A committer with a job this old is what others wait for.
BEHIND_S = 2.0
#: What a canary may be late beyond its interval.
CANARY_S = 15.0


def watch_engine(engine: "Engine", clock: Clock) -> None:
    """Look at the committer, the loops and the intake of an engine."""
    watchdog, committer, running = engine.watchdog, engine.committer, engine.running

    def is_behind() -> bool:
        # It is the first that is looked at.
        still_s = watchdog.subjects["committer"].standing.still_s
        return max(still_s, committer.age_of_oldest_s) > BEHIND_S

    def see_committer() -> Seen:
        return Seen(committer.age_of_oldest_s > 0, committer.steps)

    watchdog.add(Subject("committer", COMMITTER_S, see_committer, partial(running.restart, "committer")))
    for name, pulse in engine.pulses.items():
        bound_s = NEEDED_S if name in NEEDED else OTHERS_S
        see = partial(_see_loop, pulse, clock, is_behind)
        watchdog.add(Subject(name, bound_s, see, partial(running.restart, name)))
    for name, pulse in (("alarms", engine.ingest.pulse), ("heartbeats", engine.heartbeats.pulse)):
        # Never begun anew by itself: what it has in hand would be lost to the broker's patience.
        watchdog.add(Subject(name, NEEDED_S, partial(_see_intake, pulse, is_behind)))


def watch_canary(engine: "Engine", number: int, canary: "CanaryWatch", interval_s: float) -> str:
    """Run the canary of broker `number`, from 0, look at it, and return its name among the tasks.

    The broker itself is what the canary looks at.
    """
    name = "canary" if number == 0 else f"canary {number + 1}"
    engine.running.start(name, canary.run)
    subject = Subject(
        name,
        interval_s + CANARY_S,
        lambda: Seen(is_busy=True, progress=canary.canary.number),
        partial(engine.running.restart, name),
    )
    engine.watchdog.add(subject)
    return name


def _see_loop(pulse: Pulse, clock: Clock, is_behind: Callable[[], bool]) -> Seen:
    return Seen(pulse.is_busy or pulse.is_overslept(clock.now()), pulse.progress, is_behind())


def _see_intake(pulse: Pulse, is_behind: Callable[[], bool]) -> Seen:
    return Seen(pulse.is_busy, pulse.progress, is_behind())
