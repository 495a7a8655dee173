"""A modem with a SIM on a pty, as a real one answers and as a broken one does not.

Speaks the other side of the serial line: echo, result codes, prompts, and words unasked in between. Its
faults are plain attributes of `Faults`, set while it runs. For tests, demonstrations and the world of
faults; everything in memory but the pty, whose name stays the same when it is pulled out and put in again.
"""

import asyncio
import contextlib
import os
import tty
from dataclasses import dataclass, field
from pathlib import Path

from basestation.outgoing.channels.modem import twin_network
from basestation.outgoing.channels.modem.errors import PduDamaged
from basestation.outgoing.channels.modem.twin_network import Sim, Submitted

_END_OF_MESSAGE, _ABORT = 0x1A, 0x1B


@dataclass(slots=True)
class Faults:
    """What is wrong with modem and network."""

    #: It says nothing at all any more.
    is_silent: bool = False
    #: Lines that it says instead of taking the next messages, such as "+CMS ERROR: 42".
    refusals: list[str] = field(default_factory=list)
    #: How long it takes for an answer, in seconds.
    delay_s: float = 0.0
    #: Falls silent at the next message: "command", "prompt" (it came, the message is not taken) or
    #: "taken" (the network has it, the acknowledgement does not come).
    dies_at: str = ""
    #: Bytes before each line of an answer.
    noise: bytes = b""
    #: Lines that it says unasked before the end of each answer.
    chatter: tuple[str, ...] = ()
    #: Status of the delivery reports; None: none come.
    report_status: int | None = 0x00
    #: Commands that it does not know, by how they begin.
    unknown: tuple[str, ...] = ()
    #: Stored messages cannot be deleted.
    is_delete_refused: bool = False


