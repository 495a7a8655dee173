"""One device's connection to its broker: one `handle()` a tick, which never blocks and never raises.

Decides when to connect, and what of the traffic is carried: alarms have places in the queue that
telemetry cannot take, and what cannot be carried is refused and counted, never kept for later, because
the core repeats what is due. Never decides what is said, and never calls the core: it keeps what came
until it is taken. Times are `now_ms` of the device. MQTT 3.1.1; nothing beyond QoS 1.
"""

import binascii

from chumicro_mqtt import MQTTBackpressureError, MQTTConnectError
from chumicro_mqtt.client import MQTTClient, ProtocolState

from protocol import topics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: An attempt starts this long after the one before it, and up to RETRY_JITTER_MS later, so that a
#: broker that comes back does not meet all its devices in one moment.
RETRY_MS = 3000
RETRY_JITTER_MS = 2000
#: After a lost connection the first attempt is spread over this time.
FIRST_JITTER_MS = 1000
#: The same once the broker has refused this device for good (its password, its name).
REFUSED_RETRY_MS = 30000
REFUSED_JITTER_MS = 10000
#: CONNACK codes that do not change by themselves: version, client id, password, permission.
REFUSAL_CODES = (1, 2, 4, 5)

#: Bounds the connect, every acknowledgement and every send.
ANSWER_S_MAX = 4
#: The broker calls a device lost that was silent for one and a half times this.
KEEP_ALIVE_S = 30
#: Largest command taken, in bytes with its topic; a longer one is reported, not kept.
PACKET_BYTES_MAX = 2048
RECEIVED_BYTES_PER_TICK_MAX = 1024
INBOX_MAX = 32

QUEUED_MAX = 20
#: Beyond this many waiting packets telemetry is refused and commands wait; the rest is for events.
QUEUED_TELEMETRY_MAX = 10
#: Events waiting for the broker's acknowledgement; further ones go at QoS 0.
UNACKNOWLEDGED_MAX = 8
#: A broker that acknowledges nothing for so long (a full disk) gets events at QoS 0 as well.
UNACKNOWLEDGED_MS_MAX = 5000
#: A publish is never given up while the connection stands: the client would end the connection with it.
PUBLISH_RETRIES = 1000000


class _Ticks:
    """The device's own time in the shape the MQTT client asks for."""

    def __init__(self) -> None:
        self.now_ms = 0

    def ticks_ms(self) -> int:
        return self.now_ms

    def ticks_add(self, ticks: int, delta: int) -> int:
        return ticks + delta

    def ticks_diff(self, later: int, earlier: int) -> int:
        return later - earlier


