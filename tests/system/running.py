"""A base station as its user runs it, in a process of its own, to be killed and started again."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from basestation.broker import parent_bound
from basestation.local import NotReached, Station
from simulator import movement
from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig, believing
from simulator.trace import SAMPLE_MS, Trace
from tests.system.broker import HOST, free_port

#: A test that is about something else needs no wearer who does the self-test first.
UNTESTED = {"is_self_test_on": 0}
START_S_MAX = 30.0
STOP_S_MAX = 15.0
POLL_S = 0.02
TAP_S = 0.3
WALK_S = 12
ROOT = Path(__file__).parents[2]


def wait_until(is_so: Callable[[], Any], wait_s: float, what: str) -> Any:
    """Return what `is_so` returns once it is true; look again every 20 ms, for `wait_s` at most."""
    until = time.monotonic() + wait_s
    never = threading.Event()
    while True:
        found = is_so()
        if found:
            return found
        assert time.monotonic() < until, f"{what}: not within {wait_s:g} s"
        never.wait(POLL_S)


class Child:
    """One process of the product, in a session of its own, that ends with the tests."""

    def __init__(self, words: list[str], environment: dict[str, str], log: Path) -> None:
        self._words = words
        self._environment = environment
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int:
        """The number of the process."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it is there."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it; it may need time until it answers."""
        bound = [sys.executable, "-I", "-S", parent_bound.__file__, str(os.getpid())]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*bound, sys.executable, "-m", "basestation", *self._words],
                env=self._environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        """SIGKILL: no word, no clean-up."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM; return the exit code."""
        assert self._process is not None
        if self.is_running:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


#: What makes a child of words, environment and log.
NewChild = Callable[[list[str], dict[str, str], Path], Child]


