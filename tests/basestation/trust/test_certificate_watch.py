"""The dates: renewed in time, and said early when they cannot be."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry

from basestation.broker import ExternalBroker, new_credential, probe
from basestation.supervision.station import StationWatch
from basestation.trust.watch import (
    AUTHORITY,
    BROKER,
    WARNED_BEFORE,
    CertificateWatch,
    certificate_ends,
    fault_of,
)
from tests.basestation.mqtt.station_bench import NOW, Heard, running_broker
from tests.basestation.trust.site_authority import certificates_in

BASE, ANNA = new_credential("main"), new_credential("device-anna")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
AT = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("name", [BROKER, AUTHORITY])
def test_an_end_is_said_from_its_limit_on_and_not_a_second_before(name):
    """30 days for the broker's, two years for the authority; what has run out is said as such."""
    limit = WARNED_BEFORE[name]
    assert fault_of({name: AT + limit}, AT) is None
    assert fault_of({name: AT + limit + SECOND}, AT) is None
    assert f"{name} runs out on" in fault_of({name: AT + limit - SECOND}, AT)
    assert "runs out" in fault_of({name: AT + SECOND}, AT)
    assert f"{name} ran out on 2030-01-01" in fault_of({name: AT}, AT)


async def test_a_certificate_that_is_due_is_renewed_and_one_that_is_not_stays(tmp_path):
    """Half its life later the broker is made to show a new one; the metric follows what is shown."""
    now = NOW()
    certificates = certificates_in(tmp_path, now=lambda: now)
    metrics, heard = CollectorRegistry(), Heard()
    async with running_broker(tmp_path, [ANNA], BASE, certificates=certificates) as broker:
        watch = CertificateWatch(broker, certificates, heard.take, lambda: now, certificate_ends(metrics))
        host, port, trust = broker.address.host, broker.address.port, broker.address.trust
        first = await probe.shown_certificate(host, port, trust)
        await watch.check()
        assert await probe.shown_certificate(host, port, trust) == first
        ends_at = metrics.get_sample_value("rufweite_certificate_ends_at_seconds", {"certificate": BROKER})
        now += 201 * DAY
        await watch.check()
        assert await probe.shown_certificate(host, port, trust) != first
        later = metrics.get_sample_value("rufweite_certificate_ends_at_seconds", {"certificate": BROKER})
        assert later - ends_at >= 200 * DAY.total_seconds()
        assert [heard.events.get_nowait().fault for _ in range(2)] == [None, None]


async def test_a_renewal_that_fails_is_said_a_month_before_the_end_and_stops_nothing(tmp_path):
    """The authority's key is gone: the old certificate is shown on, and the station's own case says why."""
    now = NOW()
    certificates = certificates_in(tmp_path, now=lambda: now)
    heard, station = Heard(), StationWatch("main", now)
    async with running_broker(tmp_path, [ANNA], BASE, certificates=certificates) as broker:
        host, port, trust = broker.address.host, broker.address.port, broker.address.trust
        shown = await probe.shown_certificate(host, port, trust)
        (tmp_path / "authority" / "authority.key").unlink()
        fresh = certificates_in(tmp_path, now=lambda: now)
        broker._configurator._certificates = fresh
        ends = certificate_ends(CollectorRegistry())
        watch = CertificateWatch(broker, fresh, heard.take, lambda: now, ends)
        for days, is_fault in ((201, False), (369, False), (371, True)):
            now = NOW() + timedelta(days=days)
            await watch.check()
            station.take(heard.events.get_nowait())
            assert (station.cause is not None) == is_fault, days
        assert "certificate of the broker runs out" in station.cause
        assert await probe.shown_certificate(host, port, trust) == shown


async def test_a_watch_that_is_woken_renews_at_once_and_not_in_an_hour(tmp_path):
    """A connection was lost: what the broker shows may have run out while it stood."""
    now = NOW()
    certificates = certificates_in(tmp_path, now=lambda: now)
    heard = Heard()
    async with running_broker(tmp_path, [ANNA], BASE, certificates=certificates) as broker:
        host, port, trust = broker.address.host, broker.address.port, broker.address.trust
        ends = certificate_ends(CollectorRegistry())
        watch = CertificateWatch(broker, certificates, heard.take, lambda: now, ends)
        watching = asyncio.create_task(watch.run())
        await asyncio.wait_for(heard.events.get(), 20)
        shown = await probe.shown_certificate(host, port, trust)
        now += 201 * DAY
        watch.wake()
        await asyncio.wait_for(heard.events.get(), 20)
        assert await probe.shown_certificate(host, port, trust) != shown
        watching.cancel()


async def test_at_a_broker_of_others_the_end_is_said_and_nothing_is_renewed(tmp_path):
    """What it shows counts, and the authority's file; a broker that is away is the connection's alarm."""
    certificates = certificates_in(tmp_path)
    heard = Heard()
    async with running_broker(tmp_path, [ANNA], BASE, certificates=certificates) as broker:
        external = ExternalBroker(broker.address.host, broker.address.port, certificates.trust)
        later = NOW() + timedelta(days=380)
        ends = certificate_ends(CollectorRegistry())
        watch = CertificateWatch(external, None, heard.take, lambda: later, ends)
        await watch.check()
        assert "operator" in (await heard.events.get()).fault
    shutil.rmtree(tmp_path / "authority")
    await watch.check()
    assert "operator" in (await heard.events.get()).fault
