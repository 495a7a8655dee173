"""A base station whose own broker is a node of a cluster of three; the other two it runs apart."""

import json
import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from basestation.broker.address import fault_of_port
from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig, believing
from tests.system.broker import HOST
from tests.system.nursery import Nursery
from tests.system.running import UNTESTED, Child, RunningSite, keep_walking, running_site, wait_until

NODES = 3
#: From a start of all to a cluster of all, in s; typically under 25 on a busy machine.
TOGETHER_S = 90


def listening_port() -> int:
    """Return a free TCP port that no outgoing connection takes by chance, as those to a dead node might."""
    for _ in range(100):
        port = 20_000 + secrets.randbelow(12_000)
        if not fault_of_port(HOST, port):
            return port
    raise AssertionError("no port is free")


class RunningCluster:
    """Three nodes of one base station, to be killed, frozen and started one by one."""

    def __init__(self, folder: Path, nursery: Nursery, **settings: str) -> None:
        self.folder = folder
        self._nursery = nursery
        self.ports = [listening_port() for _ in range(NODES)]
        self.routes = [f"{HOST}:{listening_port()}" for _ in range(NODES)]
        secret = secrets.token_hex(16)
        more = [
            {"host": HOST, "port": port, "data_dir": str(folder / f"node-{number}"), "route": route}
            for number, (port, route) in enumerate(zip(self.ports, self.routes, strict=True))
        ]
        self.settings = settings | {
            "cluster": json.dumps({"route": self.routes[0], "secret": secret}),
            "more_brokers": json.dumps(more[1:]),
            "mqtt_port": str(self.ports[0]),
        }
        self.site: RunningSite
        self._apart: dict[int, Child] = {}

    def start_apart(self, number: int) -> None:
        """Start the process of node 1 or 2, which starts its server once a configuration is there."""
        environment = self.site.environment | {
            "RUFWEITE_DATA_DIR": str(self.folder / f"node-{number}"),
            "RUFWEITE_MQTT_PORT": str(self.ports[number]),
            "RUFWEITE_BROKER": "apart",
            "RUFWEITE_MORE_BROKERS": "[]",
        }
        del environment["RUFWEITE_CLUSTER"]
        log = self.folder / f"node-{number}.log"
        self._apart[number] = self._nursery.child(["broker"], environment, log)
        self._apart[number].start()

    def kill(self, number: int) -> None:
        """SIGKILL a node; one apart stays dead, since what would start its server again dies with it."""
        if number in self._apart and self._apart[number].is_running:
            self._apart[number].kill()
        with suppress(ProcessLookupError):
            os.kill(self.server_of(number), signal.SIGKILL)

    def send(self, number: int, what: signal.Signals) -> None:
        """Send a signal to a node's server."""
        os.kill(self.server_of(number), what)

    def server_of(self, number: int) -> int:
        """Return the process id of a node's server."""
        folder = self.site.data if number == 0 else self.folder / f"node-{number}"
        configuration = str(folder / "broker" / "nats.conf").encode()
        for process in Path("/proc").iterdir():
            if process.name.isdecimal():
                with suppress(OSError):
                    words = (process / "cmdline").read_bytes().split(b"\0")
                    if b"nats-server" in words[0] and configuration in words:
                        return int(process.name)
        raise ProcessLookupError(number)

    def listed(self) -> list[dict[str, Any]]:
        """Return what the base station says of the nodes."""
        with closing(self.site.api()) as api:
            found: list[dict[str, Any]] = api.get("brokers")
        return found

    def wait_joined(self, wait_s: float = TOGETHER_S) -> None:
        """Return once every node works with the others and is heard."""

        def are_joined() -> bool:
            return all(one["membership"] == "JOINED" and one["is_connected"] for one in self.listed())

        wait_until(are_joined, wait_s, "a cluster of three")

    def device(self, name: str, node: int = 0, **settings: int) -> VirtualDevice:
        """Register a device that knows all addresses, `node` first; start it, and a shift of its wearer's."""
        with closing(self.site.api()) as api:
            told = api.post("devices", {"name": name})
            given = [{"host": HOST, "port": self.ports[0]} | told, *told["more_brokers"]]
            log_ins = []
            for number, one in enumerate(given):
                believed = self.folder / f"{name}-{number}"
                believed.mkdir()
                log_in = BrokerLogin(one["host"], one["port"], name, told["secret"], told["client_id"])
                log_ins.append(believing(log_in, one, believed))
            log_ins = log_ins[node:] + log_ins[:node]
            config = DeviceConfig(name, log_ins[0], UNTESTED | settings, more_brokers=log_ins[1:])
            device = VirtualDevice(config, self.folder)
            device.start()
            self.site.devices.append(device)
            keep_walking(device)
            device.wait_for(lambda effect: effect["effect"] == "link" and effect["is_up"], 30)
            self.site.start_shift(api, name)
        return device

    def close(self) -> None:
        """End what the base station does not end."""
        for child in self._apart.values():
            if child.is_running:
                child.stop()


@contextmanager
def running_cluster(folder: Path, **settings: str) -> Iterator[RunningCluster]:
    """Run a base station and its three nodes; yield them once they work together."""
    with Nursery() as nursery:
        cluster = RunningCluster(folder, nursery, **settings)
        try:
            with running_site(folder, new_child=nursery.child, **cluster.settings) as site:
                cluster.site = site
                cluster.start_apart(1)
                cluster.start_apart(2)
                cluster.wait_joined()
                yield cluster
        finally:
            cluster.close()
