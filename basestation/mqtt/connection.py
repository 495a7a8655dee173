"""One MQTT connection with its network thread (paho 2, MQTT 3.1.1).

Logs in, subscribes, checks every SUBACK, connects again when `back_off` says. Its callbacks run in
the network thread and never raise; what they report reaches the event loop in order. A packet
id means something only within one connection, so every acknowledgement carries the number of
the connection it belongs to.
"""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from basestation.broker.address import BrokerAddress
from basestation.mqtt.back_off import AWAY_S, BackOff
from basestation.mqtt.events import LinkDown, LinkEvent, LinkUp, MqttCounters, SubscriptionRefused
from basestation.mqtt.inbox import AckToken, Inbound

#: The broker is taken for gone after one and a half of this without a sign.
KEEP_ALIVE_S = 10
#: Refused subscriptions are asked for again after this.
RESUBSCRIBE_S = 5.0
#: QoS 1 messages of ours without PUBACK; only the canary sends any.
UNCONFIRMED_MAX = 10
#: QoS 0 messages of ours not yet written to the socket.
UNWRITTEN_MAX = 10_000

_REFUSED = 0x80
#: How the library calls the end of a connection on which nobody answered in time: no refusal.
_SAYS_NOTHING = ("Keep alive timeout",)

_log = structlog.get_logger("rufweite.mqtt")

#: Called in the network thread.
Taker = Callable[[Inbound], None]


