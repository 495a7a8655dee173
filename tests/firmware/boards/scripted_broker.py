"""A broker and a network whose every move is the test's, in virtual time."""

from firmware.boards.mqtt_connection import Connection
from firmware.boards.radio import Radio

#: One turn of the loop; compiled modules keep no name of a number that could be imported.
TICK_MS = 20
NAME = "harbour-7"
LOGIN = ("0f" * 16, NAME, "c3" * 16)
CONNECT, PUBLISH, SUBSCRIBE, PINGREQ = 0x10, 0x30, 0x80, 0xC0
ACCEPTED = b"\x20\x02\x00\x00"
REFUSED = 0x80
PINGRESP = b"\xd0\x00"


def suback(packet_id, code=0):
    """Return what a broker answers to a SUBSCRIBE."""
    return bytes((0x90, 3, packet_id >> 8, packet_id & 255, code))


class ScriptedTransport:
    """One connection of the network, whose other end is the test."""

    def __init__(self):
        self.sent = bytearray()
        self.waiting = bytearray()
        self.is_closed = False
        #: Turns until it stands; how many bytes it takes in a turn; what it raises when it is written to.
        self.turns_to_open = 2
        self.takes_bytes = 100_000
        self.fault = None
        self.is_peer_gone = False

    def step(self):
        """Come a turn nearer to standing."""
        self.turns_to_open -= 1
        return self.turns_to_open < 0

    def read_into(self, buffer):
        """Give what the broker said."""
        if self.is_peer_gone:
            raise OSError(104, "the broker closed the connection")
        count = min(len(buffer), len(self.waiting))
        buffer[:count] = self.waiting[:count]
        self.waiting = self.waiting[count:]
        return count

    def write(self, data):
        """Take as much as it takes."""
        if self.fault:
            raise self.fault
        taken = bytes(data[: self.takes_bytes])
        self.sent += taken
        return len(taken)

    def close(self):
        """End it."""
        self.is_closed = True


class ScriptedBroker:
    """The transports of one connection after another, and the device's time."""

    def __init__(self, networks=1, brokers=1):
        self.now_ms = 0
        #: Nothing is due on the device.
        self.is_quiet = False
        #: Numbers of the brokers that are not there.
        self.dead = set()
        #: (network, broker) of each attempt.
        self.attempted_ways = []
        self.transports = []
        self.attempted_at_ms = []
        self.wills = 0
        self.fault = None
        self.radio = Radio(networks)
        routes = [(LOGIN, self._open, (number,)) for number in range(brokers)]
        self.connection = Connection(NAME, routes, self._take_will, self.radio)

    def _open(self, broker):
        self.attempted_ways.append((self.connection.ways.network, broker))
        self.transports.append(ScriptedTransport())
        self.transports[-1].fault = OSError(111, "nobody answers") if broker in self.dead else self.fault
        self.attempted_at_ms.append(self.now_ms)
        return self.transports[-1]

    def _take_will(self):
        self.wills += 1
        return b"will %d" % self.wills

    @property
    def transport(self):
        """The latest connection's network part."""
        return self.transports[-1]

    def pass_time(self, duration_ms):
        """Take turns for this long."""
        end_ms = self.now_ms + duration_ms
        while self.now_ms < end_ms:
            self.now_ms += TICK_MS
            self.connection.handle(self.now_ms, self.is_quiet)

    def answer(self, data):
        """Let the broker say something, and the device hear it."""
        self.transport.waiting += data
        self.pass_time(3 * TICK_MS)

    def accept(self):
        """Bring the link up."""
        self.pass_time(5 * TICK_MS)
        self.answer(ACCEPTED)
        self.answer(suback(self.last_packet_id(SUBSCRIBE)))
        assert self.connection.is_up, self.connection.reason

    def packets(self, kind):
        """Return the packets (bytes) of one type which the device sent on the latest connection."""
        found, rest = [], bytes(self.transport.sent)
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
