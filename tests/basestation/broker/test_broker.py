"""The embedded broker: what it is told, what it refuses, and that it comes back."""

import asyncio
import os
import signal
import stat
from pathlib import Path

import pytest

from basestation.broker import (
    AddressRefused,
    Broker,
    BrokerDied,
    BrokerLimits,
    BrokerSpaceShort,
    BrokerStartFailed,
    BrokerUp,
    ConfigurationRefused,
    Credential,
    ExternalBroker,
    new_credential,
    probe,
    station_user,
)
from basestation.broker.configuration import BrokerSettings, render
from basestation.broker.credential import struck_out
from tests.basestation.mqtt.station_bench import NOW, WAIT_S_MAX, running_broker

BASE = new_credential("main")
ANNA, BERT = new_credential("device-anna"), new_credential("device-bert")
ROOT = Path(__file__).parents[3]


async def answer_to(broker, credential: Credential, user: str = "") -> str:
    """Try a log-in at the broker."""
    host, port = broker.address.host, broker.address.port
    return await probe.log_in(host, port, user or credential.name, credential.secret)


async def test_a_started_broker_lets_in_its_base_and_its_devices_only(tmp_path):
    """Start returns when log-ins are answered."""
    async with running_broker(tmp_path, [ANNA], BASE) as broker:
        assert await answer_to(broker, BASE, station_user("main")) == probe.ACCEPTED
        assert await answer_to(broker, ANNA) == probe.ACCEPTED
        assert await answer_to(broker, BERT) == probe.REFUSED
        assert broker.pid is not None
    assert broker.pid is None
    assert await answer_to(broker, ANNA) == probe.UNREACHABLE


async def test_the_configuration_and_the_queues_are_for_their_owner_only(tmp_path):
    """The secrets stand plainly in the configuration, so nobody else may read it."""
    async with running_broker(tmp_path, [ANNA], BASE) as broker:
        await broker.set_devices([ANNA, BERT])
        configuration = tmp_path / "broker" / "nats.conf"
        assert BERT.secret in configuration.read_text()
        assert stat.S_IMODE(configuration.stat().st_mode) == 0o600
        assert stat.S_IMODE(configuration.parent.stat().st_mode) == 0o700


def test_the_configuration_states_every_limit_and_hides_no_listener(tmp_path):
    """What the server would otherwise decide by itself is written down; client ids are not."""
    text = render(BrokerSettings("127.0.0.1", 1883, tmp_path / "q", 1024), BASE, [ANNA])
    for line in (
        'server_name: "rufweite"',
        'ack_wait: "2s"',
        "max_ack_pending: 10000",
        "max_file_store: 1024",
    ):
        assert line in text, line
    assert text.count("host:") == text.count('host: "127.0.0.1"') == 2
    assert "http" not in text
    assert text.count('allowed_connection_types: ["MQTT"]') == 2
    assert ANNA.client_id not in text


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "control-room.example"])
def test_an_address_that_others_can_reach_is_refused(tmp_path, host):
    """Without certificates only loopback is served, and only loopback is spoken to."""
    with pytest.raises(AddressRefused, match="loopback"):
        Broker(tmp_path, host, 1883, BASE)
    with pytest.raises(AddressRefused, match="loopback"):
        ExternalBroker(host, 1883)


def test_no_secret_and_no_client_id_shows_in_a_credential_or_a_log_line():
    """Neither `repr` nor `str` shows them, and broker lines are struck of them."""
    shown = f"{ANNA!r} {ANNA} {[ANNA]}" + struck_out(f'mid:5 - "{ANNA.client_id}" - {ANNA.secret}')
    assert ANNA.secret not in shown
    assert ANNA.client_id not in shown
    assert ANNA.name in shown


async def test_a_new_device_can_log_in_when_set_devices_returns(tmp_path):
    """Proven by a log-in; a changed secret replaces the old one, a removed device is refused."""
    async with running_broker(tmp_path, [ANNA], BASE) as broker:
        pid = broker.pid
        renewed = new_credential(ANNA.name)
        await broker.set_devices([renewed, BERT])
        assert await answer_to(broker, BERT) == await answer_to(broker, renewed) == probe.ACCEPTED
        assert await answer_to(broker, ANNA) == probe.REFUSED
        await broker.set_devices([])
        assert await answer_to(broker, BERT) == probe.REFUSED
        assert broker.pid == pid


