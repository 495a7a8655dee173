"""MQTT 3.1.1 packets, as far as a device needs them: bytes out, and a buffer that finds what came in.

Decides what a well-formed packet is; a peer that speaks otherwise is a `PacketError`, never an index error.
Never decides when anything is sent, and never touches a network. QoS 0 and 1, nothing retained. The
buffer is the only memory: a packet that does not fit is passed over, and told. Section numbers: OASIS
MQTT 3.1.1.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

#: The upper half of a packet's first byte.
CONNACK, PUBLISH, PUBACK, SUBACK, PINGRESP = 0x20, 0x30, 0x40, 0x90, 0xD0
PINGREQ = b"\xc0\x00"
DISCONNECT = b"\xe0\x00"
#: Up to this a SUBACK grants a QoS; all beyond it refuses the filter, or means nothing (3.9.3).
QOS_MAX = 2
#: Lengths of the bodies that have a fixed one.
_BODY_BYTES = {CONNACK: 2, PUBACK: 2, SUBACK: 3, PINGRESP: 0}
#: User name, password, will at QoS 1, and the session goes on where it was (3.1.2.3).
_CONNECT_FLAGS = 0xCC
_LENGTH_BYTES_MAX = 4
_NO_MQTT = "who answers speaks no MQTT"


class PacketError(Exception):
    """What came is nothing that a broker says to a device."""


def _text(text: str) -> bytes:
    return _counted(text.encode())


def _counted(data: bytes) -> bytes:
    return bytes((len(data) >> 8, len(data) & 255)) + data


def _packet(first: int, body: bytes, payload: bytes = b"") -> bytes:
    head, rest = bytearray((first,)), len(body) + len(payload)
    while rest > 127:
        head.append(rest & 127 | 128)
        rest >>= 7
    head.append(rest)
    # A payload may be long: it is copied once.
    return b"".join((bytes(head), body, payload))


def _decoded(data: bytes) -> "Optional[str]":
    try:
        return data.decode()
    except ValueError:
        return None


def connect(login: "tuple[str, str, str]", keep_alive_s: int, will_topic: str, will: bytes) -> bytes:
    """Return CONNECT for (client id, user name, password), with a last will (bytes) at QoS 1."""
    client_id, username, password = login
    head = b"\x00\x04MQTT\x04" + bytes((_CONNECT_FLAGS, keep_alive_s >> 8, keep_alive_s & 255))
    body = head + _text(client_id) + _text(will_topic) + _counted(will) + _text(username) + _text(password)
    return _packet(0x10, body)


def publish(topic: str, payload: bytes, packet_id: int) -> bytes:
    """Return PUBLISH of `payload` (bytes): at QoS 1 with a packet id of 1..65535, at QoS 0 with 0."""
    if not packet_id:
        return _packet(PUBLISH, _text(topic), payload)
    return _packet(PUBLISH | 2, _text(topic) + bytes((packet_id >> 8, packet_id & 255)), payload)


def acknowledgement(packet_id: int) -> bytes:
    """Return PUBACK."""
    return _packet(PUBACK, bytes((packet_id >> 8, packet_id & 255)))


def subscribe(topic: str, packet_id: int) -> bytes:
    """Return SUBSCRIBE for one topic at QoS 0."""
    return _packet(0x82, bytes((packet_id >> 8, packet_id & 255)) + _text(topic) + b"\x00")


class PacketBuffer:
    """What came from the broker, as packets.

    Fill `space()` and say so to `filled`; then `next_packet` returns the kind of one packet after the other,
    and what it holds stands in the attributes until the next call of any of these.
    """

    def __init__(self, bytes_max: int, read_bytes_max: int) -> None:
        """Keep packets of up to `bytes_max` bytes with their head, and take in `read_bytes_max` at once."""
        self._buffer = bytearray(bytes_max)
        self._view = memoryview(self._buffer)
        self._read_bytes_max = read_bytes_max
        # What is filled as long as nothing comes; a new one each time would be garbage.
        self._first_space = self._view[:read_bytes_max]
        #: Where the unread bytes begin and end.
        self._start = self._end = 0
        #: Bytes still to come of a packet that does not fit.
        self._passed_over = 0
        #: Of CONNACK and SUBACK: what the broker answers, 0 is yes.
        self.code = 0
        #: Of PUBACK and SUBACK; of PUBLISH what is to be acknowledged, or 0.
        self.packet_id = 0
        #: Of PUBLISH; a payload of None did not fit.
        self.topic = ""
        self.payload: "Optional[bytes]" = None

    def clear(self) -> None:
        """Forget what an earlier connection left."""
        self._start = self._end = self._passed_over = 0

    def space(self) -> memoryview:
        """Return the part (view) to be filled next; it is never empty."""
        unread = self._end - self._start
        if not unread:
            self._start = self._end = 0
            return self._first_space
        if self._start:
            self._buffer[:unread] = bytes(self._view[self._start : self._end])
            self._start, self._end = 0, unread
        return self._view[self._end : self._end + self._read_bytes_max]

    def filled(self, count: int) -> None:
        """Take in `count` bytes that now stand at the beginning of `space()`."""
        self._end += count

    def next_packet(self) -> int:
        """Return the kind of the next packet, or 0 if there is none that is whole.

        Raises:
            PacketError: what came is none that a broker sends.
        """
        if self._passed_over:
            self._pass_over()
        unread = self._end - self._start
        if unread < 2:
            return 0
        length, head = self._length(unread)
        if head == 0:
            return 0
        first = self._buffer[self._start]
        kind = first & 0xF0
        if kind != PUBLISH and (first & 15 or _BODY_BYTES.get(kind) != length):
            raise PacketError(_NO_MQTT)
        if head + length > len(self._buffer):
            return self._too_long(head + length)
        if head + length > unread:
            return 0
        at = self._start + head
        self._start = at + length
        self._read(first, at, self._start)
        return kind

    def _length(self, unread: int) -> "tuple[int, int]":
        """Return (length of the body, length of the head), the head 0 while it is not whole (2.2.3)."""
        length = 0
        for count in range(_LENGTH_BYTES_MAX):
            if count + 1 >= unread:
                return 0, 0
            byte = self._buffer[self._start + 1 + count]
            length |= (byte & 127) << 7 * count
            if byte < 128:
                return length, count + 2
        raise PacketError(_NO_MQTT)

    def _too_long(self, length: int) -> int:
        self._passed_over = length
        self._pass_over()
        self.topic, self.payload, self.packet_id = "", None, 0
        return PUBLISH

    def _pass_over(self) -> None:
        count = min(self._passed_over, self._end - self._start)
        self._start += count
        self._passed_over -= count

    def _read(self, first: int, at: int, end: int) -> None:
        buffer = self._buffer
        kind = first & 0xF0
        if kind == PUBLISH:
            self._read_publish(first, at, end)
        elif kind == CONNACK:
            self.code = buffer[at + 1]
        elif kind != PINGRESP:
            self.packet_id = buffer[at] << 8 | buffer[at + 1]
            self.code = buffer[at + 2] if kind == SUBACK else 0

    def _read_publish(self, first: int, at: int, end: int) -> None:
        qos = first >> 1 & 3
        topic_at = at + 2
        topic_end = topic_at + (self._buffer[at] << 8 | self._buffer[at + 1]) if end >= topic_at else end
        payload_at = topic_end + 2 if qos else topic_end
        if qos > 1 or end < topic_at or payload_at > end:
            raise PacketError(_NO_MQTT)
        topic = _decoded(bytes(self._view[topic_at:topic_end]))
        if topic is None:
            raise PacketError(_NO_MQTT)
        self.topic = topic
        self.packet_id = self._buffer[topic_end] << 8 | self._buffer[topic_end + 1] if qos else 0
        self.payload = bytes(self._view[payload_at:end])
