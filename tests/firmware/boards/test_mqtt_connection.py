"""The connection against a scripted broker in virtual time: what a real broker rarely does."""

import itertools

import pytest
from chumicro_mqtt.testing import (
    canned_connack_bytes,
    canned_puback_bytes,
    canned_publish_bytes,
    canned_suback_bytes,
)
from chumicro_sockets.testing import FakeSocket, FakeSocketConnector

from firmware.boards import mqtt_connection
from firmware.boards.mqtt_connection import Connection
from firmware.clock import TICK_MS
from protocol import topics

NAME = "harbour-7"
LOGIN = ("0f" * 16, NAME, "c3" * 16)
CONNECT, PUBLISH, SUBSCRIBE = 0x10, 0x30, 0x80
REFUSED = 0x80


class ScriptedBroker:
    """The sockets of one connection after another, and the device's time."""

    def __init__(self):
        self.now_ms = 0
        self.sockets = []
        self.attempted_at_ms = []
        self.wills = 0
        self.connection = Connection(NAME, LOGIN, self._connector, self._take_will)

    def _connector(self):
        self.sockets.append(FakeSocket())
        self.attempted_at_ms.append(self.now_ms)
        return FakeSocketConnector(actions=["dns_ok", "tcp_ok"], socket=self.sockets[-1])

    def _take_will(self):
        self.wills += 1
        return b"will %d" % self.wills

    @property
    def socket(self):
        """The latest connection's socket."""
        return self.sockets[-1]

    def pass_time(self, duration_ms):
        """Take turns for this long."""
        end_ms = self.now_ms + duration_ms
        while self.now_ms < end_ms:
            self.now_ms += TICK_MS
            self.connection.handle(self.now_ms)

    def answer(self, data):
        """Let the broker say something, and the device hear it."""
        self.socket.enqueue_recv(data)
        self.pass_time(3 * TICK_MS)

    def accept(self):
        """Bring the link up."""
        self.pass_time(5 * TICK_MS)
        self.answer(canned_connack_bytes())
        self.answer(canned_suback_bytes(self.last_packet_id(SUBSCRIBE)))
        assert self.connection.is_up, self.connection.reason

    def packets(self, kind):
        """Return the packets (bytes) of one type which the device sent on the latest connection."""
        found, rest = [], bytes(self.socket.sent)
        while rest:
            # Remaining lengths of one or two bytes are all a test needs.
            length = rest[1] if rest[1] < 128 else rest[1] - 128 + rest[2] * 128
            end = (2 if rest[1] < 128 else 3) + length
            if rest[0] & 0xF0 == kind:
                found.append(rest[:end])
            rest = rest[end:]
        return found

    def last_packet_id(self, kind):
        """Return the packet id of the last SUBSCRIBE, or of the last PUBLISH at QoS 1."""
        packet = self.packets(kind)[-1]
        if kind == SUBSCRIBE:
            return int.from_bytes(packet[2:4], "big")
        topic_end = 4 + int.from_bytes(packet[2:4], "big")
        return int.from_bytes(packet[topic_end : topic_end + 2], "big")


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
    broker.answer(canned_connack_bytes())
    assert not broker.connection.is_up
    broker.answer(canned_suback_bytes(broker.last_packet_id(SUBSCRIBE)))
    assert broker.connection.is_up


def test_each_attempt_carries_a_fresh_last_will(broker):
    """The will of an earlier connection would be told from the new one by nothing."""
    broker.accept()
    broker.socket.simulate_peer_close()
    broker.pass_time(6000)
    wills = [packet for packet in broker.packets(CONNECT) if b"will 2" in packet]
    assert len(broker.sockets) == 2
    assert len(wills) == 1