async def test_a_broken_configuration_is_refused_and_the_old_one_stays(tmp_path):
    """The dry run finds it before it is put in force, and the server is not even asked."""
    async with running_broker(tmp_path, [ANNA], BASE) as broker:
        configuration = tmp_path / "broker" / "nats.conf"
        before = configuration.read_text()
        with pytest.raises(ConfigurationRefused, match="old one stays"):
            await broker._configurator._put_in_force("mqtt { port: nonsense")
        assert configuration.read_text() == before
        assert not configuration.with_name("nats.conf.new").exists()
        assert await answer_to(broker, ANNA) == probe.ACCEPTED


async def test_a_set_that_is_never_proven_is_taken_back(tmp_path):
    """A server that does not take the new set keeps the old one on disk too, for its next start."""
    async with running_broker(tmp_path, [ANNA], BASE, limits=BrokerLimits(proof_s_max=0.5)) as broker:
        os.kill(broker.pid, signal.SIGSTOP)
        with pytest.raises(ConfigurationRefused, match="device-bert"):
            await broker.set_devices([ANNA, BERT])
        os.kill(broker.pid, signal.SIGCONT)
        assert BERT.secret not in (tmp_path / "broker" / "nats.conf").read_text()
        await broker.set_devices([ANNA, BERT])
        assert await answer_to(broker, BERT) == probe.ACCEPTED


async def test_a_killed_broker_is_reported_and_comes_back_at_the_same_address(tmp_path):
    """Its death and its return are events; whoever could log in before can log in again."""
    async with running_broker(tmp_path, [ANNA], BASE) as broker:
        await broker.heard.until(BrokerUp, restarts=0)
        first = broker.pid
        os.kill(first, signal.SIGKILL)
        died = await broker.heard.until(BrokerDied)
        assert died.exit_code == -signal.SIGKILL
        assert died.at <= NOW()
        up = await broker.heard.until(BrokerUp)
        assert (up.restarts, up.pid) == (1, broker.pid)
        assert up.pid != first
        assert await answer_to(broker, ANNA) == probe.ACCEPTED


async def test_a_broker_that_dies_again_and_again_waits_longer_each_time(tmp_path):
    """The delay doubles, so that a broken installation does not eat the machine."""
    async with running_broker(tmp_path, [], BASE) as broker:
        delays = []
        for _ in range(3):
            await broker.heard.until(BrokerUp)
            os.kill(broker.pid, signal.SIGKILL)
            delays.append((await broker.heard.until(BrokerDied)).restart_in_s)
        assert delays == [0.1, 0.2, 0.4]


async def test_a_hung_broker_is_killed_by_a_restart(tmp_path):
    """A server that does not even end on request is ended all the same, and replaced."""
    async with running_broker(tmp_path, [ANNA], BASE) as broker:
        hung = broker.pid
        os.kill(hung, signal.SIGSTOP)
        assert await asyncio.wait_for(broker.restart("it hangs"), WAIT_S_MAX)
        assert (await broker.heard.until(BrokerDied)).reason == "it hangs"
        assert broker.pid not in (None, hung)
        assert await answer_to(broker, ANNA) == probe.ACCEPTED


async def test_a_restart_is_put_off_while_the_disk_is_full(tmp_path):
    """It would not heal the broker and would end the QoS 0 traffic; the shortage is reported."""
    async with running_broker(tmp_path, [], BASE, limits=BrokerLimits(space_bytes_min=1 << 62)) as broker:
        pid = broker.pid
        assert not await broker.restart("two canaries did not return")
        short = await broker.heard.until(BrokerSpaceShort)
        assert 0 < short.free_bytes < short.needed_bytes
        assert broker.pid == pid


async def test_a_start_that_fails_says_why(tmp_path):
    """A port in use is named; the folder is free again afterwards."""
    async with running_broker(tmp_path / "first", [], BASE) as broker:
        second = Broker(tmp_path / "second", "127.0.0.1", broker.address.port, BASE)
        with pytest.raises(BrokerStartFailed, match="Address already in use"):
            await second.start()
    async with running_broker(tmp_path / "second", [], BASE) as third:
        assert third.pid is not None


async def test_two_base_stations_cannot_share_a_folder(tmp_path):
    """Two servers on the same queues would destroy them."""
    async with running_broker(tmp_path, [], BASE):
        with pytest.raises(BrokerStartFailed, match="Another base station"):
            await Broker(tmp_path, "127.0.0.1", 0, BASE, limits=BrokerLimits(lock_s_max=0.2)).start()
