"""The journal on a board, through the firmware that is on it: read, judged, emptied, begun beyond a number.

Decides how a board's journal is opened (a file on a computer, a partition of its own on a worn board) and
whose it may be: one that no device of this name has left is emptied only when somebody says so, unless it is
that of a retired device. Sizes in bytes, times in s.
"""

import ast
from dataclasses import dataclass

from basestation.devices.board import Board
from basestation.devices.configuration import JOURNAL
from basestation.devices.errors import BoardFailed, SetupFailed
from basestation.site.journal_words import from_dump

#: 2048 places of 64 kB, each a line of 75 bytes, take 14 s at 115,200 baud; an erase takes 0.4 s a sector.
WORK_S_MAX = 60.0
COMPUTER = "unix"
_BEGIN = """
import sys, main, os
sys.path.insert(0, {slot!r} or main._active())
from firmware.journal_open import JournalError
"""
_COMPUTERS = "from firmware.boards.flash_making import open_flash\nopen_it=lambda: open_flash({path!r})\n"
#: Without making or changing it.
_COMPUTERS_AS_IT_IS = (
    "from firmware.boards.flash_file import FlashFile\nopen_it=lambda: FlashFile({path!r})\n"
)
_WORN = "from firmware.boards.esp32_parts import open_flash as open_it\n"
_DUMP = "from firmware.journal_dump import dump\ndump(open_it())\n"
_FOUND = """
from firmware.journal_setup import found
try: print(repr(found(open_it())))
except JournalError: print('None')
"""
_BEYOND = "from firmware.journal_setup import begin_beyond\nbegin_beyond(open_it(),{boot})\n"
_EMPTY = "from firmware.journal_setup import empty\nempty(open_it())\n"
_REMOVE = "try: os.remove({path!r})\nexcept OSError: pass\n"


@dataclass(frozen=True, slots=True)
class Found:
    """What a board's journal holds."""

    #: The highest number of a start; None: it is no journal. -1: it cannot be read.
    boot: int | None
    #: Alarms without a reset.
    standing_alarms: int = 0


class BoardJournal:
    """The journal of a board of this kind (`unix`, `esp32s3`, ...) that holds still."""

    def __init__(self, board: Board, kind: str, path: str = JOURNAL, slot: str = "") -> None:
        """`slot` is where the firmware lies that reads it; "": in the one that starts."""
        self._board = board
        self._slot = slot
        self._path = path
        self._is_computer = kind == COMPUTER

    def read(self) -> bytes:
        """Return its records, oldest sector first, without changing anything; raises SetupFailed."""
        printed = self._run(_DUMP, is_as_it_is=True)
        try:
            return from_dump(printed.strip().splitlines())
        except (ValueError, IndexError) as error:
            port = self._board.port
            raise BoardFailed(
                f"What the board at {port} printed is no journal: repeat the command."
            ) from error

    def found(self) -> Found:
        """Return what it holds."""
        said = ast.literal_eval(self._run(_FOUND).strip())
        return Found(None) if said is None else Found(*said)

    def begin_beyond(self, boot: int) -> None:
        """Let every start from now on have a number above `boot`."""
        self._run(_BEYOND.format(boot=boot))

    def empty(self) -> None:
        """Begin a new one, whatever is there."""
        # On a computer a file of another size is no flash at all.
        self._run((_REMOVE.format(path=self._path) if self._is_computer else "") + _EMPTY)

    def _run(self, program: str, *, is_as_it_is: bool = False) -> str:
        opening = _COMPUTERS_AS_IT_IS if is_as_it_is else _COMPUTERS
        opening = opening.format(path=self._path) if self._is_computer else _WORN
        return self._board.run(_BEGIN.format(slot=self._slot) + opening + program, WORK_S_MAX)


def refuse_unknown(found: Found, port: str) -> None:
    """Refuse what nobody may lose by mistake: something else, or alarms of a device that is not known."""
    if found.boot is None:
        what = "something that is no journal"
    elif found.standing_alarms:
        what = f"the journal of a device that is not known, with {found.standing_alarms} alarm(s) in it"
    else:
        return
    raise SetupFailed(
        f"Where the board at {port} keeps its journal lies {what}. If nobody needs it, say --empty-journal: "
        "it is erased then."
    )
