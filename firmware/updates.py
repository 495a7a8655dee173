"""An update of the firmware as the device core sees it: may it go on, what is answered, what is told.

Decides that nothing of an update happens on shift, while an alarm or pre-alarm runs, or while one waits for
its receipt; and whether a new release works: link, receipt, sensor and journal within `CHECK_MS_MAX`. Never
writes a slot (`boards/slot_writer.py`) and never chooses one (`boards/starter.py`). Imported when an update
begins or is on trial. Times in ms.
"""

from firmware.effects import StoreUpdate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.alarms import Alarms
    from firmware.link import Link
    from firmware.protection import Shift
    from firmware.technical import Technical

#: A new release has so long to show that it works. A convention: a network that is slow to come back, a
#: broker that starts again, ten heartbeats.
CHECK_MS_MAX = 300000
#: It runs for so long at least: a sensor that says nothing shows within that.
CHECK_MS_MIN = 10000
#: Faults of the device itself that a new release must not have.
FAULTS = ("sensor_silent", "sensor_stuck", "journal_failed")
#: What is answered where it may not be; the base station tries again by itself.
ON_SHIFT = "on shift"
IN_ALARM = "an alarm runs"


class Updates:
    """The orders of the base station to update, and the trial of a release."""

    def __init__(self, link: "Link", alarms: "Alarms", shift: "Shift", technical: "Technical") -> None:
        self._link = link
        self._alarms = alarms
        self._shift = shift
        self._technical = technical

    def take(self, message: "dict[str, Any]", out: "list[Any]") -> None:
        """Hand an order or a piece to the board, which answers by `answer`; refuse it where it may not be."""
        hindrance = self.hindrance()
        if hindrance:
            self.answer(message, "refused", hindrance, out)
        else:
            out.append(StoreUpdate(message))

    def hindrance(self) -> str:
        """Return why nothing of an update may happen now, or ""."""
        if self._shift.is_on:
            return ON_SHIFT
        if self._alarms.all or self._link.alarms_due():
            return IN_ALARM
        return ""

    def may_switch(self) -> bool:
        """Tell whether the device may restart now: nothing that is not told would be lost."""
        return not self.hindrance() and self._link.is_idle()

    def answer(self, message: "dict[str, Any]", result: str, reason: str, out: "list[Any]") -> None:
        """Answer an order or a piece."""
        fields = {"answers_boot": message["boot"], "answers_seq": message["seq"], "result": result}
        if reason:
            fields["reason"] = reason
        self._link.send_once("answer", fields, out)

    def tell(
        self, now_ms: int, release: str, state: str, out: "list[Any]", reason: str = "",
        piece: "int | None" = None,
    ) -> None:  # fmt: skip
        """Tell how far the update is; `piece` is the next one that is wanted."""
        fields: "dict[str, Any]" = {
            "release": release,
            "state": state,
            "reason": reason or None,
            "piece": piece,
        }
        self._link.send_event(now_ms, "update-state", fields, out)

    def is_told(self, since_ms: int) -> bool:
        """Tell whether what was told at `since_ms` has its receipt."""
        heard_ms = self._link.receipt_ms
        return heard_ms is not None and heard_ms >= since_ms and not self._link.is_waiting("update-state")

    def is_waiting(self) -> bool:
        """Tell whether something that was told is repeated still; what was repeated in vain is not."""
        return self._link.is_waiting("update-state")

    def missing(self, now_ms: int, since_ms: int) -> str:
        """Return what a release on trial since `since_ms` has not shown yet, or "" if it works."""
        faults = [cause for cause in self._technical.causes(now_ms, False) if cause in FAULTS]
        if faults:
            return faults[0]
        if not self._link.is_up:
            return "no link"
        return "" if self.is_told(since_ms) else "no receipt"

    def is_sensor_failed(self) -> bool:
        """Tell whether the sensor failed its own test, which no waiting puts right."""
        return self._technical.is_sensor_failed
