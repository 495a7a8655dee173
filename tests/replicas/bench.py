"""Two base stations on one PostgreSQL and one broker, as their user runs them, each a process of its own.

The broker is a process apart, so that killing a base station kills nothing else.
"""

import asyncio
import json
import os
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Self

from basestation.local import NotReached, Station
from basestation.store import log
from basestation.store.database import open_database
from tests.postgres import PostgresServer
from tests.replicas.alarms import LoadDevice
from tests.system.broker import free_port
from tests.system.nursery import Nursery
from tests.system.running import START_S_MAX, Child, wait_until

NAMES = ("north", "south")
#: One person, called once by a way that the log shows; the next level is far away.
CHAIN = {
    "name": "Plant",
    "levels": [
        {
            "name": "Desk",
            "recipients": [
                {
                    "kind": "person",
                    "name": "Mara Muster",
                    "ways": [{"channel": "log", "address": "desk", "tries": 1, "interval_s": 300}],
                }
            ],
            "answer_s": 600,
        }
    ],
}


class SideBySide:
    """The broker, the base stations and their database; a context manager."""

    def __init__(self, folder: Path, server: PostgresServer, url: str, **settings: str) -> None:
        self.folder, self._server, self._url = folder, server, url
        self.mqtt_port = free_port()
        self.stations: dict[str, Child] = {}
        self._settings = settings
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        nursery = self._stack.enter_context(Nursery())
        for name in NAMES:
            self.stations[name] = nursery.child(
                ["serve"], self._environment(name), self.folder / f"{name}.log"
            )
        self.broker = nursery.child(["broker"], self._environment(NAMES[0]), self.folder / "broker.log")
        self.broker.start()
        for name in NAMES:
            self.start(name)
        self.wait_until_hearing(*NAMES)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            for child in (*self.stations.values(), self.broker):
                if child.is_running:
                    child.stop()
        finally:
            self._stack.close()

    def data(self, name: str) -> Path:
        """Return the folder of one base station."""
        return self.folder / name

    def start(self, name: str) -> None:
        """Start one base station; it needs time until it hears."""
        (self.data(name) / "local-access.json").unlink(missing_ok=True)
        self.stations[name].start()

    def kill(self, name: str) -> None:
        """SIGKILL one base station."""
        self.stations[name].kill()

    def wait_until_hearing(self, *names: str) -> None:
        """Return when these base stations hear the broker."""
        for name in names:
            wait_until(lambda name=name: self.is_hearing(name), START_S_MAX, f"base station {name}")  # type: ignore[misc]

    def is_hearing(self, name: str) -> bool:
        """Tell whether a base station hears the broker."""
        assert self.stations[name].is_running, self.stations[name].log.read_text()[-3000:]
        try:
            with closing(self.api(name)) as api:
                return bool(api.get("snapshot")["station"]["mqtt"]["is_connected"])
        except (NotReached, FileNotFoundError):
            return False

    def api(self, name: str) -> Station:
        """Return the API of one base station."""
        return Station.on_this_machine(self.data(name))

    def furnish(self, count: int) -> list[LoadDevice]:
        """Set the chain and add devices at the first base station; return them, connected."""
        with closing(self.api(NAMES[0])) as api:
            api.put("chain", CHAIN)
            given = [(f"load-{n}", api.post("devices", {"name": f"load-{n}"})) for n in range(count)]
        devices = [LoadDevice(name, one["secret"], one["client_id"], self.mqtt_port) for name, one in given]
        for device in devices:
            device.start()
        return devices

    def rows(self, query: str) -> list[list[str]]:
        """Return what the database says."""
        said = self._server.sql(query, self._url.rpartition("/")[2])
        return [line.split("|") for line in said.splitlines()]

    def calls(self) -> Counter[int]:
        """Return how often each case was called for, by the logs of both base stations."""
        found: Counter[int] = Counter()
        for child in self.stations.values():
            for line in child.log.read_text().splitlines():
                if '"event": "notice"' in line:
                    said: dict[str, Any] = json.loads(line)
                    found[said["case"]] += said["recipient"] == "Mara Muster"
        return found

    def calls_due(self) -> int:
        """Return how many calls have not left yet."""
        return int(self.rows("SELECT count(*) FROM outbox WHERE channel = 'log' AND state = 'DUE'")[0][0])

    def log_faults(self) -> list[log.Fault]:
        """Return every place where the log is not what was written."""

        async def verify() -> list[log.Fault]:
            database = open_database(self._url)
            try:
                async with database.connect() as connection:
                    return await log.verify(connection)
            finally:
                await database.dispose()

        return asyncio.run(verify())

    def _environment(self, name: str) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith("RUFWEITE_")}
        is_first = name == NAMES[0]
        return own | {
            "RUFWEITE_DATA_DIR": str(self.data(name)),
            "RUFWEITE_DATABASE_URL": self._url,
            "RUFWEITE_REPLICA": name,
            "RUFWEITE_HTTP_PORT": str(free_port()),
            "RUFWEITE_MQTT_PORT": str(self.mqtt_port),
            "RUFWEITE_BROKER": "apart" if is_first else "replica",
            "RUFWEITE_IS_CHAIN_CHECKED": "false",
            **{f"RUFWEITE_{key.upper()}": value for key, value in self._settings.items()},
        }


def faults_of(site: SideBySide, devices: list[LoadDevice], repeats_max: int = 0) -> list[str]:
    """Return what was lost or doubled, as sentences; after kills, `repeats_max` calls may have gone twice."""
    faults = []
    sent = {(device.name, seq) for device in devices for seq in device.alarms}
    kept = Counter(
        (device, int(alarm.partition("-")[2]))
        for device, alarm in site.rows("SELECT device, alarm FROM cases WHERE device LIKE 'load-%'")
    )
    faults += [f"no case for alarm {one}" for one in sorted(sent - set(kept))]
    faults += [f"{count} cases for alarm {one}" for one, count in kept.items() if count > 1]
    faults += [f"a case for {one}, which nobody raised" for one in sorted(set(kept) - sent)]
    messages = site.rows("SELECT count(*) FROM device_messages WHERE kind = 'raised'")
    if messages != [[str(len(sent))]]:
        faults.append(f"{messages[0][0]} messages kept of {len(sent)}")
    query = "SELECT state, count(*) FROM outbox WHERE channel = 'log' GROUP BY 1"
    states = {state: int(count) for state, count in site.rows(query)}
    # A newer call of the same recipient takes the place of one that had not left yet.
    faults += [f"{states[state]} calls are {state}" for state in states.keys() - {"SENT", "REPLACED"}]
    repeats = site.calls().total() - states.get("SENT", 0)
    if not 0 <= repeats <= repeats_max:
        faults.append(f"{repeats} more calls went out than were noted, {repeats_max} may have")
    uncalled = site.rows(
        "SELECT count(*) FROM cases WHERE device LIKE 'load-%' AND state <> 'JOINED' "
        "AND id NOT IN (SELECT case_id FROM outbox WHERE channel = 'log')"
    )
    if uncalled != [["0"]]:
        faults.append(f"nobody was called for {uncalled[0][0]} cases")
    return faults + [f"log: {fault.sentence}" for fault in site.log_faults()]
