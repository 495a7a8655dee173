"""How long a device is without a link when its broker dies or its network is lost, and it has another.

    python -m tests.bench.hand_over

From the kill of the broker, or the loss of the network, to the link by the other one, ROUNDS times each, as
the real MicroPython on this machine tells it. A radio of a board needs its time to join, which is not in it.
"""

import statistics
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from tests.system.broker import HOST, RunningBroker
from tests.system.running import keep_walking
from tests.system.tls_relay import Authority, TlsRelay

NAME, TLS_HOST = "bench-1", "broker.bench"
ROUNDS = 20
SOON_S = 30
#: A way that failed is tried again after this time; each round begins later than that.
REST_S = 5.5


def up_at_ms(device: VirtualDevice, since: int, name: str, number: int) -> int:
    """Return when (wall time in ms) the link is up by this broker or network (`name`)."""

    def is_up(effect: dict[str, object]) -> bool:
        return effect["effect"] == "link" and effect["is_up"] is True and effect.get(name) == number

    up = device.wait_for(is_up, SOON_S, since)
    return int(up["time_ms"])


def between_brokers(folder: Path, *, is_tls: bool) -> list[int]:
    """Kill the broker that the device is at, time after time."""
    with ExitStack() as opened:
        brokers, logins = [], []
        authority = Authority(folder / "authority", "Bench")
        for number in range(2):
            (folder / str(number)).mkdir()
            broker = RunningBroker(folder / str(number), [NAME])
            broker.start()
            opened.callback(broker.close)
            brokers.append(broker)
            tls = ("", "")
            port = broker.port
            if is_tls:
                relay = opened.enter_context(TlsRelay(*authority.issue(TLS_HOST), broker.port))
                tls, port = (str(authority.certificate), TLS_HOST), relay.port
            credential = broker.devices[NAME]
            logins.append(BrokerLogin(HOST, port, NAME, credential.secret, credential.client_id, *tls))
        config = DeviceConfig(NAME, logins[0], more_brokers=logins[1:])
        device = opened.enter_context(VirtualDevice(config, folder, "micropython"))
        keep_walking(device)
        up_at_ms(device, 0, "broker", 0)
        found, never = [], threading.Event()
        for number in range(ROUNDS):
            never.wait(REST_S)
            at, other = number % 2, 1 - number % 2
            since, killed_ms = device.count, time.time_ns() // 1000000
            brokers[at].kill()
            found.append(up_at_ms(device, since, "broker", other) - killed_ms)
            brokers[at].start()
        return found


def between_networks(folder: Path) -> list[int]:
    """Lose the network that the device is in, time after time."""
    broker = RunningBroker(folder, [NAME])
    broker.start()
    credential = broker.devices[NAME]
    login = BrokerLogin(HOST, broker.port, NAME, credential.secret, credential.client_id)
    try:
        with VirtualDevice(DeviceConfig(NAME, login, network_count=2), folder, "micropython") as device:
            keep_walking(device)
            up_at_ms(device, 0, "network", 0)
            found = []
            for number in range(ROUNDS):
                since, lost_ms = device.count, time.time_ns() // 1000000
                device.set_radio(is_lost=True, network=number % 2)
                found.append(up_at_ms(device, since, "network", 1 - number % 2) - lost_ms)
                device.set_radio(is_lost=False, network=number % 2)
            return found
    finally:
        broker.close()


def show(name: str, found: list[int]) -> None:
    """Print one line."""
    print(f"{name:24} median {statistics.median(found):.0f} ms, worst of {len(found)} {max(found)} ms")


def main() -> None:
    """Measure and print all."""
    for name, measure in (
        ("networks, plain", between_networks),
        ("brokers, plain", lambda folder: between_brokers(folder, is_tls=False)),
        ("brokers, TLS", lambda folder: between_brokers(folder, is_tls=True)),
    ):
        with tempfile.TemporaryDirectory() as scratch:
            show(name, measure(Path(scratch)))


if __name__ == "__main__":
    main()
