"""The longest gap between two turns of the device's 20 ms loop, with every peer that could hold it up.

    python -m tests.bench.loop_gap

Real MicroPython on this machine; the device's own reports say how late its latest turn was, and a gap is that
and 20 ms. It runs before everything else on the machine where that is allowed (SCHED_FIFO), so that the
figures are of the device and not of its neighbours; first and last comes a device without a network, which
shows what is left of them. An ECDSA certificate (P-256); a board's processor is slower, or has help.
"""

import contextlib
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from basestation.devices.build import compile_modules
from basestation.tuning.keys import sealed
from protocol import codec
from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from tests.system import dead_peers
from tests.system.broker import HOST, RunningBroker
from tests.system.running import keep_walking
from tests.system.station import ListeningStation
from tests.system.tls_relay import Authority, TlsRelay

NAME, TLS_HOST = "bench-1", "broker.bench"
#: Reports of a second each.
REPORTS = 15
PRIORITY = 50
SOON_S = 15
TICK_MS = 20
HEAD_OF_RECORD, HEAD_OF_PACKET = b"\x16\x03\x03\x40\x00", b"\x30\xff\x7f"

SETTINGS_KEY = "ab" * 16
UNTESTED = {"is_self_test_on": 0}
#: What happens during one second of a case.
Trouble = Callable[[VirtualDevice, int], None]


def _calm(_device: VirtualDevice, _second: int) -> None:
    """Let the second pass."""


def _come_and_go(device: VirtualDevice, second: int) -> None:
    """Lose the radio, and find it again in the next second."""
    device.set_radio(is_lost=second % 2 == 0)


class Bench:
    """A broker, also behind TLS, and one device after the other."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self._folder = folder
        self.broker = RunningBroker(folder, [NAME])
        self.broker.start()
        opened.callback(self.broker.close)
        self._authority = Authority(folder / "authority", "Bench")
        self._other = Authority(folder / "other", "Other")
        self.relay = opened.enter_context(TlsRelay(*self._authority.issue(TLS_HOST), self.broker.port))
        self.station = opened.enter_context(ListeningStation(self.broker))
        #: As a board has them.
        self.modules = folder / "lib"
        compile_modules(self.modules)
        self._alarm = ""

    def login(self, port: int, *, is_tls: bool = False, is_believed: bool = True) -> BrokerLogin:
        """Return how the device logs in at a port."""
        credential = self.broker.devices[NAME]
        believed = self._authority if is_believed else self._other
        tls = (str(believed.certificate), TLS_HOST) if is_tls else ("", "")
        return BrokerLogin(HOST, port, NAME, credential.secret, credential.client_id, *tls)

    def gaps_ms_of(
        self, login: BrokerLogin | None, trouble: Trouble = _calm, modules: str = ""
    ) -> tuple[list[float], int]:
        """Return the longest gap (ms) of each of some seconds, and the ticks that were given up."""
        gaps_ms, skipped_ticks = [], 0
        config = DeviceConfig(
            NAME, login, UNTESTED, loop_report_s=1, modules=modules, settings_key=SETTINGS_KEY
        )
        with VirtualDevice(config, self._folder, "micropython") as device:
            _put_first(device)
            keep_walking(device)
            # The start reads files and loads modules.
            device.wait_for(_is_report, SOON_S)
            for second in range(REPORTS):
                trouble(device, second)
                report = device.wait_for(_is_report, SOON_S, device.count)
                gaps_ms.append(TICK_MS + report["late_us_max"] / 1000)
                skipped_ticks += report["skipped_ticks"]
        return gaps_ms, skipped_ticks

    def flood(self, _device: VirtualDevice, _second: int) -> None:
        """Send commands as fast as they leave."""
        command = codec.encode("test", NAME, 1, 9, "test", {"test": "flood", "alarm_kind": "manual"})
        for payload in (command, b"no message", b"[" * 1500, b"x" * 4000):
            for _ in range(60):
                self.station.send_bytes(NAME, payload)

    def rare_orders(self, device: VirtualDevice, second: int) -> None:
        """Order, in an alarm, what the device loads modules for: settings, its journal, a walk, the tone."""
        if second == 0:
            device.press()
            raised = self.station.wait_for_kind("raised", SOON_S)
            device.release()
            self.station.send_receipt(raised)
            self._alarm = raised["alarm"]
        counter, values = second + 1, {"movement_mg": 50 + second}
        signature = sealed(SETTINGS_KEY, NAME, counter, counter, values)
        for kind, fields in (
            ("settings", {"version": counter, "counter": counter, "values": values, "signature": signature}),
            ("read-journal", {"read": f"read-{second}"}),
            ("walk", {"walk": "walk-1", "is_on": True}),
            ("locate", {"alarm": self._alarm, "is_tone_on": second % 2 == 0}),
        ):
            self.station.send(kind, NAME, fields)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Keep the broker from answering anything."""
        self.broker.freeze()
        try:
            yield
        finally:
            self.broker.thaw()


def _put_first(device: VirtualDevice) -> None:
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(device.process_id, os.SCHED_FIFO, os.sched_param(PRIORITY))


def _is_report(effect: dict[str, object]) -> bool:
    return effect["effect"] == "loop"


def show(name: str, found: tuple[list[float], int]) -> None:
    """Print one line."""
    gaps_ms, skipped_ticks = found
    print(
        f"  {name:34} longest gap of a second: median {statistics.median(gaps_ms):5.1f} ms, "
        f"worst of {len(gaps_ms)} {max(gaps_ms):5.1f} ms; ticks given up {skipped_ticks}",
        flush=True,
    )


def measure(bench: Bench) -> None:
    """Measure case after case."""
    broker, relay = bench.broker.port, bench.relay.port
    show("no network", bench.gaps_ms_of(None))
    show("link stands, plain", bench.gaps_ms_of(bench.login(broker)))
    show("link stands, TLS", bench.gaps_ms_of(bench.login(relay, is_tls=True)))
    show("log-in every other second, plain", bench.gaps_ms_of(bench.login(broker), _come_and_go))
    show("log-in every other second, TLS", bench.gaps_ms_of(bench.login(relay, is_tls=True), _come_and_go))
    wrong = bench.login(relay, is_tls=True, is_believed=False)
    show("wrong certificate", bench.gaps_ms_of(wrong, _come_and_go))
    show("flood of commands", bench.gaps_ms_of(bench.login(broker), bench.flood))
    rare = bench.gaps_ms_of(bench.login(broker), bench.rare_orders, str(bench.modules))
    show("rare orders in an alarm", rare)
    with dead_peers.black_hole() as port:
        show("black hole", bench.gaps_ms_of(bench.login(port)))
    for is_tls, word in ((False, "plain"), (True, "TLS")):
        with dead_peers.silent_peer() as port:
            show(f"accepts and says nothing, {word}", bench.gaps_ms_of(bench.login(port, is_tls=is_tls)))
        with dead_peers.dribbling_peer(HEAD_OF_RECORD if is_tls else HEAD_OF_PACKET) as port:
            show(f"one byte at a time, {word}", bench.gaps_ms_of(bench.login(port, is_tls=is_tls)))
    with bench.frozen():
        show("frozen broker, plain", bench.gaps_ms_of(bench.login(broker)))
    bench.broker.kill()
    show("stopped broker, plain", bench.gaps_ms_of(bench.login(broker)))
    bench.broker.start()
    show("no network, once more", bench.gaps_ms_of(None))


def main() -> None:
    """Measure and print all cases."""
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as opened:
        measure(Bench(Path(scratch), opened))


if __name__ == "__main__":
    main()
