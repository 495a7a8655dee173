"""The real broker with TLS: who is believed, who is let in, and a certificate renewed while alarms flow."""

import asyncio
import ssl
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from basestation.broker import Broker, Credential, ExternalBroker, new_credential, probe, station_user
from basestation.broker.address import BrokerAddress
from basestation.mqtt import LinkDown, LinkUp
from protocol import topics
from tests.basestation.broker.plain_client import PlainClient
from tests.basestation.mqtt.station_bench import NOW, Station, connected, running_broker, running_station
from tests.basestation.trust.site_authority import certificates_in, trust_from

BASE = new_credential("main")
ANNA, BERT = new_credential("device-anna"), new_credential("device-bert")


def topic(device: Credential, channel: str) -> str:
    """Return one channel of a device."""
    return topics.device_topic(device.name, channel)


async def answer_to(address: BrokerAddress, credential: Credential, trust, user: str = "") -> str:
    """Try a log-in at the broker, believing and showing `trust`."""
    return await probe.log_in(address.host, address.port, user or credential.name, credential.secret, trust)


@asynccontextmanager
async def running_tls(data_dir, *, is_for_clients=False, **more):
    """Run a broker with TLS that knows Anna and Bert."""
    certificates = certificates_in(data_dir, is_for_clients=is_for_clients, **more)
    async with running_broker(data_dir, [ANNA, BERT], BASE, certificates=certificates) as broker:
        broker.certificates = certificates
        yield broker


async def test_everything_goes_through_tls_and_plain_text_is_not_answered(tmp_path):
    """Up, down and canary; whoever speaks MQTT without TLS hears nothing."""
    async with (
        running_tls(tmp_path) as broker,
        running_station(broker.address, BASE) as station,
        connected(PlainClient(broker.address, ANNA)) as anna,
    ):
        await asyncio.to_thread(anna.publish, topic(ANNA, "event"), b"alarm")
        assert (await station.alarm()).payload == b"alarm"
        await asyncio.to_thread(anna.subscribe, topic(ANNA, "command"))
        assert station.link.publish_command(ANNA.name, b"receipt")
        assert (await asyncio.to_thread(anna.received.get, True, 5.0))[1] == b"receipt"
        assert station.link.publish_canary(b"canary")
        assert await station.canaries.until(bytes) == b"canary"
        assert await answer_to(broker.address, ANNA, None) == probe.UNREACHABLE


async def test_with_tls_the_broker_may_listen_beyond_loopback(tmp_path):
    """On every address; the base station itself reaches it on loopback, and devices by their name for it."""
    certificates = certificates_in(tmp_path)
    broker = Broker(tmp_path, "0.0.0.0", 0, BASE, certificates=certificates)
    assert broker.address.host == "127.0.0.1"
    await broker.start([ANNA])
    try:
        for host in ("127.0.0.1", "127.0.0.2"):
            address = replace(broker.address, host=host)
            assert await answer_to(address, ANNA, certificates.trust) == probe.ACCEPTED, host
        elsewhere = replace(certificates.trust, server_name="elsewhere.site")
        assert await answer_to(broker.address, ANNA, elsewhere) == probe.UNREACHABLE
    finally:
        await broker.stop()


@pytest.mark.parametrize("fault", ["another authority", "another name", "out of date"])
async def test_a_broker_that_is_not_the_sites_is_refused_once_and_said_so(tmp_path, fault):
    """At a broker of others: a sentence, a counter, and no storm of attempts."""
    when = (lambda: NOW() - timedelta(days=450)) if fault == "out of date" else NOW
    certificates = certificates_in(tmp_path, now=when)
    if fault == "out of date":
        certificates.keep_only(certificates.renewed())
    trust = certificates.trust
    if fault == "another authority":
        trust = replace(trust, authority=certificates_in(tmp_path / "other", site="other").trust.authority)
    if fault == "another name":
        trust = replace(trust, server_name="elsewhere.site")
    wanted = {"another authority": "issuer", "another name": "elsewhere.site", "out of date": "expired"}[
        fault
    ]
    broker = Broker(tmp_path, "127.0.0.1", 0, BASE, certificates=certificates)
    # Its own log-in would not believe it either: started by its configuration alone.
    await broker._configurator.write([ANNA])
    async with served(broker) as address:
        external = ExternalBroker(address.host, address.port, trust)
        station = Station(external.address, BASE, station_user("main"))
        station.link.start()
        for _ in range(2):
            down = await station.heard.until(LinkDown)
            assert "certificate is refused" in down.reason
            assert wanted in down.reason
        # Time for two more attempts each, if a refusal were tried again like an absence.
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(station.heard.until(LinkUp), 2.5)
        await station.link.stop()
        assert 2 <= station.link.counters.refusals <= 4


async def test_a_base_station_whose_certificate_is_refused_backs_off_and_says_so(tmp_path):
    """One of another authority: a sentence for each connection, and a wait that grows, not one a second."""
    async with running_tls(tmp_path, is_for_clients=True) as broker:
        other = certificates_in(tmp_path / "other", site="other", is_for_clients=True)
        foreign = trust_from(other, station_user("main"), tmp_path / "foreign")
        trust = replace(foreign, authority=broker.certificates.trust.authority)
        address = ExternalBroker(broker.address.host, broker.address.port, trust).address
        station = Station(address, BASE, station_user("main"))
        station.link.start()
        for _ in range(2):
            reason = (await station.heard.until(LinkDown)).reason
            assert "ends the connection before the log-in" in reason
            assert "refuses our certificate" in reason
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(station.heard.until(LinkUp), 2.5)
        await station.link.stop()
        assert 2 <= station.link.counters.refusals <= 4


