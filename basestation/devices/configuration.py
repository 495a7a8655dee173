"""The file `device.json` of a board: who it is, where it logs in, over which networks, with which settings.

Decides that nothing goes onto a board which the firmware would refuse there: the settings are judged by the
firmware's own rules before anything is written. Passwords stand in the file and nowhere else.
"""

import ipaddress
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from basestation.broker.credential import Credential
from basestation.devices.errors import SetupFailed
from firmware.settings import Settings, SettingsError

CONFIG, AUTHORITY, JOURNAL = "device.json", "site_ca.pem", "journal"
#: What the standard for wireless networks allows: IEEE 802.11, SSID of 32 bytes, passphrase of 8 to 63.
NETWORK_NAME_BYTES_MAX, PASSWORD_CHARACTERS_MIN, PASSWORD_CHARACTERS_MAX = 32, 8, 63
NETWORKS_MAX = 8


@dataclass(frozen=True, slots=True)
class Network:
    """A wireless network; without a password it is an open one."""

    name: str
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not 1 <= len(self.name.encode()) <= NETWORK_NAME_BYTES_MAX:
            raise SetupFailed(f"{self.name!r} cannot be a network: its name has 1 to 32 bytes.")
        length = len(self.password)
        if length and not PASSWORD_CHARACTERS_MIN <= length <= PASSWORD_CHARACTERS_MAX:
            raise SetupFailed(f"The password of the network {self.name!r} must have 8 to 63 characters.")


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the device logs in; a numeric address, since looking a name up would hold up its loop."""

    host: str
    port: int
    #: The name in the broker's certificate if it is not its address.
    tls_host: str = ""

    def __post_init__(self) -> None:
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            raise SetupFailed(
                f"The broker's address is {self.host!r}; a device needs a numeric one, such as 192.0.2.7."
            ) from None
        if not 1 <= self.port <= 65535:
            raise SetupFailed(f"The broker's port is {self.port}; it must lie between 1 and 65535.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants on a board, judged when it is made."""

    name: str
    #: In the order in which they are tried.
    brokers: Sequence[Broker]
    networks: Sequence[Network] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    #: The certificate of the site's authority in PEM; "": plain connections.
    authority: str = ""

    def __post_init__(self) -> None:
        if not self.brokers:
            raise SetupFailed("A device needs a broker: name its address with --broker.")
        if len(self.networks) > NETWORKS_MAX:
            raise SetupFailed(f"A device knows {NETWORKS_MAX} networks at most.")
        if self.authority and "-----BEGIN CERTIFICATE-----" not in self.authority:
            raise SetupFailed("The authority's file holds no certificate in PEM form.")
        try:
            Settings.from_dict(dict(self.settings))
        except SettingsError as error:
            raise SetupFailed(f"The settings cannot be used: {error}") from error

    def content(self, credential: Credential) -> bytes:
        """Return the file."""
        brokers = [self._login(broker, credential) for broker in self.brokers]
        content = {
            "name": self.name,
            "journal": JOURNAL,
            "settings": dict(self.settings),
            "networks": [{"name": network.name, "password": network.password} for network in self.networks],
            "broker": brokers[0],
            "brokers": brokers,
        }
        return json.dumps(content, sort_keys=True).encode()

    def _login(self, broker: Broker, credential: Credential) -> dict[str, Any]:
        login: dict[str, Any] = {
            "host": broker.host,
            "port": broker.port,
            "username": credential.name,
            "password": credential.secret,
            "client_id": credential.client_id,
        }
        if self.authority:
            login |= {"tls_ca": AUTHORITY, "tls_host": broker.tls_host or broker.host}
        return login


def credential_in(content: bytes) -> Credential | None:
    """Return the log-in that stands in a board's file, or None where there is none to be read."""
    try:
        found = json.loads(content)
        broker = found["broker"]
        return Credential(found["name"], broker["password"], broker["client_id"])
    except (ValueError, KeyError, TypeError, AssertionError):
        return None


def networks_in(path: Path) -> list[Network]:
    """Return the networks of a JSON file: [{"name": …, "password": …}, …]; raises SetupFailed."""
    rows = _json_in(path)
    try:
        return [Network(str(row["name"]), str(row.get("password", ""))) for row in rows]
    except (KeyError, TypeError, AttributeError):
        raise SetupFailed(
            f'{path} must hold a list of networks: [{{"name": "hall", "password": "…"}}].'
        ) from None


def settings_in(path: Path) -> dict[str, Any]:
    """Return the settings of a JSON file: {name: number}; raises SetupFailed."""
    found = _json_in(path)
    if not isinstance(found, dict):
        raise SetupFailed(f'{path} must hold one object of settings: {{"tilt_limit_deg": 60}}.')
    return found


def _json_in(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SetupFailed(f"{path} cannot be read as JSON: {error}.") from error
