"""One connection to a receiver, by TCP or UDP: bytes out, bytes in.

Decides nothing. A connection is made for one transaction and closed behind it, so that no answer can belong
to another one and no dead connection waits for an alarm.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, cast

from basestation.outgoing.channels.dc09.settings import Dc09Receiver

_READ_BYTES: Final = 1024
#: Datagrams that wait to be read; more are lost, as datagrams are.
_DATAGRAMS_MAX: Final = 16


class Wire(Protocol):
    """A connection that stands."""

    def send(self, data: bytes) -> None:
        """Hand `data` to the network; raises OSError."""
        ...

    async def receive(self) -> bytes:
        """Return what came, empty when the other side has closed; raises OSError."""
        ...

    def close(self) -> None:
        """End the connection; never waits."""
        ...


Opener = Callable[[Dc09Receiver], Awaitable[Wire]]


class _Tcp:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    async def receive(self) -> bytes:
        return await self._reader.read(_READ_BYTES)

    def close(self) -> None:
        if self._writer.transport.get_write_buffer_size():
            # The other side does not read: what waits there would keep the connection for minutes.
            self._writer.transport.abort()
        self._writer.close()


class _Udp(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self._came: asyncio.Queue[bytes | Exception] = asyncio.Queue(_DATAGRAMS_MAX)
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not asserted: in Python 3.11 the loop's own transport is no instance of what it implements.
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002
        if data:
            self._put(data)

    def error_received(self, exc: Exception) -> None:
        self._put(exc)

    def send(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.sendto(data)

    async def receive(self) -> bytes:
        came = await self._came.get()
        if isinstance(came, Exception):
            raise came
        return came

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()

    def _put(self, came: bytes | Exception) -> None:
        if not self._came.full():
            self._came.put_nowait(came)


async def open_tcp(receiver: Dc09Receiver) -> Wire:
    """Return a connection by TCP; raises OSError."""
    return _Tcp(*await asyncio.open_connection(receiver.host, receiver.port))


async def open_udp(receiver: Dc09Receiver) -> Wire:
    """Return a socket that sends to the receiver and hears only it; raises OSError."""
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_datagram_endpoint(_Udp, remote_addr=(receiver.host, receiver.port))
    return wire


OPENERS: Final[dict[str, Opener]] = {"tcp": open_tcp, "udp": open_udp}
