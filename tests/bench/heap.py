"""The smallest heap in which the device runs a full alarm over MQTT and TLS, from compiled modules.

    python -m tests.bench.heap [MPY-CROSS OPTION ...]

One run: start, connect with a certificate of its own, walk, hold the key, raise, repeat, lose the radio,
find it again, receive the receipt, send the trace of the black box piece by piece, reset. Twice: from a
folder of .mpy files, and from one image of them that is executed where it lies, as a board does in its flash;
the image itself is no part of that figure. Then what the parts take of it: each is imported in turn, and the
heap measured after a collection.
64-bit pointers: a 32-bit board needs about half. In this port of MicroPython mbedTLS takes its own memory
(two records of 16 kB and the handshake) with malloc and not from this heap; a board's port may take it there.
"""

import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from basestation.broker import station_user
from basestation.clock import SystemClock
from basestation.devices import romfs
from basestation.devices.build import compile_modules
from basestation.trust.certificates import SiteCertificates
from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from simulator.lockstep import DeviceError
from simulator.runtime import Runtime, find_runtime
from tests.system.broker import RunningBroker
from tests.system.running import walk_then
from tests.system.station import ListeningStation

LOW_KB, HIGH_KB, STEP_KB = 100, 260, 2
NAME = "bench-1"
TLS_HOST = "broker.bench"
SOON_S = 10
SETTINGS = {"is_self_test_on": 0}
#: The wearer walks so long before the alarm; two pieces of the trace and more are there then.
WALK_S = 8
TRACE_PIECES = 3
EVENTS = ("started", "protection", "raised", "trace")
SAMPLE_S = 0.02
#: What the collector keeps of each block of 32 bytes, beside the block: 3 bits.
TABLES = 3 / 256
IMAGE = "firmware.romfs"

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
#: Runs in MicroPython: the firmware from the image beside it.
START = """
import sys, vfs
file = open(sys.path[0] + "/firmware.romfs", "rb")
image = bytearray(%d)
file.readinto(image)
file.close()
vfs.mount(vfs.VfsRom(image), "/rom")
del file, image
sys.path = ["/rom", ".frozen"]
"""
RUN = """
from firmware.main import main
sys.exit(main(sys.argv[3:]))
"""
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


class Modules:
    """The compiled modules, as a folder of files or as an image in place."""

    def __init__(self, folder: Path, is_image: bool) -> None:
        self.folder = folder
        self._image_bytes = 0
        if is_image:
            self.folder = folder.with_name("image")
            self.folder.mkdir()
            image = romfs.image(folder)
            self._image_bytes = len(image)
            (self.folder / IMAGE).write_bytes(image)
            (self.folder / "start.py").write_text(START % len(image) + RUN)

    def command(self, heap_bytes: int) -> tuple[str, ...]:
        """Return what runs the firmware in so much heap; the image lies beside it, as it would in a flash."""
        beside = int(self._image_bytes * (1 + TABLES) + 32) if self._image_bytes else 0
        start = (str(self.folder / "start.py"),) if self._image_bytes else ()
        return (*find_runtime("micropython").command, "-X", f"heapsize={heap_bytes + beside}", *start)

    def shares(self) -> list[int]:
        """Return the bytes of heap that each of `PARTS` keeps, and print how many names there are."""
        program = PROGRAM % json.dumps([part[1] for part in PARTS])
        if self._image_bytes:
            program = START % self._image_bytes + program
        (self.folder / "shares.py").write_text(program)
        command = (*find_runtime("micropython").command, str(self.folder / "shares.py"))
        done = subprocess.run(
            command, cwd=self.folder, env=os.environ | {"MICROPYPATH": ".frozen"}, capture_output=True,
            text=True, check=True,
        )  # fmt: skip
        first, names = done.stdout.splitlines()[:2]
        print(f"  {names}")
        return list(json.loads(first))


def run_alarm(login: BrokerLogin, station: ListeningStation, heap_kb: int, modules: Modules) -> str:
    """Run one alarm from its start to its reset; return "" or what went wrong."""
    runtime = Runtime("micropython", modules.command(heap_kb * 1024))
    config = DeviceConfig(NAME, login, SETTINGS, modules=str(modules.folder))
    with tempfile.TemporaryDirectory() as folder, VirtualDevice(config, Path(folder), runtime) as device:
        try:
            device.wait_for(lambda effect: effect["effect"] == "link" and effect["is_up"], SOON_S)
            with _walking(device):
                _alarm(device, station)
        except (DeviceError, AssertionError) as error:
            return str(error)
    return ""


