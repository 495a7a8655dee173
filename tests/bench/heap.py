"""The smallest heap in which the device runs a full alarm over MQTT and TLS, from compiled modules.

    python -m tests.bench.heap [MPY-CROSS OPTION ...]

One run: start, connect with a certificate of its own, hold the key, raise, repeat, lose the radio, find it
again, receive the receipt, reset. Then what the parts take of it: each is imported in turn, and the heap
measured after a collection.
64-bit pointers: a 32-bit board needs about half. In this port of MicroPython mbedTLS takes its own memory
(two records of 16 kB and the handshake) with malloc and not from this heap; a board's port may take it there.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from basestation.broker import station_user
from basestation.clock import SystemClock
from basestation.devices.build import compile_modules
from basestation.trust.certificates import SiteCertificates
from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from simulator.lockstep import DeviceError
from simulator.runtime import Runtime, find_runtime
from tests.system.broker import RunningBroker
from tests.system.station import ListeningStation

LOW_KB, HIGH_KB, STEP_KB = 60, 300, 2
NAME = "bench-1"
TLS_HOST = "broker.bench"
SOON_S = 10

#: Forgotten before the device begins its work (firmware.main).
FORGOTTEN = "rules of the settings"
#: The parts, in the order in which they are imported; what a part needs of those before is theirs.
PARTS = (
    ("names of all constants", ("firmware",)),
    ("protocol", ("protocol.topics", "protocol.messages", "protocol.codec")),
    (FORGOTTEN, ("firmware.settings", "firmware.boards.config")),
    ("core: movement", ("firmware.watches", "firmware.guard", "firmware.wearer")),
    ("core: the rest", ("firmware.device",)),
    ("board and loop", ("firmware.boards.unix", "firmware.main")),
    ("MQTT", ("firmware.boards.mqtt_connection",)),
    ("TLS", ("firmware.boards.tls_transport",)),
)
#: Runs in MicroPython; %r is the list of module names of each part.
PROGRAM = """
import gc, json, sys, time, errno, select, socket, binascii, os, tls
from array import array
shares = []
for modules in json.loads(%r):
    gc.collect()
    before = gc.mem_alloc()
    for module in modules:
        __import__(module)
    gc.collect()
    shares.append(gc.mem_alloc() - before)
print(json.dumps(shares))
import micropython
micropython.qstr_info()
"""


def run_alarm(login: BrokerLogin, station: ListeningStation, heap_kb: int, modules: Path) -> str:
    """Run one alarm from its start to its reset; return "" or what went wrong."""
    found = find_runtime("micropython")
    runtime = Runtime(found.name, (*found.command, "-X", f"heapsize={heap_kb}k"))
    config = DeviceConfig(NAME, login, modules=str(modules))
    with tempfile.TemporaryDirectory() as folder, VirtualDevice(config, Path(folder), runtime) as device:
        try:
            raised = _raise(device)
            device.set_radio(is_lost=True)
            device.wait_for(lambda effect: effect["effect"] == "link" and not effect["is_up"], SOON_S)
            station.drain()
            device.set_radio(is_lost=False)
            station.send_receipt(station.wait_for_kind("raised", SOON_S, alarm=raised["alarm"]))
            _reset(device)
            station.wait_for_kind("reset", SOON_S, alarm=raised["alarm"])
        except (DeviceError, AssertionError) as error:
            return str(error)
    return ""


def _raise(device: VirtualDevice) -> dict[str, object]:
    device.wait_for(lambda effect: effect["effect"] == "link" and effect["is_up"], SOON_S)
    device.press()
    shown = device.wait_for(lambda effect: _is_kind(effect, "raised"), SOON_S)
    device.release()
    return dict(shown["message"])


def _reset(device: VirtualDevice) -> None:
    since = device.count
    device.wait_for(lambda effect: effect["effect"] == "signal", SOON_S, since)
    device.press()
    device.wait_for(lambda effect: _is_kind(effect, "reset"), SOON_S, since)
    device.release()


def _is_kind(effect: object, kind: str) -> bool:
    assert isinstance(effect, dict)
    return effect["effect"] == "publish" and effect["message"]["kind"] == kind


def smallest_heap_kb(login: BrokerLogin, station: ListeningStation, modules: Path) -> int:
    """Search the smallest heap in which the alarm runs, in kB."""
    low, high = LOW_KB, HIGH_KB
    while high - low > STEP_KB:
        middle = (low + high) // 2
        fault = run_alarm(login, station, middle, modules)
        print(f"  {middle} kB: {'runs' if not fault else fault[-160:]}", flush=True)
        low, high = (middle, high) if fault else (low, middle)
    return high


def shares(modules: Path) -> list[int]:
    """Return the bytes of heap that each of `PARTS` keeps, and print how many names there are."""
    done = subprocess.run(
        [*find_runtime("micropython").command, "-c", PROGRAM % json.dumps([part[1] for part in PARTS])],
        cwd=modules, env=os.environ | {"MICROPYPATH": ".frozen"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    first, names = done.stdout.splitlines()[:2]
    print(f"  {names}")
    return list(json.loads(first))


def main() -> None:
    """Search and print the smallest heap, and the share of each part."""
    with tempfile.TemporaryDirectory() as scratch:
        # Every module keeps its path, and those of a board are short.
        modules = Path(scratch) / "lib"
        size = compile_modules(modules, tuple(sys.argv[1:]))
        taken = shares(modules)
        now, base = SystemClock().now, station_user("base-1")
        certificates = SiteCertificates(Path(scratch), [TLS_HOST], base, now, is_for_clients=True)
        broker = RunningBroker(Path(scratch), [NAME], certificates)
        broker.start()
        try:
            with ListeningStation(broker) as station:
                heap_kb = smallest_heap_kb(broker.login(NAME, Path(scratch)), station, modules)
        finally:
            broker.close()
    for (part, _), share in zip(PARTS, taken, strict=True):
        print(f"  {part:24} {share / 1024:6.1f} kB")
    stays = sum(share for (part, _), share in zip(PARTS, taken, strict=True) if part != FORGOTTEN)
    print(f"  {'data while it runs':24} {heap_kb - stays / 1024:6.1f} kB, with the interpreter's own")
    print(f"  ({FORGOTTEN}: only while it starts)")
    print(f"smallest heap for a full alarm over MQTT and TLS: {heap_kb} kB (64-bit)")
    print(f"({size // 1024} kB as .mpy files; a board may have them frozen in its flash)")


if __name__ == "__main__":
    main()