class SimulatedModem:
    """The twin; `port` is the name for the settings."""

    def __init__(self, folder: Path, sim: Sim | None = None) -> None:
        self.port = str(folder / "modem")
        self.sim = sim or Sim()
        self.faults = Faults()
        #: By TS 27.007: 1 registered, 2 looking, 3 refused.
        self.registration = 1
        #: 0 to 31, 99 unknown.
        self.strength = 20
        #: What the network took.
        self.sent: list[Submitted] = []
        #: Every command, without what is secret.
        self.commands: list[str] = []
        self._changed = asyncio.Event()
        self._master = self._slave = -1
        self._reference = 250
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

    def restart(self) -> None:
        """Start anew by itself, as after a dip of its supply; says so."""
        self._start()
        self.say("RDY")
        self.say(f"+CPIN: {self.sim.state}")

    def say(self, line: str) -> None:
        """Say a line unasked."""
        self._write(b"\r\n" + line.encode("latin-1") + b"\r\n")

    def receive(self, sender: str, text: str, reference: int = 7) -> None:
        """Get a message from a telephone: stored, and announced."""
        for pdu in twin_network.delivered(sender, text, reference):
            self.receive_pdu(pdu)

    def receive_pdu(self, pdu: str) -> None:
        """Get one part; without room it is lost, as on a real SIM until it is freed."""
        place = self.sim.store(pdu)
        if place is not None:
            self.say(f'+CMTI: "SM",{place}')

    async def until(self, parts: int, wait_s: float = 10.0) -> list[Submitted]:
        """Return what the network took once it is so many parts; raises TimeoutError if it never is."""
        async with asyncio.timeout(wait_s):
            while len(self.sent) < parts:
                self._changed.clear()
                await self._changed.wait()
        return self.sent

    async def until_stored(self, messages: int, wait_s: float = 10.0) -> None:
        """Return once the SIM holds so many messages; raises TimeoutError if it never does."""
        async with asyncio.timeout(wait_s):
            while len(self.sim.messages) != messages:
                self._changed.clear()
                await self._changed.wait()

    def _start(self) -> None:
        self._unread = bytearray()
        self._is_echoing, self._is_pdu_mode, self._announcement = True, False, ""
        self._is_message_due = False
        self.sim.is_unlocked = False

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

    def _obey(self, command: str) -> None:
        is_secret = command.startswith("AT+CPIN=")
        self.commands.append("AT+CPIN=" if is_secret else command)
        if self._is_echoing:
            self._write(command.encode("latin-1") + b"\r")
        if command.startswith(self.faults.unknown or ("?",)):
            self._answer([], "ERROR")
            return
        name, _, value = command.removeprefix("AT").partition("=")
        obey = getattr(self, _COMMANDS.get(name, "_refuse"))
        obey(value)

    def _submit(self, pdu: str) -> None:
        if self.faults.dies_at == "prompt":
            self.faults.is_silent = True
        if self.faults.refusals:
            self._answer([], self.faults.refusals.pop(0))
            return
        self._reference = (self._reference + 1) % 256
        try:
            part = twin_network.submitted(pdu, self._reference)
        except (PduDamaged, ValueError, IndexError):
            self._answer([], "+CMS ERROR: 304")
            return
        if self.faults.is_silent:
            return
        self.sent.append(part)
        self._changed.set()
        if self.faults.dies_at == "taken":
            self.faults.is_silent = True
        self._answer([f"+CMGS: {self._reference}"], "OK")
        if part.is_reported and self.faults.report_status is not None:
            self._report(twin_network.status_report(part, self.faults.report_status))

    def _report(self, pdu: str) -> None:
        mode = self._announcement.split(",")
        if mode[3:4] == ["1"]:
            self.say(f"+CDS: {len(pdu) // 2 - 1}\r\n{pdu}")
        elif mode[3:4] == ["2"]:
            place = self.sim.store(pdu)
            self.say(f'+CDSI: "SM",{place}')

    def _at(self, _: str) -> None:
        self._answer([], "OK")

    def _echo_off(self, _: str) -> None:
        self._is_echoing = False
        self._answer([], "OK")

    def _ask_pin(self, _: str) -> None:
        self._answer([f"+CPIN: {self.sim.state}"], "OK")

    def _pin_tries(self, _: str) -> None:
        self._answer([f"+CPINR: SIM PIN,{self.sim.tries_left},3"], "OK")

    def _enter_pin(self, value: str) -> None:
        is_right = self.sim.enter(value.strip('"'))
        self._answer([], "OK" if is_right else "+CME ERROR: 16")
        if is_right:
            self.say("+CPIN: READY")
            self.say("SMS Ready")

    def _format(self, value: str) -> None:
        self._is_pdu_mode = value == "0"
        self._answer([], "OK")

    def _ask_format(self, _: str) -> None:
        self._answer([f"+CMGF: {0 if self._is_pdu_mode else 1}"], "OK")

    def _store(self, value: str) -> None:
        if '"SM"' not in value:
            self._answer([], "+CMS ERROR: 302")
            return
        counts = f"{len(self.sim.messages)},{self.sim.room}"
        self._answer([f"+CPMS: {counts},{counts},{counts}"], "OK")

    def _ask_store(self, _: str) -> None:
        counts = f'"SM",{len(self.sim.messages)},{self.sim.room}'
        self._answer([f"+CPMS: {counts},{counts},{counts}"], "OK")

    def _announce(self, value: str) -> None:
        self._announcement = value
        self._answer([], "OK")

    def _registered(self, _: str) -> None:
        self._answer([f"+CREG: 0,{self.registration}"], "OK")

    def _signal(self, _: str) -> None:
        self._answer([f"+CSQ: {self.strength},99"], "OK")

    def _operator(self, _: str) -> None:
        self._answer(['+COPS: 0,0,"Testnetz"'], "OK")

    def _list(self, _: str) -> None:
        lines = []
        for place, pdu in sorted(self.sim.messages.items()):
            lines += [f"+CMGL: {place},0,,{len(pdu) // 2 - 1}", pdu]
        self._answer(lines, "OK")

    def _delete(self, value: str) -> None:
        if self.faults.is_delete_refused:
            self._answer([], "+CMS ERROR: 320")
            return
        self.sim.messages.pop(int(value), None)
        self._changed.set()
        self._answer([], "OK")

    def _message(self, _: str) -> None:
        if self.faults.dies_at == "command":
            self.faults.is_silent = True
        self._is_message_due = not self.faults.is_silent
        self._later(b"\r\n> ")

    def _refuse(self, _: str) -> None:
        self._answer([], "ERROR")

    def _answer(self, lines: list[str], end: str) -> None:
        said = b"".join(
            self.faults.noise + b"\r\n" + line.encode("latin-1") + b"\r\n"
            for line in [*lines, *self.faults.chatter, end]
        )
        self._later(said)

    def _later(self, data: bytes) -> None:
        if self.faults.delay_s:
            asyncio.get_running_loop().call_later(self.faults.delay_s, self._write, data)
        else:
            self._write(data)

    def _write(self, data: bytes) -> None:
        if self._master >= 0 and not self.faults.is_silent:
            with contextlib.suppress(BlockingIOError):
                os.write(self._master, data)


_COMMANDS = {
    "": "_at",
    "E0": "_echo_off",
    "+CMEE": "_at",
    "+CPIN?": "_ask_pin",
    "+CPINR": "_pin_tries",
    "+CPIN": "_enter_pin",
    "+CMGF": "_format",
    "+CMGF?": "_ask_format",
    "+CPMS": "_store",
    "+CPMS?": "_ask_store",
    "+CNMI": "_announce",
    "+COPS": "_at",
    "+COPS?": "_operator",
    "+CREG?": "_registered",
    "+CSQ": "_signal",
    "+CMGL": "_list",
    "+CMGD": "_delete",
    "+CMGS": "_message",
}
