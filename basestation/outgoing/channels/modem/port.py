"""The serial port of a modem, read and written by the event loop.

Decides how a port is opened without holding up anybody: pyserial opens and closes it in a thread of its own,
which is left behind and counted if it hangs. A port that is pulled out is told once.
"""

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable
from typing import TypeVar

import serial

from basestation.outgoing.channels.modem.counters import ModemCounters
from basestation.outgoing.channels.modem.errors import LineLost
from basestation.outgoing.channels.modem.settings import ModemSettings

#: How long a port may take to open, in seconds.
OPEN_S_MAX = 5.0
#: How long the other end may take to accept what is sent, in seconds.
WRITE_S_MAX = 5.0
#: Threads that may hang at one moment; from then on no more are started.
HANGING_MAX = 4
_BYTES_AT_ONCE = 4096

_Result = TypeVar("_Result")


class Port:
    """An open port; `open_port` makes it."""

    def __init__(self, opened: serial.Serial, threads: "Threads") -> None:
        self._serial = opened
        self._threads = threads
        self._descriptor = opened.fileno()
        self._loop = asyncio.get_running_loop()
        self._is_open = True
        #: Called with what came; with nothing once when the port is gone.
        self._take: Callable[[bytes], None] = lambda _: None

    def listen(self, take: Callable[[bytes], None]) -> None:
        """Call `take` with what comes, and with nothing when the port is gone."""
        self._take = take
        self._loop.add_reader(self._descriptor, self._read)

    async def write(self, data: bytes) -> None:
        """Send all of `data`; raises LineLost if that does not go on for WRITE_S_MAX."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:
                await self._writable()
            except OSError as error:
                raise LineLost("the line to the modem was cut: look whether it is plugged in") from error

    def close(self) -> None:
        """Give the port back; returns at once."""
        if self._is_open:
            self._is_open = False
            self._loop.remove_reader(self._descriptor)
            self._loop.remove_writer(self._descriptor)
            # A driver may wait for what was not sent yet.
            self._threads.leave(self._serial.close)

    async def _writable(self) -> None:
        is_writable = self._loop.create_future()

        def note() -> None:
            if not is_writable.done():
                is_writable.set_result(None)

        self._loop.add_writer(self._descriptor, note)
        try:
            async with asyncio.timeout(WRITE_S_MAX):
                await is_writable
        except TimeoutError as error:
            raise LineLost("the modem takes nothing any more: unplug it and plug it in again") from error
        finally:
            self._loop.remove_writer(self._descriptor)

    def _read(self) -> None:
        try:
            data = os.read(self._descriptor, _BYTES_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self._descriptor)
        self._take(data)


class Threads:
    """Threads for calls that may hang."""

    def __init__(self, counters: ModemCounters) -> None:
        self._counters = counters
        self._under_way: set[int] = set()
        self._started = 0

    def leave(self, call: Callable[[], object]) -> None:
        """Start the call and never look at it again; without a free thread it is not made."""
        if len(self._under_way) < HANGING_MAX:
            self._start(call, lambda _: None)

    async def run(
        self, call: Callable[[], _Result], within_s: float, discard: Callable[[_Result], None]
    ) -> _Result:
        """Return what the call returns; what comes too late is given to `discard`, in its thread.

        Raises:
            TimeoutError: it hangs, or too many others do.
            OSError, ValueError: of the call.
        """
        if len(self._under_way) >= HANGING_MAX:
            raise TimeoutError
        loop = asyncio.get_running_loop()
        result: asyncio.Future[_Result] = loop.create_future()

        def ended(outcome: tuple[_Result | None, Exception | None]) -> None:
            value, error = outcome
            if result.done():
                if value is not None:
                    self.leave(lambda: discard(value))
            elif error is not None:
                result.set_exception(error)
            elif value is not None:
                result.set_result(value)

        self._start(call, ended)
        try:
            async with asyncio.timeout(within_s):
                return await result
        except TimeoutError:
            self._counters.hanging_threads.inc()
            raise

    def _start(
        self,
        call: Callable[[], _Result],
        ended: Callable[[tuple[_Result | None, Exception | None]], None],
    ) -> None:
        loop = asyncio.get_running_loop()
        self._started += 1
        number = self._started
        self._under_way.add(number)

        def end(outcome: tuple[_Result | None, Exception | None]) -> None:
            self._under_way.discard(number)
            ended(outcome)

        def run() -> None:
            try:
                outcome: tuple[_Result | None, Exception | None] = (call(), None)
            except Exception as error:  # noqa: BLE001 (it goes to whoever waits)
                outcome = (None, error)
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(end, outcome)

        threading.Thread(target=run, name="modem port", daemon=True).start()


async def open_port(settings: ModemSettings, threads: Threads) -> Port:
    """Open the port for this program alone; raises LineLost with what to do."""

    def opened() -> serial.Serial:
        return serial.Serial(
            settings.port, settings.baud, timeout=0, rtscts=settings.is_flow_controlled, exclusive=True
        )

    try:
        found = await threads.run(opened, OPEN_S_MAX, serial.Serial.close)
    except TimeoutError as error:
        raise LineLost(f"the port {settings.port} hangs: unplug the modem and plug it in again") from error
    except (OSError, ValueError) as error:
        raise LineLost(
            f"the port {settings.port} cannot be opened: look whether the modem is plugged in, no other "
            "program uses the port, and you may use it"
        ) from error
    return Port(found, threads)
