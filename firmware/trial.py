"""Trial operation: for a limited time the traces of cancelled pre-alarms leave the device too.

Decides whether it is on, and shows the wearer when that changes and at the start of every shift; while
nothing is wrong the lasting sign says it as well. Ends by itself, also on a device that hears nothing more,
and does not outlive a restart: the base station tells it again. Times in ms.
"""

from firmware.effects import ShowSignal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional


class Trial:
    """Whether trial operation is on."""

    def __init__(self) -> None:
        self._ends_ms: "Optional[int]" = None
        # The (boot, seq) of the command that set it.
        self._key = (-1, -1)

    def is_on(self) -> bool:
        """Tell whether traces of cancelled pre-alarms may leave."""
        return self._ends_ms is not None

    def take(self, now_ms: int, message: "dict[str, Any]", out: "list[Any]") -> "tuple[str, str]":
        """Act on a command `trial`; return the result and its reason."""
        key = (message["boot"], message["seq"])
        if key < self._key:
            return "refused", "a later trial command was here before"
        self._key = key
        ends_ms = now_ms + message["remaining_ms"] if message["is_on"] else now_ms
        was_on = self.is_on()
        self._ends_ms = ends_ms if ends_ms > now_ms else None
        if self.is_on() != was_on:
            out.append(ShowSignal("trial_on" if self.is_on() else "trial_off"))
        return "done", ""

    def begin_shift(self, out: "list[Any]") -> None:
        """Show it to whoever wears the device now."""
        if self.is_on():
            out.append(ShowSignal("trial_on"))

    def pass_time(self, now_ms: int, out: "list[Any]") -> None:
        """End it when its time is over."""
        if self._ends_ms is not None and now_ms >= self._ends_ms:
            self._ends_ms = None
            out.append(ShowSignal("trial_off"))

    def deadline_ms(self) -> "Optional[int]":
        """Return when it ends by itself, or None."""
        return self._ends_ms
