"""A board at the end of a serial line: what it is, whether our firmware runs on it, its clock, its files.

Decides which boards are refused, and brings a board to hold still: while the file `setup` is on it, it
starts nothing, however often its power goes. Never decides what is put onto it.
"""

import ast
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from basestation.devices.board_files import BoardFiles
from basestation.devices.errors import BoardFailed, BoardRefused
from basestation.devices.firmware_files import HOLD
from basestation.devices.raw_repl import RawRepl, entered
from basestation.devices.serial_line import SerialLine

#: The oldest MicroPython that the modules are made for.
VERSION_MIN = (1, 25, 0)
#: The format of .mpy files that mpy-cross writes (MicroPython docs, reference/mpyfiles).
MPY_VERSION = 6
#: `sys.implementation._mpy >> 10`, as mpy-cross calls them (same page).
_PROCESSORS = (
    "", "x86", "x64", "armv6", "armv6m", "armv7m", "armv7em", "armv7emsp", "armv7emdp", "xtensa",
    "xtensawin", "rv32imc", "rv64imc",
)  # fmt: skip
#: What a board's own words hold -> what the firmware calls it; the first that fits.
_KINDS = {"linux": "unix", "darwin": "unix", "ESP32S3": "esp32s3", "ESP32": "m5stickc_plus2"}
#: Where a board makes no machine code, any will do: its modules fall back to plain ones.
_ANY_PROCESSOR = "armv6m"
#: Two slots, the journal and some room, in bytes.
FREE_BYTES_MIN = 250_000
CLOCK_OFF_S_MAX = 5
#: The whole self-test with a handshake and a log-in, in s.
CHECK_S_MAX = 60.0

_FACTS = """
import sys, os
i=sys.implementation
v=os.statvfs(os.getcwd())
print(repr([i.name,list(i.version)[:3],getattr(i,'_mpy',0),str(getattr(i,'_machine','')),v[1]*v[4]]))
"""
_TIME = """
import time
print(int(time.time())+(946684800 if time.gmtime(0)[0]==2000 else 0))
"""
_SET_TIME = """
import machine
if hasattr(machine,'RTC'): machine.RTC().datetime({fields!r})
"""


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """What a board says it is."""

    #: Which one it is, as the firmware's configuration calls it.
    kind: str
    #: The board and its processor in its own words.
    machine: str
    version: tuple[int, ...]
    #: As mpy-cross names it.
    processor: str
    free_bytes: int


class Board:
    """The board at the end of `line`, which holds still and listens."""

    def __init__(self, line: SerialLine) -> None:
        """Stop what runs and ask what it is; raises BoardRefused or LineFailed."""
        self._repl: RawRepl = entered(line)
        self.facts = _judged(self._repl.run(_FACTS), line.port)
        self.files = BoardFiles(self._repl)

    @property
    def port(self) -> str:
        """Where it is connected."""
        return self._repl.line.port

    def run(self, program: str, within_s: float = 5.0) -> str:
        """Run a program on the board; return what it printed."""
        return self._repl.run(program, within_s).decode()

    def hold(self) -> None:
        """Keep the board from starting anything until `release`, and free it from what ran."""
        self.files.write(HOLD, b"1")
        self.restart()

    def restart(self) -> None:
        """Let the board start again, and listen again."""
        self._repl.reset()
        self.files = BoardFiles(self._repl)

    def release(self) -> None:
        """Let the board start what is on it, now and from now on."""
        self.files.remove([HOLD])

    def leave(self) -> None:
        """Start it and leave it to itself."""
        self._repl.leave()

    def clock_off_s(self, now: datetime) -> int:
        """Return by how many seconds the board's clock is off."""
        return abs(int(self.run(_TIME)) - int(now.timestamp()))

    def set_clock(self, now: datetime) -> None:
        """Set the board's clock, if it has one to be set."""
        at = now.astimezone(UTC)
        fields = (at.year, at.month, at.day, at.weekday(), at.hour, at.minute, at.second, 0)
        self.run(_SET_TIME.format(fields=fields))

    def check(self) -> dict[str, Any]:
        """Let the device test itself; return its report. Raises BoardFailed if there is none."""
        said = self.run("import main\nmain.check()", CHECK_S_MAX).strip().splitlines()
        try:
            found: dict[str, Any] = json.loads(said[-1])
            refused = [json.loads(line).get("reason", "") for line in said[:-1] if '"refused"' in line]
        except (ValueError, IndexError):
            raise BoardFailed(f"The device's self-test said nothing that can be read: {said[-1:]}.") from None
        for check in found["checks"]:
            if check[0] == "settings" and refused:
                check[2] = refused[0]
        return found


def _judged(printed: bytes, port: str) -> BoardFacts:
    try:
        name, version, mpy, machine, free_bytes = ast.literal_eval(printed.decode().strip())
    except (ValueError, SyntaxError):
        raise BoardRefused(f"The board at {port} does not say what it is.") from None
    shown = ".".join(str(number) for number in version)
    if name != "micropython":
        raise BoardRefused(f"The board at {port} runs {name} {shown}; the firmware needs MicroPython.")
    if tuple(version) < VERSION_MIN or mpy & 0xFF != MPY_VERSION:
        wanted = ".".join(str(number) for number in VERSION_MIN)
        raise BoardRefused(
            f"The board at {port} runs MicroPython {shown}; the firmware needs {wanted} or newer. Install it "
            "on the board first."
        )
    if free_bytes < FREE_BYTES_MIN:
        raise BoardRefused(
            f"The board at {port} has {free_bytes // 1000} kB free; the firmware needs "
            f"{FREE_BYTES_MIN // 1000} kB. Remove what else lies on it."
        )
    kinds = [kind for words, kind in _KINDS.items() if words in machine]
    if not kinds:
        raise BoardRefused(f"The board at {port} is {machine!r}, for which there is no firmware.")
    processor = (mpy >> 10) & 0xF
    name = _PROCESSORS[processor] if processor < len(_PROCESSORS) else ""
    return BoardFacts(kinds[0], machine, tuple(version), name or _ANY_PROCESSOR, free_bytes)
