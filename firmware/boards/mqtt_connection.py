"""One device's connection to its broker: one `handle()` a tick, which never blocks and never raises.

Decides when a connection that stands, or an attempt, is worth nothing; `ways.Ways` decides which way is tried
and when. Never decides what is said, and never calls the core: it keeps what came until it is taken, and what
cannot be sent is refused and counted, because the core repeats what is due. Times are `now_ms` of the device.
MQTT 3.1.1; nothing beyond QoS 1.
"""

from firmware.boards import mqtt_packets
from firmware.boards.mqtt_packets import PacketBuffer, PacketError
from firmware.boards.outbox import Outbox
from firmware.boards.transport import PeerRefused
from firmware.boards.ways import JOINED, Ways
from protocol import topics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Optional

    from firmware.boards.brokers import Route
    from firmware.boards.radio import Radio
    from firmware.boards.transport import Transport

#: CONNACK codes that do not change by themselves: version, client id, password, permission.
REFUSAL_CODES = (1, 2, 4, 5)
#: What each CONNACK code says (3.2.2.3).
_REFUSALS = (
    "", "unacceptable protocol version", "identifier rejected", "server unavailable",
    "bad user name or password", "not authorized",
)  # fmt: skip

#: Bounds the connect, the handshake with the log-in, and every other answer.
ANSWER_MS_MAX = 4000
#: The broker calls a device lost that was silent for one and a half times this.
KEEP_ALIVE_S = 30
#: How often the broker is asked for a sign of life; longer than its answer may take.
PING_MS = 15000
#: Largest command taken, in bytes with its topic; a longer one is reported, not kept.
PACKET_BYTES_MAX = 2048
READ_BYTES_PER_TICK_MAX = 1024
#: A flood waits in the network, not in the loop.
PACKETS_PER_TICK_MAX = 16
#: Commands that wait for the core, and what they may hold together; further ones are dropped and counted.
INBOX_MAX = 32
INBOX_BYTES_MAX = 4096

#: How far a connection is: none; the network's part; the log-in is sent; the broker has let the device in.
AWAY, OPENING, GREETING, CONNECTED = 0, 1, 2, 3
_SUBSCRIBE_ID = 1
_OUT_OF_RANGE = "out of radio range"


