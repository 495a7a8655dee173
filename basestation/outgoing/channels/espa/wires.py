"""The pager system's end of a line: in memory, or a pseudo terminal opened like any serial port.

Decides nothing about the protocol. Either can be unplugged while bytes are on their way, and plugged in
again.
"""

import asyncio
import os
import tty
from collections.abc import Callable
from pathlib import Path

from basestation.outgoing.channels.espa.counters import EspaCounters
from basestation.outgoing.channels.espa.port import Port, PortLost
from basestation.outgoing.channels.espa.settings import EspaSettings

_PULLED = "The port was pulled."


class MemoryWire:
    """A line in memory; `open` is what an `EspaLine` opens."""

    def __init__(self) -> None:
        self._to_pager = bytearray()
        self._to_line = bytearray()
        self._came = asyncio.Event()
        self._changed: Callable[[], None] = lambda: None
        self._is_plugged_in = True
        self.lost = ""

    async def open(self, _: EspaSettings, __: EspaCounters, changed: Callable[[], None]) -> Port:
        """Return the line's end; raises PortLost while it is unplugged."""
        if not self._is_plugged_in:
            raise PortLost(_PULLED)
        self.lost, self._changed = "", changed
        return _MemoryPort(self)

    def plug_in(self) -> None:
        """Let the line be opened again."""
        self._to_line.clear()
        self._to_pager.clear()
        self._is_plugged_in = True

    def unplug(self) -> None:
        """Let the line be gone for both sides."""
        self._is_plugged_in, self.lost = False, _PULLED
        self._came.set()
        self._changed()

    def send(self, data: bytes) -> None:
        """Send from the pager system to the line."""
        self._to_line += data
        self._changed()

    async def receive(self) -> bytes:
        """Return what the line sent; empty when it is gone."""
        while not self._to_pager and self._is_plugged_in:
            self._came.clear()
            await self._came.wait()
        came = bytes(self._to_pager)
        self._to_pager.clear()
        return came

    def heard_from_line(self, data: bytes) -> None:
        """Take what the line sends."""
        self._to_pager += data
        self._came.set()

    def taken_by_line(self) -> bytes:
        """Return what came for the line."""
        came = bytes(self._to_line)
        self._to_line.clear()
        return came


class _MemoryPort:
    """The line's end of a `MemoryWire`."""

    def __init__(self, wire: MemoryWire) -> None:
        self._wire = wire

    @property
    def lost(self) -> str:
        """Why the port is lost; empty while it stands."""
        return self._wire.lost

    def take(self) -> bytes:
        """Return what came since the last call."""
        return self._wire.taken_by_line()

    def send(self, data: bytes) -> None:
        """Send it to the pager system."""
        self._wire.heard_from_line(data)

    def close(self) -> None:
        """Leave it: it can be opened again."""


class PtyWire:
    """A pseudo terminal under the name `path`, which the line opens as its serial port."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._loop = asyncio.get_running_loop()
        self._came = asyncio.Event()
        self._unread = bytearray()
        self._descriptors: tuple[int, ...] = ()
        self.plug_in()

    def plug_in(self) -> None:
        """Make the terminal and its name."""
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        os.set_blocking(ours, False)
        self._descriptors = (ours, theirs)
        self._path.symlink_to(os.ttyname(theirs))
        self._loop.add_reader(ours, self._read)

    def unplug(self) -> None:
        """Take the terminal and its name away."""
        self._loop.remove_reader(self._descriptors[0])
        self._path.unlink()
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._descriptors = ()
        self._came.set()

    def send(self, data: bytes) -> None:
        """Send from the pager system to the line."""
        if self._descriptors:
            os.write(self._descriptors[0], data)

    async def receive(self) -> bytes:
        """Return what the line sent; empty when it is gone."""
        while not self._unread and self._descriptors:
            self._came.clear()
            await self._came.wait()
        came = bytes(self._unread)
        self._unread.clear()
        return came

    def _read(self) -> None:
        self._unread += os.read(self._descriptors[0], 4096)
        self._came.set()
