"""How late each level of 200 cases at once is called, in real time, while channels fail and hang.

Run by `python -m tests.bench.cases_at_once [CASES]`. The real engine over an SQLite file; one channel fails
at once, one never answers, one works. All alarms come in the same moment, so that the deadlines of all cases
fall together too. Lateness is from the moment a level is due to the commit that calls it.
"""

import asyncio
import statistics
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.casework.timers import Timers
from basestation.clock import SystemClock
from basestation.engine import Engine
from basestation.intake.memory_link import MemoryLink
from basestation.log_lines import configure
from basestation.outgoing.channels.memory import MemoryChannel
from basestation.store.database import open_database
from protocol import codec

CASES = 200
LEVEL_S, REPEAT_S = 10, 30
#: How long is watched: the second level, everybody again and the second level again.
WATCHED_S = 2 * LEVEL_S + REPEAT_S + 5
_DEAD = Recipient("person", "Dead", (Way("dead", 1, 300, "d"),))
_STUCK = Recipient("person", "Stuck", (Way("stuck", 1, 300, "s"),))
_MARA = Recipient("person", "Mara Muster", (Way("memory", 1, 300, "mara"),))
CHAIN = Chain(
    "Load",
    (Level("First", (_DEAD, _STUCK), LEVEL_S), Level("Second", (_DEAD, _MARA), LEVEL_S)),
    repeat_s=REPEAT_S,
)


class _Watched(Timers):
    """Notes how late each timer of each case was on disk, in milliseconds."""

    #: By name, and when they were due, in seconds after the alarms.
    late_ms: defaultdict[tuple[int, str], list[float]]
    raised_at: datetime

    async def _fire(self, work, timer, now):
        is_fired = await super()._fire(work, timer, now)
        if is_fired and timer.case_id <= CASES:
            work.after_commit(lambda: self._note(timer))
        return is_fired

    def _note(self, timer):
        late = datetime.now(UTC) - timer.due_at
        after_s = (timer.due_at - self.raised_at).total_seconds()
        # Alarms are taken in within some seconds, and their timers are due as far apart.
        step_s = round(after_s / LEVEL_S) * LEVEL_S
        self.late_ms[step_s, timer.name].append(late.total_seconds() * 1000)


async def _raise_all(link, count):
    """Return the seconds until all alarms were acknowledged."""
    clock = SystemClock()
    began = clock.now()
    alarm = {"alarm": "1-7", "alarm_kind": "rest", "repeat": 0}
    kept = [
        link.put(name, "event", codec.encode("raised", name, 1, 7, "real", alarm))
        for name in (f"pna-{number}" for number in range(count))
    ]
    await asyncio.gather(*(one.wait() for one in kept))
    return (clock.now() - began).total_seconds()


async def _measure(folder, count):
    clock = SystemClock()
    dead, stuck, memory = MemoryChannel(), MemoryChannel(), MemoryChannel()
    dead.fail(10**9)
    stuck.hang()
    channels = {"dead": dead, "stuck": stuck, "memory": memory}
    database = open_database(f"sqlite+aiosqlite:///{folder / 'bench.db'}")
    engine = Engine(database, clock, CollectorRegistry(), channels=channels)
    timers = engine._parts.timers
    timers.__class__ = _Watched
    timers.late_ms = defaultdict(list)
    await engine.start()
    await engine.set_chain(CHAIN)
    await asyncio.gather(*[engine.add_device(f"pna-{number}") for number in range(count)])
    link = MemoryLink(clock)
    engine.connect(link)
    timers.raised_at = clock.now()
    kept_s = await _raise_all(link, count)
    await clock.wait(asyncio.Event(), clock.now() + timedelta(seconds=WATCHED_S))
    reached = {notice.case_id for notice in memory.notices if notice.is_person}
    await engine.stop()
    return kept_s, dict(timers.late_ms), len(reached)


def main() -> None:
    """Measure and print."""
    configure()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    with tempfile.TemporaryDirectory() as folder:
        kept_s, late_ms, reached = asyncio.run(_measure(Path(folder), count))
    print(f"{count} alarms at once, on disk and receipted within {kept_s:.1f} s; {reached} reached somebody")
    if not late_ms:
        raise SystemExit("no level was called")
    for (after_s, name), late in sorted(late_ms.items()):
        if len(late) > count / 10:
            p99 = statistics.quantiles(late, n=100)[98]
            print(
                f"due about {after_s} s after the alarms, timer {name!r}: {len(late)} times, late p50 "
                f"{statistics.median(late):.0f} ms, p99 {p99:.0f} ms, at most {max(late):.0f} ms"
            )


if __name__ == "__main__":
    main()
