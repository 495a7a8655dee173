"""Starts the firmware from one of two slots; on a board this file is `main.py`, and no update replaces it.

Decides which slot: the one that `active` names, or the other one when it failed to start FAILED_STARTS_MAX
times in a row and the other is whole. While `setup` exists the board is being got ready and starts
nothing, so that half a device never works. Needs nothing of the firmware before it has chosen.

On the board: `slot_a/`, `slot_b/` (packages `firmware` and `protocol` as .mpy; `whole` is written last),
`active` (the slot's name), `failed_starts` (a number; the firmware removes it once it has run a while),
`fell_back` (the slot that was left), `setup`, `device.json`, `site_ca.pem`, `journal`.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SLOTS = ("slot_a", "slot_b")
FAILED_STARTS_MAX = 3
CONFIG = "device.json"


def start() -> None:
    """Start the firmware of the active slot, unless the board is being got ready."""
    if _read("setup") is not None:
        sys.stdout.write("This device is being got ready and starts nothing.\n")
        return
    sys.path.insert(0, chosen_slot())
    from firmware.main import main

    try:
        main(["--config", CONFIG])
    except Exception as error:
        _start_again(error)
        raise


def check() -> None:
    """Print what the device says of itself before it is handed out: one line of JSON, the last one."""
    sys.path.insert(0, _active())
    from firmware.boards.readiness import report

    # What the board has shown meanwhile may have ended within a line.
    sys.stdout.write("\n" + report(CONFIG) + "\n")


def chosen_slot() -> str:
    """Return the slot to start, and count the start as failed until the firmware says otherwise."""
    slot = _active()
    text = _read("failed_starts") or "0"
    failed_starts = int(text) if text.isdigit() else 0
    if failed_starts < FAILED_STARTS_MAX:
        _put("failed_starts", str(failed_starts + 1))
        return slot
    other = SLOTS[1 - SLOTS.index(slot)]
    if _read(other + "/whole") is None:
        # There is nothing else: try it again and again.
        return slot
    # Whoever starts instead tells the base station so.
    _put("fell_back", slot)
    _put("active", other)
    _put("failed_starts", "1")
    return other


def _active() -> str:
    named = _read("active")
    return named if named in SLOTS else SLOTS[0]


def _read(path: str) -> "str | None":
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return None


def _put(path: str, text: str) -> None:
    """Write a short file so that a power cut leaves the old one or the new one."""
    with open(path + ".new", "w") as file:
        file.write(text)
    os.rename(path + ".new", path)


def _start_again(error: "Any") -> None:
    """Start the whole board again after an error of our own, where it can; its alarms are in the journal."""
    machine: "Any" = __import__("machine")
    system: "Any" = sys
    if hasattr(machine, "reset"):
        system.print_exception(error)
        machine.reset()


if __name__ == "__main__":
    start()
