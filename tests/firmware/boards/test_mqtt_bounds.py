"""The connection against a broker that is broken, hostile or half dead: every queue keeps its bound."""

import itertools
import random

import pytest

from firmware.boards import mqtt_connection, mqtt_packets, outbox, ways
from firmware.clock import TICK_MS
from protocol import topics
from tests.firmware.boards.scripted_broker import (
    ACCEPTED,
    NAME,
    PINGREQ,
    PINGRESP,
    PUBLISH,
    SUBSCRIBE,
    ScriptedBroker,
    suback,
)

COMMAND = topics.device_topic(NAME, "command")
#: What a broker says, to be cut, twisted and mixed.
SAID = (
    ACCEPTED,
    PINGRESP,
    suback(1),
    mqtt_packets.acknowledgement(2),
    mqtt_packets.publish(COMMAND, b"{}", 0),
    mqtt_packets.publish(COMMAND, b"x" * 3000, 7),
)


@pytest.fixture
def broker():
    """A device whose link stands, and its broker."""
    standing = ScriptedBroker()
    standing.accept()
    return standing


def acknowledge(broker, packet_id):
    """Let the broker acknowledge a packet."""
    broker.answer(mqtt_packets.acknowledgement(packet_id))


def is_sent_plain(broker, payload):
    """Tell whether this was published at QoS 0."""
    return any(packet[0] == PUBLISH and packet.endswith(payload) for packet in broker.packets(PUBLISH))


def twisted(rng, data):
    """Return packets with one byte changed, lost or doubled."""
    at = rng.randrange(len(data))
    return data[:at] + rng.choice((bytes((rng.randrange(256),)), b"", data[at : at + 1] * 2)) + data[at + 1 :]


def test_no_rubbish_ends_the_loop_or_breaks_a_bound():
    """300 connections, one seed: nothing is raised, and the device tries again in its time."""
    rng = random.Random(20261122)
    broker = ScriptedBroker()
    for number in range(300):
        broker.pass_time(ways.RETRY_MS + ways.RETRY_JITTER_MS)
        if broker.packets(0x10) and rng.random() < 0.8:
            broker.answer(ACCEPTED + (suback(1) if rng.random() < 0.8 else b""))
        said = b"".join(rng.choices(SAID, k=rng.randrange(1, 8)))
        broker.answer(twisted(rng, said) if number % 2 else rng.randbytes(rng.randrange(1, 60)))
        broker.connection.publish("event", b"raised")
        assert len(broker.connection._inbox) <= mqtt_connection.INBOX_MAX
        assert broker.connection._inbox_bytes <= mqtt_connection.INBOX_BYTES_MAX
    left = [transport for transport in broker.transports[:-1] if not transport.is_closed]
    assert not left, "a connection given up was not closed"
    assert broker.connection.garbled_connections > 20
    broker.radio.set_lost(True, 0)
    broker.pass_time(ways.FIRST_JITTER_MS)
    broker.radio.set_lost(False, 0)
    broker.accept()


@pytest.mark.parametrize("more_bytes", [-1, 0, 1])
def test_commands_that_wait_have_a_bound_in_bytes(broker, more_bytes):
    """A flood of long commands must not take the heap: the limit, -1/0/+1 byte."""
    half = mqtt_connection.INBOX_BYTES_MAX // 4
    sizes = (half, half, half, half + more_bytes)
    for size in sizes:
        broker.transport.waiting += mqtt_packets.publish(COMMAND, b"x" * size, 0)
    broker.pass_time(1000)
    is_over = more_bytes > 0
    assert broker.connection.dropped_messages == is_over
    taken = 0
    while broker.connection.take_message():
        taken += 1
    assert taken == len(sizes) - is_over
    broker.answer(mqtt_packets.publish(COMMAND, b"{}", 0))
    assert broker.connection.take_message() == (b"{}", "")


def test_a_dropped_command_is_not_acknowledged(broker):
    """At QoS 1 the broker would believe that it has arrived."""
    for packet_id in range(1, mqtt_connection.INBOX_MAX + 2):
        broker.transport.waiting += mqtt_packets.publish(COMMAND, b"{}", packet_id)
        broker.pass_time(TICK_MS)
    broker.pass_time(100)
    assert broker.connection.dropped_messages == 1
    assert mqtt_packets.acknowledgement(mqtt_connection.INBOX_MAX) in broker.transport.sent
    assert mqtt_packets.acknowledgement(mqtt_connection.INBOX_MAX + 1) not in broker.transport.sent


