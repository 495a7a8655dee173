"""A network between two parts that can be cut: a process that hands TCP connections on, or does not.

What is held back is not lost, as with TCP over a cut cable: it is delivered when the way is whole again,
unless one end has given up. Run as a program it reads one mode a line; each is answered by a line.
"""

import asyncio
import os
import select
import signal
import socket
import struct
import subprocess
import sys
from contextlib import suppress
from typing import Any

from basestation.broker import parent_bound
from tests.system.broker import HOST
from tests.system.running import ROOT

#: What can be done to a way.
PASS, REFUSE, BLACK_HOLE, UP_LOST, DOWN_LOST, DELAY, FLAP, HALF_OPEN = MODES = (
    "pass",
    "refuse",
    "black_hole",
    "up_lost",
    "down_lost",
    "delay",
    "flap",
    "half_open",
)
_HELD = {BLACK_HOLE: ("up", "down"), UP_LOST: ("up",), DOWN_LOST: ("down",)}
DELAY_S = 0.7
FLAP_S = 2.0
_READ_BYTES = 65536
_ANSWER_S_MAX = 5.0


class FaultProxy:
    """The process, as whoever cuts the network sees it."""

    def __init__(self, port_behind: int) -> None:
        bound = [sys.executable, "-I", "-S", parent_bound.__file__, str(os.getpid())]
        self._process = subprocess.Popen(
            [*bound, sys.executable, "-m", "tests.faults.proxy", str(port_behind)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.port = int(self._answer())

    def set(self, mode: str) -> None:
        """Do this to the way from now on; `half_open` is done once, to the connections that stand."""
        assert mode in MODES, mode
        assert self._process.stdin is not None
        self._process.stdin.write(mode + "\n")
        self._process.stdin.flush()
        assert self._answer() == mode

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], 6 * _ANSWER_S_MAX)
        assert ready, "the proxy gave no answer"
        return self._process.stdout.readline().strip()


class _Way:
    """Everything that goes through the proxy."""

    def __init__(self, port_behind: int) -> None:
        self._port_behind = port_behind
        self._mode, self._never = PASS, asyncio.Event()
        self._changed = asyncio.Condition()
        self._fronts: set[asyncio.StreamWriter] = set()
        self._backs: dict[asyncio.StreamWriter, asyncio.StreamWriter] = {}
        #: Ends that nobody told of the end of their connection.
        self._left_open: list[asyncio.StreamWriter] = []

    async def set(self, mode: str) -> None:
        if mode == HALF_OPEN:
            for front in tuple(self._fronts):
                self._left_open.append(self._backs[front])
                _reset(front)
            return
        async with self._changed:
            self._mode = mode
            self._changed.notify_all()
        if mode == REFUSE:
            self._reset_all()

    async def _pause(self, seconds: float) -> None:
        """Be as slow as a network is that was told to."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._never.wait(), seconds)

    async def flap(self) -> None:
        while True:
            await self._pause(FLAP_S)
            if self._mode == FLAP:
                self._reset_all()

    async def take(self, reader: asyncio.StreamReader, front: asyncio.StreamWriter) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self._mode != BLACK_HOLE)
        if self._mode == REFUSE:
            _reset(front)
            return
        try:
            back_reader, back = await asyncio.open_connection(HOST, self._port_behind)
        except OSError:
            _reset(front)
            return
        if self._mode == REFUSE:
            # It was told so while it reached for the other side.
            _reset(front)
            _reset(back)
            return
        self._fronts.add(front)
        self._backs[front] = back
        try:
            await asyncio.gather(self._pump(reader, back, "up"), self._pump(back_reader, front, "down"))
        finally:
            self._fronts.discard(front)
            self._backs.pop(front, None)
            front.close()
            if back not in self._left_open:
                back.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        try:
            while True:
                data = await reader.read(_READ_BYTES)
                async with self._changed:
                    await self._changed.wait_for(lambda: way not in _HELD.get(self._mode, ()))
                if writer in self._left_open:
                    return
                if self._mode == DELAY:
                    await self._pause(DELAY_S)
                if not data:
                    writer.close()
                    return
                writer.write(data)
                await writer.drain()
        except OSError:
            if writer not in self._left_open:
                _reset(writer)

    def _reset_all(self) -> None:
        for front in tuple(self._fronts):
            _reset(front)
            _reset(self._backs[front])


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection as a router does that has forgotten it: RST, and what was on its way is lost."""
    own: Any = writer.get_extra_info("socket")
    if own is not None and own.fileno() >= 0:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _serve(port_behind: int) -> None:
    way = _Way(port_behind)
    server = await asyncio.start_server(way.take, HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    flapping = asyncio.create_task(way.flap())
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        await way.set(line.decode().strip())
        print(line.decode().strip(), flush=True)
    flapping.cancel()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_serve(int(sys.argv[1])))
