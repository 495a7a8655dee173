"""What an hour of normal work and one alarm, from its pre-alarm to its reset, cost in bytes on the air.

    python -m tests.bench.air

The bill of one alarm counts MQTT packets (header, topic, payload), taken from the messages that arrived. The
totals are bytes of TCP's payload, counted between device and broker, without TLS and with it; TCP/IP adds 40
bytes a packet and as much for its acknowledgement. Detection and pre-alarm are shortened, which changes no
message. An hour is HOUR_S / QUIET_S times what was counted in QUIET_S, when heartbeats and pings begin anew.
"""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from protocol import topics
from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from simulator.trace import SAMPLE_MS, Trace
from tests.bench.counting_relay import CountingRelay
from tests.system.broker import HOST, RunningBroker
from tests.system.running import keep_walking
from tests.system.station import ListeningStation
from tests.system.tls_relay import Authority, TlsRelay

NAME = "bench-1"
SOON_S = 10
SETTINGS = {
    "position_detection_ms": 2000,
    "position_pre_alarm_ms": 2000,
    "upright_z_mg": 1000,
    "is_self_test_on": 0,
    "is_fall_on": 0,
    # None falls into the alarm.
    "heartbeat_ms": 60000,
    "link_loss_ms": 300000,
}
TLS_HOST = "broker.bench"
#: Three heartbeats of 25 s and five pings of 15 s.
QUIET_S, HOUR_S = 75, 3600
PUBACK_BYTES = 4


def packet_bytes(topic: str, payload_bytes: int, qos: int) -> int:
    """Return the length of one PUBLISH packet."""
    body = 2 + len(topic) + (2 if qos else 0) + payload_bytes
    return 1 + (1 if body < 128 else 2) + body


def lying_down() -> Trace:
    """Return a second upright, then lying."""
    t_ms = np.arange(100, dtype=np.int64) * SAMPLE_MS
    acc_mg = np.zeros((100, 3), dtype=np.int16)
    acc_mg[:50, 2] = 1000
    acc_mg[50:, 0] = 1000
    return Trace(t_ms, acc_mg, "bench", is_generated=True)


def run_alarm(
    device: VirtualDevice, station: ListeningStation, relay: CountingRelay
) -> list[tuple[str, int, int]]:
    """Return (kind, bytes up, bytes down) of each message of one alarm."""
    device.wait_for(lambda effect: effect["effect"] == "link" and effect["is_up"], SOON_S)
    # What has no receipt is sent again, and would be counted.
    for kind in ("started", "protection"):
        station.send_receipt(station.wait_for_kind(kind, SOON_S))
    # The receipts are on their way.
    threading.Event().wait(1)
    relay.taken()
    device.play(lying_down())
    rows = []
    for kind in ("pre-alarm", "raised", "reset"):
        if kind == "reset":
            device.wait_for(lambda effect: effect.get("name") == "alarm_received", SOON_S)
            device.press()
        message = station.wait_for_kind(kind, SOON_S)
        sent_up = [length for topic, length in station.traffic if topics.parse(topic) == (NAME, "event")][-1]
        up = packet_bytes(topics.device_topic(NAME, "event"), sent_up, qos=1)
        rows.append((kind, up, PUBACK_BYTES))
        down = packet_bytes(topics.device_topic(NAME, "command"), station.send_receipt(message), qos=0)
        rows.append(("receipt", 0, down))
    return rows


def run_quietly(device: VirtualDevice, station: ListeningStation, relay: CountingRelay) -> tuple[int, int]:
    """Return the bytes up and down of QUIET_S of normal work, in which every heartbeat is answered."""
    for kind in ("started", "protection"):
        station.send_receipt(station.wait_for_kind(kind, SOON_S))
    ended = threading.Event()

    def answer() -> None:
        while not ended.wait(0.1):
            for message in station.drain():
                if message["kind"] == "heartbeat":
                    acked = {"acked_boot": message["boot"], "acked_seq": message["seq"]}
                    times = {"time_ms": time.time_ns() // 1_000_000}
                    station.send("heartbeat-reply", NAME, acked | times)

    threading.Thread(target=answer, daemon=True).start()
    threading.Event().wait(SOON_S)
    relay.taken()
    threading.Event().wait(QUIET_S)
    ended.set()
    return relay.taken()


class Ways:
    """A broker that counts, without TLS and with it."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.broker = RunningBroker(folder, [NAME])
        self.broker.start()
        opened.callback(self.broker.close)
        self._authority = Authority(folder / "authority", "Bench")

    @contextmanager
    def device(
        self, settings: dict[str, int], *, is_tls: bool
    ) -> Iterator[tuple[VirtualDevice, ListeningStation, CountingRelay]]:
        """Give a device, who listens, and what counts between them."""
        with ExitStack() as opened:
            port, tls = self.broker.port, ("", "")
            if is_tls:
                issued = self._authority.issue(TLS_HOST)
                port = opened.enter_context(TlsRelay(*issued, self.broker.port)).port
                tls = (str(self._authority.certificate), TLS_HOST)
            relay = opened.enter_context(CountingRelay(port))
            credential = self.broker.devices[NAME]
            login = BrokerLogin(HOST, relay.port, NAME, credential.secret, credential.client_id, *tls)
            config = DeviceConfig(NAME, login, settings=settings)
            station = opened.enter_context(ListeningStation(self.broker))
            folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
            yield opened.enter_context(VirtualDevice(config, folder)), station, relay


def main() -> None:
    """Run an alarm and a quiet time each way, and print their bills."""
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as opened:
        ways = Ways(Path(scratch), opened)
        for word, is_tls in (("MQTT", False), ("TLS", True)):
            with ways.device(SETTINGS, is_tls=is_tls) as (device, station, relay):
                rows = run_alarm(device, station, relay)
                # The last receipt is on its way.
                threading.Event().wait(1)
                up, down = relay.taken()
                if not is_tls:
                    show(rows)
                print(f"one alarm, {word}, as counted: {up} bytes up, {down} bytes down", flush=True)
            with ways.device({"is_self_test_on": 0}, is_tls=is_tls) as (device, station, relay):
                keep_walking(device)
                up, down = (count * HOUR_S // QUIET_S for count in run_quietly(device, station, relay))
                print(f"an hour of normal work, {word}: {up} bytes up, {down} bytes down", flush=True)


def show(rows: list[tuple[str, int, int]]) -> None:
    """Print the bill of one alarm, message by message."""
    for kind, up, down in rows:
        print(f"  {kind:12} {up:5} up {down:5} down")
    total_up, total_down = (sum(row[column] for row in rows) for column in (1, 2))
    print(f"one alarm, pre-alarm to reset: {total_up} bytes up, {total_down} bytes down")


if __name__ == "__main__":
    main()
