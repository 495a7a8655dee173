"""Starts the firmware from one of two slots; on a board this file is `main.py`, and no update replaces it.

Decides which slot: the one that `active` names, or the other one when it failed to start FAILED_STARTS_MAX
times in a row and the other is whole. While `setup` exists the board is being got ready and starts
nothing, so that half a device never works. A release on trial that hangs, wherever it does, is left by
`TrialClock`. Needs nothing of the firmware before it has chosen.

On the board: `slot_a/`, `slot_b/` (packages `firmware` and `protocol` as .mpy; `whole` is written last),
`active` (the slot's name), `failed_starts` (a number; the firmware removes it once it has run a while),
`fell_back` (the slot that was left), `update.json` (how far an update is), `setup`, `device.json`,
`site_ca.pem`, `journal`.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SLOTS = ("slot_a", "slot_b")
FAILED_STARTS_MAX = 3
CONFIG = "device.json"
#: A release on trial is looked at so often, and left when it was found not to judge itself so many times in a
#: row: 2 min, in which the largest release is long up. Times in ms.
LOOK_MS, SILENT_LOOKS_MAX = 30000, 4
#: `start.py` has timer 0.
TIMER = 1

#: The clock of the trial that runs, if one does; `updating.py` tells it that the release is being judged.
trial_clocks: "list[TrialClock]" = []


def start() -> None:
    """Start the firmware of the active slot, unless the board is being got ready."""
    if _read("setup") is not None:
        sys.stdout.write("This device is being got ready and starts nothing.\n")
        return
    slot = chosen_slot()
    sys.path.insert(0, slot)
    _watch(slot)
    from firmware.main import main

    try:
        main(["--config", CONFIG])
    except Exception as error:
        _start_again(error)
        raise


class TrialClock:
    """Leaves a release on trial that neither passes nor goes back: one that hangs, or never judges itself."""

    def __init__(self, slot: str, reset: "Any") -> None:
        self._slot = slot
        self._reset = reset
        self._silent_looks = 0

    def note_judged(self) -> None:
        """Take in that the release judges itself: it goes back by itself if it must, and when it may."""
        self._silent_looks = 0

    def look(self, timer: "Any") -> None:
        """Look once, and start the other slot where the release has been silent for too long."""
        if not is_on_trial(self._slot) or _read("setup") is not None:
            timer.deinit()
            return
        self._silent_looks += 1
        if self._silent_looks < SILENT_LOOKS_MAX:
            return
        other = SLOTS[1 - SLOTS.index(self._slot)]
        if _read(other + "/whole") is not None:
            _put("fell_back", self._slot)
            _put("active", other)
            _put("failed_starts", "0")
        self._reset()


def is_on_trial(slot: str) -> bool:
    """Tell whether the release in this slot is on trial; what cannot be read is not."""
    record = _read("update.json") or ""
    return '"state": "trial"' in record and '"slot": "' + slot + '"' in record


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


def _watch(slot: str) -> None:
    """Watch a release on trial with a timer of the board; a computer has none."""
    if not is_on_trial(slot):
        return
    try:
        machine: "Any" = __import__("machine")
    except ImportError:
        return
    if hasattr(machine, "Timer"):
        trial_clocks.append(TrialClock(slot, machine.reset))
        timer = machine.Timer(TIMER)
        timer.init(period=LOOK_MS, mode=machine.Timer.PERIODIC, callback=trial_clocks[0].look)


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
