"""An update on this device, from the first order to the word that the new release works, over its restarts.

Decides in which order its files are written, so that a cut at any of them leaves a device that starts and
knows where it was. The record `update.json` holds the order and how far it is: `receiving`, `received`,
`trial`, then `passed` or `rolled_back`. Switching: the counts of the starter go, the record says `trial`,
`active` names the new slot. Never decides whether it may be (`firmware/updates.py`). Times in ms.
"""

import json
from binascii import a2b_base64

from firmware.boards.release import FAILED_STARTS, RECORD, SLOTS
from firmware.boards.slot_files import SlotFiles
from firmware.updates import CHECK_MS_MAX, CHECK_MS_MIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from firmware.boards.slot_writer import SlotWriter
    from firmware.updates import Updates

ACTIVE, FELL_BACK = "active", "fell_back"
#: What of an order stands in the record.
_ORDER = ("release", "counter", "pieces", "manifest", "signature")
#: What is unfinished when the device starts; `receiving` waits for the base station to ask again.
_UNFINISHED = ("received", "trial", "rolled_back", "passed")
BACK_BY_STARTER = "it failed to start"


class Updating:
    """The update of the device whose program lies in the folder `slot`."""

    def __init__(
        self, updates: "Updates", name: str, board: str, key: str, slot: str,
        files: "SlotFiles | None" = None,
    ) -> None:  # fmt: skip
        """`key` is that of the device's settings: only its own base station knows it, no broker does."""
        self._updates = updates
        self._key = key
        self._name = name
        self._board = board
        self._slot = slot
        self._other = SLOTS[1 - SLOTS.index(slot)]
        self._files = files or SlotFiles()
        self.record: "dict[str, Any]" = read_record(self._files)
        self._writer: "SlotWriter | None" = None
        self._is_asked = False
        self._note_judged = _starters_ear()
        #: When this start began, and when something was told last.
        self._since_ms = self._told_ms = 0
        #: The device is to restart now.
        self.is_switching = False

    def is_on_trial(self) -> bool:
        """Tell whether the release that runs has yet to show that it works."""
        return self.record.get("state") == "trial" and self.record["slot"] == self._slot

    def is_over(self) -> bool:
        """Tell whether nothing is left to be done or told; what is not received waits to be sent."""
        if self._writer is not None:
            return False
        return bool(self.record.get("is_told")) or self.record.get("state", "receiving") == "receiving"

    def begin(self, now_ms: int) -> "Sequence[Any]":
        """Go on where the last start has ended."""
        out: "list[Any]" = []
        self._since_ms = self._told_ms = now_ms
        state, is_here = self.record.get("state"), self.record.get("slot") == self._slot
        if state == "trial" and is_here:
            self._tell(now_ms, "started", out)
        elif state == "trial" and (self._files.read(FELL_BACK) or "").strip() == self.record["slot"]:
            self._files.remove(self.record["slot"] + "/whole")
            self._note("rolled_back", BACK_BY_STARTER)
            self._tell(now_ms, "rolled_back", out)
        elif state == "trial":
            # The power went before the slot was switched.
            self._note("received")
        elif state in ("rolled_back", "passed") and not self.record.get("is_told"):
            self._tell(now_ms, state, out)
        return out

    def take(self, now_ms: int, message: "dict[str, Any]") -> "Sequence[Any]":
        """Act on an order or a piece, and answer it."""
        out: "list[Any]" = []
        if message["kind"] == "update":
            result, reason = self._take_order(now_ms, message)
        else:
            result, reason = self._take_piece(message)
        self._updates.answer(message, result, reason, out)
        if self._writer is not None and self._writer.fault:
            self._give_up(now_ms, out)
        return out

    def turn(self, now_ms: int) -> "Sequence[Any]":
        """Do the next small step, once a turn of the loop."""
        out: "list[Any]" = []
        if self._writer is not None:
            self._receive(now_ms, out)
        elif self.record.get("state") == "received":
            if not self._updates.may_switch():
                return out
            self._switch()
        elif self.is_on_trial():
            self._judge(now_ms, out)
            self._note_judged()
        elif self.record.get("state") == "rolled_back" and self.record["slot"] == self._slot:
            if not self._updates.hindrance():
                self._go_back()
        elif not self.is_over() and not self._updates.is_waiting():
            self._end_telling(now_ms, out)
        return out

    def _take_order(self, now_ms: int, message: "dict[str, Any]") -> "tuple[str, str]":
        from firmware.sealed import is_sealed
        from firmware.update_order import sealed_part

        if not is_sealed(self._key.encode(), sealed_part(message), message["signature"]):
            return "refused", "not sealed by the base station"
        record = self.record
        is_same = [record.get(name) for name in _ORDER] == [message[name] for name in _ORDER]
        if not is_same and message["counter"] <= record.get("counter", 0):
            return "refused", "an older order"
        if is_same and record["state"] != "receiving":
            # It is on its way, or over; what became of it is told by itself.
            self.record["is_told"] = False
            self._told_ms = now_ms
            return "done", ""
        if not is_same and self.is_on_trial():
            return "refused", "a release is on trial"
        from firmware.boards.slot_writer import SlotWriter

        if not is_same:
            self.record = {name: message[name] for name in _ORDER}
            self.record["slot"] = self._other
            self._note("receiving")
        if self._writer is None or not is_same or self._writer.fault:
            self._writer = SlotWriter(self._files, self._other, message, self._board, is_same)
        self._is_asked = True
        return "done", ""

    def _take_piece(self, message: "dict[str, Any]") -> "tuple[str, str]":
        if self._writer is None or message["release"] != self.record.get("release"):
            return "refused", "no such update"
        try:
            data = a2b_base64(message["data"])
        except ValueError:
            return "refused", "the piece cannot be read"
        return self._writer.take(message["piece"], data)

    def _receive(self, now_ms: int, out: "list[Any]") -> None:
        writer = self._writer
        assert writer is not None
        if writer.turn() or not writer.is_ready:
            if writer.fault:
                self._give_up(now_ms, out)
            return
        if writer.is_complete():
            writer.finish()
            self._writer = None
            self._note("received")
            self._tell(now_ms, "received", out)
        elif self._is_asked:
            self._is_asked = False
            self._updates.tell(now_ms, self.record["release"], "receiving", out, "", writer.next_piece())

    def _give_up(self, now_ms: int, out: "list[Any]") -> None:
        """Leave a release that can never be whole here."""
        assert self._writer is not None
        self._note("refused", self._writer.fault)
        self._writer = None
        self._tell(now_ms, "refused", out)

    def _switch(self) -> None:
        files = self._files
        files.remove(FAILED_STARTS)
        files.remove(FELL_BACK)
        self._note("trial")
        files.put(ACTIVE, self.record["slot"])
        self.is_switching = True

    def _judge(self, now_ms: int, out: "list[Any]") -> None:
        """Say that the release works, or go back to the one before."""
        age_ms = now_ms - self._since_ms
        missing = self._updates.missing(now_ms, self._since_ms)
        if not missing and age_ms >= CHECK_MS_MIN:
            self._note("passed")
            self._files.remove(FAILED_STARTS)
            self._tell(now_ms, "passed", out)
        elif missing and (age_ms >= CHECK_MS_MAX or self._updates.is_sensor_failed()):
            if not self._updates.hindrance():
                self._note("rolled_back", missing)
        elif not self._updates.is_waiting() and not self._updates.is_told(self._told_ms):
            self._tell(now_ms, "started", out)

    def _go_back(self) -> None:
        """Start the release before again; this slot is none to fall back to."""
        self._files.put(ACTIVE, self._other)
        self._files.remove(self._slot + "/whole")
        self._files.remove(FAILED_STARTS)
        self.is_switching = True

    def _end_telling(self, now_ms: int, out: "list[Any]") -> None:
        """Keep that the base station knows, or tell it again."""
        if self._updates.is_told(self._told_ms):
            self.record["is_told"] = True
            self._files.put(RECORD, json.dumps(self.record))
        else:
            self._tell(now_ms, self.record["state"], out)

    def _tell(self, now_ms: int, state: str, out: "list[Any]") -> None:
        self._told_ms = now_ms
        self._updates.tell(now_ms, self.record["release"], state, out, self.record.get("reason", ""))

    def _note(self, state: str, reason: str = "") -> None:
        """Write how far it is."""
        self.record["state"] = state
        self.record["reason"] = reason
        self.record["is_told"] = False
        self._files.put(RECORD, json.dumps(self.record))


def _starters_ear() -> "Callable[[], None]":
    """Return what tells the starter that the release on trial is judged; an older starter does not listen."""
    clocks = getattr(__import__("__main__"), "trial_clocks", ())
    return clocks[0].note_judged if clocks else _nothing


def _nothing() -> None:
    pass


def read_record(files: SlotFiles) -> "dict[str, Any]":
    """Return how far the last update is, or nothing."""
    try:
        found = json.loads(files.read(RECORD) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def found(slot: str, files: "SlotFiles | None" = None) -> "tuple[str, bool]":
    """Return the cause of this start ("update" or ""), and whether something is left to be done or told."""
    files = files or SlotFiles()
    record = read_record(files)
    state = record.get("state")
    if state not in _UNFINISHED or record.get("is_told"):
        return "", False
    is_first = (files.read(FAILED_STARTS) or "").strip() == "1"
    is_back = state == "rolled_back" or (files.read(FELL_BACK) or "").strip() == record["slot"]
    is_new = state == "trial" and record["slot"] == slot
    return "update" if is_first and (is_new or is_back) else "", True
