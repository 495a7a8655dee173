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

CONFIG, JOURNAL = "device.json", "journal"
AUTHORITY, CERTIFICATE, KEY = "site_ca.pem", "device_cert.pem", "device_key.pem"
#: What the standard for wireless networks allows: IEEE 802.11, SSID of 32 bytes, passphrase of 8 to 63.
NETWORK_NAME_BYTES_MAX, PASSWORD_CHARACTERS_MIN, PASSWORD_CHARACTERS_MAX = 32, 8, 63
NETWORKS_MAX = BROKERS_MAX = 4


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
    #: Whom to believe there (PEM), "" for plain text; None: the same as at the site's own broker.
    authority: str | None = field(default=None, repr=False)

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
class LogIn:
    """What the base station gives a device: its log-in, and with TLS whom it is to believe, all in PEM."""

    credential: Credential
    authority: str = field(default="", repr=False)
    #: The name in the broker's certificate; "": its address.
    tls_host: str = ""
    #: The device's own certificate and key, where the site uses them.
    certificate: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    #: The highest number of a start that the base station knows of a device of this name.
    boot: int = 0
    #: The brokers beside the first that the base station hears too, in their order.
    more_brokers: Sequence[Broker] = ()
    #: By which the device knows a change of its settings.
    settings_key: str = field(default="", repr=False)

    @classmethod
    def of_answer(cls, answer: Mapping[str, Any]) -> "LogIn":
        """Return what the base station's API has answered."""
        credential = Credential(answer["name"], answer["secret"], answer["client_id"])
        more = [
            Broker(one["host"], one["port"], one.get("tls_host", ""), one.get("tls_ca", ""))
            for one in answer.get("more_brokers", ())
        ]
        named = {
            "authority": "tls_ca",
            "tls_host": "tls_host",
            "certificate": "tls_certificate",
            "key": "tls_key",
        }
        key = answer.get("settings_key", "")
        told = {field: answer.get(name, "") for field, name in named.items()}
        return cls(credential, boot=answer.get("boot", 0), more_brokers=more, settings_key=key, **told)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants on a board, judged when it is made."""

    name: str
    #: In the order in which they are tried.
    brokers: Sequence[Broker]
    #: Whether the base station's further brokers come behind these.
    takes_further: bool = field(default=False, kw_only=True)
    networks: Sequence[Network] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    #: The certificate of an authority in PEM, in place of what the base station names.
    authority: str = ""
    #: Which board it is, as the firmware calls it.
    board: str = "unix"

    def __post_init__(self) -> None:
        if not self.brokers:
            raise SetupFailed("A device needs a broker: name its address with --broker.")
        if max(len(self.networks), len(self.brokers)) > NETWORKS_MAX:
            raise SetupFailed(f"A device knows {NETWORKS_MAX} networks and {BROKERS_MAX} brokers at most.")
        if self.authority and "-----BEGIN CERTIFICATE-----" not in self.authority:
            raise SetupFailed("The authority's file holds no certificate in PEM form.")
        try:
            Settings.from_dict(dict(self.settings))
        except SettingsError as error:
            raise SetupFailed(f"The settings cannot be used: {error}") from error

    def files(self, log_in: LogIn) -> dict[str, bytes]:
        """Return the files by which a board is this device, by their paths."""
        authority = self.authority or log_in.authority
        texts = {AUTHORITY: authority, CERTIFICATE: log_in.certificate, KEY: log_in.key}
        texts |= {
            _authority_of(number): one.authority
            for number, one in enumerate(self._brokers(log_in))
            if one.authority
        }
        return {
            CONFIG: json.dumps(self._content(log_in), sort_keys=True).encode(),
            **{path: text.encode() for path, text in texts.items() if text},
        }

    def _content(self, log_in: LogIn) -> dict[str, Any]:
        brokers = [
            self._broker(number, broker, log_in) for number, broker in enumerate(self._brokers(log_in))
        ]
        content: dict[str, Any] = {
            "name": self.name,
            "board": self.board,
            "journal": JOURNAL,
            "settings": dict(self.settings),
            "settings_key": log_in.settings_key,
        }
        if self.networks:
            content["networks"] = [{"ssid": one.name, "password": one.password} for one in self.networks]
        return content | ({"brokers": brokers} if len(brokers) > 1 else {"broker": brokers[0]})

    def _brokers(self, log_in: LogIn) -> list[Broker]:
        return [*self.brokers, *(log_in.more_brokers if self.takes_further else ())]

    def _broker(self, number: int, broker: Broker, log_in: LogIn) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "host": broker.host,
            "port": broker.port,
            "username": log_in.credential.name,
            "password": log_in.credential.secret,
            "client_id": log_in.credential.client_id,
        }
        if broker.authority is not None:
            if broker.authority:
                entry |= {"tls_ca": _authority_of(number), "tls_host": broker.tls_host or broker.host}
            return entry
        if self.authority or log_in.authority:
            entry |= {"tls_ca": AUTHORITY, "tls_host": broker.tls_host or log_in.tls_host or broker.host}
        if log_in.certificate:
            entry |= {"tls_certificate": CERTIFICATE, "tls_key": KEY}
        return entry


def _authority_of(number: int) -> str:
    """Return the path on the board of the authority that only its broker of this number, from 0, has."""
    return f"site_ca_{number + 1}.pem"


def credential_in(content: bytes) -> Credential | None:
    """Return the log-in that stands in a board's file, or None where there is none to be read."""
    try:
        found = json.loads(content)
        broker = found["broker"] if "broker" in found else found["brokers"][0]
        return Credential(found["name"], broker["password"], broker["client_id"])
    except (ValueError, LookupError, TypeError, AssertionError):
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