@pytest.mark.parametrize("packet_id", [0, 1, 9, 65535])
def test_an_acknowledgement_of_what_was_never_sent_proves_nothing(broker, packet_id):
    """It neither ends the waiting nor puts off the moment when an alarm goes at QoS 0 as well."""
    broker.connection.publish("event", b"raised 0")
    broker.pass_time(outbox.UNACKNOWLEDGED_MS_MAX - 10 * TICK_MS)
    acknowledge(broker, packet_id)
    assert not broker.connection.is_idle()
    broker.pass_time(10 * TICK_MS)
    broker.connection.publish("event", b"raised 1")
    broker.pass_time(100)
    assert is_sent_plain(broker, b"raised 1")


def test_a_heartbeat_passes_a_broker_that_acknowledges_nothing(broker):
    """A full disk stops QoS 1 only; a device that is heard no more would be searched for."""
    for repeat in range(outbox.UNACKNOWLEDGED_MAX):
        broker.connection.publish("event", b"raised %d" % repeat)
        broker.pass_time(100)
    assert not broker.connection.publish("trace", b"piece")
    assert broker.connection.publish("heartbeat", b"beat")
    broker.pass_time(100)
    assert is_sent_plain(broker, b"beat")


def test_a_connection_that_swallows_an_alarm_is_left_within_10_s(broker):
    """The repeat of an event that nobody acknowledged asks at once whether anybody is there."""
    broker.connection.publish("event", b"raised 0")
    broker.pass_time(outbox.UNACKNOWLEDGED_MS_MAX)
    asked = len(broker.packets(PINGREQ))
    for repeat in range(20):
        broker.connection.publish("event", b"raised %d" % repeat)
        broker.pass_time(TICK_MS)
    assert len(broker.packets(PINGREQ)) == asked + 1, "asked again before an answer was due"
    broker.pass_time(mqtt_connection.ANSWER_MS_MAX)
    assert not broker.connection.is_up
    assert broker.connection.reason == "the broker does not answer"


def test_an_answer_to_what_was_not_asked_is_none():
    """A PINGRESP does not grant the commands, and a second SUBACK does not take them away."""
    broker = ScriptedBroker()
    broker.pass_time(5 * TICK_MS)
    broker.answer(ACCEPTED + PINGRESP)
    broker.pass_time(mqtt_connection.ANSWER_MS_MAX)
    assert broker.connection.reason == "the broker does not answer"
    broker.pass_time(ways.RETRY_MS + ways.RETRY_JITTER_MS)
    broker.accept()
    broker.answer(suback(broker.last_packet_id(SUBSCRIBE), 0x80))
    assert broker.connection.reason == "connected"


@pytest.mark.parametrize(
    ("code", "is_granted"), [(0, True), (2, True), (3, False), (0x7F, False), (0x80, False)]
)
def test_only_what_grants_the_commands_grants_them(code, is_granted):
    """3.9.3 knows 0, 1, 2 and 0x80; a device that takes another for a yes would wait for receipts in vain."""
    broker = ScriptedBroker()
    broker.pass_time(5 * TICK_MS)
    broker.answer(ACCEPTED)
    broker.answer(suback(broker.last_packet_id(SUBSCRIBE), code))
    assert (broker.connection.reason == "connected") is is_granted


def test_a_broker_that_hangs_up_at_once_is_not_tried_in_a_storm():
    """An hour of it: an attempt every 3 to 5 s, and every connection is closed."""
    broker = ScriptedBroker()
    for _ in range(800):
        broker.pass_time(3 * TICK_MS)
        if broker.transports:
            broker.transport.is_peer_gone = True
        broker.now_ms += ways.RETRY_MS
    gaps = [after - before for before, after in itertools.pairwise(broker.attempted_at_ms)]
    assert len(gaps) > 300
    assert min(gaps) >= ways.RETRY_MS
    assert sum(not transport.is_closed for transport in broker.transports) <= 1


def test_no_name_gives_a_device_the_same_delay_for_ever():
    """The series of this one began with 65,536, which follows itself."""
    unlucky = ways.Ways("unit-146558", 1, 1)
    assert len({unlucky._next_jitter(2000) for _ in range(20)}) > 15


def test_a_flood_of_small_packets_is_worked_off_a_few_a_turn_and_loses_none(broker):
    """Hundreds fit into what is read at once; the loop has alarms to care for."""
    count = mqtt_connection.PACKETS_PER_TICK_MAX
    broker.transport.waiting += mqtt_packets.publish(COMMAND, b"{}", 0) * (2 * count + 1)
    taken = []
    for _ in range(4):
        broker.pass_time(TICK_MS)
        taken.append(0)
        while broker.connection.take_message():
            taken[-1] += 1
    assert max(taken) == count
    assert sum(taken) == 2 * count + 1
