"""What a simulated modem understands: its commands, its SIM, its network, and what is wrong with them.

Says what a modem says, and in which order; knows no line. How words get out, `_later` and `_write`, is
left to whoever speaks.
"""

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from basestation.outgoing.channels.modem import twin_network
from basestation.outgoing.channels.modem.errors import PduDamaged
from basestation.outgoing.channels.modem.twin_network import Sim, Submitted


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
    #: Starts anew instead of answering the command that is so many away; 0 for never.
    restarts_in: int = 0
    #: Stored messages cannot be deleted.
    is_delete_refused: bool = False


class Interpreter(ABC):
    """The modem without its line."""

    def __init__(self, sim: Sim) -> None:
        self.sim = sim
        self.faults = Faults()
        #: By TS 27.007: 1 registered, 2 looking, 3 refused.
        self.registration = 1
        #: 0 to 31, 99 unknown.
        self.strength = 20
        #: What the network took.
        self.sent: list[Submitted] = []
        #: Every command, without what is secret.
        self.commands: list[str] = []
        #: Where reports are stored when they are not passed on: "SM", or "SR" apart from messages.
        self.report_store = "SM"
        self.stored_reports: dict[int, str] = {}
        self._changed = asyncio.Event()
        self._reference = 250
        self._start()

    def restart(self) -> None:
        """Start anew by itself, as after a dip of its supply; says so."""
        self._start()
        self.say("RDY")
        self.say(f"+CPIN: {self.sim.state}")

    def say(self, line: str) -> None:
        """Say a line unasked."""
        self._write(b"\r\n" + line.encode("latin-1") + b"\r\n")

    def _start(self) -> None:
        self._is_echoing, self._is_pdu_mode, self._announcement = True, False, ""
        self._is_message_due = self._is_report_store_open = False
        self.sim.is_unlocked = False

    @abstractmethod
    def _write(self, data: bytes) -> None:
        """Say it now."""

    @abstractmethod
    def _later(self, data: bytes) -> None:
        """Say it after `Faults.delay_s`."""

    def _obey(self, command: str) -> None:
        is_secret = command.startswith("AT+CPIN=")
        self.commands.append("AT+CPIN=" if is_secret else command)
        self._changed.set()
        if self.faults.restarts_in:
            self.faults.restarts_in -= 1
            if not self.faults.restarts_in:
                self.restart()
                return
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
            self._changed.set()
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
            place: int | None = len(self.stored_reports) + 1
            if self.report_store == "SR":
                self.stored_reports[len(self.stored_reports) + 1] = pdu
            else:
                place = self.sim.store(pdu)
            self.say(f'+CDSI: "{self.report_store}",{place}')

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
        self._is_report_store_open = value == f'"{self.report_store}"' == '"SR"'
        if '"SM"' not in value and not self._is_report_store_open:
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
        for place, pdu in sorted(self._open_store().items()):
            lines += [f"+CMGL: {place},0,,{len(pdu) // 2 - 1}", pdu]
        self._answer(lines, "OK")

    def _delete(self, value: str) -> None:
        if self.faults.is_delete_refused:
            self._answer([], "+CMS ERROR: 320")
            return
        self._open_store().pop(int(value), None)
        self._changed.set()
        self._answer([], "OK")

    def _open_store(self) -> dict[int, str]:
        return self.stored_reports if self._is_report_store_open else self.sim.messages

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
