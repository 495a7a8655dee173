"""The list of brokers: where each is, whose it is, since when it is connected, what is wrong with it."""

from datetime import UTC, datetime, timedelta

from basestation.broker.events import ClusterJudged
from basestation.canary import BrokerUnhealthy
from basestation.mqtt.events import LinkDown, LinkUp
from basestation.supervision.station import BrokerPlace, StationWatch
from basestation.trust.watch import CertificatesJudged

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
ENDS_AT = NOW + timedelta(days=400)


def station():
    """Return a station with its own broker and one of others."""
    watch = StationWatch("station-1", NOW)
    watch.expect(2)
    watch.places = [
        BrokerPlace("127.0.0.1", 1883, "embedded", "off", lambda: NOW),
        BrokerPlace("2001:db8::8", 8883, "further", "server", lambda: None),
    ]
    return watch


def test_each_broker_is_listed_with_its_connection_its_proof_and_its_certificate():
    """In the order in which devices try them."""
    watch = station()
    watch.take(LinkUp(NOW, "alarms"), 0)
    watch.take(CertificatesJudged(NOW, None, ENDS_AT), 1)
    first, second = watch.listed()
    assert (first["number"], first["place"], first["kind"]) == (1, "127.0.0.1:1883", "embedded")
    assert first["is_connected"]
    assert first["since"] == first["proven_at"] == "2026-03-02T06:00:00.000Z"
    assert (first["certificate_ends_at"], first["faults"]) == (None, [])
    assert (second["number"], second["place"], second["tls"]) == (2, "[2001:db8::8]:8883", "server")
    assert (second["is_connected"], second["proven_at"]) == (False, None)
    assert second["certificate_ends_at"] == "2027-04-06T06:00:00.000Z"


def test_what_is_wrong_with_a_broker_stands_at_its_own_row():
    """And nowhere else."""
    watch = station()
    watch.take(LinkDown(NOW, "alarms", "nobody answers"), 1)
    watch.take(BrokerUnhealthy(NOW, None), 1)
    first, second = watch.listed()
    assert first["faults"] == []
    assert second["faults"] == [
        "the broker takes messages but does not deliver them (canary)",
        "no connection to the broker for alarms: nobody answers",
    ]
    assert (first["is_healthy"], second["is_healthy"]) == (True, False)


def test_a_node_that_goes_on_alone_is_a_fault_of_the_station_until_it_joins_again():
    """The technical case names it; the list says how each node of ours works."""
    watch = station()
    watch.take(ClusterJudged(NOW, "ALONE", "it goes on alone"), 0)
    assert watch.cause == "broker 1: it goes on alone"
    assert [one["membership"] for one in watch.listed()] == ["ALONE", None]
    watch.take(ClusterJudged(NOW, "JOINED", None), 0)
    assert watch.cause is None
    assert watch.listed()[0]["membership"] == "JOINED"


def test_a_station_without_brokers_lists_none():
    """As in a test without a network."""
    assert StationWatch("station-1", NOW).listed() == []