class Connection:
    """The connection of `device` to one of its brokers, kept up until `close`.

    `routes` says how each broker is reached, see `brokers`; `radio` is what the board knows of its networks;
    `take_will` returns the payload of a last will, for one attempt to connect.
    """

    def __init__(
        self, device: str, routes: "list[Route]", take_will: "Callable[[], bytes]", radio: "Radio"
    ) -> None:
        self._device = device
        self._routes = routes
        self._take_will = take_will
        self._radio = radio
        self.ways = Ways(device, radio.network_count, len(routes))
        self._transport: "Optional[Transport]" = None
        self._state = AWAY
        self._buffer = PacketBuffer(PACKET_BYTES_MAX, READ_BYTES_PER_TICK_MAX)
        self._outbox = Outbox(device)
        self._now_ms = self._ping_at_ms = 0
        #: Until when the broker must have answered, or None; and by which packet, or 0.
        self._answer_due_ms: "Optional[int]" = None
        self._awaited = 0
        #: Whether the broker sends the commands.
        self._is_heard = False
        self._inbox: "list[tuple[bytes, str]]" = []
        self._inbox_bytes = 0
        #: True while messages pass in both directions.
        self.is_up = False
        #: Why the link is as it is, in words; "" until the first attempt has ended.
        self.reason = ""
        #: Publishes that were refused (no link, or a full queue), attempts begun, messages dropped,
        #: attempts that ended because one side refused the other, connections whose peer spoke no MQTT.
        self.refused_publishes = self.attempts = self.dropped_messages = self.refused_connects = 0
        self.garbled_connections = 0

    def handle(self, now_ms: int, may_return: bool = False) -> None:
        """Make one step of progress; call it once a tick. `may_return`: nothing is due, and no alarm runs."""
        self._now_ms = now_ms
        ways = self.ways
        if not may_return and ways.is_returning():
            ways.left()
            self._end("something is due while an earlier way is tried")
        if self._state == AWAY:
            if not ways.choose(now_ms, self._radio):
                if ways.is_out_of_range:
                    self.reason = _OUT_OF_RANGE
                return
        elif self._radio.state(ways.network) != JOINED:
            ways.left()
            self._end(_OUT_OF_RANGE)
            return
        elif may_return and self.is_up and self.is_idle() and ways.is_return_due(now_ms, self._radio):
            self._say_goodbye()
            ways.go_back(now_ms)
            self._end("tries an earlier way")
            return
        try:
            self._step()
        except PacketError as error:
            self.garbled_connections += 1
            self._fail(str(error), False)
        except OSError as error:
            self._fail(str(error), isinstance(error, PeerRefused))

    def publish(self, channel: str, payload: bytes) -> bool:
        """Hand one message (bytes) to the broker; return False if it was refused and not sent."""
        is_carried = self._state == CONNECTED and self._outbox.put_message(self._now_ms, channel, payload)
        if not is_carried:
            self.refused_publishes += 1
        elif not self._awaited and self._outbox.is_acknowledgement_overdue(self._now_ms):
            # Is anybody there at all? A dead connection found now costs an alarm less than one found later.
            self._ping()
        return is_carried

    def take_message(self) -> "tuple[bytes, str] | None":
        """Return the oldest (payload, "") that came, or (b"", reason) of one not kept, or None.

        None also while the answers to those before are still waiting: answers must not fill the queue.
        """
        if not self._inbox or self._outbox.is_crowded():
            return None
        taken = self._inbox.pop(0)
        self._inbox_bytes -= len(taken[0])
        return taken

    def counts(self) -> "dict[str, int]":
        """Return what was refused, dropped and tried so far, by name."""
        return {
            "refused_publishes": self.refused_publishes,
            "dropped_messages": self.dropped_messages,
            "connect_attempts": self.attempts,
            "refused_connects": self.refused_connects,
            "garbled_connections": self.garbled_connections,
        }

    def way(self) -> "tuple[Optional[int], Optional[int]]":
        """Return the numbers of the network and the broker that it takes; None where there is but one."""
        ways = self.ways
        network = ways.network if self._radio.network_count > 1 else None
        return network, ways.broker if len(self._routes) > 1 else None

    def is_idle(self) -> bool:
        """Tell whether everything handed over has been sent and acknowledged."""
        return self._outbox.is_idle()

    def close(self) -> None:
        """Take leave of the broker, so that it publishes no last will."""
        self._say_goodbye()
        self._end("switched off")

    def _say_goodbye(self) -> None:
        if self._state == CONNECTED and self._transport is not None:
            self._outbox.put(mqtt_packets.DISCONNECT)
            try:
                self._outbox.send(self._now_ms, self._transport)
            except OSError:
                # It is gone already, and the broker will say so.
                pass

    def _step(self) -> None:
        if self._state == AWAY:
            self._begin_attempt()
        transport = self._transport
        assert transport is not None
        if self._state == OPENING and transport.step():
            self._state = GREETING
            self._await(mqtt_packets.CONNACK)
        if self._state == CONNECTED and self._now_ms >= self._ping_at_ms:
            self._ping()
        is_moving = self._state == OPENING or self._outbox.send(self._now_ms, transport)
        # A handshake is driven by what is written, see tls_transport.
        if self._state == CONNECTED or (self._state == GREETING and self._outbox.is_empty()):
            self._receive(transport)
        due_ms = self._answer_due_ms
        if not is_moving or (due_ms is not None and self._now_ms >= due_ms):
            self._fail("the broker does not answer", False)

    def _begin_attempt(self) -> None:
        self.attempts += 1
        login, transport_class, arguments = self._routes[self.ways.broker]
        will_topic = topics.device_topic(self._device, "presence")
        self._outbox.put(mqtt_packets.connect(login, KEEP_ALIVE_S, will_topic, self._take_will()))
        self._await(0)
        self._state = OPENING
        self._transport = transport_class(*arguments)

    def _fail(self, reason: str, is_refused: bool) -> None:
        """End the connection as it is, since this way leads nowhere now."""
        self.refused_connects += is_refused
        self.ways.failed(self._now_ms, is_refused)
        self._end(reason)

    def _end(self, reason: str) -> None:
        if self._transport is not None:
            self._transport.close()
        self._transport = None
        self._state = AWAY
        self._buffer.clear()
        self._outbox.clear()
        self._awaited, self._answer_due_ms = 0, None
        self.is_up = False
        self.reason = reason

    def _ping(self) -> None:
        """Ask the broker for a sign of life, or for the commands as long as it does not send them."""
        self._ping_at_ms = self._now_ms + PING_MS
        if self._is_heard:
            self._await(mqtt_packets.PINGRESP)
            self._outbox.put(mqtt_packets.PINGREQ)
        else:
            self._await(mqtt_packets.SUBACK)
            self._outbox.put(mqtt_packets.subscribe(self._command_topic(), _SUBSCRIBE_ID))

    def _await(self, kind: int) -> None:
        """Give the other side its time to answer by a packet of this kind; 0 is the network's own part."""
        self._awaited = kind
        self._answer_due_ms = self._now_ms + ANSWER_MS_MAX

    def _receive(self, transport: "Transport") -> None:
        buffer = self._buffer
        kind = buffer.next_packet()
        if not kind:
            buffer.filled(transport.read_into(buffer.space()))
            kind = buffer.next_packet()
        left = PACKETS_PER_TICK_MAX
        while kind and self._state != AWAY:
            self._take(kind)
            left -= 1
            kind = buffer.next_packet() if left else 0

    def _take(self, kind: int) -> None:
        """Act on one packet of the broker."""
        buffer = self._buffer
        if (kind == mqtt_packets.CONNACK) != (self._state == GREETING):
            raise PacketError("who answers speaks out of turn")
        if kind == mqtt_packets.CONNACK:
            self._take_greeting(buffer.code)
        elif kind == mqtt_packets.PUBLISH:
            self._take_publish(buffer)
        elif kind == mqtt_packets.PUBACK:
            self._outbox.acknowledged(self._now_ms, buffer.packet_id)
        elif kind == self._awaited:
            # Anything else answers nothing that was asked.
            self._awaited, self._answer_due_ms = 0, None
            if kind == mqtt_packets.SUBACK:
                self._take_subscription(buffer.code)

    def _take_greeting(self, code: int) -> None:
        if code:
            said = _REFUSALS[code] if code < len(_REFUSALS) else "code " + str(code)
            self._fail("the broker rejected the log-in: " + said, code in REFUSAL_CODES)
            return
        self._state = CONNECTED
        # Asked for anew on each connection, whatever the broker remembers of the session.
        self._is_heard = False
        self._ping()

    def _take_subscription(self, code: int) -> None:
        self._is_heard = code <= mqtt_packets.QOS_MAX
        self.is_up = True
        self.ways.stands(self._now_ms)
        # Half a link is better than none: what this device has to say still goes out.
        self.reason = "connected" if self._is_heard else "connected, but the broker refuses its commands"

    def _take_publish(self, buffer: PacketBuffer) -> None:
        payload, reason = buffer.payload or b"", ""
        if buffer.payload is None:
            reason = "too_long"
        elif buffer.topic != self._command_topic():
            reason = "wrong_channel"
        if len(self._inbox) >= INBOX_MAX or self._inbox_bytes + len(payload) > INBOX_BYTES_MAX:
            self.dropped_messages += 1
            return
        self._inbox.append((payload, reason))
        self._inbox_bytes += len(payload)
        # Only what is kept is acknowledged.
        if buffer.packet_id and not self._outbox.is_crowded():
            self._outbox.put(mqtt_packets.acknowledgement(buffer.packet_id))

    def _command_topic(self) -> str:
        return topics.device_topic(self._device, "command")