@asynccontextmanager
async def served(broker: Broker):
    """Run the server on the configuration that lies there, without the base station's proof."""
    from basestation.broker.child import Child

    child = await Child.spawn(broker._configurator.folder.configuration, ())
    address, answering = broker.address, asyncio.get_running_loop().create_future()
    try:
        async with asyncio.timeout(20):
            while True:
                try:
                    _, writer = await asyncio.open_connection(address.host, address.port)
                except OSError:
                    await asyncio.wait((answering,), timeout=0.05)
                else:
                    writer.close()
                    break
        yield address
    finally:
        await child.end()


async def test_with_client_certificates_only_the_sites_own_get_in(tmp_path):
    """None, a foreign one, another's, a server's: refused. The right one needs the right secret beside."""
    async with running_tls(tmp_path, is_for_clients=True) as broker:
        site, address = broker.certificates, broker.address
        anna = trust_from(site, ANNA.name, tmp_path / "anna")
        assert await answer_to(address, ANNA, anna) == probe.ACCEPTED
        assert await answer_to(address, BERT, anna) == probe.REFUSED
        none = replace(anna, certificate=None, key=None)
        assert await answer_to(address, ANNA, none) == probe.UNREACHABLE
        other = certificates_in(tmp_path / "other", site="other", is_for_clients=True)
        foreign = trust_from(other, ANNA.name, tmp_path / "foreign")
        assert await answer_to(address, ANNA, replace(foreign, authority=anna.authority)) == probe.UNREACHABLE
        shown = site.server()
        servers = replace(anna, certificate=shown.certificate, key=shown.key)
        assert await answer_to(address, ANNA, servers) == probe.UNREACHABLE
        assert await answer_to(address, BASE, anna, station_user("main")) == probe.REFUSED


async def test_a_certificate_gives_its_own_devices_permissions_whatever_user_is_named(tmp_path):
    """The user is who the certificate says: Anna's cannot speak as Bert, nor as the base station."""
    async with (
        running_tls(tmp_path, is_for_clients=True) as broker,
        running_station(broker.address, BASE) as station,
    ):
        anna = trust_from(broker.certificates, ANNA.name, tmp_path / "anna")
        for user in (ANNA.name, BERT.name, station_user("main")):
            async with connected(PlainClient(broker.address, ANNA, user=user, trust=anna)) as client:
                await asyncio.to_thread(client.publish, topic(BERT, "event"), b"forged")
                assert await asyncio.to_thread(client.subscribe, topic(BERT, "command")) == 0x80
                await asyncio.to_thread(client.publish, topic(ANNA, "event"), b"own")
                assert (await station.alarm()).payload == b"own"


async def test_a_retired_devices_certificate_is_of_no_use_from_that_moment(tmp_path):
    """Its connection is cut and its log-in refused; a new device gets in when set_devices returns."""
    clara = new_credential("device-clara")
    async with running_tls(tmp_path, is_for_clients=True) as broker:
        site = broker.certificates
        bert = trust_from(site, BERT.name, tmp_path / "bert")
        client = PlainClient(broker.address, BERT, trust=bert)
        assert await asyncio.to_thread(client.connect)
        await broker.set_devices([ANNA, clara])
        assert await asyncio.to_thread(client.cut.wait, 5.0)
        await asyncio.to_thread(client.close)
        assert await answer_to(broker.address, BERT, bert) == probe.REFUSED
        assert await answer_to(broker.address, clara, trust_from(site, clara.name, tmp_path / "clara")) == (
            probe.ACCEPTED
        )
        assert not list((tmp_path / "authority").glob("*/"))


async def test_a_certificate_is_renewed_while_alarms_flow_and_nobody_is_thrown_out(tmp_path):
    """Every message arrives once, the connections stand, and whoever comes next sees the new one."""
    async with (
        running_tls(tmp_path) as broker,
        running_station(broker.address, BASE) as station,
        connected(PlainClient(broker.address, ANNA)) as anna,
    ):
        host, port, trust = broker.address.host, broker.address.port, broker.address.trust
        before = await probe.shown_certificate(host, port, trust)
        up_since, pid = station.link.up_since, broker.pid
        renewing = asyncio.create_task(broker.renew_certificate())
        sent = []
        while not renewing.done() or len(sent) < 50:
            sent.append(f"alarm {len(sent)}".encode())
            await asyncio.to_thread(anna.publish, topic(ANNA, "event"), sent[-1])
        await renewing
        came = await station.alarms(len(sent))
        assert [message.payload for message in came] == sent
        after = await probe.shown_certificate(host, port, trust)
        assert after not in (before, b"")
        assert (station.link.up_since, broker.pid) == (up_since, pid)
        assert not anna.cut.is_set()
        assert len(list((tmp_path / "authority").glob("broker-*.pem"))) == 1


async def test_a_certificate_that_the_broker_does_not_take_leaves_the_old_one(tmp_path):
    """Cut short on the disk: the dry run finds it, the old one is shown and stays in the configuration."""
    async with running_tls(tmp_path) as broker:
        before = await probe.shown_certificate(broker.address.host, broker.address.port, broker.address.trust)
        configuration = (tmp_path / "broker" / "nats.conf").read_text()
        site = broker.certificates
        damaged = site.renewed()
        damaged.certificate.write_text("-----BEGIN CERTIFICATE-----\n")
        with pytest.raises(Exception, match="old one stays"):
            await broker._configurator._put_in_force(
                configuration.replace("broker-000001", damaged.certificate.stem)
            )
        assert (tmp_path / "broker" / "nats.conf").read_text() == configuration
        assert before == await probe.shown_certificate(
            broker.address.host, broker.address.port, broker.address.trust
        )


def test_neither_side_takes_less_than_tls_1_2(tmp_path):
    """The base station's contexts check names, and refuse what is older."""
    context = certificates_in(tmp_path).trust.context()
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED
