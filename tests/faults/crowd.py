"""The load: light devices in a process of their own, which say what real ones say, and keep their promise.

Each is a log-in, presence, a heartbeat every few seconds, and an alarm when it is told: repeated every 5 s
(SPEC.md) with the same number until its receipt. They have no shift, no journal and no sensor; what a
device does by itself is for the real ones. Run as a program it takes one JSON object a line: first who they
are, then whose alarm to raise. It writes one line for each alarm raised and each receipt. Times: monotonic,
s.
"""

import json
import os
import random
import signal
import ssl
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as mqtt

from basestation.broker import parent_bound
from protocol import codec, topics
from tests.system.broker import HOST
from tests.system.running import ROOT

REPEAT_S = 5.0
HEARTBEAT_S = 25.0
KEEP_ALIVE_S = 10
TICK_S = 0.05


@dataclass(frozen=True, slots=True)
class LightLogin:
    """Where and how one of them logs in."""

    name: str
    port: int
    secret: str
    client_id: str
    authority: str = ""


@dataclass(slots=True)
class LightAlarm:
    """One alarm of the crowd, as its device knows it."""

    device: str
    alarm: str
    raised_at: float
    receipt_at: float | None = None

    @property
    def waited_s(self) -> float | None:
        """From the raise to the receipt; None while there is none."""
        return None if self.receipt_at is None else self.receipt_at - self.raised_at


class Crowd:
    """The process, as whoever gives the orders sees it."""

    def __init__(self, logins: list[LightLogin]) -> None:
        bound = [sys.executable, "-I", "-S", parent_bound.__file__, str(os.getpid())]
        self._process = subprocess.Popen(
            [*bound, sys.executable, "-m", "tests.faults.crowd"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._names = [login.name for login in logins]
        self._lock = threading.Lock()
        self._alarms: dict[str, LightAlarm] = {}
        self.connected: set[str] = set()
        self._say([vars_of(login) for login in logins])
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def left(self) -> int:
        """How many of them have raised no alarm yet."""
        return len(self._names)

    def raise_one(self) -> None:
        """Let the next of them raise its alarm."""
        self._say(self._names.pop(0))

    def alarms(self) -> list[LightAlarm]:
        """Return every alarm raised so far, oldest first."""
        with self._lock:
            return sorted(self._alarms.values(), key=lambda alarm: alarm.raised_at)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()

    def _say(self, what: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            with self._lock:
                if said["what"] == "raised":
                    self._alarms[said["device"]] = LightAlarm(said["device"], said["alarm"], said["at"])
                elif said["what"] == "receipt":
                    self._alarms[said["device"]].receipt_at = said["at"]
                else:
                    self.connected.add(said["device"])


def vars_of(login: LightLogin) -> dict[str, Any]:
    """Return the fields of a log-in."""
    return {name: getattr(login, name) for name in login.__slots__}


def _tell(what: str, device: str, **more: Any) -> None:
    line = json.dumps({"what": what, "device": device, "at": time.monotonic()} | more)
    # In one piece: many threads tell.
    os.write(1, f"{line}\n".encode())


class _LightDevice:
    """One of them; its network thread is the library's, everything else is the ticker's."""

    def __init__(self, login: LightLogin) -> None:
        self.name = login.name
        self._seq = 0
        self._lock = threading.Lock()
        #: Number, when raised, when sent last and how often, of the alarm without its receipt.
        self._due: list[Any] | None = None
        self._beat_at = time.monotonic() + random.uniform(0, HEARTBEAT_S)
        client = self._client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2, client_id=login.client_id, clean_session=False
        )
        client.username_pw_set(login.name, login.secret)
        if login.authority:
            context = ssl.create_default_context(cafile=login.authority)
            context.check_hostname = False
            client.tls_set_context(context)
        client.reconnect_delay_set(1, 3)
        client.suppress_exceptions = True
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        client.will_set(self._topic("presence"), self._message("presence", state="offline", reason="lost"), 1)
        client.connect_async(HOST, login.port, KEEP_ALIVE_S)
        client.loop_start()

    def raise_alarm(self) -> None:
        """Press the key."""
        with self._lock:
            self._seq += 1
            self._due = [self._seq, time.monotonic(), 0.0, 0]
        _tell("raised", self.name, alarm=f"1-{self._seq}")

    def tick(self, now: float) -> None:
        """Send what is due."""
        if not self._client.is_connected():
            return
        with self._lock:
            due = self._due
            if due is not None and now - due[2] >= REPEAT_S:
                due[2] = now
                fields = {"alarm": f"1-{due[0]}", "alarm_kind": "manual", "repeat": due[3]}
                fields["raised_ago_ms"] = max(0, int((now - due[1]) * 1000))
                due[3] += 1
                self._publish("event", codec.encode("raised", self.name, 1, due[0], "real", fields))
            if now >= self._beat_at:
                self._beat_at = now + HEARTBEAT_S
                fields = {"uptime_s": 1, "mode": "off_shift", "firmware": "light", "settings_version": 0}
                fields["alarms_due"] = int(due is not None)
                self._publish("heartbeat", self._message("heartbeat", **fields))

    def _topic(self, channel: str) -> str:
        topic: str = topics.device_topic(self.name, channel)
        return topic

    def _message(self, kind: str, **fields: Any) -> bytes:
        self._seq += 1
        return codec.encode(kind, self.name, 1, self._seq, "real", fields)

    def _publish(self, channel: str, payload: bytes) -> None:
        self._client.publish(self._topic(channel), payload, topics.QOS[channel])

    def _on_connect(self, client: mqtt.Client, _: Any, _flags: Any, code: Any, _properties: Any) -> None:
        if code.is_failure:
            return
        client.subscribe(self._topic("command"), 0)
        with self._lock:
            self._publish("presence", self._message("presence", state="online", reason="connected"))
            if self._due is not None:
                self._due[2] = 0.0
        _tell("connected", self.name)

    def _on_message(self, _client: mqtt.Client, _: Any, message: mqtt.MQTTMessage) -> None:
        said = codec.decode(message.payload, "command", self.name)
        with self._lock:
            is_it = self._due is not None and (said.get("acked_boot"), said.get("acked_seq")) == (
                1,
                self._due[0],
            )
            if said["kind"] != "receipt" or not is_it:
                return
            self._due = None
        _tell("receipt", self.name)


def main() -> None:
    """Serve orders until they end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logins = [LightLogin(**fields) for fields in json.loads(sys.stdin.readline())]
    devices = {login.name: _LightDevice(login) for login in logins}
    ended = threading.Event()

    def tick() -> None:
        while not ended.wait(TICK_S):
            now = time.monotonic()
            for device in devices.values():
                device.tick(now)

    threading.Thread(target=tick, daemon=True).start()
    for line in sys.stdin:
        devices[json.loads(line)].raise_alarm()
    ended.set()


if __name__ == "__main__":
    main()