def test_a_lost_connection_is_tried_again_at_least_every_5_s(broker):
    """A worker on the floor does not wait for a back-off."""
    broker.accept()
    broker.socket.simulate_peer_close()
    for _ in range(8):
        broker.pass_time(mqtt_connection.RETRY_MS // 2)
        broker.socket.simulate_peer_close()
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
    broker.answer(canned_connack_bytes(return_code=code))
    assert "rejected" in broker.connection.reason
    broker.pass_time(mqtt_connection.REFUSED_RETRY_MS + mqtt_connection.REFUSED_JITTER_MS + 200)
    first_ms, second_ms = broker.attempted_at_ms[:2]
    assert second_ms - first_ms >= mqtt_connection.REFUSED_RETRY_MS


def test_a_device_whose_commands_are_refused_still_sends_its_alarms(broker):
    """Half a link is better than none."""
    broker.pass_time(100)
    broker.answer(canned_connack_bytes())
    broker.answer(canned_suback_bytes(broker.last_packet_id(SUBSCRIBE), REFUSED))
    assert not broker.connection.is_up
    broker.pass_time(6000)
    broker.answer(canned_connack_bytes())
    assert broker.connection.is_up
    assert "refuses its commands" in broker.connection.reason
    assert broker.connection.publish("event", b"raised")
    broker.pass_time(100)
    assert qos_of(broker.packets(PUBLISH)[-1]) == 1


def test_an_event_without_acknowledgement_for_5_s_goes_at_qos_0_as_well(broker):
    """A broker with a full disk acknowledges nothing, but still passes QoS 0 on."""
    broker.accept()
    broker.connection.publish("event", b"raised 0")
    broker.pass_time(mqtt_connection.UNACKNOWLEDGED_MS_MAX)
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
    broker.answer(canned_puback_bytes(broker.last_packet_id(PUBLISH)))
    broker.pass_time(mqtt_connection.UNACKNOWLEDGED_MS_MAX)
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
        broker.socket.enqueue_recv(b"\xd0\x00")
    assert len(broker.connection._client._in_flight) <= mqtt_connection.UNACKNOWLEDGED_MAX
    assert len(broker.sockets) == 1
    assert any(packet.endswith(b"raised 59") for packet in broker.packets(PUBLISH))


def test_telemetry_leaves_places_in_the_queue_for_an_alarm(broker):
    """Alarms have their own slot that telemetry cannot fill."""
    broker.accept()
    taken = sum(broker.connection.publish("heartbeat", b"beat") for _ in range(100))
    assert taken == mqtt_connection.QUEUED_TELEMETRY_MAX
    assert broker.connection.refused_publishes == 100 - taken
    assert broker.connection.publish("event", b"raised")
    assert not broker.connection.publish("trace", b"piece")


def test_a_flood_of_commands_leaves_places_in_the_queue_for_an_alarm(broker):
    """Each command is answered on the channel of events; answers wait their turn, an alarm does not."""
    broker.accept()
    command = topics.device_topic(NAME, "command")
    for _ in range(200):
        broker.socket.enqueue_recv(canned_publish_bytes(command, b"{}") * 12)
        broker.pass_time(TICK_MS)
        while broker.connection.take_message():
            broker.connection.publish("event", b"answer")
        assert len(broker.connection._client._tx_queue) < mqtt_connection.QUEUED_MAX - 5
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
    broker.socket.simulate_peer_close()
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
    broker.answer(canned_publish_bytes(command, b"{}"))
    broker.socket.enqueue_recv(canned_publish_bytes(command, b"x" * 4000))
    broker.pass_time(1000)
    broker.answer(canned_publish_bytes(topics.device_topic("harbour-8", "command"), b"{}"))
    given = [broker.connection.take_message() for _ in range(4)]
    assert given == [(b"{}", ""), (b"", "too_long"), (b"{}", "wrong_channel"), None]


def test_a_device_out_of_radio_range_neither_speaks_nor_tries(broker):
    """The broker must find out by itself, as in reality: no farewell that would suppress the last will."""
    broker.accept()
    sent = len(broker.socket.sent)
    broker.connection.set_radio(is_lost=True)
    assert broker.socket.closed
    broker.pass_time(60_000)
    assert len(broker.socket.sent) == sent
    assert len(broker.sockets) == 1
    assert broker.connection.reason == "out of radio range"
    broker.connection.set_radio(is_lost=False)
    broker.accept()
    assert len(broker.sockets) == 2
