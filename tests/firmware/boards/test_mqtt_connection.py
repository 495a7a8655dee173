"""The connection against a scripted broker in virtual time: what a real broker rarely does."""

import itertools

import pytest

from firmware.boards import mqtt_connection, mqtt_packets, outbox, ways
from firmware.boards.transport import PeerRefused
from firmware.clock import TICK_MS
from protocol import topics
from tests.firmware.boards.scripted_broker import (
    ACCEPTED,
    CONNECT,
    NAME,
    PINGREQ,
    PINGRESP,
    PUBLISH,
    REFUSED,
    SUBSCRIBE,
    ScriptedBroker,
    suback,
)


def qos_of(packet):
    """Return the QoS of a PUBLISH."""
    return packet[0] >> 1 & 3


@pytest.fixture
def broker():
    """A device that has just been switched on, and its broker."""
    return ScriptedBroker()


def test_the_link_is_up_only_once_the_broker_grants_the_commands(broker):
    """A device that cannot hear receipts must not believe that its link stands."""
    broker.pass_time(100)
    broker.answer(ACCEPTED)
    assert not broker.connection.is_up
    broker.answer(suback(broker.last_packet_id(SUBSCRIBE)))
    assert broker.connection.is_up


def test_each_attempt_carries_a_fresh_last_will(broker):
    """The will of an earlier connection would be told from the new one by nothing."""
    broker.accept()
    broker.transport.is_peer_gone = True
    broker.pass_time(6000)
    wills = [packet for packet in broker.packets(CONNECT) if b"will 2" in packet]
    assert len(broker.transports) == 2
    assert len(wills) == 1


