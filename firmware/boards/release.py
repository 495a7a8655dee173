"""Which release of the firmware runs, out of which slot, and whether an update of it goes on.

Decides that a start counts as good after a while, unless the release is on trial, and that what follows an
update is in memory only while there is one. A program that no starter has chosen has no slot and cannot be
updated over the air. Times in ms.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from firmware.boards.updating import Updating
    from firmware.device import Device

#: The folders that the starter chooses from, and its count.
SLOTS = ("slot_a", "slot_b")
FAILED_STARTS = "failed_starts"
RECORD = "update.json"
#: What only an update needs.
_FOR_UPDATES = (
    ("firmware.boards", "updating"), ("firmware.boards", "slot_writer"), ("firmware.boards", "slot_files"),
    ("firmware", "updates"), ("firmware", "update_order"), ("firmware", "sealed"),
)  # fmt: skip


class Release:
    """The release that runs."""

    def __init__(self, config: "dict[str, Any]") -> None:
        self._slot = sys.path[0] if sys.path and sys.path[0] in SLOTS else ""
        self._owner = (config["name"], config["board"], config["settings_key"])
        self._updating: "Updating | None" = None
        #: Why the device starts, where an update is the reason; else "".
        self.cause = ""
        self._is_unfinished = False
        if self._slot and _is_there(RECORD):
            self._look_at_record()

    def begin(self, now_ms: int, device: "Device") -> "Sequence[Any]":
        """Go on with the update where the last start has ended."""
        device.commands.is_updatable = self._slot != "" and self._owner[2] != ""
        return self._follow(device).begin(now_ms) if self._is_unfinished else ()

    def take(self, now_ms: int, device: "Device", message: "dict[str, Any]") -> "Sequence[Any]":
        """Act on an order to update or a piece of it."""
        return self._follow(device).take(now_ms, message)

    def turn(self, now_ms: int) -> "Sequence[Any]":
        """Do the next small step of an update, if there is one."""
        updating = self._updating
        if updating is None:
            return ()
        effects = updating.turn(now_ms)
        if updating.is_over():
            self._forget()
        return effects

    def is_switching(self) -> bool:
        """Tell whether the device is to restart now, into the other slot."""
        return self._updating is not None and self._updating.is_switching

    def restart(self) -> bool:
        """Start the board again if it is to be; return False if not, or where the board cannot by itself."""
        if not self.is_switching():
            return False
        try:
            machine: "Any" = __import__("machine")
        except ImportError:
            return True
        if hasattr(machine, "reset"):
            machine.reset()
        return True

    def note_good_start(self) -> None:
        """Tell the starter that this release runs; one on trial has to show more than that."""
        if self._slot and not (self._updating is not None and self._updating.is_on_trial()):
            try:
                os.remove(FAILED_STARTS)
            except OSError:
                pass

    def _follow(self, device: "Device") -> "Updating":
        if self._updating is None:
            from firmware.boards.updating import Updating

            name, board, key = self._owner
            self._updating = Updating(device.commands.updates(), name, board, key, self._slot)
        return self._updating

    def _look_at_record(self) -> None:
        from firmware.boards import updating

        self.cause, self._is_unfinished = updating.found(self._slot)
        if not self._is_unfinished:
            self._forget()

    def _forget(self) -> None:
        """Give back the memory of what only an update needs."""
        from firmware.boards.memory import forget_modules

        self._updating = None
        forget_modules(_FOR_UPDATES)


def _is_there(path: str) -> bool:
    try:
        os.stat(path)
    except OSError:
        return False
    return True
