"""How long a connection waits: a broker that is away is never waited for, one that refuses us is."""

import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from basestation.broker import new_credential
from basestation.broker.address import BrokerAddress
from basestation.mqtt import LinkDown
from basestation.mqtt.back_off import AWAY_S, JITTER_PERMILLE, REFUSED_FIRST_S, REFUSED_S_MAX, BackOff
from tests.basestation.mqtt.station_bench import Station


def test_each_refusal_doubles_the_wait_up_to_its_bound_and_an_absence_never_does():
    """A broker that is away in between changes nothing of what was refused."""
    back_off = BackOff(lambda: 0)
    assert [back_off.refused_s() for _ in range(2)] == [REFUSED_FIRST_S, 2 * REFUSED_FIRST_S]
    assert [back_off.away_s() for _ in range(100)] == [AWAY_S] * 100
    assert [back_off.refused_s() for _ in range(4)] == [8, REFUSED_S_MAX, REFUSED_S_MAX, REFUSED_S_MAX]


def test_the_next_refusal_is_a_first_one_once_we_were_let_in():
    """A secret that was put right and went wrong again is looked for quickly."""
    back_off = BackOff(lambda: 0)
    for _ in range(9):
        back_off.refused_s()
    back_off.stood()
    assert back_off.refused_s() == REFUSED_FIRST_S


@pytest.mark.parametrize("permille", [0, JITTER_PERMILLE])
def test_the_jitter_only_adds_and_is_bounded(permille):
    """At both ends of what chance can say."""
    back_off = BackOff(lambda: permille)
    assert back_off.away_s() == AWAY_S * (1000 + permille) / 1000
    assert back_off.refused_s() == REFUSED_FIRST_S * (1000 + permille) / 1000


def test_connections_that_failed_together_do_not_come_back_together():
    """The jitter is drawn anew for every wait, within its bounds."""
    waits = {BackOff().refused_s() for _ in range(50)}
    assert len(waits) > 5
    assert min(waits) >= REFUSED_FIRST_S
    assert max(waits) <= REFUSED_FIRST_S * (1 + JITTER_PERMILLE / 1000)


@pytest.mark.parametrize(
    ("end", "refusals", "words"),
    [
        ("Keep alive timeout", 0, "Keep alive timeout"),
        ("Unspecified error", 1, "whoever answers at 127.0.0.1:1 ends the connection before the log-in"),
    ],
)
async def test_a_broker_that_hangs_is_away_and_one_that_hangs_up_has_refused(end, refusals, words):
    """A frozen broker may go on at any moment; whoever ends the connection before the log-in means us."""
    station = Station(BrokerAddress("127.0.0.1", 1), new_credential("main"))
    alarms = station.link._alarms
    alarms._on_pre_connect(alarms._client, None)
    alarms._on_disconnect(alarms._client, None, None, ReasonCode(PacketTypes.DISCONNECT, end), None)
    assert words in (await station.heard.until(LinkDown)).reason
    assert station.link.counters.refusals == refusals
