"""Configurations of a device on a computer, good and bad."""

import json

import pytest

from firmware.boards.config import ConfigError, load_config

BROKER = {"host": "127.0.0.1", "port": 1883, "username": "u", "password": "p", "client_id": "c"}
GOOD = {"name": "tower-1", "journal": "tower-1.journal", "broker": BROKER}
WITHOUT = {"name": "tower-1", "journal": "tower-1.journal"}


def load(tmp_path, content):
    """Write a configuration and load it."""
    path = tmp_path / "device.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return load_config(str(path))


def test_a_good_configuration_is_complete_with_its_defaults(tmp_path):
    """Only name and journal must be there."""
    config = load(tmp_path, GOOD)
    assert config["source"] == "pipe"
    assert config["board"] == "unix"
    assert load(tmp_path, {"name": "a", "journal": "j"})["brokers"] == []
    assert config["brokers"] == [BROKER]
    assert len(config["networks"]) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "no readable JSON"),
        ("[]", "must hold one JSON object"),
        (GOOD | {"name": 5}, "name is missing"),
        (GOOD | {"name": "a.b"}, "name may hold"),
        ({"name": "a"}, "journal is missing"),
        (GOOD | {"board": "toaster"}, "board must be one of unix, esp32s3, m5stickc_plus2"),
        (GOOD | {"broker": []}, "broker must be"),
        (GOOD | {"broker": BROKER | {"host": "broker.example"}}, "numeric address"),
        (GOOD | {"broker": BROKER | {"port": 0}}, "broker.port"),
        (GOOD | {"broker": BROKER | {"password": None}}, "broker.password"),
        (GOOD | {"brokers": [BROKER]}, "not both"),
        (WITHOUT | {"brokers": {}}, "list of 4"),
        (WITHOUT | {"brokers": [BROKER] * 5}, "list of 4"),
        (WITHOUT | {"brokers": [BROKER, {"host": "::1"}]}, "broker.port"),
        (WITHOUT | {"brokers": [{"host": "::1", "port": 1}, BROKER]}, "broker.username is missing"),
        (GOOD | {"networks": []}, "list of 1 to 4"),
        (GOOD | {"networks": [{"ssid": "a"}] * 5}, "list of 1 to 4"),
        (GOOD | {"networks": [{"password": "a"}]}, "with ssid"),
        (GOOD | {"networks": [{"ssid": "a", "key": "b"}]}, "not key"),
        (GOOD | {"broker": BROKER | {"tls_host": "b"}}, "needs broker.tls_ca"),
        (GOOD | {"broker": BROKER | {"tls_ca": "a", "tls_key": "b"}}, "need each other"),
        (GOOD | {"broker": BROKER | {"tls_certificate": "a", "tls_key": "b"}}, "needs broker.tls_ca"),
    ],
)
def test_a_bad_configuration_is_refused_with_a_sentence(tmp_path, content, sentence):
    """It says what is wrong and where."""
    with pytest.raises(ConfigError, match=sentence):
        load(tmp_path, content)


def test_brokers_that_share_a_log_in_name_it_once(tmp_path):
    """The second has an address of its own, and perhaps a secret."""
    second = {"host": "127.0.0.2", "port": 1884, "password": "q"}
    brokers = load(tmp_path, WITHOUT | {"brokers": [BROKER, second]})["brokers"]
    assert [broker["port"] for broker in brokers] == [1883, 1884]
    assert (brokers[1]["username"], brokers[1]["password"], brokers[1]["client_id"]) == ("u", "q", "c")
