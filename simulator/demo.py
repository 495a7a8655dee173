"""`rufweite demo`: the whole system on this machine, with four virtual workers, told in the terminal.

Starts the real base station as its own process, registers a small site over its API, and gives each worker
a virtual device: the real firmware, over the real broker. Decides only what happens to the workers; what
the system makes of it is its own affair. Everything lies in a temporary folder and goes with it.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from basestation.broker import parent_bound
from basestation.local import NotReached, Station
from simulator import demo_story
from simulator.demo_day import WorkingDay
from simulator.demo_narrator import Narrator
from simulator.demo_story import ANNA, WORKERS, Worker
from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from simulator.runtime import ROOT

PORT_PREFERRED = 8017
START_S_MAX = 60.0
STOP_S_MAX = 15.0
POLL_S = 0.25
SHIFT_H = 2
#: What the devices measure: mV, %.
BATTERY = (3_950, 84)
LOGIN, ROLE = "demo", "safety_officer"


class DemoFailed(Exception):
    """The demo cannot go on; the text is a sentence."""


def demo(
    port: Annotated[
        int, typer.Option(help="Port of the console; taken by somebody else, a free one.")
    ] = PORT_PREFERRED,
    seconds: Annotated[float, typer.Option(help="End after so many seconds; 0: on Ctrl-C.")] = 0.0,
) -> None:
    """Start a base station and four virtual workers, and tell what happens."""
    console = Console(highlight=False, soft_wrap=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            Demo(console, stack, port).run(seconds)
    except KeyboardInterrupt:
        console.print("\nThe demo has ended; nothing of it is left.")
    except (DemoFailed, NotReached) as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from error


class Demo:
    """One run; `stack` ends everything it starts."""

    def __init__(self, console: Console, stack: ExitStack, port: int) -> None:
        self._console = console
        self._stack = stack
        self._port = port if _is_free(port) else 0
        self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rufweite-demo-")))
        self._devices: dict[str, VirtualDevice] = {}
        self._password = secrets.token_urlsafe(9)

    def run(self, seconds: float) -> None:
        """Start everything and tell what happens, until Ctrl-C or for `seconds`."""
        self._console.print("[dim]starting the base station, its broker and its database …[/dim]")
        station = self._started_station()
        self._register(station)
        self._console.print(f"\n  console   [bold]{station.url}[/bold]")
        self._console.print(f"  log-in    [bold]{LOGIN}[/bold]   password [bold]{self._password}[/bold]\n")
        folder = _recordings_folder(self._console)
        shifts = {}
        for worker in WORKERS:
            trace = demo_story.movement_of(worker, folder)
            shifts[worker.name] = WorkingDay(worker, self._devices[worker.name], trace)
            self._console.print(f"  {worker.name:14} {worker.fate:20} [dim]{trace.source}[/dim]")
        self._console.print(
            "\nEach worker tests the device first. Accept the alarm in the console and watch the worker's "
            "device. Ctrl-C ends the demo.\n"
        )
        self._tell(station, shifts, seconds)

    def _started_station(self) -> Station:
        log = self._stack.enter_context((self._folder / "station.log").open("wb"))
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RUFWEITE_")}
        environment |= {
            "RUFWEITE_DATA_DIR": str(self._folder / "station"),
            # Its helpers are lines of a log.
            "RUFWEITE_IS_CHAIN_CHECKED": "false",
            "RUFWEITE_HTTP_PORT": str(self._port),
            "RUFWEITE_MQTT_PORT": "0",
            "PYTHONPATH": str(ROOT),
        }
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", parent_bound.__file__, str(os.getpid()),
             sys.executable, "-m", "basestation", "serve"],
            env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        self._stack.callback(_stop, process)
        until = time.monotonic() + START_S_MAX
        while time.monotonic() < until:
            if process.poll() is not None:
                words = (self._folder / "station.log").read_text(errors="replace")[-2000:]
                raise DemoFailed(
                    f"The base station ended with exit code {process.returncode}. It said:\n{words}"
                )
            with suppress(NotReached):
                station = Station.on_this_machine(self._folder / "station")
                self._stack.callback(station.close)
                return station
            time.sleep(POLL_S)
        raise DemoFailed(f"The base station did not answer within {START_S_MAX:g} s.")

    def _register(self, station: Station) -> None:
        body = {"login": LOGIN, "display_name": "Control room", "password": self._password, "role": ROLE}
        station.post("users", body)
        station.put("chain", _CHAIN)
        for worker in WORKERS:
            worker_id = station.post("workers", {"name": worker.name})["id"]
            place = {"name": worker.workplace, "directions": worker.directions}
            workplace_id = station.post("workplaces", place)["id"]
            station.post("beacons", {"name": worker.beacon, "zone": worker.zone})
            self._devices[worker.name] = self._started_device(worker, station)
            shift = {
                "worker_id": worker_id,
                "device": worker.device,
                "workplace_id": workplace_id,
                "planned_end": (datetime.now(UTC) + timedelta(hours=SHIFT_H)).isoformat(),
            }
            station.post("shifts", shift)

    def _started_device(self, worker: Worker, station: Station) -> VirtualDevice:
        given = station.post("devices", {"name": worker.device, "label": worker.device})
        login = BrokerLogin(
            station.access.mqtt_host,
            station.access.mqtt_port,
            worker.device,
            given["secret"],
            given["client_id"],
        )
        config = DeviceConfig(worker.device, login, settings_key=given["settings_key"])
        device = VirtualDevice(config, self._folder)
        device.start()
        self._stack.callback(device.stop)
        device.set_battery(*BATTERY, is_charging=False)
        if device.runtime.note and worker is ANNA:
            self._console.print(f"[yellow]{device.runtime.note}[/yellow]")
        return device

    def _tell(self, station: Station, days: Mapping[str, WorkingDay], seconds: float) -> None:
        narrator = Narrator(self._console, {name: device.count for name, device in self._devices.items()})
        start = time.monotonic()
        while not seconds or time.monotonic() - start < seconds:
            narrator.tell_cases(_snapshot(station))
            for name, day in days.items():
                for effect in narrator.tell_effects(name, self._devices[name]):
                    day.hear(effect)
                day.act()
            time.sleep(POLL_S)


#: The program's log stands for a telephone here; a real one rings more often.
_BY_LOG = {"channel": "log", "address": "demo", "tries": 1, "interval_s": 300}
_CHAIN = {
    "name": "Demo",
    "levels": [
        {"name": "Control room", "answer_s": 60,
         "recipients": [{"kind": "control_room", "name": "Control room"}]},
        {"name": "Shift lead", "answer_s": 60,
         "recipients": [{"kind": "person", "name": "Shift lead", "ways": [_BY_LOG]}]},
        {"name": "Works fire brigade", "answer_s": 60,
         "recipients": [{"kind": "person", "name": "Works fire brigade", "ways": [_BY_LOG]}]},
    ],
    "arrival_s": 600,
    "repeat_s": 60,
}  # fmt: skip


def _snapshot(station: Station) -> dict[str, Any]:
    snapshot: dict[str, Any] = station.get("snapshot")
    return snapshot


def _recordings_folder(console: Console) -> Path | None:
    given = os.environ.get("RUFWEITE_RECORDINGS")
    if not given:
        return None
    if not (Path(given) / "index.json").exists():
        console.print(f"[yellow]There are no recordings in {given}; the movement is generated.[/yellow]")
        return None
    return Path(given)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_S_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
