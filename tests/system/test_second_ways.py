"""A second way out for the real firmware: brokers and networks that fail, peers that are worse than none."""

from contextlib import ExitStack

import pytest

from firmware.boards.mqtt_connection import ANSWER_MS_MAX as ATTEMPT_MS
from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from tests.system import dead_peers
from tests.system.broker import HOST, RunningBroker
from tests.system.running import UNTESTED, is_signal, keep_walking
from tests.system.station import ListeningStation
from tests.system.tls_relay import Authority, TlsRelay

SOON_S = 10
#: Longest that an attempt, a jitter and the next log-in may take together, in s.
HAND_OVER_S = 20
TLS_HOST = "broker.site"
#: A wait for the other side would last 200 ticks; what a busy machine takes from a device may come to this.
STOLEN_TICKS_MAX = 50
#: The head of a TLS record of 16 kB, again and again.
HALF_RECORD = b"\x16\x03\x03\x40\x00"


def is_up_by(**way):
    """Return a test of an effect: the link is up, by this network or broker."""
    return lambda effect: effect["effect"] == "link" and effect["is_up"] and way.items() <= effect.items()


def login_at(broker, name, port=None, tls=("", "")):
    """Return the log-in of a device, at another port than the broker's own if one is given."""
    credential = broker.devices[name]
    return BrokerLogin(
        HOST, port or broker.port, name, credential.secret, credential.client_id, *map(str, tls)
    )


@pytest.fixture
def second(tmp_path, broker):
    """Another broker for the same devices, and who listens there."""
    (tmp_path / "second").mkdir()
    running = RunningBroker(tmp_path / "second", list(broker.devices))
    running.start()
    with ListeningStation(running) as station:
        yield running, station
    running.close()


def raise_alarm(device):
    """Hold the key until the device has its alarm."""
    since = device.count
    device.press()
    device.wait_for(is_signal("alarm"), SOON_S, since)
    device.release()


def test_an_alarm_leaves_by_the_second_broker_once_the_first_is_dead(
    broker, second, free_names, station, tmp_path, runtime, request
):
    """Killed while the link stands; the alarm is raised at once and repeated to whoever is there."""
    name = next(free_names)
    other, listening = second
    request.addfinalizer(broker.start)
    config = DeviceConfig(
        name, login_at(broker, name), UNTESTED, more_brokers=[login_at(other, name)], loop_report_s=1
    )
    with VirtualDevice(config, tmp_path, runtime) as device:
        keep_walking(device)
        device.wait_for(is_up_by(broker=0), SOON_S)
        station.wait_for_kind("heartbeat", SOON_S, device=name, broker=0)
        broker.kill()
        raise_alarm(device)
        assert listening.wait_for_kind("presence", HAND_OVER_S, device=name)["away_s"] >= 0
        raised = listening.wait_for_kind("raised", SOON_S, device=name, alarm_kind="manual")
        listening.send_receipt(raised)
        device.wait_for(is_signal("alarm_received"), SOON_S)
        device.wait_for(is_up_by(broker=1), SOON_S)


def test_a_lost_network_is_handed_over_and_found_again(broker, free_names, station, tmp_path, runtime):
    """The second network while the first is gone, and the first again when the second goes."""
    name = next(free_names)
    config = DeviceConfig(name, login_at(broker, name), UNTESTED, network_count=2, loop_report_s=1)
    with VirtualDevice(config, tmp_path, runtime) as device:
        keep_walking(device)
        device.wait_for(is_up_by(network=0), SOON_S)
        device.set_radio(is_lost=True, network=0)
        device.wait_for(is_up_by(network=1), SOON_S)
        station.wait_for_kind("heartbeat", SOON_S, device=name, network=1)
        since = device.count
        device.set_radio(is_lost=False, network=0, rssi_dbm=-61)
        device.set_radio(is_lost=True, network=1)
        device.wait_for(is_up_by(network=0), SOON_S, since)


def test_no_peer_holds_up_the_loop_or_an_alarm_or_the_way_to_the_next_broker(
    broker, free_names, station, tmp_path
):
    """A black hole, one that is silent, one that dribbles in the TLS handshake: the fourth gets the alarm."""
    name = next(free_names)
    authority = Authority(tmp_path / "authority", "Site")
    tls = (authority.certificate, TLS_HOST)
    with ExitStack() as opened:
        first = login_at(broker, name, opened.enter_context(dead_peers.black_hole()))
        more = [
            login_at(broker, name, opened.enter_context(dead_peers.silent_peer()), tls),
            login_at(broker, name, opened.enter_context(dead_peers.dribbling_peer(HALF_RECORD)), tls),
            login_at(broker, name),
        ]
        config = DeviceConfig(name, first, UNTESTED, more_brokers=more, loop_report_s=1)
        device = opened.enter_context(VirtualDevice(config, tmp_path, "micropython"))
        keep_walking(device)
        device.wait_for(is_signal("guarding"), SOON_S)
        raise_alarm(device)
        up = device.wait_for(is_up_by(broker=3), HAND_OVER_S)
        raised = station.wait_for_kind("raised", SOON_S, device=name, alarm_kind="manual")
        effects = device.effects()
    assert raised["repeat"] == 0
    # Each of the three was given its time, and the alarm did not wait for the end of the first.
    assert up["t_ms"] >= 3 * ATTEMPT_MS
    assert raised["raised_ago_ms"] > 2 * ATTEMPT_MS
    reports = [effect for effect in effects if effect["effect"] == "loop"]
    assert sum(effect["skipped_ticks"] for effect in reports) <= STOLEN_TICKS_MAX
    assert reports[-1]["refused_connects"] == 0


def test_a_broker_that_asks_for_a_certificate_gets_that_of_the_device(broker, free_names, tmp_path, runtime):
    """A site with certificates for all: with its own the device is let in, without one it is not."""
    authority = Authority(tmp_path / "authority", "Site")
    name = next(free_names)
    own = [path.rename(path.with_stem(name)) for path in authority.issue(name)]
    with TlsRelay(*authority.issue(TLS_HOST), broker.port, authority.certificate) as relay:
        for tls, is_let_in in (((), False), (own, True)):
            login = login_at(broker, name, relay.port, (authority.certificate, TLS_HOST, *tls))
            with VirtualDevice(DeviceConfig(name, login), tmp_path, runtime) as device:
                link = device.wait_for(lambda effect: effect["effect"] == "link", SOON_S)
                assert link["is_up"] == is_let_in, link
    assert relay.established == 1


def test_a_worker_whose_device_is_refused_is_not_sent_to_look_for_a_network(
    broker, free_names, tmp_path, runtime
):
    """A wrong secret at both brokers: not protected at once, and the reason is not the radio."""
    name = next(free_names)
    wrong = BrokerLogin(HOST, broker.port, name, "0" * 32, broker.devices[name].client_id)
    config = DeviceConfig(name, wrong, UNTESTED, more_brokers=[wrong], loop_report_s=1)
    with VirtualDevice(config, tmp_path, runtime) as device:
        keep_walking(device)
        device.wait_for(is_signal("not_protected"), SOON_S)
        reports = [
            device.wait_for(lambda effect: effect["effect"] == "loop", SOON_S, device.count) for _ in range(2)
        ]
        assert reports[-1]["connect_attempts"] == reports[-1]["refused_connects"] == 2
        assert not [effect for effect in device.effects() if is_signal("link_lost")(effect)]
