"""The real firmware in both interpreters through TLS: alarms pass, and only the site's broker is believed."""

import pytest

from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from tests.system.broker import HOST
from tests.system.running import is_signal
from tests.system.tls_relay import Authority, TlsRelay

#: How long anything may take that happens at once on an idle machine, in s.
SOON_S = 10
TLS_HOST = "broker.site"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """The site's own authority."""
    return Authority(tmp_path_factory.mktemp("site") / "authority", "Site")


@pytest.fixture
def relay(authority, broker):
    """The broker behind TLS, with a certificate of the site."""
    with TlsRelay(*authority.issue(TLS_HOST), broker.port) as running:
        yield running


def config_for(broker, names, relay, tls_ca, tls_host):
    """Return the configuration of a device that believes `tls_ca` about `tls_host`."""
    credential = broker.devices[next(names)]
    secrets = (credential.name, credential.secret, credential.client_id)
    login = BrokerLogin(HOST, relay.port, *secrets, str(tls_ca), tls_host)
    return DeviceConfig(credential.name, login, loop_report_s=1)


def is_link(effect):
    """Tell whether this is about the link."""
    return effect["effect"] == "link"


def test_an_alarm_and_its_receipt_pass_through_tls(
    relay, authority, broker, free_names, station, tmp_path, runtime
):
    """Up and down, and again after the network was gone."""
    config = config_for(broker, free_names, relay, authority.certificate, TLS_HOST)
    with VirtualDevice(config, tmp_path, runtime) as device:
        device.wait_for(lambda effect: is_link(effect) and effect["is_up"], SOON_S)
        device.set_radio(is_lost=True)
        device.wait_for(lambda effect: is_link(effect) and not effect["is_up"], SOON_S)
        device.set_radio(is_lost=False)
        device.press()
        raised = station.wait_for_kind("raised", SOON_S, device=config.name, alarm_kind="manual")
        device.release()
        station.send_receipt(raised)
        device.wait_for(is_signal("alarm_received"), SOON_S)
        report = device.wait_for(lambda effect: effect["effect"] == "loop", SOON_S)
    assert relay.established == 2
    assert report["refused_connects"] == 0


@pytest.mark.parametrize("fault", ["another authority", "another name", "out of date"])
def test_whoever_is_not_the_sites_broker_is_refused_counted_and_hears_nothing(
    fault, authority, broker, free_names, tmp_path, runtime
):
    """The device says why, and does not try again in a storm."""
    certificate = authority.issue(TLS_HOST, -1 if fault == "out of date" else 2)
    believed = Authority(tmp_path / "other", "Other") if fault == "another authority" else authority
    host = "elsewhere.site" if fault == "another name" else TLS_HOST
    with TlsRelay(*certificate, broker.port) as relay:
        config = config_for(broker, free_names, relay, believed.certificate, host)
        with VirtualDevice(config, tmp_path, runtime) as device:
            link = device.wait_for(is_link, SOON_S)
            assert not link["is_up"]
            assert "the broker's certificate is refused" in link["reason"]
            report = device.wait_for(lambda effect: effect["effect"] == "loop", SOON_S, device.count)
    assert report["refused_connects"] == report["connect_attempts"] == 1
    assert (relay.begun, relay.established) == (1, 0)


def test_a_certificate_that_cannot_be_read_is_refused_at_the_start(broker, free_names, tmp_path, runtime):
    """Whoever set the device up is told which file."""
    (tmp_path / "ca.pem").write_text("no certificate")
    credential = broker.devices[next(free_names)]
    secrets = (credential.name, credential.secret, credential.client_id)
    for path in (tmp_path / "ca.pem", tmp_path / "missing.pem"):
        config = DeviceConfig(credential.name, BrokerLogin(HOST, 1, *secrets, str(path), TLS_HOST))
        with VirtualDevice(config, tmp_path, runtime) as device:
            refused = device.wait_for(lambda effect: effect["effect"] == "refused", SOON_S)
        assert str(path) in refused["reason"]
