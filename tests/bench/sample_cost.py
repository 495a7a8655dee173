"""What one sample costs the device: time and allocation in real MicroPython, beside an empty call.

The device core runs through generated movement with the collector switched off. Times are also given as
ratios to the same loop over a device that does nothing, in the same run, because microseconds differ from
machine to machine; allocation is in bytes and must be 0. Generated movement, so no statement about detection.

    python -m tests.bench.sample_cost
"""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from simulator.lockstep import ROOT, find_runtime
from simulator.movement import generate

#: Movements in which nothing happens between warm-up and end: no pre-alarm, no heartbeat.
SCRIPTS = {"walking": "walk:29", "running": "run:29", "standing still": "stand:29", "lying": "stand:5,lie:24"}
WARM_UP_SAMPLES = 500
ROUNDS = 15

#: Runs in MicroPython; %s is a list of [name, flat samples].
PROGRAM = """
import gc, json, sys, time
from array import array
from firmware.device import Device
from firmware.effects import Publish
from firmware.settings import Settings

WARM_UP, ROUNDS = %d, %d

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

def measure(make, samples):
    best_us, allocated = 0, 0
    count = len(samples) // 3
    for _ in range(ROUNDS):
        device = make()
        run(device, samples, 0, WARM_UP)
        gc.collect()
        gc.disable()
        before = gc.mem_alloc()
        us = run(device, samples, WARM_UP, count)
        allocated = max(allocated, gc.mem_alloc() - before)
        gc.enable()
        best_us = us if not best_us else min(best_us, us)
    return best_us / (count - WARM_UP), allocated / (count - WARM_UP)

def new_device():
    device = Device(Settings.from_dict({}), "bench", 1, (), 0, "power_on")
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
    cost_us, allocated = measure(new_device, samples)
    empty_us, empty_allocated = measure(Empty, samples)
    print(json.dumps([name, cost_us, empty_us, allocated, empty_allocated]))
"""


def measure() -> list[dict[str, Any]]:
    """Return one row a movement: cost in us, the ratio to an empty call, allocated bytes a sample."""
    runtime = find_runtime("micropython")
    if runtime.note:
        raise RuntimeError(runtime.note)
    lines = [
        json.dumps([name, generate(script).acc_mg.flatten().tolist()]) for name, script in SCRIPTS.items()
    ]
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "program.py"
        program.write_text(PROGRAM % (WARM_UP_SAMPLES, ROUNDS), encoding="utf-8")
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
    name: str, cost_us: float, empty_us: float, allocated: float, empty_allocated: float
) -> dict[str, Any]:
    return {
        "movement": name,
        "sample_us": cost_us,
        "empty_us": empty_us,
        "ratio": cost_us / empty_us,
        "allocated_bytes": allocated - empty_allocated,
    }


def main() -> None:
    """Print the table."""
    print("Cost of one sample in MicroPython (core's on_sample and on_tick; generated movement)")
    print(f"{'movement':<16} {'us':>8} {'x empty call':>13} {'bytes allocated':>16}")
    for row in measure():
        cost = f"{row['sample_us']:8.2f} {row['ratio']:13.1f} {row['allocated_bytes']:16.2f}"
        print(f"{row['movement']:<16} {cost}")


if __name__ == "__main__":
    main()
