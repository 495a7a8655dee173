"""The real firmware through TLS at the real broker: only who belongs to the site is believed, and let in."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from simulator.device import VirtualDevice
from simulator.device_config import DeviceConfig
from tests.basestation.mqtt.station_bench import NOW
from tests.basestation.trust.site_authority import certificates_in
from tests.system.broker import RunningBroker
from tests.system.running import is_signal
from tests.system.station import ListeningStation

#: How long anything may take that happens at once on an idle machine, in s.
SOON_S = 10
DEVICE_NAMES = tuple(f"tower-{number}" for number in range(20))


@contextmanager
def running(folder, *, is_for_clients=False, is_out_of_date=False):
    """Run a broker with TLS."""
    when = (lambda: NOW() - timedelta(days=450)) if is_out_of_date else NOW
    certificates = certificates_in(folder, is_for_clients=is_for_clients, now=when, base="base-1")
    broker = RunningBroker(folder, DEVICE_NAMES, certificates)
    if is_out_of_date:
        broker.shown = certificates.renewed()
    broker.start()
    yield broker
    broker.close()


@pytest.fixture(scope="module")
def tls_broker(tmp_path_factory):
    """A broker that shows its certificate."""
    with running(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest.fixture(scope="module")
def strict_broker(tmp_path_factory):
    """A broker that asks everybody for a certificate."""
    with running(tmp_path_factory.mktemp("broker"), is_for_clients=True) as broker:
        yield broker


@pytest.fixture(scope="module")
def outdated_broker(tmp_path_factory):
    """A broker whose certificate has run out."""
    with running(tmp_path_factory.mktemp("broker"), is_out_of_date=True) as broker:
        yield broker


def is_link(effect):
    """Tell whether this is about the link."""
    return effect["effect"] == "link"


def is_up(effect):
    """Tell whether the link came up."""
    return is_link(effect) and effect["is_up"]


def started_device(login, folder, runtime="micropython"):
    """Return a device that is on."""
    return VirtualDevice(DeviceConfig(login.username, login, loop_report_s=1), folder, runtime)


def refused_link(login, folder, runtime="micropython"):
    """Return the reason and the report of a device that is not let in or does not believe."""
    with started_device(login, folder, runtime) as device:
        link = device.wait_for(is_link, SOON_S)
        assert not link["is_up"]
        return link["reason"], device.wait_for(
            lambda effect: effect["effect"] == "loop", SOON_S, device.count
        )


@pytest.mark.parametrize(
    ("is_for_clients", "runtime"), [(False, "micropython"), (True, "micropython"), (True, "cpython")]
)
def test_an_alarm_and_its_receipt_pass_through_tls(is_for_clients, request, free_names, tmp_path, runtime):
    """Up and down while the broker's certificate is renewed, and again after the network was gone."""
    broker = request.getfixturevalue("strict_broker" if is_for_clients else "tls_broker")
    name = next(free_names)
    with (
        ListeningStation(broker) as station,
        started_device(broker.login(name, tmp_path), tmp_path, runtime) as device,
    ):
        device.wait_for(is_up, SOON_S)
        since = device.count
        device.press()
        raised = station.wait_for_kind("raised", SOON_S, device=name, alarm_kind="manual")
        device.release()
        broker.renew_certificate()
        station.wait_for_kind("raised", SOON_S, device=name, alarm=raised["alarm"])
        assert not [effect for effect in device.effects(since) if is_link(effect)]
        device.set_radio(is_lost=True)
        device.wait_for(lambda effect: is_link(effect) and not effect["is_up"], SOON_S, since)
        device.set_radio(is_lost=False)
        raised = station.wait_for_kind("raised", SOON_S, device=name, alarm=raised["alarm"])
        station.send_receipt(raised)
        device.wait_for(is_signal("alarm_received"), SOON_S)
        report = device.wait_for(lambda effect: effect["effect"] == "loop", SOON_S)
    assert report["refused_connects"] == 0


