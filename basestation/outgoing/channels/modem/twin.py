"""A modem with a SIM on a pty, as a real one answers and as a broken one does not.

Speaks the other side of the serial line: echo, result codes, prompts, and words unasked in between. Its
faults are plain attributes of `Faults`, set while it runs. For tests, demonstrations and the world of
faults; everything in memory but the pty, whose name stays the same when it is pulled out and put in again.
"""

import asyncio
import contextlib
import os
import tty
from collections.abc import Callable
from pathlib import Path

from basestation.outgoing.channels.modem import twin_network
from basestation.outgoing.channels.modem.twin_commands import Interpreter
from basestation.outgoing.channels.modem.twin_network import Sim, Submitted

_END_OF_MESSAGE, _ABORT = 0x1A, 0x1B


class SimulatedModem(Interpreter):
    """The twin; `port` is the name for the settings."""

    def __init__(self, folder: Path, sim: Sim | None = None) -> None:
        super().__init__(sim or Sim())
        self.port = str(folder / "modem")
        self._unread = bytearray()
        self._master = self._slave = -1
        self.plug()

    def plug(self) -> None:
        """Put it in; it starts."""
        assert self._master < 0
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        with contextlib.suppress(FileNotFoundError):
            Path(self.port).unlink()
        Path(self.port).symlink_to(os.ttyname(self._slave))
        asyncio.get_running_loop().add_reader(self._master, self._read)
        self._start()

    def unplug(self) -> None:
        """Pull it out."""
        if self._master >= 0:
            asyncio.get_running_loop().remove_reader(self._master)
            os.close(self._master)
            os.close(self._slave)
            self._master = self._slave = -1
            Path(self.port).unlink()

    def receive(self, sender: str, text: str, reference: int = 7) -> None:
        """Get a message from a telephone: stored, and announced."""
        for pdu in twin_network.delivered(sender, text, reference):
            self.receive_pdu(pdu)

    def receive_pdu(self, pdu: str) -> None:
        """Get one part; without room it is lost, as on a real SIM until it is freed."""
        place = self.sim.store(pdu)
        if place is not None:
            self.say(f'+CMTI: "SM",{place}')

    async def until(self, is_so: Callable[[], bool], wait_s: float = 10.0) -> None:
        """Return once it is so; raises TimeoutError if it never is. Looked at with every command."""
        async with asyncio.timeout(wait_s):
            while not is_so():
                self._changed.clear()
                await self._changed.wait()

    async def until_sent(self, parts: int) -> list[Submitted]:
        """Return what the network took once it is so many parts."""
        await self.until(lambda: len(self.sent) >= parts)
        return self.sent

    async def until_asked(self, command: str, times: int = 1) -> None:
        """Return once it was given that command so often."""
        await self.until(lambda: sum(each.startswith(command) for each in self.commands) >= times)

    def _start(self) -> None:
        super()._start()
        self._unread = bytearray()

    def _read(self) -> None:
        try:
            self._unread += os.read(self._master, 4096)
        except OSError:
            return
        while self._unread and self._took():
            pass

    def _took(self) -> bool:
        if self._is_message_due:
            end = next((at for at, byte in enumerate(self._unread) if byte in {_END_OF_MESSAGE, _ABORT}), -1)
            if end < 0:
                return False
            is_message = self._unread[end] == _END_OF_MESSAGE
            pdu = self._unread[:end].decode("latin-1").strip()
            del self._unread[: end + 1]
            self._is_message_due = False
            if is_message:
                self._submit(pdu)
            else:
                self._answer([], "OK")
            return True
        end = self._unread.find(b"\r")
        if end < 0:
            return False
        command = self._unread[:end].decode("latin-1").strip("\n\x1b ")
        del self._unread[: end + 1]
        if command:
            self._obey(command)
        return True

    def _later(self, data: bytes) -> None:
        if self.faults.delay_s:
            asyncio.get_running_loop().call_later(self.faults.delay_s, self._write, data)
        else:
            self._write(data)

    def _write(self, data: bytes) -> None:
        if self._master >= 0 and not self.faults.is_silent:
            with contextlib.suppress(BlockingIOError):
                os.write(self._master, data)
