"""One run: alarms at a rate, a quiet time, then seeded kills of either base station; judged at its end."""

import random
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres import PostgresServer
from tests.replicas.alarms import Load, Raised
from tests.replicas.bench import NAMES, SideBySide, faults_of
from tests.system.running import wait_until

#: Until everything that is on its way has arrived, in seconds.
SETTLE_S_MAX = 180.0
#: Sends under way when a base station is killed may go out once more, each.
SENDS_AT_ONCE = 16
#: Between the return of one and the next kill, at most, in seconds.
KILL_S_MAX = 2.0


@dataclass(slots=True)
class Result:
    """What a run has shown; times in seconds."""

    alarms: int
    quiet_s: list[float]
    #: Of the alarms raised within a second before a kill and two after it.
    around_kills_s: list[float]
    kills: int
    faults: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return the result for people."""
        return [
            f"alarms {self.alarms}, kills {self.kills}",
            f"receipt without kills: {_words(self.quiet_s)}",
            f"receipt around kills:  {_words(self.around_kills_s)}",
            *(f"FAULT {fault}" for fault in self.faults),
            "nothing lost, nothing twice, the log verifies" if not self.faults else "NOT as it must be",
        ]


def run(
    folder: Path, server: PostgresServer, *, rate: float, quiet_s: float, kills: int, seed: int,
    devices_count: int = 20, note: Callable[[str], None] = lambda _line: None,
) -> Result:  # fmt: skip
    """Run once; what was lost or doubled stands in the result's faults."""
    chance, never, killed_at = random.Random(seed), threading.Event(), []
    url = server.create(f"replicas_{seed}")
    with SideBySide(folder, server, url) as site:
        devices = site.furnish(devices_count)
        try:
            with Load(devices, rate) as load:
                never.wait(quiet_s)
                quiet_until = time.monotonic()
                for number in range(1, kills + 1):
                    name = chance.choice(NAMES)
                    never.wait(chance.uniform(0, KILL_S_MAX))
                    killed_at.append(time.monotonic())
                    site.kill(name)
                    site.start(name)
                    site.wait_until_hearing(name)
                    away_s = time.monotonic() - killed_at[-1]
                    note(f"kill {number} of {kills}: {name}, back after {away_s:.1f} s")
                load.end()
                load.settle(SETTLE_S_MAX)
            wait_until(lambda: not site.calls_due(), SETTLE_S_MAX, "the last call")
            raised = [one for device in devices for one in device.alarms.values()]
            faults = faults_of(site, devices, SENDS_AT_ONCE * kills)
        finally:
            for device in devices:
                device.stop()
    return Result(
        len(raised),
        [_receipt_s(one) for one in raised if one.raised_at_s < quiet_until - _longest(raised, quiet_until)],
        [_receipt_s(one) for one in raised if any(-1 < one.raised_at_s - at < 2 for at in killed_at)],
        kills,
        faults,
    )


def _longest(raised: list[Raised], until: float) -> float:
    """Return how long before the first kill an alarm must have been raised to be receipted without it."""
    quiet = [_receipt_s(one) for one in raised if one.raised_at_s < until]
    return min(2.0, max(quiet, default=0.0))


def _receipt_s(one: Raised) -> float:
    assert one.receipt_s is not None
    return one.receipt_s


def _words(times_s: list[float]) -> str:
    if len(times_s) < 2:
        return "too few to say"
    found = sorted(times_s)
    p99 = found[min(len(found) - 1, int(len(found) * 0.99))]
    return (
        f"median {statistics.median(found):.2f} s, p99 {p99:.2f} s, longest {found[-1]:.2f} s ({len(found)})"
    )
