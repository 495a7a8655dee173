"""What one alarm costs in bytes on the air, from its pre-alarm to its reset.

    python -m tests.bench.air

Bytes are MQTT packets (header, topic, payload) as a real device and broker exchange them, counted from the
messages that arrived; TCP/IP adds 40 bytes a packet and as much for its acknowledgement. Detection and
pre-alarm are shortened, which changes no message.
"""

import tempfile
from pathlib import Path

import numpy as np

from protocol import topics
from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from simulator.trace import SAMPLE_MS, Trace
from tests.system.broker import HOST, RunningBroker
from tests.system.station import ListeningStation

NAME = "bench-1"
SOON_S = 10
SETTINGS = {
    "position_detection_ms": 2000,
    "position_pre_alarm_ms": 2000,
    "upright_z_mg": 1000,
    "is_self_test_on": 0,
    "is_fall_on": 0,
}
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


def run_alarm(device: VirtualDevice, station: ListeningStation) -> list[tuple[str, int, int]]:
    """Return (kind, bytes up, bytes down) of each message of one alarm."""
    device.wait_for(lambda effect: effect["effect"] == "link" and effect["is_up"], SOON_S)
    # What has no receipt is sent again, and would be counted.
    for kind in ("started", "protection"):
        station.send_receipt(station.wait_for_kind(kind, SOON_S))
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


def main() -> None:
    """Run one alarm and print its bill."""
    with tempfile.TemporaryDirectory() as scratch:
        broker = RunningBroker(Path(scratch), [NAME])
        broker.start()
        credential = broker.devices[NAME]
        login = BrokerLogin(HOST, broker.port, NAME, credential.secret, credential.client_id)
        config = DeviceConfig(NAME, login, settings=SETTINGS)
        try:
            with ListeningStation(broker) as station, VirtualDevice(config, Path(scratch)) as device:
                rows = run_alarm(device, station)
        finally:
            broker.close()
    for kind, up, down in rows:
        print(f"  {kind:12} {up:5} up {down:5} down")
    total_up, total_down = (sum(row[column] for row in rows) for column in (1, 2))
    print(f"one alarm, pre-alarm to reset: {total_up} bytes up, {total_down} bytes down")


if __name__ == "__main__":
    main()
