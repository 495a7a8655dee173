"""One device's connection to its broker: one `handle()` a tick, which never blocks and never raises.

Decides when to connect, when to try again, and when a connection that stands is worth nothing. Never
decides what is said, and never calls the core: it keeps what came until it is taken, and what cannot be
sent is refused and counted, because the core repeats what is due. Times are `now_ms` of the device.
MQTT 3.1.1; nothing beyond QoS 1.
"""

import binascii

from firmware.boards import mqtt_packets
from firmware.boards.mqtt_packets import PacketBuffer, PacketError
from firmware.boards.outbox import Outbox
from firmware.boards.transport import PeerRefused
from protocol import topics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Optional

    from firmware.boards.transport import Transport

#: An attempt starts this long after the one before it, and up to RETRY_JITTER_MS later, so that a
#: broker that comes back does not meet all its devices in one moment.
RETRY_MS = 3000
RETRY_JITTER_MS = 2000
#: After a lost connection the first attempt is spread over this time.
FIRST_JITTER_MS = 1000
#: The same once trying again changes nothing by itself: a refused password, name or certificate.
REFUSED_RETRY_MS = 30000
REFUSED_JITTER_MS = 10000
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


class Connection:
    """The connection of `device` to its broker, kept up until `close`.

    `login` is (client id, user name, password). `open_transport` begins a new connection of the network, see
    `transport.Transport`; `take_will` returns the payload of a last will, for one attempt to connect.
    """

    def __init__(
        self,
        device: str,
        login: "tuple[str, str, str]",
        open_transport: "Callable[[], Transport]",
        take_will: "Callable[[], bytes]",
    ) -> None:
        self._device = device
        self._login = login
        self._open_transport = open_transport
        self._take_will = take_will
        self._transport: "Optional[Transport]" = None
        self._state = AWAY
        self._buffer = PacketBuffer(PACKET_BYTES_MAX, READ_BYTES_PER_TICK_MAX)
        self._outbox = Outbox(device)
        # 65536 would follow itself for ever.
        self._jitter: int = binascii.crc32(device.encode()) % 65536
        self._now_ms = self._attempt_ms = self._retry_at_ms = self._ping_at_ms = 0
        #: Until when the broker must have answered, or None; and by which packet, or 0.
        self._answer_due_ms: "Optional[int]" = None
        self._awaited = 0
        #: Whether the broker sends the commands.
        self._is_heard = False
        self._inbox: "list[tuple[bytes, str]]" = []
        self._inbox_bytes = 0
        #: True while this connection stays away from the network, as if out of radio range.
        self.is_radio_lost = False
        #: True while messages pass in both directions.
        self.is_up = False
        #: Why the link is as it is, in words; "" until the first attempt has ended.
        self.reason = ""
        #: Publishes that were refused (no link, or a full queue), attempts begun, messages dropped,
        #: attempts that ended because one side refused the other, connections whose peer spoke no MQTT.
        self.refused_publishes = self.attempts = self.dropped_messages = self.refused_connects = 0
        self.garbled_connections = 0

    def handle(self, now_ms: int) -> None:
        """Make one step of progress; call it once a tick."""
        self._now_ms = now_ms
        if self.is_radio_lost or (self._state == AWAY and now_ms < self._retry_at_ms):
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

    def set_radio(self, is_lost: bool) -> None:
        """Lose the network without a word to the broker, or look for it again at once."""
        if is_lost:
            self._fail("out of radio range", False)
        self.is_radio_lost = is_lost
        self._retry_at_ms = self._now_ms

    def is_idle(self) -> bool:
        """Tell whether everything handed over has been sent and acknowledged."""
        return self._outbox.is_idle()

    def close(self) -> None:
        """Take leave of the broker, so that it publishes no last will."""
        if self._state == CONNECTED and self._transport is not None:
            self._outbox.put(mqtt_packets.DISCONNECT)
            try:
                self._outbox.send(self._now_ms, self._transport)
            except OSError:
                # It is gone already, and the broker will say so.
                pass
        self._fail("switched off", False)

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
        self._attempt_ms = self._now_ms
        self.attempts += 1
        will_topic = topics.device_topic(self._device, "presence")
        self._outbox.put(mqtt_packets.connect(self._login, KEEP_ALIVE_S, will_topic, self._take_will()))
        self._await(0)
        self._state = OPENING
        self._transport = self._open_transport()

    def _fail(self, reason: str, is_refused: bool) -> None:
        """End the connection as it is and plan the next attempt."""
        if self._transport is not None:
            self._transport.close()
        self._transport = None
        self._state = AWAY
        self._buffer.clear()
        self._outbox.clear()
        self._awaited, self._answer_due_ms = 0, None
        now_ms = self._now_ms
        if is_refused:
            self.refused_connects += 1
            self._retry_at_ms = now_ms + REFUSED_RETRY_MS + self._next_jitter(REFUSED_JITTER_MS)
        else:
            soonest_ms = self._attempt_ms + RETRY_MS + self._next_jitter(RETRY_JITTER_MS)
            self._retry_at_ms = max(soonest_ms, now_ms + self._next_jitter(FIRST_JITTER_MS))
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

    def _next_jitter(self, span_ms: int) -> int:
        """Return 0..span_ms, the same series for the same device in every run."""
        self._jitter = (self._jitter * 75 + 74) % 65537
        return self._jitter * span_ms // 65536
