"""Three base stations on one PostgreSQL, each with a node of the cluster: one dies (`make cluster`)."""

import json
import os
import secrets
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from basestation.local import NotReached, Station
from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from tests.system.broker import HOST, free_port
from tests.system.clusters import listening_port
from tests.system.nursery import Nursery
from tests.system.running import UNTESTED, is_signal, keep_walking, wait_until

NAME, STATIONS = "tower-1", 3
#: From a start of all to a cluster of all; a busy machine needs most of it.
START_S, GAP_S = 200, 15

pytestmark = pytest.mark.skipif(
    "RUFWEITE_CLUSTER_TEST" not in os.environ, reason="three base stations run with `make cluster`"
)


class Stations:
    """The base stations, by their numbers."""

    def __init__(self, folder, nursery, database_url):
        self.folder = folder
        self.ports = [listening_port() for _ in range(STATIONS)]
        self.routes = [f"{HOST}:{listening_port()}" for _ in range(STATIONS)]
        secret = secrets.token_hex(16)
        self.children = []
        for number in range(STATIONS):
            more = [
                {"host": HOST, "port": self.ports[other], "route": self.routes[other]}
                for other in range(STATIONS)
                if other != number
            ]
            environment = {
                name: text for name, text in os.environ.items() if not name.startswith("RUFWEITE_")
            }
            environment |= {
                "RUFWEITE_DATA_DIR": str(self.data(number)), "RUFWEITE_HTTP_PORT": str(free_port()),
                "RUFWEITE_MQTT_PORT": str(self.ports[number]), "RUFWEITE_REPLICA": f"station-{number}",
                "RUFWEITE_DATABASE_URL": database_url, "RUFWEITE_MORE_BROKERS": json.dumps(more),
                "RUFWEITE_CLUSTER": json.dumps({"route": self.routes[number], "secret": secret}),
                "RUFWEITE_CANARY_S": "1",
            }  # fmt: skip
            self.children.append(nursery.child(["serve"], environment, self.log(number)))

    def data(self, number):
        """Return the folder of one of them."""
        return self.folder / f"station-{number}"

    def log(self, number):
        """Return where one of them writes."""
        return self.folder / f"station-{number}.log"

    def start(self, *numbers):
        """Start these, and wait until each hears every node and its own works with the others."""
        for number in numbers:
            (self.data(number) / "local-access.json").unlink(missing_ok=True)
            self.children[number].start()
            wait_until(lambda at=number: self.get(at, "brokers"), START_S, "a base station")
        for number in range(STATIONS):
            wait_until(lambda at=number: self.is_whole(at), START_S, "a cluster of three")

    def is_whole(self, number):
        """Tell whether one of them sees nothing wrong with any node."""
        found = self.get(number, "brokers")
        is_heard = all(one["is_connected"] and not one["faults"] for one in found or ())
        return bool(found) and is_heard and found[0]["membership"] == "JOINED"

    def get(self, number, path):
        """Return what one of them answers; None while it does not."""
        try:
            with closing(Station.on_this_machine(self.data(number))) as api:
                return api.get(path)
        except NotReached:
            return None

    def post(self, number, path, body=None):
        """Let one of them do something."""
        with closing(Station.on_this_machine(self.data(number))) as api:
            return api.post(path, body or {})

    def cases(self, number):
        """Return the open cases of the device, as one of them shows them."""
        snapshot = self.get(number, "snapshot") or {"cases": []}
        return [one for one in snapshot["cases"] if one["device"] == NAME and one["kind"] == "manual"]


@contextmanager
def running_stations(folder, database_url):
    """Run them for the length of a test."""
    with Nursery() as nursery:
        stations = Stations(folder, nursery, database_url)
        try:
            stations.start(*range(STATIONS))
            yield stations
        finally:
            for child in stations.children:
                if child.is_running:
                    child.stop()


def device_of(stations, folder):
    """Register a device at the first base station, and start it with all addresses, on shift."""
    told = stations.post(0, "devices", {"name": NAME})
    places = [{"host": HOST, "port": stations.ports[0]}, *told["more_brokers"]]
    log_ins = [
        BrokerLogin(one["host"], one["port"], NAME, told["secret"], told["client_id"]) for one in places
    ]
    device = VirtualDevice(DeviceConfig(NAME, log_ins[0], UNTESTED, more_brokers=log_ins[1:]), folder)
    device.start()
    keep_walking(device)
    device.wait_for(lambda effect: effect["effect"] == "link" and effect["is_up"], GAP_S)
    body = {
        "worker_id": stations.post(0, "workers", {"name": "Worker"})["id"],
        "workplace_id": stations.post(0, "workplaces", {"name": "Place", "directions": "Gate 2"})["id"],
        "device": NAME,
        "planned_end": (datetime.now(UTC) + timedelta(hours=8)).isoformat(),
    }
    stations.post(0, "shifts", body)
    return device


def test_a_base_station_that_dies_with_its_node_takes_no_alarm_with_it(tmp_path):
    """Shown by a second, accepted at the third, heard on the device; the first is whole again by itself."""
    tests_of_postgres = pytest.importorskip("tests.postgres")
    with (
        tests_of_postgres.PostgresServer() as server,
        running_stations(tmp_path, server.create("cluster")) as stations,
    ):
        device = device_of(stations, tmp_path)
        try:
            since = device.count
            stations.children[0].kill()
            device.press()
            (case,) = wait_until(lambda: stations.cases(1), GAP_S, "the case at the second base station")
            device.wait_for(is_signal("alarm_received"), GAP_S, since)
            device.release()
            assert [one["id"] for one in stations.cases(2)] == [case["id"]]
            stations.post(2, f"cases/{case['id']}/accept")
            device.wait_for(is_signal("help_accepted"), GAP_S, since)
            stations.start(0)
            assert [one["id"] for one in stations.cases(0)] == [case["id"]]
            assert stations.post(2, f"devices/{NAME}/retire")["log_in_left_at"] == []
        finally:
            device.stop()
        # What could not be proven while the nodes came together is logged with its reason, and tried again.
        assert not any("engine_failed" in stations.log(number).read_text() for number in range(STATIONS))