def test_a_lost_connection_is_tried_again_at_least_every_5_s(broker):
    """A worker on the floor does not wait for a back-off."""
    broker.accept()
    broker.transport.is_peer_gone = True
    for _ in range(8):
        broker.pass_time(ways.RETRY_MS // 2)
        broker.transport.is_peer_gone = True
    broker.pass_time(20_000)
    later = broker.attempted_at_ms[1:]
    gaps = [after - before for before, after in itertools.pairwise(later)]
    assert len(gaps) >= 4
    assert max(gaps) <= 5000 + 2 * TICK_MS
    assert len(set(gaps)) > 1, "no jitter"


@pytest.mark.parametrize("code", mqtt_connection.REFUSAL_CODES)
def test_a_refused_log_in_is_tried_again_slowly_and_said(broker, code):
    """A wrong password must not become a storm, and not silence either."""
    broker.pass_time(100)
    broker.answer(bytes((0x20, 2, 0, code)))
    assert "rejected" in broker.connection.reason
    broker.pass_time(ways.REFUSED_RETRY_MS + ways.REFUSED_JITTER_MS + 200)
    first_ms, second_ms = broker.attempted_at_ms[:2]
    assert second_ms - first_ms >= ways.REFUSED_RETRY_MS


def test_a_device_whose_commands_are_refused_still_sends_its_alarms_and_asks_again(broker):
    """Half a link is better than none, and a whole one better than half."""
    broker.pass_time(100)
    broker.answer(ACCEPTED)
    broker.answer(suback(broker.last_packet_id(SUBSCRIBE), REFUSED))
    assert "refuses its commands" in broker.connection.reason
    assert broker.connection.publish("event", b"raised")
    broker.pass_time(100)
    assert qos_of(broker.packets(PUBLISH)[-1]) == 1
    broker.pass_time(mqtt_connection.PING_MS)
    assert len(broker.packets(SUBSCRIBE)) == 2
    broker.answer(suback(broker.last_packet_id(SUBSCRIBE)))
    assert broker.connection.reason == "connected"


def test_an_event_without_acknowledgement_for_5_s_goes_at_qos_0_as_well(broker):
    """A broker with a full disk acknowledges nothing, but still passes QoS 0 on."""
    broker.accept()
    broker.connection.publish("event", b"raised 0")
    broker.pass_time(outbox.UNACKNOWLEDGED_MS_MAX)
    broker.connection.publish("event", b"raised 1")
    broker.pass_time(100)
    sent = [(qos_of(packet), packet[-8:]) for packet in broker.packets(PUBLISH)]
    assert (0, b"raised 1") in sent
    assert (1, b"raised 1") in sent
    assert (0, b"raised 0") not in sent


def test_an_acknowledged_event_goes_once(broker):
    """QoS 0 beside QoS 1 is for trouble only."""
    broker.accept()
    broker.connection.publish("event", b"raised 0")
    broker.pass_time(100)
    broker.answer(mqtt_packets.acknowledgement(broker.last_packet_id(PUBLISH)))
    broker.pass_time(outbox.UNACKNOWLEDGED_MS_MAX)
    broker.connection.publish("event", b"raised 1")
    broker.pass_time(100)
    assert [qos_of(packet) for packet in broker.packets(PUBLISH)] == [1, 1]
    assert broker.connection.is_up


def test_a_broker_that_never_acknowledges_fills_no_queue_and_ends_no_connection(broker):
    """An alarm repeated for minutes stays within the bounds."""
    broker.accept()
    for repeat in range(60):
        assert broker.connection.publish("event", b"raised %d" % repeat)
        broker.pass_time(1000)
        broker.transport.waiting += PINGRESP
    assert not broker.connection.is_idle()
    assert len(broker.transports) == 1
    assert any(packet.endswith(b"raised 59") for packet in broker.packets(PUBLISH))


def test_telemetry_leaves_places_in_the_queue_for_an_alarm(broker):
    """Alarms have their own slot that telemetry cannot fill."""
    broker.accept()
    taken = sum(broker.connection.publish("heartbeat", b"beat") for _ in range(100))
    assert taken == outbox.QUEUED_TELEMETRY_MAX
    assert broker.connection.refused_publishes == 100 - taken
    assert broker.connection.publish("event", b"raised")
    assert not broker.connection.publish("trace", b"piece")


def test_a_flood_of_commands_leaves_places_in_the_queue_for_an_alarm(broker):
    """Each command is answered on the channel of events; answers wait their turn, an alarm does not."""
    broker.accept()
    command = topics.device_topic(NAME, "command")
    for _ in range(200):
        broker.transport.waiting += mqtt_packets.publish(command, b"{}", 0) * 12
        broker.pass_time(TICK_MS)
        while broker.connection.take_message():
            broker.connection.publish("event", b"answer")
        assert len(broker.connection._outbox._packets) < outbox.QUEUED_MAX - 5
    assert broker.connection.dropped_messages > 0
    assert broker.connection.publish("event", b"raised")


def test_nothing_is_kept_for_later_while_there_is_no_link(broker):
    """The core repeats what is due; a queue would only deliver old news late."""
    assert not broker.connection.publish("event", b"raised")
    broker.accept()
    broker.pass_time(1000)
    assert not broker.packets(PUBLISH)
    assert broker.connection.refused_publishes == 1


def test_unacknowledged_events_of_a_lost_connection_are_left_to_the_core(broker):
    """The client would send old news first, and before the broker has let it in."""
    broker.accept()
    for repeat in range(8):
        broker.connection.publish("event", b"raised %d" % repeat)
    broker.pass_time(15_000)
    broker.transport.is_peer_gone = True
    broker.pass_time(6000)
    broker.accept()
    broker.pass_time(8000)
    assert broker.connection.is_up
    assert not broker.packets(PUBLISH)


def test_a_device_asks_for_its_session_and_leaves_a_will_that_arrives(broker):
    """Flags of the CONNECT packet: no clean session, will at QoS 1, not retained, user and password."""
    broker.pass_time(200)
    connect = broker.packets(CONNECT)[0]
    flags = connect[connect.index(b"MQTT") + 5]
    assert flags == 0b1100_1100


@pytest.mark.parametrize(
    "noise",
    [b"HTTP/1.1 400 Bad Request\r\n" * 4, b"\x32\x06\x00\x04\xff\xfe\xfd\xfc", b"\x30\xff\xff\xff\xff\xff"],
)
def test_a_peer_that_speaks_no_mqtt_is_left_with_a_reason(broker, noise):
    """The other side's fault never goes through the loop."""
    broker.accept()
    broker.answer(noise)
    assert not broker.connection.is_up
    assert broker.connection.reason not in ("", "connected")


def test_a_message_is_handed_on_and_one_that_is_too_long_is_told(broker):
    """What cannot be kept is counted by the core as undecodable."""
    broker.accept()
    command = topics.device_topic(NAME, "command")
    broker.answer(mqtt_packets.publish(command, b"{}", 0))
    broker.transport.waiting += mqtt_packets.publish(command, b"x" * 4000, 0)
    broker.pass_time(1000)
    broker.answer(mqtt_packets.publish(topics.device_topic("harbour-8", "command"), b"{}", 0))
    given = [broker.connection.take_message() for _ in range(4)]
    assert given == [(b"{}", ""), (b"", "too_long"), (b"{}", "wrong_channel"), None]


def test_a_device_out_of_radio_range_neither_speaks_nor_tries(broker):
    """The broker must find out by itself, as in reality: no farewell that would suppress the last will."""
    broker.accept()
    sent = len(broker.transport.sent)
    broker.radio.set_lost(True, 0)
    broker.pass_time(TICK_MS)
    assert broker.transport.is_closed
    broker.pass_time(60_000)
    assert len(broker.transport.sent) == sent
    assert len(broker.transports) == 1
    assert broker.connection.reason == "out of radio range"
    broker.radio.set_lost(False, 0)
    broker.accept()
    assert len(broker.transports) == 2


@pytest.mark.parametrize(("late_ms", "is_up"), [(-TICK_MS, True), (0, True), (TICK_MS, False)])
def test_a_broker_that_answers_no_ping_within_4_s_is_left(broker, late_ms, is_up):
    """A connection that stands and carries nothing is the worst of all: the limit, -1/0/+1 turn."""
    broker.accept()
    while not broker.packets(PINGREQ):
        broker.pass_time(TICK_MS)
    broker.pass_time(mqtt_connection.ANSWER_MS_MAX - TICK_MS + late_ms)
    broker.transport.waiting += PINGRESP
    broker.pass_time(TICK_MS)
    assert broker.connection.is_up is is_up


def test_a_broker_that_does_not_greet_is_left_after_4_s(broker):
    """Something else may listen at its address, and say nothing."""
    broker.pass_time(100)
    assert broker.packets(CONNECT)
    broker.pass_time(mqtt_connection.ANSWER_MS_MAX)
    assert broker.connection.reason == "the broker does not answer"
    assert broker.transport.is_closed


def test_a_network_that_does_not_connect_is_left_after_4_s(broker):
    """A packet filter answers nothing at all."""
    broker.pass_time(TICK_MS)
    broker.transport.turns_to_open = 10_000
    broker.pass_time(mqtt_connection.ANSWER_MS_MAX)
    assert broker.connection.reason == "the broker does not answer"
    assert not broker.transport.sent


def test_packets_leave_whole_through_a_network_that_takes_a_few_bytes_a_turn(broker):
    """The edge of radio range."""
    broker.accept()
    sent = len(broker.transport.sent)
    broker.transport.takes_bytes = 7
    broker.connection.publish("event", b"raised 0")
    broker.connection.publish("heartbeat", b"beat")
    broker.pass_time(1000)
    raised, beat = broker.packets(PUBLISH)
    assert raised.endswith(b"raised 0")
    assert beat.endswith(b"beat")
    assert len(broker.transport.sent) > sent


def test_a_network_that_takes_nothing_for_4_s_is_left(broker):
    """What waits must not be taken for what was sent."""
    broker.accept()
    broker.transport.takes_bytes = 0
    broker.connection.publish("event", b"raised")
    broker.pass_time(outbox.SEND_MS_MAX)
    assert broker.connection.is_up
    broker.pass_time(TICK_MS)
    assert not broker.connection.is_up


def test_a_refused_certificate_is_tried_again_slowly_counted_and_said(broker):
    """Another broker at the address must neither hear the password nor be asked for it in a storm."""
    broker.fault = PeerRefused("the broker's certificate is refused")
    broker.pass_time(1000)
    assert "certificate" in broker.connection.reason
    assert broker.connection.counts()["refused_connects"] == 1
    broker.pass_time(ways.REFUSED_RETRY_MS + ways.REFUSED_JITTER_MS)
    assert broker.connection.counts()["refused_connects"] == 2
    assert broker.attempted_at_ms[1] - broker.attempted_at_ms[0] >= ways.REFUSED_RETRY_MS
    assert not broker.transport.sent


def test_a_command_at_qos_1_is_acknowledged(broker):
    """A device asks for QoS 0; a broker that sends more is answered all the same."""
    broker.accept()
    broker.answer(mqtt_packets.publish(topics.device_topic(NAME, "command"), b"{}", 77))
    assert broker.connection.take_message() == (b"{}", "")
    assert broker.transport.sent.endswith(mqtt_packets.acknowledgement(77))


@pytest.mark.parametrize("data", [ACCEPTED, b"\x90\x03\x00\x01\x00"])
def test_a_greeting_counts_only_as_the_first_word(broker, data):
    """Whoever speaks out of turn is no broker."""
    is_first = data != ACCEPTED
    broker.pass_time(100) if is_first else broker.accept()
    broker.answer(data)
    assert not broker.connection.is_up
    assert "out of turn" in broker.connection.reason


def test_a_device_that_is_switched_off_takes_leave(broker):
    """The broker publishes no last will for it."""
    broker.accept()
    broker.connection.close()
    assert broker.transport.sent.endswith(mqtt_packets.DISCONNECT)
    assert broker.transport.is_closed


def test_a_device_that_is_switched_off_while_its_network_breaks_just_ends(broker):
    """Nobody is left to take leave of."""
    broker.accept()
    broker.transport.fault = OSError(32, "gone")
    broker.connection.close()
    assert broker.transport.is_closed
    assert broker.connection.reason == "switched off"


def test_a_queue_that_is_full_refuses_even_an_event_and_says_so(broker):
    """A bound that is not held is none; the core repeats what is due."""
    broker.accept()
    taken = sum(broker.connection.publish("event", b"raised") for _ in range(outbox.QUEUED_MAX + 1))
    assert taken == outbox.QUEUED_MAX
    assert broker.connection.counts()["refused_publishes"] == 1
