"""The other end of a device's connection: paho with the base station's log-in, and nothing of its logic."""

import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Self

import paho.mqtt.client as mqtt

from basestation.broker.configuration import station_user
from protocol import codec, topics
from tests.system.broker import HOST, RunningBroker

CONNECT_S_MAX = 10.0
RECEIVED_MAX = 10_000


class ListeningStation:
    """Hears all devices; sends what a test tells it to send. A context manager."""

    def __init__(self, broker: RunningBroker) -> None:
        self._seq = 0
        #: (topic, payload length) of everything that came, in order.
        self.traffic: list[tuple[str, int]] = []
        self._messages: queue.Queue[Mapping[str, Any]] = queue.Queue(RECEIVED_MAX)
        self._is_subscribed = threading.Event()
        self._broker = broker
        self._client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2, client_id=broker.station.client_id, clean_session=False
        )
        self._client.username_pw_set(station_user(broker.station.name), broker.station.secret)
        if broker.certificates is not None:
            self._client.tls_set_context(broker.certificates.trust.context())
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = self._subscribe
        self._client.on_subscribe = lambda *_: self._is_subscribed.set()
        self._client.on_message = self._receive

    def __enter__(self) -> Self:
        self._client.connect(HOST, self._broker.port)
        self._client.loop_start()
        assert self._is_subscribed.wait(CONNECT_S_MAX), "the station was not let in"
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def wait_for(self, is_wanted: Callable[[Mapping[str, Any]], bool], wait_s: float) -> Mapping[str, Any]:
        """Return the next message that `is_wanted`; those before it are passed over."""
        deadline_s = time.monotonic() + wait_s
        passed = []
        while (left_s := deadline_s - time.monotonic()) > 0:
            try:
                message = self._messages.get(timeout=left_s)
            except queue.Empty:
                break
            if is_wanted(message):
                return message
            passed.append(message)
        raise AssertionError(f"nothing such came within {wait_s:g} s, but {passed[-8:]}")

    def wait_for_kind(self, kind: str, wait_s: float, **fields: object) -> Mapping[str, Any]:
        """Return the next message of `kind` whose `fields` have these values."""
        wanted = {"kind": kind, **fields}
        return self.wait_for(lambda message: wanted.items() <= message.items(), wait_s)

    def drain(self) -> list[Mapping[str, Any]]:
        """Return what came and was not asked for yet."""
        messages = []
        while not self._messages.empty():
            messages.append(self._messages.get())
        return messages

    def send(self, kind: str, device: str, fields: Mapping[str, Any]) -> int:
        """Send one command; return the length of its payload in bytes."""
        self._seq += 1
        payload = codec.encode(kind, device, 1, self._seq, "real", dict(fields))
        self.send_bytes(device, payload)
        return len(payload)

    def send_bytes(self, device: str, payload: bytes) -> None:
        """Send anything on a device's command topic."""
        self._client.publish(topics.device_topic(device, "command"), payload, qos=topics.QOS["command"])

    def send_receipt(self, message: Mapping[str, Any]) -> int:
        """Confirm one message to its device; return the length of the payload in bytes."""
        acked = {"acked_boot": message["boot"], "acked_seq": message["seq"]}
        return self.send("receipt", message["device"], acked | {"time_ms": time.time_ns() // 1_000_000})

    def _subscribe(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe(
            [(topics.all_devices(channel), topics.QOS[channel]) for channel in topics.UP_CHANNELS]
        )

    def _receive(self, _client: object, _userdata: object, message: mqtt.MQTTMessage) -> None:
        parsed = topics.parse(message.topic)
        assert parsed is not None, message.topic
        device, channel = parsed
        self.traffic.append((message.topic, len(message.payload)))
        self._messages.put(codec.decode(message.payload, channel, device))
