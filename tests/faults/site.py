"""A whole site that can be struck: base station, broker, store, real devices and a crowd of light ones.

What it is made of is a wish; it decides nothing about faults. The settings are shorter than those of
service where that only makes a run shorter: a heartbeat every 5 s, so that the loss of the link shows after
15 s.
"""

import os
import random
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from basestation.broker.credential import Credential
from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig, believing
from tests.faults.crowd import Crowd, LightLogin
from tests.faults.database import Database, new_database
from tests.faults.own_clock import OwnClock
from tests.faults.proxy import FaultProxy
from tests.faults.sink import NoticeSink
from tests.faults.small_disk import SmallDisk
from tests.faults.template import LIGHT_COUNT, LIGHT_NAMES, REAL_NAMES, REPLICA, Template, external_log_in
from tests.system.broker import HOST, RunningBroker
from tests.system.nursery import Nursery
from tests.system.running import START_S_MAX, UNTESTED, RunningSite, keep_walking, wait_until

#: The settings of the site and of its devices, in their units; the bounds of the faults follow from them.
LAST_WILL_S, SILENCE_S, CANARY_S = 5, 35, 5
HEARTBEAT_MS, LINK_LOSS_MS, HOLD_MS = 5000, 15000, 1000
#: The name in the broker's certificate, as by default.
TLS_NAME = "rufweite.internal"
#: Where notices of the second level go.
SECOND = "second"
EMBEDDED, APART, EXTERNAL = "embedded", "apart", "external"
#: Room for the broker's queues above what a restart of it needs (64 MB).
BROKER_DISK_BYTES = 160 * 1024 * 1024

