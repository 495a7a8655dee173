"""The serial port of an ESPA 4.4.4 line, read through the event loop.

Decides which sentence a port that is not there gets; never what is said over it. Opening may hang in the
driver, so it has a thread of its own, which is left behind and counted if it hangs. Nothing here waits in
the event loop. What comes faster than it is taken is dropped beyond a bound, and counted.
"""

import asyncio
import os
import termios
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

import serial

from basestation.outgoing.channels.espa.counters import EspaCounters
from basestation.outgoing.channels.espa.settings import EspaSettings

#: What waits to be read or sent at one moment, in bytes: two of the longest blocks, and few enough to be
#: gone through without holding up the event loop.
BUFFER_BYTES_MAX = 2048
#: A driver that has not opened the port after this hangs, in s.
OPEN_S_MAX = 5.0

_PARITIES = {"none": serial.PARITY_NONE, "even": serial.PARITY_EVEN, "odd": serial.PARITY_ODD}


class PortLost(Exception):
    """There is no port; the text is a sentence that says why and what to do."""


class Port(Protocol):
    """Bytes out, bytes in."""

    @property
    def lost(self) -> str:
        """Why the port is lost; empty while it stands."""
        ...

    def take(self) -> bytes:
        """Return what came since the last call."""
        ...

    def send(self, data: bytes) -> None:
        """Send it, or note that the port is lost."""
        ...

    def close(self) -> None:
        """Give the port back."""
        ...


#: Opens the port and calls back whenever something came or the port is lost; raises PortLost.
OpenPort = Callable[[EspaSettings, EspaCounters, Callable[[], None]], Awaitable[Port]]


class SerialPort:
    """An open serial port; `changed` is called whenever something came or the port is lost."""

    def __init__(self, port: serial.Serial, counters: EspaCounters, changed: Callable[[], None]) -> None:
        self._port = port
        self._descriptor: int = port.fileno()
        self._counters = counters
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        self._came = bytearray()
        self._unsent = bytearray()
        self.lost = ""
        self._loop.add_reader(self._descriptor, self._read)

    def take(self) -> bytes:
        """Return what came since the last call."""
        came = bytes(self._came)
        self._came.clear()
        return came

    def send(self, data: bytes) -> None:
        """Send it as fast as the line takes it, or note that the port is lost."""
        if self.lost:
            return
        self._unsent += data
        if len(self._unsent) > BUFFER_BYTES_MAX:
            self._lose("takes nothing any more: unplug it, plug it in again")
            return
        self._write()

    def close(self) -> None:
        """Give the port back."""
        self._stop()
        # What is not sent yet would hold up the closing.
        with suppress(OSError, termios.error):
            self._port.reset_output_buffer()
        self._port.close()

    def _read(self) -> None:
        try:
            came = os.read(self._descriptor, BUFFER_BYTES_MAX)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(f"was lost ({error.strerror}): look whether the adapter is plugged in")
            return
        if not came:
            self._lose("was lost: look whether the adapter is plugged in")
            return
        room = BUFFER_BYTES_MAX - len(self._came)
        self._counters.overflow_bytes.inc(max(0, len(came) - room))
        self._came += came[:room]
        self._changed()

    def _write(self) -> None:
        try:
            written = os.write(self._descriptor, self._unsent)
        except BlockingIOError:
            written = 0
        except OSError as error:
            self._lose(f"was lost ({error.strerror}): look whether the adapter is plugged in")
            return
        del self._unsent[:written]
        if self._unsent:
            self._loop.add_writer(self._descriptor, self._write)
        else:
            self._loop.remove_writer(self._descriptor)

    def _lose(self, why: str) -> None:
        self._stop()
        self.lost = f"The port {self._port.port} {why}."
        self._changed()

    def _stop(self) -> None:
        self._loop.remove_reader(self._descriptor)
        self._loop.remove_writer(self._descriptor)


async def open_serial(
    settings: EspaSettings,
    counters: EspaCounters,
    changed: Callable[[], None],
    patience_s: float = OPEN_S_MAX,
    open_now: Callable[[EspaSettings], serial.Serial] | None = None,
) -> Port:
    """Open the port of the settings for this program alone; raises PortLost."""
    loop = asyncio.get_running_loop()
    opened: asyncio.Future[serial.Serial] = loop.create_future()

    def run() -> None:
        port, failure = None, None
        try:
            port = (open_now or _opened)(settings)
        except Exception as error:  # noqa: BLE001 (a driver may raise anything; it is a port that is not there)
            failure = PortLost(
                f"The port {settings.port} cannot be opened: {_reason(error)}. Look whether the adapter is "
                "plugged in, no other program uses the port, and the base station may use it."
            )
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, opened, port, failure)

    # Not a pool: at exit that would wait for a thread that hangs.
    threading.Thread(target=run, name="espa port", daemon=True).start()
    try:
        port = await asyncio.wait_for(opened, patience_s)
    except TimeoutError:
        counters.hanging_threads.inc()
        raise PortLost(
            f"The port {settings.port} does not open: its driver hangs. Unplug the adapter."
        ) from None
    return SerialPort(port, counters, changed)


def _settle(
    opened: asyncio.Future[serial.Serial], port: serial.Serial | None, failure: PortLost | None
) -> None:
    if opened.done():
        # Too late: nobody waits for it any more.
        if port is not None:
            port.close()
    elif port is not None:
        opened.set_result(port)
    elif failure is not None:
        opened.set_exception(failure)


def _opened(settings: EspaSettings) -> serial.Serial:
    return serial.Serial(
        settings.port,
        settings.baud,
        bytesize=settings.data_bits,
        parity=_PARITIES[settings.parity],
        stopbits=settings.stop_bits,
        timeout=0,
        write_timeout=0,
        exclusive=True,
    )


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno)
    return str(error)
