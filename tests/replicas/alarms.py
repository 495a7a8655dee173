"""Virtual devices that raise alarms over real MQTT at a set rate, and repeat each until it is receipted.

Not the firmware: a few threads that speak its protocol, so that a small machine can raise many. What each
alarm waited for its first receipt is kept, in seconds.
"""

import threading
import time
from dataclasses import dataclass, field
from typing import Self

import paho.mqtt.client as mqtt

from protocol import codec, topics

#: As a device does; here sooner, so that a run is short.
REPEAT_S = 2.0
_BOOT = 1


@dataclass(slots=True)
class Raised:
    """One alarm on its way."""

    payload: bytes
    raised_at_s: float
    sent_at_s: float
    receipt_s: float | None = None
    sends: int = 1


@dataclass
class LoadDevice:
    """One log-in at the broker; alarms have the numbers of its messages."""

    name: str
    secret: str
    client_id: str
    port: int
    alarms: dict[int, Raised] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2, client_id=self.client_id, clean_session=False
        )
        self._client.username_pw_set(self.name, self.secret)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = self._subscribe
        self._client.on_message = self._receive

    def start(self) -> None:
        """Connect, and stay connected."""
        self._client.connect("127.0.0.1", self.port)
        self._client.loop_start()

    def stop(self) -> None:
        """Go."""
        self._client.disconnect()
        self._client.loop_stop()

    def raise_alarm(self) -> None:
        """Raise a new alarm."""
        seq = len(self.alarms) + 1
        fields = {"alarm": f"{_BOOT}-{seq}", "alarm_kind": "manual", "repeat": 0}
        payload = codec.encode("raised", self.name, _BOOT, seq, "real", fields)
        now = time.monotonic()
        with self._lock:
            self.alarms[seq] = Raised(payload, now, now)
        self._publish(payload)

    def repeat(self) -> None:
        """Send again what has waited too long for its receipt."""
        now = time.monotonic()
        with self._lock:
            late = [
                one
                for one in self.alarms.values()
                if one.receipt_s is None and now - one.sent_at_s > REPEAT_S
            ]
            for one in late:
                one.sent_at_s, one.sends = now, one.sends + 1
        for one in late:
            self._publish(one.payload)

    def waiting(self) -> int:
        """Return how many alarms have no receipt."""
        with self._lock:
            return sum(one.receipt_s is None for one in self.alarms.values())

    def _publish(self, payload: bytes) -> None:
        self._client.publish(topics.device_topic(self.name, "event"), payload, qos=topics.QOS["event"])

    def _subscribe(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe(topics.device_topic(self.name, "command"), 0)

    def _receive(self, _client: object, _userdata: object, message: mqtt.MQTTMessage) -> None:
        now = time.monotonic()
        said = codec.decode(message.payload, "command", self.name)
        if said["kind"] != "receipt" or said["acked_boot"] != _BOOT:
            return
        with self._lock:
            one = self.alarms.get(said["acked_seq"])
            if one is not None and one.receipt_s is None:
                one.receipt_s = now - one.raised_at_s


class Load:
    """Raises alarms at `rate` a second over all devices, in a thread of its own; a context manager."""

    def __init__(self, devices: list[LoadDevice], rate: float) -> None:
        self.devices = devices
        self._rate = rate
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Raise no more; what is on its way is still repeated by `settle`."""
        self._ending.set()
        self._thread.join()

    def settle(self, wait_s: float) -> None:
        """Repeat until everything is receipted."""
        never, until = threading.Event(), time.monotonic() + wait_s
        while any(device.waiting() for device in self.devices):
            left = sum(device.waiting() for device in self.devices)
            assert time.monotonic() < until, f"{left} alarms without a receipt after {wait_s:g} s"
            for device in self.devices:
                device.repeat()
            never.wait(0.1)

    def receipts_s(self) -> list[float]:
        """Return what each alarm waited for its receipt, in the order of raising on each device."""
        return [
            one.receipt_s
            for device in self.devices
            for one in list(device.alarms.values())
            if one.receipt_s is not None
        ]

    def _run(self) -> None:
        begun, count = time.monotonic(), 0
        while not self._ending.wait(0.01):
            due = int((time.monotonic() - begun) * self._rate)
            for number in range(count, due):
                self.devices[number % len(self.devices)].raise_alarm()
            count = max(count, due)
            for device in self.devices:
                device.repeat()
