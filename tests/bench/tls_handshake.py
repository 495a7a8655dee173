"""How long the loop of the device stands still while it logs in, without TLS and with it.

    python -m tests.bench.tls_handshake

The device loses the radio and finds it again, ROUNDS times each; its own reports say how late a turn was.
Real MicroPython on this machine, certificates as the site's authority makes them: a board's processor is
slower, or has help.
"""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from basestation.broker import station_user
from basestation.clock import SystemClock
from basestation.trust.certificates import SiteCertificates
from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from tests.system.broker import RunningBroker

NAME, TLS_HOST = "bench-1", "broker.bench"
ROUNDS = 10
SOON_S = 10


def measure(login: BrokerLogin, folder: Path) -> tuple[list[int], list[int]]:
    """Return for each log-in the latest turn (us) of its second, and how long it took (ms)."""
    late_us, took_ms = [], []
    config = DeviceConfig(NAME, login, loop_report_s=1)
    with VirtualDevice(config, folder, "micropython") as device:
        device.wait_for(lambda effect: effect["effect"] == "link" and effect["is_up"], SOON_S)
        for _ in range(ROUNDS):
            since = device.count
            device.set_radio(is_lost=True)
            gone = device.wait_for(lambda effect: effect["effect"] == "link", SOON_S, since)
            device.set_radio(is_lost=False)
            up = device.wait_for(
                lambda effect: effect["effect"] == "link" and effect["is_up"], SOON_S, since + 1
            )
            report = device.wait_for(lambda effect: effect["effect"] == "loop", SOON_S, device.count)
            late_us.append(report["late_us_max"])
            took_ms.append(up["t_ms"] - gone["t_ms"])
    return late_us, took_ms


def show(name: str, late_us: list[int], took_ms: list[int]) -> None:
    """Print one line."""
    print(
        f"{name:24} latest turn of the log-in's second: median {statistics.median(late_us) / 1000:.1f} ms, "
        f"worst of {len(late_us)} {max(late_us) / 1000:.1f} ms; "
        f"network back to log-in: median {statistics.median(took_ms):.0f} ms"
    )


@contextmanager
def running(folder: Path, tls: str) -> Iterator[RunningBroker]:
    """Run a broker with `tls` as the settings name it."""
    folder.mkdir()
    certificates = None
    if tls != "off":
        is_for_clients = tls == "client_certificates"
        now, base = SystemClock().now, station_user("base-1")
        certificates = SiteCertificates(folder, [TLS_HOST], base, now, is_for_clients=is_for_clients)
    broker = RunningBroker(folder, [NAME], certificates)
    broker.start()
    try:
        yield broker
    finally:
        broker.close()


def main() -> None:
    """Measure all three and print them."""
    with tempfile.TemporaryDirectory() as scratch:
        for tls in ("off", "server", "client_certificates"):
            folder = Path(scratch) / tls
            with running(folder, tls) as broker:
                show(f"TLS {tls}", *measure(broker.login(NAME, folder), folder))


if __name__ == "__main__":
    main()
