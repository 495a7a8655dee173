"""What the trace of one alarm costs on the air, and how long it takes until it is complete.

    python -m tests.bench.trace_on_air

A real device on the unix board walks for 66 s, its key is held, and a station receipts what comes. Bytes are
MQTT packets as in `air.py`; the minute after the alarm is part of the time.
"""

import tempfile
import time
from contextlib import suppress
from pathlib import Path

from protocol import topics
from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from tests.bench.air import PUBACK_BYTES, packet_bytes
from tests.system.broker import HOST, RunningBroker
from tests.system.running import keep_walking
from tests.system.station import ListeningStation

NAME = "bench-1"
BEFORE_S = 66
COMPLETE_S_MAX = 120
SETTINGS = {"is_self_test_on": 0, "is_fall_on": 0, "is_escape_on": 0}
EVENTS = ("started", "protection", "raised", "trace")


def send_trace(device: VirtualDevice, station: ListeningStation) -> tuple[float, float, int, int]:
    """Return s until the minute before had come, s until all had, and the bytes up and down."""
    keep_walking(device)
    until_s = time.monotonic() + BEFORE_S
    while time.monotonic() < until_s:
        with suppress(AssertionError):
            station.send_receipt(station.wait_for(lambda message: message["kind"] in EVENTS, 1))
    device.press()
    began_s, before_s, down = 0.0, 0.0, 0
    while True:
        message = station.wait_for(lambda message: message["kind"] in EVENTS, COMPLETE_S_MAX)
        down += packet_bytes(topics.device_topic(NAME, "command"), station.send_receipt(message), qos=0)
        if message["kind"] == "raised":
            device.release()
            began_s, down = time.monotonic(), 0
        elif message["kind"] == "trace":
            down += PUBACK_BYTES
            if message["piece"] == 19:
                before_s = time.monotonic() - began_s
            if message["piece"] == message["pieces"] - 1:
                break
    trace = topics.device_topic(NAME, "trace")
    up = sum(packet_bytes(trace, length, qos=1) for topic, length in station.traffic if topic == trace)
    return before_s, time.monotonic() - began_s, up, down


def main() -> None:
    """Run one alarm and print its trace's bill."""
    with tempfile.TemporaryDirectory() as scratch:
        broker = RunningBroker(Path(scratch), [NAME])
        broker.start()
        credential = broker.devices[NAME]
        login = BrokerLogin(HOST, broker.port, NAME, credential.secret, credential.client_id)
        config = DeviceConfig(NAME, login, settings=SETTINGS)
        try:
            with ListeningStation(broker) as station, VirtualDevice(config, Path(scratch)) as device:
                before_s, complete_s, up, down = send_trace(device, station)
        finally:
            broker.close()
    print(f"one trace: {up} bytes up, {down} bytes down")
    print(f"the minute before the alarm after {before_s:.1f} s, all of it after {complete_s:.1f} s")


if __name__ == "__main__":
    main()
