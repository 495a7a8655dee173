"""What a base station beside another is set to, and how the broker of the other lets it in."""

import pytest

from basestation.broker.configuration import BrokerSettings, render
from basestation.broker.credential import Credential, new_credential
from basestation.config import ConfigError, load


def test_the_broker_of_another_base_station_needs_the_database_that_both_work_on(tmp_path):
    """Where else should its log-in be known from."""
    file = tmp_path / "settings.toml"
    file.write_text('broker = "replica"\n')
    with pytest.raises(ConfigError, match="PostgreSQL that both work on"):
        load(file)
    file.write_text('broker = "replica"\ndatabase_url = "postgresql+asyncpg://site@127.0.0.1/site"\n')
    assert not load(file).is_broker_ours


def test_a_base_station_beside_the_brokers_own_may_do_what_that_may_under_a_name_of_its_own(tmp_path):
    """It hears all devices, commands them, and has a canary of its own; no device can have its name."""
    north, south = new_credential("north"), new_credential("south")
    beside = Credential(south.name, south.secret, south.client_id, is_station=True)
    settings = BrokerSettings("127.0.0.1", 1883, tmp_path, 1)
    users = {
        line.split('"')[1]: line for line in render(settings, north, [beside]).splitlines() if "user:" in line
    }
    assert set(users) == {"station/north", "station/south"}
    assert (
        users["station/south"].replace("south", "north").replace(south.secret, north.secret)
        == (users["station/north"])
    )