def _alarm(device: VirtualDevice, station: ListeningStation) -> None:
    raised = _raise(device)
    device.set_radio(is_lost=True)
    device.wait_for(lambda effect: effect["effect"] == "link" and not effect["is_up"], SOON_S)
    station.drain()
    device.set_radio(is_lost=False)
    pieces = 0
    # The trace leaves behind everything that waits for a receipt.
    while pieces < TRACE_PIECES:
        message = station.wait_for(lambda message: message["kind"] in EVENTS, SOON_S)
        station.send_receipt(message)
        pieces += message["kind"] == "trace"
    _reset(device)
    station.wait_for_kind("reset", SOON_S, alarm=raised["alarm"])


@contextmanager
def _walking(device: VirtualDevice) -> Iterator[None]:
    """Send the samples of a walk, and let the first of them pass."""
    samples = itertools.cycle(walk_then("stand")[0].acc_mg.tolist()[:500])
    is_over = threading.Event()

    def walk() -> None:
        with suppress(DeviceError):
            while not is_over.wait(SAMPLE_S):
                device.send_sample(*next(samples))

    walker = threading.Thread(target=walk)
    walker.start()
    try:
        # A device that died meanwhile is found by who waits for it next.
        is_over.wait(WALK_S)
        yield
    finally:
        is_over.set()
        walker.join()


def _raise(device: VirtualDevice) -> dict[str, object]:
    device.press()
    shown = device.wait_for(lambda effect: _is_kind(effect, "raised"), SOON_S)
    device.release()
    return dict(shown["message"])


def _reset(device: VirtualDevice) -> None:
    since = device.count
    device.press()
    device.wait_for(lambda effect: _is_kind(effect, "reset"), SOON_S, since)
    device.release()


def _is_kind(effect: object, kind: str) -> bool:
    assert isinstance(effect, dict)
    return effect["effect"] == "publish" and effect["message"]["kind"] == kind


def smallest_heap_kb(login: BrokerLogin, station: ListeningStation, modules: Modules) -> int:
    """Search the smallest heap in which the alarm runs, in kB."""
    low, high = LOW_KB, HIGH_KB
    while high - low > STEP_KB:
        middle = (low + high) // 2
        fault = run_alarm(login, station, middle, modules)
        print(f"  {middle} kB: {'runs' if not fault else fault[-160:]}", flush=True)
        low, high = (middle, high) if fault else (low, middle)
    return high


def measure(folder: Path, scratch: Path, size: int, is_image: bool) -> None:
    """Search and print the smallest heap of the modules in `folder`, and the share of each part."""
    modules = Modules(folder, is_image)
    taken = modules.shares()
    certificates = SiteCertificates(
        scratch, [TLS_HOST], station_user("base-1"), SystemClock().now, is_for_clients=True
    )
    broker = RunningBroker(scratch, [NAME], certificates)
    broker.start()
    try:
        with ListeningStation(broker) as station:
            heap_kb = smallest_heap_kb(broker.login(NAME, scratch), station, modules)
    finally:
        broker.close()
    for (part, _), share in zip(PARTS, taken, strict=True):
        print(f"  {part:24} {share / 1024:6.1f} kB")
    stays = sum(share for (part, _), share in zip(PARTS, taken, strict=True) if part != FORGOTTEN)
    print(f"  {'data while it runs':24} {heap_kb - stays / 1024:6.1f} kB, with the interpreter's own")
    print(f"  ({FORGOTTEN}: only while it starts)")
    kind = f"an image of {size // 1024} kB, in place" if is_image else f"{size // 1024} kB of .mpy files"
    print(f"smallest heap for a full alarm over MQTT and TLS, from {kind}: {heap_kb} kB (64-bit)")


def main() -> None:
    """Print the figures of the modules as files and as an image."""
    with tempfile.TemporaryDirectory() as scratch:
        # Every module keeps its path, and those of a board are short.
        folder = Path(scratch) / "lib"
        size = compile_modules(folder, tuple(sys.argv[1:]))
        for is_image in (False, True):
            own = Path(scratch) / ("place" if is_image else "files")
            own.mkdir()
            measure(folder, own, size, is_image)


if __name__ == "__main__":
    main()
