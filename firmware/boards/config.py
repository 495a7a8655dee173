"""The configuration of a device on a computer: a JSON file, refused with a sentence if it cannot be used.

Decides what it must hold; the settings inside are judged by settings.py. `name`, `journal` (path),
`settings`, `settings_key` (by which changes are known), `brokers` in their order (host, port,
username, password, client_id, which are those of the first where they are missing; for TLS also `tls_ca`, the
path of the authority's certificate in PEM, `tls_host`, the name in the broker's, and `tls_certificate` with
`tls_key`, the device's own), or one `broker`, or neither without a network, `networks` in their order (ssid,
password), `source` (`pipe`, or the path of a recording `t_ms,x_mg,y_mg,z_mg`, 50 Hz), `is_looped`,
`loop_report_s`, `cause`, `board`.
"""

import json

from firmware.boards.ways import BROKERS_MAX, NETWORKS_MAX
from protocol import topics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: What need not be named; `cause` is why the device starts, as its first message says it.
DEFAULTS: "dict[str, Any]" = {
    "board": "unix",
    "settings": {},
    "settings_key": "",
    "networks": [{"ssid": ""}],
    "source": "pipe",
    "is_looped": False,
    "loop_report_s": 60,
    "cause": "power_on",
}
#: The boards that a device may be, see choice.py.
BOARDS = ("unix", "esp32s3", "m5stickc_plus2")
#: What the brokers of a site may have in common, and what a network is told by.
_ADDRESS = ("host", "username", "password", "client_id")
_LOGIN = ("username", "password", "client_id")
_TLS_PATHS = ("tls_ca", "tls_host", "tls_certificate", "tls_key")
_NETWORK = ("ssid", "password")


class ConfigError(Exception):
    """The configuration cannot be used; says what is wrong, where, and what to do."""


def load_config(path: str) -> "dict[str, Any]":
    """Return the configuration in the JSON file at `path`, complete with its defaults.

    Raises:
        ConfigError: with a sentence.
    """
    try:
        with open(path) as file:
            config: dict[str, Any] = json.load(file)
    except (OSError, ValueError) as error:
        raise ConfigError(path + " is no readable JSON file: " + str(error)) from error
    if not isinstance(config, dict):
        raise ConfigError(path + " must hold one JSON object.")
    for name in ("name", "journal"):
        if not isinstance(config.get(name), str):
            raise ConfigError(path + ": " + name + " is missing or is no text.")
    if not topics.is_name(config["name"]):
        raise ConfigError(path + ": name may hold a-z, 0-9 and -, at most 32 of them.")
    if config.get("board", "unix") not in BOARDS:
        raise ConfigError(path + ": board must be one of " + ", ".join(BOARDS) + ".")
    if not isinstance(config.get("settings_key", ""), str):
        raise ConfigError(path + ": settings_key is no text.")
    config["brokers"] = _brokers(config, path)
    if "networks" in config:
        _check_networks(config["networks"], path)
    for name, value in DEFAULTS.items():
        config.setdefault(name, value)
    return config


def _brokers(config: "dict[str, Any]", path: str) -> "list[dict[str, Any]]":
    brokers = config.get("brokers")
    if config.get("broker") is not None:
        if brokers:
            raise ConfigError(path + ": name broker or brokers, not both.")
        brokers = [config["broker"]]
    if brokers is None:
        return []
    if not isinstance(brokers, list) or len(brokers) > BROKERS_MAX:
        raise ConfigError(path + ": brokers must be a list of " + str(BROKERS_MAX) + " at most.")
    for broker in brokers:
        if not isinstance(broker, dict):
            raise ConfigError(path + ": broker must be an object or null.")
        for name in _LOGIN:
            broker.setdefault(name, brokers[0].get(name))
        _check_broker(broker, path)
    return brokers


def _check_networks(networks: "Any", path: str) -> None:
    if not isinstance(networks, list) or not 1 <= len(networks) <= NETWORKS_MAX:
        raise ConfigError(path + ": networks must be a list of 1 to " + str(NETWORKS_MAX) + ".")
    for network in networks:
        if not isinstance(network, dict) or not isinstance(network.get("ssid"), str):
            raise ConfigError(path + ": a network must be an object with ssid, a text.")
        for name in network:
            if name not in _NETWORK or not isinstance(network[name], str):
                raise ConfigError(path + ": a network has ssid and password, both texts, not " + name + ".")


def _check_broker(broker: "dict[str, Any]", path: str) -> None:
    for name in _ADDRESS:
        if not isinstance(broker.get(name), str):
            raise ConfigError(path + ": broker." + name + " is missing or is no text.")
    _check_tls(broker, path)
    for character in broker["host"]:
        # Looking up a name would hold up the loop for seconds.
        if character not in "0123456789.:abcdefABCDEF":
            raise ConfigError(path + ": broker.host must be a numeric address, not " + broker["host"] + ".")
    if not isinstance(broker.get("port"), int) or not 1 <= broker["port"] <= 65535:
        raise ConfigError(path + ": broker.port must be a number from 1 to 65535.")


def _check_tls(broker: "dict[str, Any]", path: str) -> None:
    for name in _TLS_PATHS:
        if not isinstance(broker.get(name, ""), str):
            raise ConfigError(path + ": broker." + name + " is no text.")
    for name in _TLS_PATHS[1:]:
        if broker.get(name) and not broker.get("tls_ca"):
            raise ConfigError(
                path + ": broker." + name + " needs broker.tls_ca, whom the device is to believe."
            )
    if bool(broker.get("tls_certificate")) != bool(broker.get("tls_key")):
        raise ConfigError(path + ": broker.tls_certificate and broker.tls_key need each other.")
