"""The connection on its second way, in virtual time: when it is handed over, and when it goes back."""

import pytest

from firmware.boards import mqtt_packets, ways
from firmware.boards.mqtt_connection import ANSWER_MS_MAX
from firmware.boards.transport import PeerRefused
from firmware.clock import TICK_MS
from tests.firmware.boards.scripted_broker import PINGRESP, ScriptedBroker


def reach_second(broker):
    """Bring the link up by the second broker, since the first is not there."""
    broker.dead = {0}
    broker.pass_time(5 * TICK_MS)
    broker.dead = set()
    broker.accept()
    assert broker.attempted_ways == [(0, 0), (0, 1)]


def pass_quietly(broker, duration_ms):
    """Let time pass while the broker answers every ping."""
    for _ in range(duration_ms // 1000):
        broker.transport.waiting += PINGRESP
        broker.pass_time(1000)


def wait_for_attempt(broker):
    """Let time pass until the device begins another attempt, while the broker answers every ping."""
    attempts = len(broker.transports)
    while len(broker.transports) == attempts:
        broker.transport.waiting += PINGRESP
        broker.pass_time(TICK_MS)


@pytest.fixture
def broker():
    """A device on its second broker, with nothing due."""
    standing = ScriptedBroker(brokers=2)
    reach_second(standing)
    standing.is_quiet = True
    return standing


def test_a_broker_that_is_lost_is_replaced_by_the_next_within_a_second():
    """And by that one first when it is lost in turn."""
    broker = ScriptedBroker(brokers=2)
    broker.accept()
    broker.transport.is_peer_gone = True
    broker.pass_time(ways.FIRST_JITTER_MS + TICK_MS)
    broker.accept()
    broker.pass_time(ways.RETRY_MS + ways.RETRY_JITTER_MS)
    broker.transport.is_peer_gone = True
    broker.pass_time(ways.FIRST_JITTER_MS + TICK_MS)
    broker.accept()
    assert broker.attempted_ways == [(0, 0), (0, 1), (0, 0)]


def test_a_broker_that_does_not_answer_is_given_four_seconds_and_then_the_next_is_taken():
    """The longest that one way may hold up the next one without a word."""
    broker = ScriptedBroker(brokers=2)
    broker.pass_time(TICK_MS)
    broker.transport.turns_to_open = 10_000
    broker.pass_time(ANSWER_MS_MAX)
    assert broker.attempted_ways == [(0, 0)]
    broker.pass_time(2 * TICK_MS)
    assert broker.attempted_ways == [(0, 0), (0, 1)]


def test_a_lost_network_is_left_at_once_and_the_brokers_tried_in_their_order():
    """A worker walks out of one network into the other."""
    broker = ScriptedBroker(networks=2, brokers=2)
    broker.accept()
    broker.radio.set_lost(True, 0)
    broker.pass_time(3 * TICK_MS)
    assert broker.attempted_ways == [(0, 0), (1, 0)]
    assert broker.connection.way() == (1, 0)


def test_a_quiet_device_goes_back_to_its_first_broker_and_takes_leave_of_the_second(broker):
    """So that no last will calls it lost."""
    pass_quietly(broker, ways.RETURN_MS - 2000)
    assert broker.connection.is_up
    left = broker.transport
    wait_for_attempt(broker)
    assert left.is_closed
    assert left.sent.endswith(mqtt_packets.DISCONNECT)
    broker.accept()
    assert broker.connection.way() == (None, 0)


def test_nobody_goes_back_while_an_alarm_runs_or_anything_is_due(broker):
    """An hour of it changes nothing; what is on its way to the broker counts as due."""
    broker.is_quiet = False
    pass_quietly(broker, 12 * ways.RETURN_MS)
    assert broker.attempted_ways[-1] == (0, 1)
    assert broker.connection.publish("event", b"raised")
    broker.is_quiet = True
    broker.pass_time(TICK_MS)
    assert broker.connection.is_up


def test_an_alarm_during_the_way_back_ends_it_at_once(broker):
    """The way that stood until now is taken again, and not after the attempt's four seconds."""
    wait_for_attempt(broker)
    broker.transport.turns_to_open = 10_000
    broker.pass_time(500)
    broker.is_quiet = False
    broker.pass_time(2 * TICK_MS)
    assert broker.attempted_ways[-2:] == [(0, 0), (0, 1)]
    broker.accept()
    assert broker.connection.publish("event", b"raised")


def test_a_first_broker_that_is_still_dead_costs_one_short_gap(broker):
    """Back on the second one, which never was at fault."""
    wait_for_attempt(broker)
    broker.transport.turns_to_open = 10_000
    broker.pass_time(ANSWER_MS_MAX + 3 * TICK_MS)
    assert broker.attempted_ways[-1] == (0, 1)
    broker.accept()


def test_refused_is_told_only_when_no_way_is_left():
    """One broker refuses; as long as the other may let the device in, nothing is said."""
    broker = ScriptedBroker(brokers=2)
    broker.fault = PeerRefused("the broker's certificate is refused")
    while len(broker.transports) < 2:
        broker.pass_time(TICK_MS)
    assert not broker.connection.ways.is_refused
    broker.pass_time(5 * TICK_MS)
    assert broker.connection.ways.is_refused
    assert broker.connection.refused_connects == 2
    broker.fault = None
    broker.pass_time(ways.REFUSED_RETRY_MS - 1000)
    assert len(broker.transports) == 2
    while len(broker.transports) == 2:
        broker.pass_time(TICK_MS)
    broker.accept()
    assert not broker.connection.ways.is_refused