_DEVICE_SETTINGS = {
    "manual_hold_ms": HOLD_MS, "heartbeat_ms": HEARTBEAT_MS, "link_loss_ms": LINK_LOSS_MS,
    "is_fall_on": 0, "is_position_on": 0, "is_rest_on": 0, "is_loss_on": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """What a fault needs of the site that it strikes."""

    broker: str = EMBEDDED
    #: Devices, or the base station, reach the broker through a way that can be cut.
    is_device_way: bool = False
    is_station_way: bool = False
    #: The store, or the broker's queues, lie on a small disk of their own.
    is_store_small: bool = False
    is_broker_small: bool = False
    is_tls: bool = False
    #: The base station's process has a clock that can be stepped; it is started anew, not by a fork.
    has_own_clock: bool = False
    #: How long the first level of the chain has to answer, in seconds.
    answer_s: int = 300


class FaultySite:
    """The running site; close it whatever happened."""

    def __init__(self, folder: Path, template: Template, wish: Wish, nursery: Nursery) -> None:
        self.folder, self.wish, self._told = folder, wish, template.told
        self.sink = NoticeSink()
        self.devices: dict[str, VirtualDevice] = {}
        self.crowd: Crowd | None = None
        self.disks: list[SmallDisk] = []
        self.external: RunningBroker | None = None
        self.device_way: FaultProxy | None = None
        self.station_way: FaultProxy | None = None
        self.clock: OwnClock | None = None
        self.database: Database = new_database(
            template.store, folder / "store", template.store_files, is_small=wish.is_store_small
        )
        self.running = self._prepared(nursery)
        template.copy_data(self.running.data)
        self.broker_disk = self._broker_disk()

    def _prepared(self, nursery: Nursery) -> RunningSite:
        settings = {
            "database_url": self.database.url, "last_will_s": str(LAST_WILL_S), "silence_s": str(SILENCE_S),
            "canary_s": str(CANARY_S), "is_chain_checked": "false", "replica": REPLICA,
        }  # fmt: skip
        if self.wish.is_tls:
            settings["mqtt_tls"] = "server"
        if self.wish.broker == EXTERNAL:
            settings |= self._external_log_in()
        running = RunningSite(
            self.folder, is_broker_apart=self.wish.broker == APART, new_child=nursery.child, **settings
        )
        if self.wish.has_own_clock:
            self.clock = OwnClock(self.folder / "clock")
            # The very dictionary that each start of the station takes.
            running.environment.update(self.clock.environment)
        return running

    def _external_log_in(self) -> dict[str, str]:
        folder = self.folder / "external"
        folder.mkdir()
        broker = self.external = RunningBroker(folder, [])
        broker.start()
        port = broker.port
        if self.wish.is_station_way:
            self.station_way = FaultProxy(port)
            port = self.station_way.port
        return external_log_in(broker, port)

    def _broker_disk(self) -> SmallDisk | None:
        if not self.wish.is_broker_small:
            return None
        disk = SmallDisk(self.running.data / "broker", BROKER_DISK_BYTES)
        self.disks.append(disk)
        return disk

    def start(self) -> None:
        """Start everything and let everybody in."""
        self.database.start()
        begun_at = time.monotonic()
        self.running.start().close()
        #: Since when the base station hears.
        self.up_at = time.monotonic()
        #: What its start took, in seconds.
        self.started_s = self.up_at - begun_at
        with closing(self.running.api()) as api:
            api.put("chain", _chain(self.sink.url, self.wish.answer_s))
            port = self._device_port()
            for name in REAL_NAMES:
                self._start_device(name, port)
            self.crowd = Crowd([self._light(name, port) for name in LIGHT_NAMES])
            for name in REAL_NAMES:
                self.devices[name].wait_for(_is_up, START_S_MAX)
                self.running.start_shift(api, name)
        crowd = self.crowd
        wait_until(lambda: len(crowd.connected) == LIGHT_COUNT, START_S_MAX, "the crowd")

    def _device_port(self) -> int:
        port = self.running.mqtt_port
        if self.external is not None:
            port = self.external.port
            self.external.devices = {
                name: Credential(name, one["secret"], one["client_id"]) for name, one in self._told.items()
            }
            self.external.let_in(list(self._told))
        if self.wish.is_device_way:
            self.device_way = FaultProxy(port)
            port = self.device_way.port
        return port

    def _trust(self) -> dict[str, str]:
        """Return what a device is told of TLS, as `POST devices` does."""
        if not self.wish.is_tls:
            return {}
        text = (self.running.data / "authority" / "authority.pem").read_text(encoding="ascii")
        return {"tls_ca": text, "tls_host": TLS_NAME}

    def _light(self, name: str, port: int) -> LightLogin:
        authority = str(self.running.data / "authority" / "authority.pem") if self.wish.is_tls else ""
        return LightLogin(name, port, self._told[name]["secret"], self._told[name]["client_id"], authority)

    def _start_device(self, name: str, port: int) -> None:
        told = self._told[name] | self._trust()
        login = believing(BrokerLogin(HOST, port, name, told["secret"], told["client_id"]), told, self.folder)
        config = DeviceConfig(name, login, UNTESTED | _DEVICE_SETTINGS, settings_key=told["settings_key"])
        device = self.devices[name] = VirtualDevice(config, self.folder)
        device.start()
        keep_walking(device)

    def broker_server_id(self) -> int:
        """Return the process of the NATS server, found by its configuration file."""
        folder = self.folder / "external" if self.external is not None else self.running.data / "broker"
        configuration = str(folder / "nats.conf").encode()
        for process in Path("/proc").iterdir():
            if process.name.isdecimal():
                with suppress(OSError):
                    words = (process / "cmdline").read_bytes().split(b"\0")
                    if b"nats-server" in words[0] and configuration in words:
                        return int(process.name)
        raise AssertionError("there is no broker")

    def broker_process(self, number: int) -> None:
        """Send a signal to the NATS server."""
        os.kill(self.broker_server_id(), number)

    def station_process(self, number: int) -> None:
        """Send a signal to the base station."""
        os.kill(self.running.station.process_id, number)

    def close(self) -> None:
        """End everything that runs."""
        for closing_one in (self.crowd, self.device_way, self.station_way, self.external):
            if closing_one is not None:
                closing_one.close()
        for device in self.devices.values():
            device.stop()
        with suppress(Exception):
            self.running.close()
        self.database.close()
        self.sink.close()
        for disk in self.disks:
            disk.close()


def _is_up(effect: dict[str, object]) -> bool:
    return effect["effect"] == "link" and bool(effect["is_up"])


def _chain(url: str, answer_s: int) -> dict[str, object]:
    """Return a chain that calls the control room and a helper at once, and a second one after `answer_s`."""
    control_room = {"kind": "control_room", "name": "Control room", "ways": []}

    def helper(name: str, path: str) -> dict[str, object]:
        way = {"channel": "webhook", "tries": 1, "interval_s": 300, "address": url + path}
        return {"kind": "person", "name": name, "ways": [way]}

    levels = [
        {"name": "First", "recipients": [control_room, helper("Helper Example", "")], "answer_s": answer_s},
        {"name": "Second", "recipients": [helper("Second Example", SECOND)], "answer_s": 300},
    ]
    return {"name": "Faults", "levels": levels, "repeat_s": 900}


def chance_of(*words: object) -> random.Random:
    """Return a source of moments that the same words make again."""
    return random.Random(" ".join(str(word) for word in words))
