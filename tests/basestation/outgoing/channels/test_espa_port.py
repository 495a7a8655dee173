"""The line through a real serial port: a pseudo terminal, opened by pyserial, pulled and plugged in again."""

import asyncio
import os
import threading
from contextlib import asynccontextmanager, suppress

import pytest
from espa_bench import POLL_S, Site, notice
from prometheus_client import CollectorRegistry

from basestation.outgoing.channels import Stage
from basestation.outgoing.channels.espa import EspaCounters, EspaLine, EspaSettings
from basestation.outgoing.channels.espa.pager_system import PagerSystem
from basestation.outgoing.channels.espa.port import BUFFER_BYTES_MAX, PortLost, open_serial
from basestation.outgoing.channels.espa.wires import PtyWire


class PtySite(Site):
    """A line on a pseudo terminal below `folder`."""

    def __init__(self, role, folder, **settings):
        super().__init__(role, **settings)
        self.wire = PtyWire(folder / "ttyPagers")
        self.pagers = PagerSystem(self.wire, *("21" if role == "control_station" else "12"))
        self.settings = self.settings.model_copy(update={"port": str(folder / "ttyPagers")})
        self.line = EspaLine(self.settings, EspaCounters(CollectorRegistry()), away_s=lambda: 0.01)


@asynccontextmanager
async def _site(role, folder, **settings):
    found = PtySite(role, folder, **settings)
    found.serve_pagers()
    found.serve_line()
    try:
        await found.until(lambda: found.line._problem == "")
        assert (await found.line.check()).is_working
        yield found
    finally:
        await found.end()
        with suppress(FileNotFoundError):
            found.wire.unplug()


@pytest.mark.parametrize(
    ("role", "framing"),
    [("control_station", {"data_bits": 7, "parity": "even", "stop_bits": 2}), ("slave", {})],
)
async def test_a_call_goes_out_through_a_serial_port_and_its_status_comes_back(tmp_path, role, framing):
    """With the framing of the standard, and with that of most sites."""
    async with _site(role, tmp_path, **framing) as found:
        assert (await found.line.send(notice())).stage is Stage.SENT
        [call] = found.pagers.calls
        assert call.data("2") == "Case 7: Emergency button: Willi Werker. Hall 3"
        found.pagers.tell(call, "6")
        assert (await found.heard.next_report()).stage is Stage.DELIVERED


async def test_an_adapter_that_is_pulled_fails_the_call_at_once_and_comes_back(tmp_path):
    """The port vanishes with a call on the line, and its name too, and both come back."""
    async with _site("control_station", tmp_path) as found:
        found.pagers.faults.dies_after_bytes = 9
        delivery = await found.line.send(notice())
        assert delivery.stage is Stage.FAILED
        assert "was lost" in delivery.detail
        await found.until(lambda: "cannot be opened: No such file" in found.line._problem)
        assert (await found.line.send(notice())).detail == found.line._problem
        found.pagers.faults.dies_after_bytes = None
        found.wire.plug_in()
        found.serve_pagers()
        await found.until(lambda: found.line._problem == "")
        assert (await found.line.send(notice())).stage is Stage.SENT


def _settings(path):
    return EspaSettings(port=str(path))


async def test_a_port_that_is_none_has_a_sentence(tmp_path):
    """It names the port, what is wrong and where to look."""
    (tmp_path / "file").write_text("")
    with pytest.raises(PortLost, match=r"file cannot be opened: .*Look whether the adapter is plugged in"):
        await open_serial(_settings(tmp_path / "file"), EspaCounters(CollectorRegistry()), lambda: None)


async def test_a_port_that_another_program_uses_is_not_shared(tmp_path):
    """Two that speak on one line garble both."""
    wire = PtyWire(tmp_path / "tty")
    counters = EspaCounters(CollectorRegistry())
    port = await open_serial(_settings(tmp_path / "tty"), counters, lambda: None)
    with pytest.raises(PortLost, match="no other program uses the port"):
        await open_serial(_settings(tmp_path / "tty"), counters, lambda: None)
    port.close()
    (await open_serial(_settings(tmp_path / "tty"), counters, lambda: None)).close()
    wire.unplug()


async def test_a_driver_that_hangs_is_left_behind_and_counted(tmp_path):
    """The line goes on trying; what opens too late is closed again."""
    registry, go_on, closed = CollectorRegistry(), threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    class LatePort:
        def close(self):
            loop.call_soon_threadsafe(closed.set)

    def hang(_):
        go_on.wait(5)
        return LatePort()

    with pytest.raises(PortLost, match="its driver hangs"):
        await open_serial(_settings(tmp_path / "tty"), EspaCounters(registry), lambda: None, 0.01, hang)
    assert registry.get_sample_value("rufweite_espa_hanging_threads_total") == 1
    go_on.set()
    await asyncio.wait_for(closed.wait(), 5)


async def test_what_the_line_does_not_take_waits_up_to_a_bound(tmp_path):
    """Beyond it the port counts as lost; nothing waits in the event loop."""
    wire = PtyWire(tmp_path / "tty")
    changed = asyncio.Event()
    port = await open_serial(_settings(tmp_path / "tty"), EspaCounters(CollectorRegistry()), changed.set)
    loop = asyncio.get_running_loop()
    loop.remove_reader(wire._descriptors[0])
    port.send(b"x" * BUFFER_BYTES_MAX)
    assert port.lost == ""
    taken = b""
    loop.add_reader(wire._descriptors[0], wire._read)
    async with asyncio.timeout(5):
        while len(taken) < BUFFER_BYTES_MAX:
            taken += await wire.receive()
    loop.remove_reader(wire._descriptors[0])
    for _ in range(100):
        port.send(b"x" * BUFFER_BYTES_MAX)
    assert "takes nothing any more" in port.lost
    assert changed.is_set()
    port.send(b"x")
    port.close()
    wire.unplug()


async def test_a_port_that_is_gone_is_noticed_by_writing_and_by_reading(tmp_path):
    """Whichever comes first."""
    wire = PtyWire(tmp_path / "tty")
    changed = asyncio.Event()
    port = await open_serial(_settings(tmp_path / "tty"), EspaCounters(CollectorRegistry()), changed.set)
    asyncio.get_running_loop().remove_reader(port._descriptor)
    wire.unplug()
    port.send(b"x")
    assert "was lost" in port.lost
    port.close()
    wire.plug_in()
    port = await open_serial(_settings(tmp_path / "tty"), EspaCounters(CollectorRegistry()), changed.set)
    changed.clear()
    wire.unplug()
    await asyncio.wait_for(changed.wait(), 5)
    assert "was lost" in port.lost
    port.close()


async def test_what_comes_faster_than_it_is_taken_is_dropped_and_counted(tmp_path):
    """A line that babbles does not fill the memory."""
    wire = PtyWire(tmp_path / "tty")
    registry, changed = CollectorRegistry(), asyncio.Event()
    port = await open_serial(_settings(tmp_path / "tty"), EspaCounters(registry), changed.set)
    sent = 0
    async with asyncio.timeout(5):
        while not registry.get_sample_value("rufweite_espa_overflow_bytes_total"):
            with suppress(BlockingIOError):
                sent += os.write(wire._descriptors[0], b"x" * 1024)
            changed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), POLL_S)
    assert len(port.take()) == BUFFER_BYTES_MAX
    assert port.take() == b""
    assert sent > BUFFER_BYTES_MAX
    port.close()
    wire.unplug()
