"""MQTT packets against the bytes of the standard, and against rubbish; runs on CPython and on MicroPython."""

from firmware.boards import mqtt_packets
from firmware.boards.mqtt_packets import PacketBuffer, PacketError

BUFFER_BYTES, READ_BYTES = 64, 16


def new_buffer():
    """Return an empty buffer."""
    return PacketBuffer(BUFFER_BYTES, READ_BYTES)


def feed(buffer, data):
    """Put bytes in as they fit; return (kind, code, packet id, topic, payload) of each packet."""
    found = []
    while data:
        space = buffer.space()
        assert len(space) > 0
        count = min(len(space), len(data))
        space[:count] = data[:count]
        buffer.filled(count)
        data = data[count:]
        kind = buffer.next_packet()
        while kind:
            found.append((kind, buffer.code, buffer.packet_id, buffer.topic, buffer.payload))
            kind = buffer.next_packet()
    return found


def publish(payload, packet_id=0, topic="t"):
    """Return PUBLISH as a broker would send it."""
    return mqtt_packets.publish(topic, payload, packet_id)


def refusal(data):
    """Return whether these bytes are refused."""
    try:
        feed(new_buffer(), data)
    except PacketError:
        return True
    return False


def test_connect_asks_for_the_session_and_leaves_a_will_at_qos_1():
    """Every byte of 3.1: protocol, flags, keep-alive, client id, will, user name, password."""
    packet = mqtt_packets.connect(("id", "user", "pw"), 300, "w", b"gone")
    assert packet[:12] == b"\x10\x21\x00\x04MQTT\x04\xcc\x01\x2c"
    assert packet[12:] == b"\x00\x02id\x00\x01w\x00\x04gone\x00\x04user\x00\x02pw"


def test_publish_carries_an_id_at_qos_1_and_none_at_qos_0():
    """3.3: the two forms that a device sends."""
    assert mqtt_packets.publish("a/b", b"xy", 0) == b"\x30\x07\x00\x03a/bxy"
    assert mqtt_packets.publish("a/b", b"xy", 0x0102) == b"\x32\x09\x00\x03a/b\x01\x02xy"


def test_subscribe_and_acknowledgement():
    """3.8 and 3.4."""
    assert mqtt_packets.subscribe("a", 1) == b"\x82\x06\x00\x01\x00\x01a\x00"
    assert mqtt_packets.acknowledgement(0x0203) == b"\x40\x02\x02\x03"


def test_lengths_at_the_limits_of_their_bytes():
    """One byte up to 127, two up to 16,383 (2.2.3)."""
    for payload_bytes, head in ((124, b"\x30\x7f"), (125, b"\x30\x80\x01"), (126, b"\x30\x81\x01")):
        assert publish(b"x" * payload_bytes)[: len(head)] == head
    assert publish(b"x" * 16380)[:3] == b"\x30\xff\x7f"
    assert publish(b"x" * 16381)[:4] == b"\x30\x80\x80\x01"


def test_what_a_broker_says_is_read():
    """Each kind of packet that comes down."""
    assert feed(new_buffer(), b"\x20\x02\x00\x05") == [(mqtt_packets.CONNACK, 5, 0, "", None)]
    assert feed(new_buffer(), b"\x40\x02\x01\x02") == [(mqtt_packets.PUBACK, 0, 258, "", None)]
    assert feed(new_buffer(), b"\x90\x03\x00\x01\x80") == [(mqtt_packets.SUBACK, 0x80, 1, "", None)]
    assert feed(new_buffer(), b"\xd0\x00") == [(mqtt_packets.PINGRESP, 0, 0, "", None)]
    assert feed(new_buffer(), publish(b"{}")) == [(mqtt_packets.PUBLISH, 0, 0, "t", b"{}")]
    assert feed(new_buffer(), publish(b"", 7)) == [(mqtt_packets.PUBLISH, 0, 7, "t", b"")]


def test_packets_may_come_in_any_pieces():
    """A network keeps no boundaries: cut at every byte, several packets in a row."""
    data = publish(b"one") + b"\xd0\x00" + publish(b"two", 9) + b"\x40\x02\x00\x09" + publish(b"x" * 40)
    whole = feed(new_buffer(), data)
    assert [packet[4] for packet in whole if packet[0] == mqtt_packets.PUBLISH] == [b"one", b"two", b"x" * 40]
    for cut in range(1, len(data)):
        buffer = new_buffer()
        assert feed(buffer, data[:cut]) + feed(buffer, data[cut:]) == whole, cut


def test_a_packet_that_just_fits_is_kept_and_one_byte_more_is_told():
    """The limit of the buffer, -1/0/+1; what follows is read as if nothing had been."""
    head = 2 + 3
    for length, is_kept in ((BUFFER_BYTES - 1, True), (BUFFER_BYTES, True), (BUFFER_BYTES + 1, False)):
        payload = b"x" * (length - head)
        first, second = feed(new_buffer(), publish(payload) + publish(b"next"))
        assert first[3:] == (("t", payload) if is_kept else ("", None)), length
        assert second[3:] == ("t", b"next")


def test_a_packet_far_too_long_is_passed_over():
    """Longer than the buffer many times over."""
    found = feed(new_buffer(), publish(b"x" * 20000) + b"\xd0\x00")
    assert [packet[0] for packet in found] == [mqtt_packets.PUBLISH, mqtt_packets.PINGRESP]
    assert found[0][4] is None


def test_a_cleared_buffer_remembers_nothing():
    """What an earlier connection left would be taken for the new one's."""
    buffer = new_buffer()
    feed(buffer, publish(b"x" * 90)[:20])
    buffer.clear()
    assert feed(buffer, b"\xd0\x00")[0][0] == mqtt_packets.PINGRESP
    feed(buffer, b"\x40\x02\x00")
    buffer.clear()
    assert feed(buffer, b"\xd0\x00")[0][0] == mqtt_packets.PINGRESP


def test_what_no_broker_says_is_refused():
    """Unknown kinds, wrong lengths and flags, QoS 2, broken topics, lengths without an end."""
    for data in (
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\x10\x02\x00\x00",
        b"\x21\x02\x00\x00",
        b"\x20\x03\x00\x00\x00",
        b"\x40\x01\x00",
        b"\x90\x04\x00\x01\x00\x00",
        b"\xd0\x01\x00",
        b"\x34\x05\x00\x01t\x00\x01",
        b"\x36\x05\x00\x01t\x00\x01",
        b"\x30\x00",
        b"\x30\x01\x00",
        b"\x30\x02\x00\x01",
        b"\x32\x04\x00\x01t\x00",
        b"\x30\x04\x00\x02\xff\xfe",
        b"\x30\xff\xff\xff\xff\x01",
    ):
        assert refusal(data), data
    assert not refusal(b"\x30\x03\x00\x01t")
    assert not refusal(b"\x30\x02\x00\x00")
    assert not refusal(b"\x32\x05\x00\x01t\x00\x01")
    assert not refusal(b"\x30\xff\xff\xff\x7f")


def test_random_bytes_are_packets_or_refused():
    """2,000 streams from one seed: nothing else is ever raised, and there is always space."""
    state = 20261122
    for number in range(2000):
        data = bytearray()
        for _ in range(number % 50 + 1):
            state = (state * 1103515245 + 12345) & 0x3FFFFFFF
            byte = (state >> 12) & 0xFF
            data.append(byte if data or number % 2 else (0x30, 0x32, 0x20, 0x40)[byte & 3])
        refusal(bytes(data))
