"""What the settings of a site mean: whose certificates, whom to believe, what a device is told."""

import pytest

from basestation.broker import ApartBroker, Broker, ExternalBroker, new_credential
from basestation.broker.chosen import chosen_broker
from basestation.config import Settings
from basestation.further_brokers import FurtherBroker
from basestation.trust.errors import CertificateFault
from basestation.trust.site import certificates_of, handover_to, trust_of
from tests.basestation.trust.site_authority import certificates_in

BASE = new_credential("station-1")
EXTERNAL = {
    "broker": "external",
    "mqtt_user": "u",
    "mqtt_secret": "s",
    "mqtt_client_id": "c",
    "mqtt_host": "192.0.2.9",
}


def settings(folder, **given) -> Settings:
    """Return settings with their data in `folder`."""
    return Settings(data_dir=folder, **given)


def test_without_tls_nobody_is_told_anything_and_nothing_is_made(tmp_path):
    """Plain text on loopback, as by default."""
    plain = settings(tmp_path)
    assert certificates_of(plain) is trust_of(plain) is handover_to("tower-1", plain) is None
    assert chosen_broker(plain, BASE, print).address.trust is None
    assert not (tmp_path / "authority").exists()


@pytest.mark.parametrize(("broker", "kind"), [("embedded", Broker), ("apart", ApartBroker)])
@pytest.mark.parametrize("tls", ["server", "client_certificates"])
def test_our_own_broker_is_believed_by_the_sites_authority(tmp_path, broker, kind, tls):
    """Under the first of its names; the base station shows a certificate where devices do."""
    certificates_in(tmp_path)
    site = settings(
        tmp_path, broker=broker, mqtt_tls=tls, mqtt_names="alarm.site,192.0.2.7", mqtt_host="0.0.0.0"
    )
    chosen = chosen_broker(site, BASE, print)
    assert isinstance(chosen, kind)
    trust = chosen.address.trust
    assert trust == trust_of(site)
    assert trust.server_name == "alarm.site"
    assert (trust.certificate is not None) == (tls == "client_certificates")
    told = handover_to("tower-1", site)
    assert told.tls_host == "alarm.site"
    assert bool(told.tls_key) == (tls == "client_certificates")


def test_a_device_gets_its_certificate_ahead_where_the_site_makes_them_and_nowhere_else(tmp_path):
    """So that a site can ask for them without losing a device; refused with a sentence otherwise."""
    certificates_in(tmp_path)
    site = settings(tmp_path, mqtt_tls="server")
    assert handover_to("tower-1", site).tls_key == ""
    assert handover_to("tower-1", site, is_ahead=True).tls_key
    theirs = certificates_in(tmp_path / "theirs")
    theirs_too = {**EXTERNAL, "mqtt_tls": "server", "mqtt_authority": theirs.trust.authority}
    for given in ({}, theirs_too):
        with pytest.raises(CertificateFault, match="makes no certificates"):
            handover_to("tower-1", settings(tmp_path / "none", **given), is_ahead=True)


def test_a_broker_of_others_is_believed_by_the_file_that_is_named(tmp_path):
    """Devices are told the same; their own certificates are its operator's to give."""
    theirs = certificates_in(tmp_path / "theirs", is_for_clients=True)
    theirs.server()
    files = {"mqtt_authority": theirs.trust.authority, "mqtt_certificate": theirs.trust.certificate}
    files["mqtt_key"] = theirs.trust.key
    site = settings(tmp_path, **EXTERNAL, mqtt_tls="client_certificates", mqtt_names="broker.site", **files)
    chosen = chosen_broker(site, BASE, print)
    assert isinstance(chosen, ExternalBroker)
    assert chosen.address.trust == theirs.trust
    told = handover_to("tower-1", site)
    assert told.tls_ca == theirs.trust.authority.read_text()
    assert (told.tls_host, told.tls_key) == ("broker.site", "")
    assert not (tmp_path / "authority").exists()


def test_an_authority_that_cannot_be_read_is_not_told_to_a_device(tmp_path):
    """The sentence names the file; no device is set up that would believe nobody."""
    site = settings(tmp_path, **EXTERNAL, mqtt_tls="server", mqtt_authority=tmp_path / "missing.pem")
    with pytest.raises(CertificateFault, match=r"missing\.pem"):
        handover_to("tower-1", site)


def test_a_further_broker_is_told_to_devices_with_its_own_authority_and_none_of_our_secrets(tmp_path):
    """Whom to believe there, under which name; one without TLS is its place and nothing else."""
    theirs = certificates_in(tmp_path / "theirs", is_for_clients=True)
    authority = theirs.trust.authority
    log_in = {"user": "u", "secret": "s3cr3t", "client_id": "c1d"}
    further = FurtherBroker(host="192.0.2.8", port=8883, authority=authority, name="b.site", **log_in)
    assert further.told() == {
        "host": "192.0.2.8",
        "port": 8883,
        "tls_ca": authority.read_text(),
        "tls_host": "b.site",
    }
    assert FurtherBroker(host="127.0.0.1", **log_in).told() == {"host": "127.0.0.1", "port": 1883}
    nameless = FurtherBroker(host="192.0.2.8", authority=authority, **log_in)
    assert nameless.told()["tls_host"] == "192.0.2.8"
    with pytest.raises(CertificateFault, match=r"missing\.pem"):
        FurtherBroker(host="192.0.2.8", authority=tmp_path / "missing.pem", **log_in).told()
