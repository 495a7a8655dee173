"""The journal of a board that is made ready for its wearer: whose it may be, emptied, begun beyond a number.

Decides nothing about whether it may be emptied: whoever makes the board ready does (`basestation/devices`).
Called over the raw REPL and by nothing of the firmware, so its names stand below as strings: a compiled
module has short ones for what nobody says. Opens a flash as `journal_ring.py` describes it.
"""

from firmware.journal import RAISED, boot_record
from firmware.journal_open import format_ring, open_ring

__all__ = ("begin_beyond", "empty", "found")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def found(flash: "Any") -> "tuple[int, int]":
    """Return the highest boot number of a start, -1 where the flash cannot be read, and the standing alarms.

    Raises:
        JournalError: the flash holds something else than a journal.
    """
    ring, standing, _ = open_ring(flash)
    if ring.flash is None:
        return -1, 0
    return ring.boot - 1, len([record for record in standing if record.kind == RAISED])


def begin_beyond(flash: "Any", boot: int) -> bool:
    """Let every start from now on have a number above `boot`; return False if the flash refuses."""
    ring, _, _ = open_ring(flash)
    return ring.boot > boot or ring.append(boot_record(boot))


def empty(flash: "Any") -> None:
    """Begin a new journal, whatever the flash holds; raises OSError."""
    format_ring(flash)
