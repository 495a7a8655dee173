"""The receiving centre's side on loopback, by TCP, with faults that can be set: for tests, demonstrations.

Decides as a receiver does: what is damaged gets a NAK, a time stamp outside its window too, with its own
clock; a format it does not know gets a DUH; a number that it has heard already is acknowledged and not taken
again. Each fault is used up by one frame.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import TracebackType
from typing import Final, Self

from basestation.outgoing.channels.dc09.frames import (
    Frame,
    FrameError,
    FrameReader,
    Identity,
    frame,
    opened,
    time_stamp,
)

#: How far a time stamp may be behind and ahead of the receiver's clock, in seconds, as `pysiaalarm` has it.
BEHIND_S_MAX, AHEAD_S_MAX = 40, 20
_KNOWN: Final = frozenset({"SIA-DCS", "ADM-CID", "NULL"})


class Fault(StrEnum):
    """What the receiver does to the next frame instead of answering it as it should."""

    #: Takes it and says nothing.
    SILENT = "silent"
    #: Refuses it.
    NAK = "nak"
    #: Does not understand it.
    DUH = "duh"
    #: Takes it, and its acknowledgement is damaged on the way.
    GARBLED = "garbled"
    #: Takes it, and its acknowledgement comes byte by byte.
    SPLIT = "split"
    #: Takes it, and other bytes come with the acknowledgement in one piece.
    JOINED = "joined"
    #: Takes it, and dies half-way through its acknowledgement.
    DIES = "dies"
    #: Takes it, and acknowledges when `release` is called.
    SLOW = "slow"
    #: Takes it, and acknowledges another number.
    OTHER_NUMBER = "other_number"
    #: Takes it, and acknowledges without encryption.
    PLAIN = "plain"
    #: Takes it, and its acknowledgement is an hour old.
    STALE = "stale"
    #: Closes the connection without an answer.
    CLOSES = "closes"


@dataclass(frozen=True, slots=True)
class Heard:
    """One frame that could be read."""

    frame: Frame
    #: It was acknowledged, whether or not that arrived.
    is_taken: bool
    #: Its number had been taken before.
    is_repeat: bool


class TwinReceiver:
    """A receiver for one account; `clock` returns its time, aware UTC."""

    def __init__(
        self, account: str, key: bytes | None = None, clock: Callable[[], datetime] | None = None
    ) -> None:
        self._who = Identity(account)
        self._key = key
        self._clock = clock or (lambda: datetime.now(UTC))
        self._faults: deque[Fault] = deque()
        self._released = asyncio.Event()
        self._came = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        #: How far its clock is ahead of the true time.
        self.ahead = timedelta()
        #: Every frame that could be read, in the order it came.
        self.heard: list[Heard] = []
        #: Frames that could not.
        self.damaged = 0

    async def __aenter__(self) -> Self:
        """Listen on a free port of loopback."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; port 0 takes a free one."""
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", port)

    async def stop(self) -> None:
        """Close every connection, and listen no longer."""
        assert self._server is not None
        self._server.close()
        for talk in tuple(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def taken(self) -> list[Frame]:
        """What was taken, link tests and repeats left out."""
        return [
            one.frame for one in self.heard if one.is_taken and not one.is_repeat and one.frame.name != "NULL"
        ]

    def do(self, *faults: Fault) -> None:
        """Use up one fault with each of the next frames."""
        self._faults.extend(faults)

    def release(self) -> None:
        """Let the slow acknowledgements go, and those that come."""
        self._released.set()

    async def heard_frames(self, count: int, wait_s: float = 5.0) -> None:
        """Return when so many frames were heard; raises TimeoutError if they are not."""
        async with asyncio.timeout(wait_s):
            while len(self.heard) < count:
                self._came.clear()
                await self._came.wait()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        us = asyncio.current_task()
        assert us is not None
        self._talks.add(us)
        lines = FrameReader()
        try:
            while data := await reader.read(1024):
                for line in lines.feed(data):
                    await self._answer(line, writer)
        except (ConnectionError, asyncio.CancelledError):
            # The other side is gone, or we stop: either way this talk is over.
            pass
        finally:
            self._talks.discard(us)
            writer.close()

    async def _answer(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        try:
            told = opened(line, self._key)
        except FrameError:
            self.damaged += 1
            writer.write(self._nak())
            return
        fault = self._faults.popleft() if self._faults else None
        refusal = self._refusal(told, fault)
        is_taken = refusal is None and fault is not Fault.CLOSES
        numbers = {one.frame.sequence for one in self.heard if one.is_taken}
        self.heard.append(Heard(told, is_taken, is_taken and told.sequence in numbers))
        self._came.set()
        if refusal is not None:
            writer.write(refusal)
        else:
            await self._acknowledge(told, fault, writer)

    def _refusal(self, told: Frame, fault: Fault | None) -> bytes | None:
        """Return what is answered instead of an acknowledgement, None to take the frame."""
        if fault is Fault.DUH or told.name not in _KNOWN:
            return frame("DUH", told.sequence, self._who, "]")
        if fault is Fault.NAK or (self._key is not None) != told.is_encrypted or not self._is_timely(told):
            return self._nak()
        return None

    def _is_timely(self, told: Frame) -> bool:
        if told.told_at is None:
            return False
        ahead_s = (told.told_at - self._now()).total_seconds()
        return -BEHIND_S_MAX <= ahead_s <= AHEAD_S_MAX

    async def _acknowledge(self, told: Frame, fault: Fault | None, writer: asyncio.StreamWriter) -> None:
        if fault is Fault.SLOW:
            await self._released.wait()
        whole = self._ack(told, fault)
        if fault in {Fault.CLOSES, Fault.DIES}:
            writer.write(whole[: len(whole) // 2] if fault is Fault.DIES else b"")
            writer.close()
        elif fault is Fault.SPLIT:
            for byte in whole:
                writer.write(bytes((byte,)))
                await writer.drain()
        elif fault is Fault.GARBLED:
            writer.write(whole.replace(b"ACK", b"ACL"))
        elif fault is Fault.JOINED:
            writer.write(b"\r\nhello\r" + whole + whole)
        elif fault is not Fault.SILENT:
            writer.write(whole)

    def _ack(self, told: Frame, fault: Fault | None) -> bytes:
        number = told.sequence + (fault is Fault.OTHER_NUMBER)
        key = None if fault is Fault.PLAIN else self._key
        at = self._now() - timedelta(hours=fault is Fault.STALE)
        return frame("ACK", number, self._who, "]" + (time_stamp(at) if key else ""), key)

    def _nak(self) -> bytes:
        return frame("NAK", 0, Identity("0", "0", "0"), "]" + time_stamp(self._now()))

    def _now(self) -> datetime:
        return self._clock() + self.ahead
