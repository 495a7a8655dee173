"""Measures alarms from arrival to commit: how many a second, and how long one takes.

Run by `python tests/bench/alarm_commits.py [ALARMS]`. Real SQLite file with synchronous=FULL, everything
from decoding to receipt; no broker. Each alarm opens a case with timer, notice, log and receipt.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from prometheus_client import CollectorRegistry

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.clock import SystemClock
from basestation.engine import Engine, User
from basestation.intake.memory_link import MemoryLink
from basestation.outgoing.channels.memory import MemoryChannel
from basestation.store.database import open_database
from protocol import codec

ALARMS = 2000
SINGLE = 100
DEVICES = 200
OPERATOR = User(1, "otto", "Otto Operator", "operator")
CHAIN = Chain(
    "Plant", (Level("Desk", (Recipient("person", "Mara Muster", (Way("memory", 1, 300, "mara"),)),), 600),)
)


def _put(link, number):
    device, seq = f"pna-{number % DEVICES}", number // DEVICES + 1
    fields = {"alarm": f"1-{seq}", "alarm_kind": "rest", "repeat": 0}
    return link.put(device, "event", codec.encode("raised", device, 1, seq, "real", fields))


async def _burst(link, count):
    """Return the seconds until `count` alarms that came at once were acknowledged."""
    started_s = time.perf_counter()
    await asyncio.gather(*[_put(link, number).wait() for number in range(count)])
    return time.perf_counter() - started_s


async def _singles(link, first):
    """Return the milliseconds from arrival to acknowledgement of alarms that came one by one."""
    times_ms = []
    for number in range(first, first + SINGLE):
        started_s = time.perf_counter()
        await _put(link, number).wait()
        times_ms.append((time.perf_counter() - started_s) * 1000)
    return times_ms


async def _presses(engine, link, count):
    """Return the milliseconds from an accept to the command that tells the device."""
    times_ms = []
    for case in (await engine.snapshot())["cases"][:count]:
        started_s = time.perf_counter()
        pressing = asyncio.create_task(engine.press(case["id"], "accept", OPERATOR))
        await link.told(case["device"], "case-state", alarm=case["alarm"])
        times_ms.append((time.perf_counter() - started_s) * 1000)
        await pressing
    return times_ms


def _said(times_ms):
    return (
        f"{statistics.median(times_ms):.1f} ms median, {statistics.quantiles(times_ms, n=20)[18]:.1f} ms p95"
    )


async def _measure(folder, count):
    clock = SystemClock()
    database = open_database(f"sqlite+aiosqlite:///{folder / 'bench.db'}")
    metrics = CollectorRegistry()
    engine = Engine(database, clock, metrics, channels={"memory": MemoryChannel()})
    await engine.start()
    await engine.set_chain(CHAIN)
    await asyncio.gather(*[engine.add_device(f"pna-{number}") for number in range(DEVICES)])
    link = MemoryLink(clock)
    engine.connect(link)
    times_ms = await _singles(link, count)
    await engine.dispatch.idle()
    presses_ms = await _presses(engine, link, SINGLE)
    burst_s = await _burst(link, count)
    commits = metrics.get_sample_value("rufweite_commits_total")
    await engine.stop()
    print(
        f"{count} alarms at once: {count / burst_s:.0f} alarms/s committed "
        f"({commits:.0f} transactions in all)"
    )
    print(f"one alarm at a time: {_said(times_ms)} from arrival to acknowledgement after the commit")
    print(f"accept: {_said(presses_ms)} from the press to the command handed to the broker")


def main():
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ALARMS
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder), count))


if __name__ == "__main__":
    main()
