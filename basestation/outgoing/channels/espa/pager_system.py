"""The other side of an ESPA 4.4.4 line: a pager system, for tests and demonstrations.

Speaks by itself and step by step, not by the tables of our own station: as slave it answers polls and takes
calls, as control station it polls and takes what it is told. It keeps every call, and can be told to be
silent, to refuse, to garble, to be slow, to lose its own ACK and to die half-way.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from basestation.outgoing.channels.espa.frames import (
    ACK,
    CALL_ADDRESS,
    CALL_STATUS,
    CALL_TO_PAGER,
    DISPLAY_TEXT,
    ENQ,
    EOT,
    ETX,
    NAK,
    SOH,
    STATUS,
    SYSTEM_STATUS,
    Block,
    check_character,
    read,
    written,
)


class Wire(Protocol):
    """The pager system's end of the line."""

    async def receive(self) -> bytes:
        """Return what came, at least one byte; empty when the line is gone."""
        ...

    def send(self, data: bytes) -> None:
        """Send it."""
        ...

    def unplug(self) -> None:
        """Let the line be gone for both sides."""
        ...


@dataclass(slots=True)
class Faults:
    """What the pager system does wrong."""

    #: Hears everything and answers nothing.
    is_silent: bool = False
    #: Codes of the NAKs with which the next blocks are refused; the empty code is a NAK alone.
    naks: deque[str] = field(default_factory=deque)
    #: Selections to refuse, with a NAK alone.
    refused_selections: int = 0
    #: Blocks to take without saying so.
    lost_acks: int = 0
    #: Status blocks to send with a wrong check character before the right one.
    garbled_statuses: int = 0
    #: Status blocks to send a second time as if our ACK had not come.
    repeated_statuses: int = 0
    #: Sent before every answer; must hold no control character of the protocol.
    noise: bytes = b""
    #: Before every answer, in s.
    delay_s: float = 0.0
    #: The line is gone when so many bytes of a block have come.
    dies_after_bytes: int | None = None


class PagerSystem:
    """A pager system at `wire`; `own` and `other` are its address and ours."""

    def __init__(self, wire: Wire, own: str = "2", other: str = "1") -> None:
        self._wire = wire
        self._own, self._other = ord(own), ord(other)
        self._unread = bytearray()
        self.faults = Faults()
        #: Every block taken, in the order it came; a repeat stands twice.
        self.taken: list[Block] = []
        self._statuses: deque[bytes] = deque()
        self._changed = asyncio.Event()

    @property
    def calls(self) -> list[Block]:
        """Return the calls taken."""
        return [block for block in self.taken if block.header == CALL_TO_PAGER]

    def tell(self, call: Block, status: str, *, has_text: bool = False) -> None:
        """Let the status of a call be sent."""
        records = [(CALL_ADDRESS, call.data(CALL_ADDRESS).encode("ascii"))]
        if has_text:
            records.append((DISPLAY_TEXT, call.data(DISPLAY_TEXT).encode("latin-1")))
        self.tell_block(written(STATUS, (*records, (CALL_STATUS, status.encode("ascii")))))

    def tell_system(self, status: str) -> None:
        """Let a system status be sent."""
        self.tell_block(written(STATUS, ((SYSTEM_STATUS, status.encode("ascii")),)))

    def tell_block(self, block: bytes) -> None:
        """Let any block be sent."""
        self._statuses.append(block)

    async def until_calls(self, count: int, wait_s: float = 5.0) -> list[Block]:
        """Return the calls when there are so many; raises TimeoutError if they do not come."""
        async with asyncio.timeout(wait_s):
            while len(self.calls) < count:
                self._changed.clear()
                await self._changed.wait()
        return self.calls

    async def serve_as_slave(self) -> None:
        """Answer polls and take calls until the line is gone."""
        with contextlib.suppress(_Gone):
            before = EOT
            while True:
                byte = await self._byte()
                if byte == ENQ and before == self._own:
                    await self._be_polled()
                elif byte == ENQ and before == self._other:
                    await self._be_selected()
                before = byte

    async def serve_as_control_station(self, poll_s: float) -> None:
        """Poll the other station, and tell it what waits, until the line is gone."""
        with contextlib.suppress(_Gone):
            while True:
                if self._statuses:
                    await self._answer(EOT, self._own, ENQ, self._other, ENQ)
                    await self._tell_next(poll_s)
                await self._answer(EOT, self._other, ENQ)
                await self._hear_poll_answer(poll_s)

    async def _be_polled(self) -> None:
        if not self._statuses:
            await self._answer(EOT)
            return
        await self._answer(self._other, ENQ)
        await self._tell_next(1.0)

    async def _be_selected(self) -> None:
        """Hear who is selected, after the control station has polled itself."""
        if await self._byte() != self._own or await self._byte() != ENQ:
            return
        if self.faults.refused_selections:
            self.faults.refused_selections -= 1
            await self._answer(NAK)
            # It may try again within its transaction.
            await self._be_selected()
            return
        await self._answer(ACK)
        await self._take_blocks()

    async def _hear_poll_answer(self, poll_s: float) -> None:
        try:
            async with asyncio.timeout(poll_s):
                while (byte := await self._byte()) != EOT:
                    if byte == self._own and await self._byte() == ENQ:
                        break
                else:
                    # Nothing waits; the next poll is not due before.
                    await asyncio.Event().wait()
        except TimeoutError:
            return
        await self._answer(ACK)
        await self._take_blocks()

    async def _take_blocks(self) -> None:
        """Take blocks until the sender ends the transaction."""
        while (byte := await self._byte()) != EOT:
            if byte == SOH:
                await self._take_block()

    async def _take_block(self) -> None:
        body = bytearray()
        while not body.endswith(bytes([ETX])):
            body.append(await self._byte())
            if len(body) == self.faults.dies_after_bytes:
                self._wire.unplug()
        if await self._byte() != check_character(body):
            await self._answer(ord("1"), NAK)
            return
        if self.faults.naks:
            await self._answer(*self.faults.naks.popleft().encode("ascii"), NAK)
            return
        block = read(bytes(body))
        assert block is not None, body
        self.taken.append(block)
        self._changed.set()
        if self.faults.lost_acks:
            self.faults.lost_acks -= 1
            return
        await self._answer(ACK)

    async def _tell_next(self, wait_s: float) -> None:
        """Send the next status to the station that was selected, and end the transaction."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._until((ACK,))
                block = self._statuses[0]
                if self.faults.garbled_statuses:
                    self.faults.garbled_statuses -= 1
                    await self._answer(*block[:-1], block[-1] ^ 0x7F)
                    await self._until((NAK,))
                await self._answer(*block)
                await self._until((ACK, NAK))
                if self.faults.repeated_statuses:
                    self.faults.repeated_statuses -= 1
                    await self._answer(*block)
                    await self._until((ACK, NAK))
                self._statuses.popleft()
        await self._answer(EOT)

    async def _until(self, awaited: Iterable[int]) -> None:
        while await self._byte() not in awaited:
            pass

    async def _byte(self) -> int:
        while not self._unread:
            came = await self._wire.receive()
            if not came:
                raise _Gone
            self._unread += came
        return self._unread.pop(0)

    async def _answer(self, *data: int) -> None:
        if self.faults.is_silent:
            return
        if self.faults.delay_s:
            await asyncio.sleep(self.faults.delay_s)
        self._wire.send(self.faults.noise + bytes(data))


class _Gone(Exception):
    """The line is gone."""
