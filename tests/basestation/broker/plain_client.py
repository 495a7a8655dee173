"""A bare MQTT client for tests: what a device, or an attacker, says to the broker.

Every wait is bounded and ends with the event itself; nothing here retries.
"""

import queue
import threading

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from basestation.broker import Credential
from basestation.broker.address import BrokerAddress
from basestation.trust.trust import Trust

#: No wait in a test is longer than this.
WAIT_S_MAX = 20.0


class PlainClient:
    """One connection; `user`, `client_id` and `trust` may be other than those given."""

    def __init__(
        self,
        address: BrokerAddress,
        credential: Credential,
        *,
        user: str | None = None,
        client_id: str | None = None,
        is_session_kept: bool = True,
        will_topic: str = "",
        trust: Trust | None = None,
    ):
        self.received: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self.cut = threading.Event()
        self._answers: queue.Queue[object] = queue.Queue()
        self._subacks: queue.Queue[list[int]] = queue.Queue()
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id or credential.client_id,
            clean_session=not is_session_kept,
            protocol=paho.MQTTv311,
        )
        self._client.username_pw_set(user or credential.name, credential.secret)
        if trust := trust or address.trust:
            self._client.tls_set_context(trust.context())
        if will_topic:
            self._client.will_set(will_topic, b"gone", qos=1)
        self._client.on_connect = lambda _c, _u, _f, code, _p: self._answers.put(code)
        self._client.on_disconnect = lambda _c, _u, _f, _code, _p: self.cut.set()
        self._client.on_subscribe = lambda _c, _u, _m, codes, _p: self._subacks.put([c.value for c in codes])
        self._client.on_message = lambda _c, _u, message: self.received.put((message.topic, message.payload))
        self._address = address

    def connect(self) -> bool:
        """Log in; tell whether the broker accepted."""
        self._client.connect(self._address.host, self._address.port, 10)
        self._client.loop_start()
        return not self._answers.get(timeout=WAIT_S_MAX).is_failure

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> None:
        """Publish and wait for the PUBACK (QoS 1) or for the socket (QoS 0)."""
        self._client.publish(topic, payload, qos).wait_for_publish(WAIT_S_MAX)

    def give(self, topic: str, payload: bytes) -> None:
        """Publish at QoS 1 without waiting for anything."""
        self._client.publish(topic, payload, 1)

    def subscribe(self, topic: str, qos: int = 0) -> int:
        """Subscribe; return the granted QoS, 128 for a refusal."""
        self._client.subscribe(topic, qos)
        return self._subacks.get(timeout=WAIT_S_MAX)[0]

    def drop(self) -> None:
        """Break the connection without logging out, as a lost radio does."""
        self._client.loop_stop()
        self._client.socket().close()

    def close(self) -> None:
        """Log out and end the thread."""
        self._client.disconnect()
        self._client.loop_stop()
