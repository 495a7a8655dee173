"""Configurations of a device on a computer, good and bad."""

import json

import pytest

from firmware.boards.config import ConfigError, load_config

BROKER = {"host": "127.0.0.1", "port": 1883, "username": "u", "password": "p", "client_id": "c"}
GOOD = {"name": "tower-1", "journal": "tower-1.journal", "broker": BROKER}


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
    assert load(tmp_path, {"name": "a", "journal": "j"})["broker"] is None


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
    ],
)
def test_a_bad_configuration_is_refused_with_a_sentence(tmp_path, content, sentence):
    """It says what is wrong and where."""
    with pytest.raises(ConfigError, match=sentence):
        load(tmp_path, content)
