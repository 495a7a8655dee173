"""The lines of a modem: what belongs to the answer of a command, and what it says unasked in between.

Decides by the command that waits: its echo, its lines, its end, and the prompt before a message. Everything
else is either something the modem says by itself (`UNASKED`) or noise, which is counted. Any bytes in give
events, never an exception; lines are bounded. Without I/O (ITU-T V.250; 3GPP TS 27.005, 27.007).
"""

from dataclasses import dataclass
from typing import Final

#: A longer line is nobody's.
LINE_BYTES_MAX: Final = 1024
#: Lines of one answer; a SIM holds fewer messages.
ANSWER_LINES_MAX: Final = 1024

#: What ends an answer.
_OK: Final = ("OK",)
_FAILED: Final = ("ERROR", "+CME ERROR", "+CMS ERROR", "COMMAND NOT SUPPORT", "TOO MANY PARAMETERS")
#: What a modem says by itself, by how the line begins; what "restarted" needs is a new set-up.
UNASKED: Final = {
    "+CMTI": "stored",
    "+CDSI": "stored",
    "+CMT": "message",
    "+CDS": "report",
    "+CPIN": "restarted",
    "RDY": "restarted",
    "^SYSSTART": "restarted",
    "^BOOT": "quiet",
    "^RSSI": "quiet",
    "^MODE": "quiet",
    "+CREG": "quiet",
    "+CEREG": "quiet",
    "+CGREG": "quiet",
    "+CTZV": "quiet",
    "+CSQ": "quiet",
    "+CFUN": "quiet",
    "+CIEV": "quiet",
    "SMS Ready": "quiet",
    "Call Ready": "quiet",
    "RING": "call",
    "+CRING": "call",
    "+CLIP": "call",
    "NO CARRIER": "call",
    "BUSY": "call",
}
#: Those after which a PDU comes on a line of its own.
_WITH_PDU: Final = ("message", "report")
_HEXADECIMAL: Final = frozenset("0123456789ABCDEFabcdef")


@dataclass(frozen=True, slots=True)
class Prompted:
    """The modem waits for the message."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The command has ended."""

    lines: tuple[str, ...]
    #: The line that says why it was refused; empty: it was not.
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Unasked:
    """The modem said something by itself."""

    #: A value of `UNASKED`.
    kind: str
    #: The PDU in hexadecimal, for a message or a report; else what stood after the name.
    text: str = ""


@dataclass(frozen=True, slots=True)
class Noise:
    """Something that belongs to nothing: "too_long", "no_pdu", "late" or "unknown"."""

    kind: str


Event = Prompted | Ended | Unasked | Noise


class Dialogue:
    """One modem's side of the line."""

    def __init__(self) -> None:
        self._unread = bytearray()
        self._is_too_long = False
        self._command: str | None = None
        self._answers: tuple[str, ...] = ()
        self._lines: list[str] = []
        self._is_prompt_awaited = False
        #: The kind of what announced a PDU; empty: none is due.
        self._announced = ""

    def begin(self, command: str, answers: tuple[str, ...] = (), *, is_prompted: bool = False) -> None:
        """Note that a command goes out whose lines begin with one of `answers`."""
        self._command, self._answers, self._lines = command, answers, []
        self._is_prompt_awaited = is_prompted

    def give_up(self) -> None:
        """Forget the command: nobody waits for its end any more."""
        self._command = None
        self._is_prompt_awaited = False
        self._lines = []

    def feed(self, data: bytes) -> list[Event]:
        """Return what the bytes have completed."""
        self._unread += data
        events: list[Event] = []
        while True:
            if self._is_prompt_awaited and self._unread.lstrip(b"\r\n").startswith(b">"):
                del self._unread[: self._unread.index(b">") + 1]
                self._is_prompt_awaited = False
                events.append(Prompted())
            end = min((at for at in map(self._unread.find, (b"\r", b"\n")) if at >= 0), default=-1)
            if end < 0:
                break
            line = bytes(self._unread[:end]).decode("latin-1").strip()
            del self._unread[: end + 1]
            if self._is_too_long or end > LINE_BYTES_MAX:
                self._is_too_long = False
                events.append(Noise("too_long"))
            elif line:
                events += self._heard(line)
        if len(self._unread) > LINE_BYTES_MAX:
            self._unread.clear()
            self._is_too_long = True
        return events

    def _heard(self, line: str) -> list[Event]:
        events: list[Event] = []
        if self._announced:
            kind, self._announced = self._announced, ""
            if _is_hexadecimal(line):
                return [Unasked(kind, line)]
            events.append(Noise("no_pdu"))
        return events + self._judged(line)

    def _judged(self, line: str) -> list[Event]:
        name, _, rest = line.partition(":")
        name = name.strip()
        if self._command is not None and (line == self._command or name in self._answers):
            return [] if line == self._command else self._keep(line)
        if line in _OK or name in _FAILED:
            return [Noise("late") if self._command is None else self._end("" if line in _OK else line)]
        kind = UNASKED.get(name)
        if kind in _WITH_PDU:
            self._announced = kind
            return []
        if kind is None and self._lines and _is_hexadecimal(line):
            return self._keep(line)
        return [Noise("unknown") if kind is None else Unasked(kind, rest.strip())]

    def _keep(self, line: str) -> list[Event]:
        if len(self._lines) >= ANSWER_LINES_MAX:
            return [Noise("too_long")]
        self._lines.append(line)
        return []

    def _end(self, refusal: str) -> Ended:
        ended = Ended(tuple(self._lines), refusal)
        self.give_up()
        return ended


def _is_hexadecimal(line: str) -> bool:
    return len(line) % 2 == 0 and _HEXADECIMAL.issuperset(line)
