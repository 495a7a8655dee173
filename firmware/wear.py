"""Whether the device has lost its wearer: its clip is open, or no sign of a body is left.

Decides by two conditions side by side. An open clip or strap drains a countdown of `loss_detection_ms`,
which refills four times slower while it is closed, so a loose contact postpones nothing for ever (open for a
share s > 1/5: detection / (s - (1 - s) / 4)). Movement that stays below `unworn_mg`, the sensor's own noise,
in every block of `unworn_ms` is finer than any living body. Recovery is a closed clip and 2 s of movement
beyond that noise. It never suppresses another alarm: a loss comes in addition to the rest alarm. A device
without a contact never hears of one. A silent sensor is no sign of a body. ms, mg.
"""

from firmware.position import CLEARED, GAP_MS_MAX, QUIET, REFILL_DIVISOR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.motion import Motion
    from firmware.settings import Settings

#: So much movement beyond the sensor's noise is a body again; stillness takes it back four times slower.
WORN_MS = 2000
TAKE_BACK_DIVISOR = 4


class Wear:
    """The clip, the last sign of a body, and the countdown to the loss alarm."""

    def __init__(self, settings: "Settings", now_ms: int) -> None:
        self._detection_ms = settings.loss_detection_ms
        self._unworn_ms = settings.unworn_ms
        self._unworn_mg = settings.unworn_mg
        self.is_open = False
        self._left_ms = self._detection_ms
        self._clip_ms = self._opened_ms = now_ms
        self._sign_ms = now_ms
        self._worn_ms = 0
        self._last_ms = now_ms

    def restart(self, now_ms: int) -> None:
        """Give the whole detection time back."""
        self._left_ms = self._detection_ms
        self._clip_ms = self._opened_ms = now_ms
        self._sign_ms = now_ms
        self._worn_ms = 0
        self._last_ms = now_ms

    def begin_recovery(self, _now_ms: int) -> None:
        """Count signs of a body from now on: a pre-alarm begins."""
        self._worn_ms = 0

    def on_clip(self, now_ms: int, is_closed: bool) -> None:
        """Take in the contact of clip or strap, at every edge or more often."""
        self._count_clip(now_ms)
        if not self.is_open and self._left_ms == self._detection_ms:
            # The last look at a closed clip before it opens, if it does.
            self._opened_ms = now_ms
        self.is_open = not is_closed
        if self.is_open:
            self._worn_ms = 0

    def deadline_ms(self) -> int:
        """Return when the device will have been without a wearer for long enough if nothing changes."""
        unworn_ms = self._sign_ms + self._unworn_ms
        if not self.is_open and self._left_ms > 0:
            return unworn_ms
        return min(self._clip_ms + self._left_ms, unworn_ms)

    def since_ms(self) -> int:
        """Return since when the clip has been open, or no sign of a body was left: of what is due first."""
        unworn_ms = self._sign_ms + self._unworn_ms
        return self._opened_ms if self.deadline_ms() < unworn_ms else self._sign_ms

    def step(self, now_ms: int, motion: "Motion", _posture: int) -> int:
        """Take in the movement of a block; return QUIET or CLEARED."""
        passed_ms = now_ms - self._last_ms
        if passed_ms > GAP_MS_MAX:
            passed_ms = GAP_MS_MAX
        self._last_ms = now_ms
        if self.is_open or self._left_ms < self._detection_ms:
            self._count_clip(now_ms)
        else:
            self._clip_ms = now_ms
        if motion.movement_mg < self._unworn_mg:
            if self._worn_ms > 0:
                self._worn_ms = max(self._worn_ms - passed_ms // TAKE_BACK_DIVISOR, 0)
            return QUIET
        self._sign_ms = now_ms
        if self.is_open:
            return QUIET
        worn_ms = self._worn_ms + passed_ms
        if worn_ms < WORN_MS:
            self._worn_ms = worn_ms
            return QUIET
        self._worn_ms = WORN_MS
        return CLEARED

    def _count_clip(self, now_ms: int) -> None:
        """Drain the countdown by the time the clip was open, or refill it."""
        passed_ms = now_ms - self._clip_ms
        self._clip_ms = now_ms
        if self.is_open:
            self._left_ms = max(self._left_ms - passed_ms, 0)
        elif self._left_ms < self._detection_ms:
            self._left_ms = min(self._left_ms + passed_ms // REFILL_DIVISOR, self._detection_ms)
