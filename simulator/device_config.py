"""What a virtual device is given when it is set up, and the file by which it is told.

Decides nothing: `firmware/boards/config.py` judges the file, the firmware's settings.py the settings in it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class BrokerLogin:
    """Where and how a device logs in; the address is numeric."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    client_id: str = field(repr=False)
    #: For TLS: the path of the authority's certificate, and the name in the broker's if not its address.
    tls_ca: str = ""
    tls_host: str = ""
    #: The paths of the device's own certificate and key, where the site uses them.
    tls_certificate: str = ""
    tls_key: str = ""


def believing(login: BrokerLogin, told: Mapping[str, str], folder: Path) -> BrokerLogin:
    """Return the log-in with what the base station told of TLS; certificates and key go into `folder`."""
    paths: dict[str, Any] = {}
    for name in ("tls_ca", "tls_certificate", "tls_key"):
        if told.get(name):
            path = folder / f"{login.username}-{name}.pem"
            path.touch(mode=0o600)
            path.write_text(told[name])
            paths[name] = str(path)
    return replace(login, tls_host=told.get("tls_host", ""), **paths)


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    """What one device is given when it is set up."""

    #: [a-z0-9-]{1,32}; also names its files.
    name: str
    #: None for a device that has no network at all.
    broker: BrokerLogin | None = None
    #: As `Settings.from_dict` of the firmware takes them.
    settings: Mapping[str, Any] = field(default_factory=dict)
    #: How often the device reports on its loop, in s.
    loop_report_s: int = 60
    #: The folder with the firmware's compiled modules; "": the sources.
    modules: str = ""
    #: Further brokers, in the order in which they are tried.
    more_brokers: Sequence[BrokerLogin] = ()
    #: The key of the commands that change its settings; "": nobody can.
    settings_key: str = field(default="", repr=False)
    #: How many networks it has; each can be lost and come back.
    network_count: int = 1

    def journal_path(self, folder: Path) -> Path:
        """Return where the device in `folder` keeps its journal."""
        return folder / f"{self.name}.journal"

    def write(self, folder: Path, cause: str) -> Path:
        """Write the file which the firmware reads at its start; only its owner may read the secrets in it."""
        content = {
            "name": self.name,
            "journal": str(self.journal_path(folder)),
            "settings": dict(self.settings),
            "settings_key": self.settings_key,
            "brokers": [asdict(login) for login in (self.broker, *self.more_brokers) if login is not None],
            "networks": [{"ssid": f"network-{number}"} for number in range(self.network_count)],
            "cause": cause,
            "loop_report_s": self.loop_report_s,
        }
        path = folder / f"{self.name}.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(content))
        return path
