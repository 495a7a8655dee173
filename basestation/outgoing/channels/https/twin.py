"""A machine on loopback that takes requests, for tests and demonstrations: it judges each, and has faults.

It keeps what it took, in the order it came. What is taken is its judge's to say: the judge gets a request and
returns the status of the answer.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto


class Fault(Enum):
    """What goes wrong with one request."""

    #: It is taken, and no answer is sent.
    SILENT = auto()
    #: It is taken, and the connection is cut before the answer is.
    DIES = auto()
    #: It is taken, and half an answer is sent.
    HALF = auto()
    #: It is taken, and the answer is none.
    GARBLED = auto()
    #: It is taken, and answered only after `release`.
    SLOW = auto()
    #: It is not taken.
    BROKEN = auto()
    #: It is sent elsewhere.
    REDIRECT = auto()
    #: It is refused, for being too many.
    CROWDED = auto()
    #: The answer is endless.
    ENDLESS = auto()


@dataclass(frozen=True, slots=True)
class Heard:
    """One request."""

    path: str
    #: By name in small letters.
    headers: dict[str, str]
    body: bytes
    status: int


_REFUSALS = {Fault.BROKEN: 500, Fault.REDIRECT: 307, Fault.CROWDED: 429}


class TwinServer:
    """Takes POST requests on a port of its own."""

    def __init__(self, judge: Callable[[str, dict[str, str], bytes], int] = lambda *_: 200) -> None:
        self._judge = judge
        self._faults: deque[Fault] = deque()
        self._released = asyncio.Event()
        self._came = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        #: Every request that was understood.
        self.heard: list[Heard] = []

    async def start(self, shown: ssl.SSLContext | None = None) -> None:
        """Listen on a free port of loopback, by TLS if there is a certificate to show."""
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=shown)

    async def stop(self) -> None:
        """Cut every connection, and listen no longer."""
        assert self._server is not None
        self._server.close()
        for talk in tuple(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def taken(self) -> list[Heard]:
        """What was taken."""
        return [one for one in self.heard if 200 <= one.status < 300]

    def do(self, *faults: Fault) -> None:
        """Use up one fault with each of the next requests."""
        self._faults.extend(faults)

    def release(self) -> None:
        """Let the slow answers go, and those that come."""
        self._released.set()

    async def heard_requests(self, count: int, wait_s: float = 5.0) -> None:
        """Return when so many were heard; raises TimeoutError if they are not."""
        async with asyncio.timeout(wait_s):
            while len(self.heard) < count:
                self._came.clear()
                await self._came.wait()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        us = asyncio.current_task()
        assert us is not None
        self._talks.add(us)
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # The other side is gone, or we stop: either way this talk is over.
            pass
        finally:
            self._talks.discard(us)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        named = (line.partition(":") for line in lines[1:] if line)
        headers = {name.strip().lower(): value.strip() for name, _, value in named}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        path = lines[0].split(" ")[1]
        fault = self._faults.popleft() if self._faults else None
        status = _REFUSALS[fault] if fault in _REFUSALS else self._judge(path, headers, body)
        self.heard.append(Heard(path, headers, body, status))
        self._came.set()
        await self._send(writer, status, fault)

    async def _send(self, writer: asyncio.StreamWriter, status: int, fault: Fault | None) -> None:
        whole = f"HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{{}}".encode()
        if fault is Fault.REDIRECT:
            elsewhere = f"Location: {self.url}/elsewhere\r\nContent-Length"
            whole = whole.replace(b"Content-Length", elsewhere.encode())
        if fault is Fault.SLOW:
            await self._released.wait()
        elif fault is Fault.SILENT:
            await asyncio.Event().wait()
        elif fault is Fault.HALF:
            whole = whole[:9]
        elif fault is Fault.GARBLED:
            whole = b"\x00\xff neither HTTP nor anything\r\n\r\n"
        elif fault is Fault.ENDLESS:
            whole = whole.replace(b"Content-Length: 2", b"Content-Length: 99999999999") + bytes(4096)
        if fault is not Fault.DIES:
            writer.write(whole)
            await writer.drain()
        if fault is Fault.ENDLESS:
            await asyncio.Event().wait()