class RunningSite:
    """A base station, with its broker inside or apart, and devices with open shifts."""

    def __init__(
        self, folder: Path, *, is_broker_apart: bool = False, new_child: NewChild = Child, **settings: str
    ) -> None:
        self.folder = folder
        self.data = folder / "station"
        self.mqtt_port = free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RUFWEITE_")}
        environment |= {
            "RUFWEITE_DATA_DIR": str(self.data),
            "RUFWEITE_HTTP_PORT": str(free_port()),
            "RUFWEITE_MQTT_PORT": str(self.mqtt_port),
            "RUFWEITE_BROKER": "apart" if is_broker_apart else "embedded",
            **{f"RUFWEITE_{name.upper()}": value for name, value in settings.items()},
        }
        #: What a command needs to find this base station.
        self.environment = environment
        self.station = new_child(["serve"], environment, folder / "station.log")
        self.broker = new_child(["broker"], environment, folder / "broker.log") if is_broker_apart else None
        self.devices: list[VirtualDevice] = []
        #: The API of the present start, kept: a client of its own for each look costs 50 ms of CPU.
        self._kept: tuple[int, Station] | None = None

    def start(self) -> Station:
        """Start everything that is not running; return the base station once it answers and hears."""
        if self.broker is not None and not self.broker.is_running:
            self.broker.start()
        if not self.station.is_running:
            (self.data / "local-access.json").unlink(missing_ok=True)
            self.station.start()
        wait_until(lambda: self._is_hearing() or not self.station.is_running, START_S_MAX, "the base station")
        assert self.station.is_running, self.station.log.read_text()[-3000:]
        return self.api()

    def api(self) -> Station:
        """Return the base station's API."""
        return Station.on_this_machine(self.data)

    def snapshot(self) -> dict[str, Any]:
        """Return what the consoles show."""
        snapshot: dict[str, Any] = self._kept_api().get("snapshot")
        return snapshot

    def _kept_api(self) -> Station:
        with suppress(FileNotFoundError):
            written_ns = (self.data / "local-access.json").stat().st_mtime_ns
            if self._kept is None or self._kept[0] != written_ns:
                self._kept = (written_ns, self.api())
            return self._kept[1]
        return self.api()

    def _is_hearing(self) -> bool:
        try:
            return bool(self.snapshot()["station"]["mqtt"]["is_connected"])
        except NotReached:
            return False

    def add_device(
        self, name: str, walk: Trace | None = None, *, is_on_shift: bool = True, **settings: int
    ) -> VirtualDevice:
        """Register a device, start it in real MicroPython on a worker who walks, and start their shift."""
        with closing(self.api()) as api:
            given = api.post("devices", {"name": name})
            login = BrokerLogin(HOST, self.mqtt_port, name, given["secret"], given["client_id"])
            login = believing(login, given, self.folder)
            key = given["settings_key"]
            config = DeviceConfig(name, login, UNTESTED | settings, settings_key=key)
            device = VirtualDevice(config, self.folder)
            device.start()
            self.devices.append(device)
            keep_walking(device, walk)
            device.wait_for(lambda effect: effect["effect"] == "link" and effect["is_up"], START_S_MAX)
            if is_on_shift:
                self.start_shift(api, name)
        return device

    def start_shift(self, api: Station, device: str, hours: float = 8) -> dict[str, Any]:
        """Start a shift of a worker of the device's own."""
        worker_id = api.post("workers", {"name": f"Worker of {device}"})["id"]
        workplace_id = api.post("workplaces", {"name": f"Place of {device}", "directions": "Gate 2"})["id"]
        planned_end = (datetime.now(UTC) + timedelta(hours=hours)).isoformat()
        body = {
            "worker_id": worker_id,
            "workplace_id": workplace_id,
            "device": device,
            "planned_end": planned_end,
        }
        shift: dict[str, Any] = api.post("shifts", body)
        return shift

    def cases(self, device: str) -> list[dict[str, Any]]:
        """Return the open cases of a device."""
        return [case for case in self.snapshot()["cases"] if case["device"] == device]

    def case(self, device: str, wait_s: float = 10.0, **facts: Any) -> dict[str, Any]:
        """Return the open case of a device that has these facts, waiting for it."""
        found: dict[str, Any] = wait_until(
            lambda: next((case for case in self.cases(device) if facts.items() <= case.items()), None),
            wait_s,
            f"a case of {device} with {facts}",
        )
        return found

    def press(self, case_id: int, verb: str, reason: str = "") -> Any:
        """Press a verb as the command line's user."""
        return self._kept_api().post(f"cases/{case_id}/{verb}", {"reason": reason} if reason else {})

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what the database holds now; also while the base station is dead."""
        database = sqlite3.connect(f"file:{self.data / 'rufweite.db'}?mode=ro", uri=True, timeout=10)
        with closing(database):
            return database.execute(query, values).fetchall()

    def kill_embedded_broker(self) -> None:
        """SIGKILL the server that this base station started, found by its configuration file."""
        configuration = str(self.data / "broker" / "nats.conf").encode()
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                with suppress(OSError):
                    words = (folder / "cmdline").read_bytes().split(b"\0")
                    if b"nats-server" in words[0] and configuration in words:
                        os.kill(int(folder.name), signal.SIGKILL)
                        return
        raise AssertionError("this base station runs no broker")

    def close(self) -> None:
        """End everything."""
        if self._kept is not None:
            self._kept[1].close()
        for device in self.devices:
            device.stop()
        for child in (self.station, self.broker):
            if child is not None and child.is_running:
                child.stop()


@contextmanager
def running_site(
    folder: Path, *, is_broker_apart: bool = False, new_child: NewChild = Child, **settings: str
) -> Iterator[RunningSite]:
    """Run a base station for the length of a test."""
    site = RunningSite(folder, is_broker_apart=is_broker_apart, new_child=new_child, **settings)
    try:
        site.start()
        yield site
    finally:
        site.close()


@cache
def walk_then(script: str, seed: int = 1) -> tuple[Trace, Trace]:
    """Return a walk to be looped, and what the same wearer does afterwards, by the generator's script."""
    whole = movement.generate(f"walk:{WALK_S},{script}", seed)
    samples = WALK_S * 1000 // SAMPLE_MS
    pieces = whole.acc_mg[:samples], whole.acc_mg[samples:]
    walk, rest = (Trace(whole.t_ms[: len(piece)], piece, whole.source, is_generated=True) for piece in pieces)
    return walk, rest


def keep_walking(device: VirtualDevice, walk: Trace | None = None) -> None:
    """Let the wearer walk on and on: a device without samples has a fault of its sensor to report."""
    device.play(walk or walk_then("stand")[0], is_looped=True)


def tap(device: VirtualDevice) -> None:
    """Press the key for as long as a finger does."""
    device.press()
    threading.Event().wait(TAP_S)
    device.release()


def is_published(kind: str, alarm_kind: str = "") -> Callable[[dict[str, Any]], bool]:
    """Return a test of a device's effect: it published a message of this kind."""

    def is_it(effect: dict[str, Any]) -> bool:
        if effect.get("effect") != "publish" or effect["message"]["kind"] != kind:
            return False
        return not alarm_kind or effect["message"].get("alarm_kind") == alarm_kind

    return is_it


def is_signal(*names: str) -> Callable[[dict[str, Any]], bool]:
    """Return a test of a device's effect: it shows one of these signals."""
    return lambda effect: effect.get("effect") == "signal" and effect["name"] in names
