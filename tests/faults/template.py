"""A site whose devices are registered, made once for each store and copied for each fault.

To register a device takes a proof by a log-in; forty of them for each of thirty faults would be minutes.
"""

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

from basestation.broker.configuration import station_user
from tests.faults.database import SQLITE, new_database
from tests.system.broker import RunningBroker
from tests.system.nursery import Nursery
from tests.system.running import RunningSite

REAL_NAMES = ("before", "during", "after", "victim")
LIGHT_COUNT = 40
LIGHT_NAMES = tuple(f"light-{number:02}" for number in range(LIGHT_COUNT))
REPLICA = "station-1"


def external_log_in(broker: RunningBroker, port: int) -> dict[str, str]:
    """Return the settings of a base station at a broker of others, reached by this port."""
    station = broker.station
    log_in = {"mqtt_user": station_user(station.name), "mqtt_secret": station.secret}
    log_in |= {"mqtt_client_id": station.client_id, "mqtt_port": str(port)}
    return {"broker": "external", "replica": station.name} | log_in


class Template:
    """The folders to be copied, and what each device was told."""

    def __init__(self, folder: Path, store: str, nursery: Nursery) -> None:
        folder.mkdir()
        self.store, self._folder = store, folder
        database = self._database = new_database(store, folder / "store", None, is_small=False)
        # At a broker of others nobody has to be let in, which would take a proof for each device.
        broker = RunningBroker(folder, [])
        broker.start()
        site = RunningSite(
            folder,
            new_child=nursery.child,
            database_url=database.url,
            is_chain_checked="false",
            **external_log_in(broker, broker.port),
        )
        try:
            with closing(site.start()) as api:
                #: By name: what `POST devices` answered.
                self.told: dict[str, dict[str, Any]] = {
                    name: api.post("devices", {"name": name}) for name in (*REAL_NAMES, *LIGHT_NAMES)
                }
        finally:
            site.close()
            broker.close()
            # It must not run while it is copied; of SQLite that means to give up the lock.
            database.stop()
            if store == SQLITE:
                database.start()

    def copy_data(self, target: Path) -> None:
        """Fill a base station's folder for data, but for the broker's."""
        shutil.copytree(
            self._folder / "station", target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("broker")
        )

    @property
    def store_files(self) -> Path:
        """What a store is to be a copy of."""
        return self._database.files

    def close(self) -> None:
        """Remove what it was made of."""
        self._database.close()