class Connection:
    """A connection named `name` that hears `filters` (filter and QoS) and hands messages to `take`."""

    def __init__(
        self,
        name: str,
        address: BrokerAddress,
        log_in: tuple[str, str],
        client_id: str,
        filters: list[tuple[str, int]],
        take: Taker,
        on_event: Callable[[LinkEvent], None],
        now: Callable[[], datetime],
        counters: MqttCounters,
        *,
        is_session_kept: bool,
    ) -> None:
        self.name = name
        self._address = address
        self._filters = filters
        self._take = take
        self._on_event = on_event
        self._now = now
        self._counters = counters
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._where = f"{address.host}:{address.port}"
        self._number = 0
        self._is_connected = False
        self._is_stopping = False
        self._back_off = BackOff()
        #: Whether the present attempt has reached somebody and is not yet let in; why it was refused, if so.
        self._is_logging_in = False
        self._log_in_refusal = ""
        # Messages given to the library, and those it reported as written (QoS 0) or confirmed.
        self._given = 0
        self._done = 0
        self._asked: dict[int, list[tuple[str, int]]] = {}
        #: Since when every subscription is granted, aware UTC; None while that is not so.
        self.up_since: datetime | None = None
        self._is_down_reported = False
        self._tls = None if address.trust is None else address.trust.context()
        self._client = self._new_client(client_id, log_in, is_session_kept=is_session_kept)

    def start(self) -> None:
        """Begin to connect; returns at once."""
        self._client.connect_async(self._address.host, self._address.port, KEEP_ALIVE_S)
        self._client.loop_start()

    async def stop(self) -> None:
        """Log out and end the network thread; the session stays with the broker if it is kept."""
        self._is_stopping = True
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    def acknowledge(self, tokens: list[AckToken]) -> None:
        """Send a PUBACK for each delivery of the present connection. Any thread."""
        with self._lock:
            number = self._number if self._is_connected else -1
            due = [token.packet_id for token in tokens if token.connection_number == number]
            for packet_id in due:
                self._client.ack(packet_id, 1)
            self._counters.acknowledged += len(due)
            self._counters.acks_too_late += len(tokens) - len(due)

    def publish(self, topic: str, payload: bytes, qos: int) -> bool:
        """Send a message; False if there is no connection or too much unwritten. Any thread."""
        with self._lock:
            if not self._is_connected or self._given - self._done >= UNWRITTEN_MAX:
                return False
            self._given += 1
        # Without our lock: the library holds one of its own here, and while it calls us back.
        return self._client.publish(topic, payload, qos).rc == paho.MQTT_ERR_SUCCESS

    def _new_client(self, client_id: str, log_in: tuple[str, str], *, is_session_kept: bool) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=not is_session_kept,
            protocol=paho.MQTTv311,
            manual_ack=True,
        )
        client.username_pw_set(*log_in)
        if self._tls is not None:
            client.tls_set_context(self._tls)
        _wait_between(client, AWAY_S)
        client.max_inflight_messages_set(UNCONFIRMED_MAX)
        client.max_queued_messages_set(UNCONFIRMED_MAX)
        # An exception in a callback would end the network thread without a word.
        client.suppress_exceptions = True
        client.on_log = self._on_log
        client.on_pre_connect = self._on_pre_connect
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        return client

    # From here on in the network thread.

    def _on_pre_connect(self, _client: paho.Client, _: Any) -> None:
        self._is_logging_in = True
        self._log_in_refusal = ""

    def _on_connect(
        self, _client: paho.Client, _: Any, _flags: Any, code: ReasonCode, _properties: Any
    ) -> None:
        if code.is_failure:
            # The connection ends next, and with it the attempt.
            self._log_in_refusal = f"the broker at {self._where} refused the log-in: {code}"
            return
        self._is_logging_in = False
        with self._lock:
            self._number += 1
            self._is_connected = True
            self._asked.clear()
        self._counters.connects += 1
        self._subscribe(self._filters)

    def _on_connect_fail(self, client: paho.Client, _: Any) -> None:
        # The library reports the end of this connection too, which never was one.
        self._is_logging_in = False
        refusal = "" if self._tls is None else self._tls.refusal
        if refusal:
            self._refused(client, f"at {self._where} {refusal}")
            return
        _wait_between(client, self._back_off.away_s())
        self._report_down(f"nobody answers at {self._where}")

    def _on_disconnect(
        self, client: paho.Client, _: Any, _flags: Any, code: ReasonCode, _properties: Any
    ) -> None:
        with self._lock:
            did_stand, self._is_connected = self._is_connected, False
            self._done = self._given
        is_refused = self._is_logging_in and code not in _SAYS_NOTHING
        if is_refused and not self._is_stopping:
            self._refused(client, self._log_in_refusal or self._cut_off())
        elif did_stand or self._is_logging_in:
            _wait_between(client, self._back_off.away_s())
            self._report_down(str(code))
        self._is_logging_in = False

    def _refused(self, client: paho.Client, reason: str) -> None:
        self._counters.refusals += 1
        wait_s = self._back_off.refused_s()
        _wait_between(client, wait_s)
        _log.warning("broker_refused", connection=self.name, again_in_s=round(wait_s, 1))
        self._report_down(reason)

    def _cut_off(self) -> str:
        """Return what it means that somebody answered and ended the connection before the log-in."""
        if self._tls is None:
            return f"whoever answers at {self._where} ends the connection before the log-in"
        said = f" ({self._tls.refusal})" if self._tls.refusal else ""
        reason = "it refuses our certificate" if self._address.shows_certificate else "it wants a certificate"
        return f"the broker at {self._where} ends the connection before the log-in{said}; likely {reason}"

    def _on_subscribe(
        self, _client: paho.Client, _: Any, mid: int, codes: list[ReasonCode], _properties: Any
    ) -> None:
        with self._lock:
            asked = self._asked.pop(mid, None)
        if asked is None:
            return
        refused = [
            wanted
            for wanted, code in zip(asked, codes, strict=True)
            if code.value >= _REFUSED or code.value < wanted[1]
        ]
        if not refused:
            self._report_up()
            return
        self._counters.subscriptions_refused += len(refused)
        filters = tuple(name for name, _ in refused)
        _log.error("subscription_refused", connection=self.name, filters=filters)
        self._report(SubscriptionRefused(self._now(), self.name, filters))
        self._loop.call_soon_threadsafe(
            self._loop.call_later, RESUBSCRIBE_S, self._subscribe_again, self._number
        )

    def _on_publish(self, _client: paho.Client, _: Any, _mid: int, _code: Any, _properties: Any) -> None:
        self._done += 1

    def _on_message(self, _client: paho.Client, _: Any, message: paho.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        token = AckToken(self._number, message.mid) if message.qos else None
        payload = bytes(message.payload)
        self._take(Inbound(topic, payload, message.qos, self._now(), token, is_repeat=message.dup))

    def _on_log(self, _client: paho.Client, _: Any, level: int, text: str) -> None:
        # Only trouble: at lower levels the library writes client ids. Not what we know already.
        is_trouble = level in (paho.MQTT_LOG_ERR, paho.MQTT_LOG_WARNING)
        if is_trouble and not text.startswith("Client is not connected"):
            _log.error("mqtt_library_said", connection=self.name, text=text)

    def _subscribe(self, filters: list[tuple[str, int]]) -> None:
        # The answer may come before `subscribe` returns.
        with self._lock:
            _, mid = self._client.subscribe(filters)
            if mid is not None:
                self._asked[mid] = filters

    def _subscribe_again(self, number: int) -> None:
        if self._is_connected and number == self._number:
            self._subscribe(self._filters)

    def _report_up(self) -> None:
        self._back_off.stood()
        self.up_since = self._now()
        self._is_down_reported = False
        _log.info("link_up", connection=self.name)
        self._report(LinkUp(self.up_since, self.name))

    def _report_down(self, reason: str) -> None:
        self.up_since = None
        if not self._is_down_reported and not self._is_stopping:
            self._is_down_reported = True
            _log.warning("link_down", connection=self.name, reason=reason)
            self._report(LinkDown(self._now(), self.name, reason))

    def _report(self, event: LinkEvent) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._on_event, event)


def _wait_between(client: paho.Client, wait_s: float) -> None:
    """Let the library wait so long before each attempt; it takes fractions, whatever its types say."""
    client.reconnect_delay_set(wait_s, wait_s)  # type: ignore[arg-type]
