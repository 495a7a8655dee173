"""What one sample costs the device: time and allocation in real MicroPython, beside an empty call.

The device core, with every kind switched on, runs through generated movement with the collector switched
off. Times are also given in turns of the loop `for i in range(n): s += i * 3`, and as ratios to the same loop
over a device that does nothing, both measured in the same run, because microseconds differ from machine to
machine; allocation is in bytes and must be 0. Generated movement, so no statement about detection.

    python -m tests.bench.sample_cost
"""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from simulator.movement import generate
from simulator.runtime import ROOT, find_runtime

#: Movements in which nothing happens between warm-up and end: no pre-alarm, no heartbeat.
SCRIPTS = {
    "walking": "walk:29",
    # In stretches, since running on is the escape alarm's.
    "running": "walk:10,run:3,walk:4,run:3,walk:4,run:3",
    "standing still": "stand:29",
    "lying": "stand:5,lie:24",
}
#: Every kind; what a site gets without asking leaves four of them out.
SETTINGS = {
    "is_silent_on": 1, "is_duress_on": 1, "is_fall_on": 1, "is_position_on": 1, "is_rest_on": 1,
    "is_loss_on": 1, "is_escape_on": 1, "is_time_on": 1,
    # No heartbeat before the end.
    "heartbeat_ms": 60000, "link_loss_ms": 180000,
}  # fmt: skip
WARM_UP_SAMPLES = 500
#: So many are timed together.
STRETCH_SAMPLES = 50
ROUNDS = 60

#: Runs in MicroPython; reads lines of [name, flat samples].
PROGRAM = '''
import gc, json, sys, time
from array import array
from firmware.device import Device
from firmware.effects import Publish
from firmware.settings import Settings

WARM_UP, STRETCH, ROUNDS, SETTINGS = %d, %d, %d, %r

class Empty:
    def on_sample(self, now_ms, x_mg, y_mg, z_mg):
        return ()
    def on_tick(self, now_ms):
        return ()

def run(device, samples, first, last):
    on_sample, on_tick, now_ms = device.on_sample, device.on_tick, first * 20
    start = time.ticks_us()
    at = first * 3
    for _ in range(last - first):
        on_sample(now_ms, samples[at], samples[at + 1], samples[at + 2])
        on_tick(now_ms)
        at += 3
        now_ms += 20
    return time.ticks_diff(time.ticks_us(), start)

def turn():
    """Return the us of one turn of the loop that costs are compared with."""
    count, total = 2000, 0
    start = time.ticks_us()
    for i in range(count):
        total += i * 3
    return time.ticks_diff(time.ticks_us(), start) / count

def measure(make, samples):
    """Return us and bytes a sample, and us a turn.

    The least of all rounds for each stretch of the samples: others use the machine, and what takes a tenth of
    a ms is seldom interrupted.
    """
    count = len(samples) // 3
    firsts = list(range(WARM_UP, count, STRETCH))
    costs, turns, allocated = [1000000] * len(firsts), [], 0
    for _ in range(ROUNDS):
        device = make()
        run(device, samples, 0, WARM_UP)
        gc.collect()
        turns += [turn() for _ in range(5)]
        gc.disable()
        before = gc.mem_alloc()
        for at in range(len(firsts)):
            us = run(device, samples, firsts[at], min(firsts[at] + STRETCH, count))
            if us < costs[at]:
                costs[at] = us
        allocated = max(allocated, gc.mem_alloc() - before)
        gc.enable()
    return sum(costs) / (count - WARM_UP), allocated / (count - WARM_UP), min(turns)

def new_device():
    device = Device(Settings.from_dict(SETTINGS), "bench", 1, (), 0, "power_on")
    device.on_start(0)
    for effect in device.on_link(0, True):
        if isinstance(effect, Publish) and effect.channel == "event":
            sent = json.loads(effect.payload)
            # A message without a receipt would be repeated, which is not the cost of a sample.
            device.on_message(0, {"kind": "receipt", "mark": "real", "acked_boot": 1,
                                  "acked_seq": sent["seq"], "time_ms": 0, "boot": 1, "seq": 1})
    device.on_battery(0, 4000, 80, False)
    return device

for line in sys.stdin:
    name, flat = json.loads(line)
    samples = array("h", flat)
    cost_us, allocated, turn_us = measure(new_device, samples)
    empty_us, empty_allocated, _ = measure(Empty, samples)
    print(json.dumps([name, cost_us, empty_us, turn_us, allocated, empty_allocated]))
'''


def measure() -> list[dict[str, Any]]:
    """Return one row a movement: cost in us, in turns and in empty calls; allocated bytes a sample."""
    runtime = find_runtime("micropython")
    if runtime.note:
        raise RuntimeError(runtime.note)
    lines = [
        json.dumps([name, generate(script).acc_mg.flatten().tolist()]) for name, script in SCRIPTS.items()
    ]
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "program.py"
        program.write_text(PROGRAM % (WARM_UP_SAMPLES, STRETCH_SAMPLES, ROUNDS, SETTINGS), encoding="utf-8")
        done = subprocess.run(
            [*runtime.command, str(program)],
            input="\n".join(lines) + "\n",
            env={**os.environ, "MICROPYPATH": f"{ROOT}:.frozen"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [_row(*json.loads(line)) for line in done.stdout.splitlines()]


def _row(
    name: str, cost_us: float, empty_us: float, turn_us: float, allocated: float, empty_allocated: float
) -> dict[str, Any]:
    return {
        "movement": name,
        "sample_us": cost_us,
        "empty_us": empty_us,
        "turns": cost_us / turn_us,
        "ratio": cost_us / empty_us,
        "allocated_bytes": allocated - empty_allocated,
    }


def main() -> None:
    """Print the table."""
    print("Cost of one sample in MicroPython (core's on_sample and on_tick; generated movement)")
    print(f"{'movement':<16} {'us':>8} {'turns':>8} {'x empty call':>13} {'bytes allocated':>16}")
    for row in measure():
        cost = (
            f"{row['sample_us']:8.2f} {row['turns']:8.1f} {row['ratio']:13.1f} {row['allocated_bytes']:16.2f}"
        )
        print(f"{row['movement']:<16} {cost}")


if __name__ == "__main__":
    main()