class Connection:
    """The connection of `device` to its broker, kept up until `close`.

    `login` is (client id, user name, password). `transport_factory` returns a new connector of the shape of
    `chumicro_sockets.connector`; `take_will` returns the payload of a last will, for one attempt to connect.
    """

    def __init__(
        self,
        device: str,
        login: "tuple[str, str, str]",
        transport_factory: "Callable[[], Any]",
        take_will: "Callable[[], bytes]",
    ) -> None:
        client_id, username, password = login
        self._command_topic = topics.device_topic(device, "command")
        self._topics = {channel: topics.device_topic(device, channel) for channel in topics.UP_CHANNELS}
        self._take_will = take_will
        self._ticks = _Ticks()
        self._client = MQTTClient(
            transport_factory=transport_factory,
            client_id=client_id,
            username=username,
            password=password,
            clean_session=False,
            keep_alive_seconds=KEEP_ALIVE_S,
            ack_timeout_seconds=ANSWER_S_MAX,
            publish_retry_max=PUBLISH_RETRIES,
            rx_buffer_size=PACKET_BYTES_MAX,
            recv_budget_per_tick=RECEIVED_BYTES_PER_TICK_MAX,
            when_disconnected="raise",
            max_tx_queue_size=QUEUED_MAX,
            ticks=self._ticks,
        )
        self._client.on_message = self._on_message
        self._client.on_oversized = self._on_oversized
        self._jitter: int = binascii.crc32(device.encode()) % 65537
        self._attempt_ms = 0
        self._retry_at_ms: int | None = 0
        self._is_greeted = False
        self._is_subscribing = True
        self._unacknowledged_since_ms: int | None = None
        self._inbox: list[tuple[bytes, str]] = []
        #: True while this connection stays away from the network, as if out of radio range.
        self.is_radio_lost = False
        #: True while messages pass in both directions.
        self.is_up = False
        #: Why the link is as it is, in words; "" until the first attempt has ended.
        self.reason = ""
        #: Publishes that were refused (no link, or a full queue), attempts begun, messages dropped.
        self.refused_publishes = 0
        self.attempts = 0
        self.dropped_messages = 0

    def handle(self, now_ms: int) -> None:
        """Make one step of progress; call it once a tick."""
        self._ticks.now_ms = now_ms
        if self.is_radio_lost:
            return
        if self._retry_at_ms is not None:
            if now_ms < self._retry_at_ms:
                return
            self._begin_attempt(now_ms)
        try:
            self._client.handle(now_ms)
        except (ValueError, TypeError, IndexError) as error:
            # What the client's own parser lets through of a peer that speaks no MQTT.
            self._abandon()
            self._client.last_error = error
        if self._client.state == ProtocolState.FAILED:
            fault = self._client.last_error
            self._note_failure(str(fault), fault.return_code if isinstance(fault, MQTTConnectError) else 0)
        elif self._client.state == ProtocolState.CONNECTED and not self._is_greeted:
            self._greet()

    def publish(self, channel: str, payload: bytes) -> bool:
        """Hand one message (bytes) to the broker; return False if it was refused and not sent."""
        is_carried = False
        if self._client.state == ProtocolState.CONNECTED:
            try:
                is_carried = self._carry(channel, payload)
            except MQTTBackpressureError:
                is_carried = False
        if not is_carried:
            self.refused_publishes += 1
        return is_carried

    def take_message(self) -> "tuple[bytes, str] | None":
        """Return the oldest (payload, "") that came, or (b"", reason) of one not kept, or None.

        None also while the answers to those before are still waiting: answers must not fill the queue.
        """
        return self._inbox.pop(0) if self._inbox and not self._is_crowded() else None

    def counts(self) -> "dict[str, int]":
        """Return what was refused, dropped and tried so far, by name."""
        return {
            "refused_publishes": self.refused_publishes,
            "dropped_messages": self.dropped_messages,
            "connect_attempts": self.attempts,
        }

    def set_radio(self, is_lost: bool) -> None:
        """Lose the network without a word to the broker, or look for it again at once."""
        if is_lost:
            self._abandon()
            self._note_failure("out of radio range", 0)
        self.is_radio_lost = is_lost
        self._retry_at_ms = self._ticks.now_ms

    def is_idle(self) -> bool:
        """Tell whether everything handed over has been sent and acknowledged."""
        return not self._client._tx_queue and not self._client._in_flight

    def close(self) -> None:
        """Take leave of the broker, so that it publishes no last will."""
        self._client.disconnect()
        self.is_up = False
        self.reason = "switched off"

    def _begin_attempt(self, now_ms: int) -> None:
        self._retry_at_ms = None
        self._attempt_ms = now_ms
        self.attempts += 1
        self._client.set_will(self._topics["presence"], self._take_will(), qos=topics.QOS["presence"])
        # Also takes back the client's own back-off, which would grow to a minute.
        self._client.connect()

    def _greet(self) -> None:
        """Announce the device on a fresh connection and ask for its commands."""
        self._is_greeted = True
        if self._is_subscribing:
            self._client.subscribe(
                self._command_topic, topics.QOS["command"], on_subscribe=self._on_subscribed
            )
        else:
            # Half a link is better than none: what this device has to say still goes out.
            self._note_up("connected, but the broker refuses its commands")

    def _note_up(self, reason: str) -> None:
        self.is_up = True
        self.reason = reason

    def _note_failure(self, reason: str, code: int) -> None:
        """Plan the next attempt; nothing of the failed connection is carried over to it."""
        now_ms = self._ticks.now_ms
        if code in REFUSAL_CODES:
            self._retry_at_ms = now_ms + REFUSED_RETRY_MS + self._next_jitter(REFUSED_JITTER_MS)
        else:
            soonest_ms = self._attempt_ms + RETRY_MS + self._next_jitter(RETRY_JITTER_MS)
            self._retry_at_ms = max(soonest_ms, now_ms + self._next_jitter(FIRST_JITTER_MS))
        # A refused subscription is left out once, so that the next connection stands.
        self._is_subscribing = not reason.startswith("SUBACK rejection")
        # The client would repeat them on the new connection, before the broker has let it in; the core
        # repeats what still counts.
        self._client._in_flight.clear()
        # Asked for anew on each connection, whatever the broker remembers of the session.
        self._client.unsubscribe(self._command_topic)
        self._unacknowledged_since_ms = None
        self._is_greeted = False
        self.is_up = False
        self.reason = reason

    def _abandon(self) -> None:
        """Drop the connection as it is; the broker hears nothing more of it."""
        transport = self._client.io_socket
        self._client.io_error(self._ticks.now_ms, 0)
        if transport is not None:
            transport.close()

    def _carry(self, channel: str, payload: bytes) -> bool:
        client = self._client
        topic = self._topics[channel]
        is_table_full = len(client._in_flight) >= UNACKNOWLEDGED_MAX
        if channel != "event" and (is_table_full or self._is_crowded()):
            return False
        if topics.QOS[channel] == 0 or is_table_full or self._is_acknowledgement_overdue():
            client.publish(topic, payload)
        if topics.QOS[channel] > 0 and not is_table_full:
            client.publish(topic, payload, qos=1, on_publish=self._on_acknowledged)
            if self._unacknowledged_since_ms is None:
                self._unacknowledged_since_ms = self._ticks.now_ms
        return True

    def _is_crowded(self) -> bool:
        # Queue and table have no public length; the exact version of the client is pinned for that too.
        return len(self._client._tx_queue) >= QUEUED_TELEMETRY_MAX

    def _is_acknowledgement_overdue(self) -> bool:
        since_ms = self._unacknowledged_since_ms
        return since_ms is not None and self._ticks.now_ms - since_ms >= UNACKNOWLEDGED_MS_MAX

    def _next_jitter(self, span_ms: int) -> int:
        """Return 0..span_ms, the same series for the same device in every run."""
        self._jitter = (self._jitter * 75 + 74) % 65537
        return self._jitter * span_ms // 65536

    def _on_subscribed(self, _topic: str, _granted_qos: "list[int]") -> None:
        self._note_up("connected")

    def _on_acknowledged(self, _topic: str, _payload: bytes) -> None:
        self._unacknowledged_since_ms = self._ticks.now_ms if self._client._in_flight else None

    def _on_message(self, topic: str, payload: bytes) -> None:
        self._receive((payload, "" if topic == self._command_topic else "wrong_channel"))

    def _on_oversized(self, _length: int, _topic: str) -> None:
        self._receive((b"", "too_long"))

    def _receive(self, message: "tuple[bytes, str]") -> None:
        if len(self._inbox) >= INBOX_MAX:
            self.dropped_messages += 1
        else:
            self._inbox.append(message)
