"""How long the loop of the device stands still while it logs in, without TLS and with it.

    python -m tests.bench.tls_handshake

The device loses the radio and finds it again, ROUNDS times each; its own reports say how late a turn was.
Real MicroPython on this machine, an ECDSA certificate (P-256): a board's processor is slower, or has help.
"""

import statistics
import tempfile
from pathlib import Path

from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from tests.system.broker import HOST, RunningBroker
from tests.system.tls_relay import Authority, TlsRelay

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
        f"{name:6} latest turn of the log-in's second: median {statistics.median(late_us) / 1000:.1f} ms, "
        f"worst of {len(late_us)} {max(late_us) / 1000:.1f} ms; "
        f"network back to log-in: median {statistics.median(took_ms):.0f} ms"
    )


def main() -> None:
    """Measure both and print them."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        broker = RunningBroker(folder, [NAME])
        broker.start()
        credential = broker.devices[NAME]
        secrets = (NAME, credential.secret, credential.client_id)
        authority = Authority(folder / "authority", "Bench")
        try:
            show("plain", *measure(BrokerLogin(HOST, broker.port, *secrets), folder))
            with TlsRelay(*authority.issue(TLS_HOST), broker.port) as relay:
                login = BrokerLogin(HOST, relay.port, *secrets, str(authority.certificate), TLS_HOST)
                show("TLS", *measure(login, folder))
        finally:
            broker.close()


if __name__ == "__main__":
    main()
