"""The conditions of the automatic kinds, each a watch with the same six methods, driven block by block.

Decides which of them run (those that are switched on, and position's posture in any case) and in which
order they see a block: the upright direction, the posture, then the others. Never begins an alarm: it says
whose deadline has come and whose condition has cleared. Allocates nothing while nothing happens.
"""

from firmware import position
from firmware.checkin import Checkin
from firmware.escape import Escape
from firmware.fall import Fall
from firmware.motion import Motion
from firmware.position import CLEARED, MOVED, QUIET, Position
from firmware.rest import Rest
from firmware.upright import UprightLearner, is_gravity
from firmware.wear import Wear

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from firmware.settings import Settings


class Watches:
    """Every watch of this device, and what they watch."""

    def __init__(self, settings: "Settings", now_ms: int) -> None:
        self.motion = Motion()
        self.learner = UprightLearner()
        self.position = Position(settings, now_ms)
        self.wear = Wear(settings, now_ms)
        self.checkin = Checkin(settings, now_ms)
        every = (
            ("fall", settings.is_fall_on, None),
            ("position", settings.is_position_on, None),
            ("rest", settings.is_rest_on, Rest),
            ("loss", settings.is_loss_on, None),
            ("escape", settings.is_escape_on, Escape),
            ("time", settings.is_time_on, None),
        )
        self._fall = Fall(settings, now_ms)
        made: "dict[str, Any]" = {
            "fall": self._fall, "position": self.position, "loss": self.wear, "time": self.checkin,
        }  # fmt: skip
        #: (kind, watch) of the kinds that are on, gravest first.
        self.all: "tuple[tuple[str, Any], ...]" = tuple(
            [(name, make(settings, now_ms) if make else made[name]) for name, is_on, make in every if is_on]
        )
        self._has_position = settings.is_position_on
        # Those that read a block after position, which tells them the posture; time reads none.
        self._others = tuple(
            [watch for _, watch in self.all if watch is not self.position and watch is not self.checkin]
        )
        # What position and each of the others said to the last block: two bits each, the last one lowest.
        self._codes = 0
        #: Since when the upright direction is learned, and whether one was learned since this was asked.
        self.learning_since_ms = now_ms
        self.is_upright_new = False
        self.upright_mg = (0, 0, 0)
        self._is_learning = True
        if self.set_upright(settings.upright_x_mg, settings.upright_y_mg, settings.upright_z_mg):
            self._is_learning = False

    def set_upright(self, x_mg: int, y_mg: int, z_mg: int) -> bool:
        """Take this direction as upright; return False if it cannot be one."""
        if not is_gravity(x_mg, y_mg, z_mg):
            return False
        self.position.set_upright(x_mg, y_mg, z_mg)
        self._fall.set_upright(x_mg, y_mg, z_mg)
        self.upright_mg = (x_mg, y_mg, z_mg)
        return True

    def known_upright(self) -> "Optional[tuple[int, int, int]]":
        """Return the upright direction in force, in mg, or None."""
        return self.upright_mg if self.position.is_upright_known else None

    def restore_upright(self, direction_mg: "tuple[int, int, int]") -> None:
        """Go on with the direction that was learned before a restart; walking may still correct it."""
        x_mg, y_mg, z_mg = direction_mg
        if self._is_learning and self.set_upright(x_mg, y_mg, z_mg):
            self.learner.restore(x_mg, y_mg, z_mg)

    def begin_shift(self, now_ms: int) -> None:
        """Give every watch its whole time, and learn anew how the device is worn."""
        self.restart(now_ms)
        if self._is_learning:
            self.learner.restart(now_ms)
            self.learning_since_ms = now_ms
            self.position.is_upright_known = False
            self._fall.set_upright(0, 0, 0)

    def restart(self, now_ms: int) -> None:
        """Give every watch its whole time back: the automatic kinds begin to guard."""
        for _, watch in self.all:
            watch.restart(now_ms)

    def step(self, now_ms: int) -> int:
        """Take in the block that `motion` holds; return QUIET, or MOVED and CLEARED added up."""
        motion = self.motion
        found = 0
        if self._is_learning and self.learner.step(now_ms, motion):
            self._take_learned()
            found = MOVED
        codes = self.position.step(now_ms, motion, position.UNKNOWN)
        if not self._has_position:
            codes = QUIET
        found |= codes
        posture = self.position.posture
        for watch in self._others:
            code = watch.step(now_ms, motion, posture)
            codes = codes << 2 | code
            found |= code
        self._codes = codes
        return found

    def _take_learned(self) -> None:
        learner = self.learner
        self.set_upright(learner.x_mg, learner.y_mg, learner.z_mg)
        self.is_upright_new = True

    def cleared(self) -> "list[str]":
        """Return the kinds whose condition the last block cleared, gravest first."""
        codes = self._codes
        found = []
        for watch in reversed(self._others):
            if codes & 3 == CLEARED:
                found.append(watch)
            codes >>= 2
        if codes == CLEARED:
            found.append(self.position)
        return [name for name, watch in self.all if watch in found]
