"""Whether the automatic kinds guard the wearer, and what is said about it.

Decides between three states: PROTECTED; NOT PROTECTED, where something is wrong and detection runs all the
same; SUSPENDED, where detection rests: charger contact, the one pause of a shift, no shift. Nothing else
suspends, stillness least of all. Never ends a pre-alarm or an alarm that is running, and the button works
whenever there is power. Times in ms.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from firmware.settings import Settings


class Shift:
    """Whether the worker is on shift, and what is asked of them."""

    def __init__(self, settings: "Settings") -> None:
        self.is_on = bool(settings.is_guarding_without_shift)
        #: Name of the question that waits for a short press, or "".
        self.ask = ""
        #: When the shift is planned to end, or None: off shift, or never told.
        self.ends_ms: "Optional[int]" = None
        #: The (boot, seq) of the command that set it.
        self.key = (-1, -1)


class Protection:
    """What suspends the automatic kinds."""

    def __init__(self, settings: "Settings", shift: "Shift") -> None:
        self._pause_ms = settings.pause_ms
        self._shift = shift
        self.is_charging = False
        self._pause_ends_ms: "Optional[int]" = None
        self._is_pause_spent = False

    def begin_shift(self) -> None:
        """Let the new shift have its pause."""
        self._pause_ends_ms = None
        self._is_pause_spent = False

    def begin_pause(self, now_ms: int) -> bool:
        """Begin the one pause of this shift; return False if there is none (left)."""
        if self._is_pause_spent or not self._pause_ms or not self._shift.is_on:
            return False
        self._is_pause_spent = True
        self._pause_ends_ms = now_ms + self._pause_ms
        return True

    def pass_time(self, now_ms: int) -> None:
        """End the pause when its time is over."""
        if self._pause_ends_ms is not None and now_ms >= self._pause_ends_ms:
            self._pause_ends_ms = None

    def remaining_ms(self, now_ms: int) -> "Optional[int]":
        """Return what is left of the pause, or None."""
        return None if self._pause_ends_ms is None else max(self._pause_ends_ms - now_ms, 0)

    def deadline_ms(self) -> "Optional[int]":
        """Return when the pause ends, or None."""
        return self._pause_ends_ms

    def suspension(self) -> str:
        """Return why the automatic kinds rest, one of `protocol.messages.SUSPENSIONS`, or ""."""
        if not self._shift.is_on:
            return "off_shift"
        if self.is_charging:
            return "charging"
        return "paused" if self._pause_ends_ms is not None else ""

    def state(self, hindrance: str) -> "tuple[str, str]":
        """Return (state, reason); `hindrance` is one of `protocol.messages.HINDRANCES` or ""."""
        suspension = self.suspension()
        if suspension:
            return "suspended", suspension
        return ("not_protected", hindrance) if hindrance else ("protected", "")