@pytest.mark.parametrize("fault", ["another authority", "another name", "out of date"])
def test_whoever_is_not_the_sites_broker_is_refused_counted_and_hears_nothing(
    fault, tls_broker, outdated_broker, free_names, tmp_path, runtime
):
    """The device says why, and does not try again in a storm."""
    broker = outdated_broker if fault == "out of date" else tls_broker
    login = broker.login(next(free_names), tmp_path)
    if fault == "another name":
        login = replace(login, tls_host="elsewhere.site")
    if fault == "another authority":
        other = certificates_in(tmp_path / "other", site="other")
        login = replace(login, tls_ca=str(other.trust.authority))
    reason, report = refused_link(login, tmp_path, runtime)
    assert "the broker's certificate is refused" in reason
    assert report["refused_connects"] == report["connect_attempts"] == 1


@pytest.mark.parametrize("is_for_clients", [False, True], ids=["server", "client certificates"])
def test_a_wrong_secret_is_refused_and_counted(is_for_clients, request, free_names, tmp_path):
    """Also with the right certificate: both must fit."""
    broker = request.getfixturevalue("strict_broker" if is_for_clients else "tls_broker")
    login = replace(broker.login(next(free_names), tmp_path), password="0" * 32)
    reason, report = refused_link(login, tmp_path)
    assert "the broker rejected the log-in" in reason
    assert report["refused_connects"] == report["connect_attempts"] == 1


def test_a_retired_device_is_cut_and_refused(strict_broker, free_names, tmp_path):
    """With client certificates: its certificate is still the site's, and of no use."""
    name = next(free_names)
    with started_device(strict_broker.login(name, tmp_path), tmp_path) as device:
        device.wait_for(is_up, SOON_S)
        since = device.count
        strict_broker.let_in([other for other in strict_broker.devices if other != name])
        device.wait_for(lambda effect: is_link(effect) and not effect["is_up"], SOON_S, since)
        shown = device.wait_for(
            lambda effect: is_link(effect) and "rejected the log-in" in effect["reason"], SOON_S, since
        )
        report = device.wait_for(lambda effect: effect["effect"] == "loop", SOON_S, device.count)
    assert not shown["is_up"]
    assert report["refused_connects"] == 1


@pytest.mark.parametrize("shown", ["none", "foreign"])
def test_a_device_without_a_certificate_of_the_site_is_not_let_in(shown, strict_broker, free_names, tmp_path):
    """The broker ends the handshake, and the device knows it from a lost connection."""
    login = strict_broker.login(next(free_names), tmp_path)
    if shown == "none":
        login = replace(login, tls_certificate="", tls_key="")
    else:
        other = certificates_in(tmp_path / "other", site="other", is_for_clients=True)
        told = other.handover(login.username)
        (tmp_path / "foreign.pem").write_text(told.tls_certificate)
        (tmp_path / "foreign.key").write_text(told.tls_key)
        login = replace(
            login, tls_certificate=str(tmp_path / "foreign.pem"), tls_key=str(tmp_path / "foreign.key")
        )
    reason, report = refused_link(login, tmp_path)
    assert "the broker refuses this device's certificate" in reason
    assert report["refused_connects"] == report["connect_attempts"] == 1


def test_a_certificate_that_cannot_be_read_is_refused_at_the_start(
    strict_broker, free_names, tmp_path, runtime
):
    """Whoever set the device up is told which file."""
    login = strict_broker.login(next(free_names), tmp_path)
    (tmp_path / "rubbish.pem").write_text("no certificate")
    for path in (tmp_path / "rubbish.pem", tmp_path / "missing.pem"):
        wrong = replace(login, tls_ca=str(path))
        with started_device(wrong, tmp_path, runtime) as device:
            refused = device.wait_for(lambda effect: effect["effect"] == "refused", SOON_S)
        assert str(path) in refused["reason"]
