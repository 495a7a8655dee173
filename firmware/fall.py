"""Whether a blow was a fall: it turned the body, and nobody got up. Whether a fallen person walks again.

Decides 3 s after each blow, once, from signs of the posture before it, of the blow (its jerk and load, how
far it swung the body) and of posture and calm after it. A free fall is asked for nowhere: who faints or slips
along a wall has none, and it told nothing the others had not told. A sign gives points between two values;
enough points are a fall. Calm is judged by means of 200 ms, so that a shaking floor does not hide it; who
stands upright has not fallen. Recovery is walking or running upright, step by step, never movement alone. The
points were fitted to recordings (sisfall, umafall; wrist: weda, umafall) and checked on persons left out. mg,
mg**2, ms, cosines in 1/1000.
"""

from array import array

from firmware.angle import cosine, root
from firmware.position import CLEARED, MOVED, QUIET, UPRIGHT
from firmware.settings import WRIST as WORN_AT_WRIST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from firmware.motion import Motion
    from firmware.settings import Settings

#: Blocks kept, how many blocks after the blow it is judged, and how long after its block began.
BLOCKS = 28
DELAY_BLOCKS = 15
JUDGED_MS = (DELAY_BLOCKS + 1) * 200
#: What is kept of each block: its mean on three axes, the largest square, jerk, load.
_PEAK, _JERK, _LOAD, _COLUMNS = 3, 4, 5, 6
_LENGTH = BLOCKS * _COLUMNS
#: From the latest block to the one that is judged, going on instead of back.
_DUE = (BLOCKS - DELAY_BLOCKS) * _COLUMNS
#: Directions: before the blow, after it, upright.
_BEFORE, _AFTER, _UPRIGHT = 0, 3, 6

#: A block with less than this is no blow: 1.45 g.
BLOW_SQUARE = 1450 * 1450
#: A block is heavy beyond this.
HEAVY_MG = 1300
#: Without an upright direction the body counts as upright before the blow and as leaning after it.
UNKNOWN_BEFORE, UNKNOWN_AFTER = 900, 400

#: The signs. After the blow: unrest (mean change of the block means, late and in the first second) and blows
#: (blocks); blows before it, as in clapping. Cosines: between the postures before and after, and of each with
#: upright (who lies already does not fall). At the blow: jerk, largest change of the block means, load
#: (g**2/1000 in 4 blocks), heaviness (sum of 9 blocks), longest mean.
SIGNS = 12
UNREST, TURNED, BEFORE, AFTER, JERK, SWING = 0, 1, 2, 3, 4, 5
LOAD, HEAVINESS, LENGTH, BLOWS_AFTER, EARLY_UNREST, BLOWS_BEFORE = 6, 7, 8, 9, 10, 11
#: Rows of: sign, from which value to which it gives points, and how many at the second one.
BODY = (
    UNREST, 20, 200, -153,
    TURNED, 100, 850, -349,
    BEFORE, 0, 350, 570,
    AFTER, 200, 950, -424,
    JERK, 120, 350, 819,
    SWING, 600, 1200, 231,
    LOAD, 500, 1500, 797,
    HEAVINESS, 300, 4000, 278,
    LENGTH, 1000, 1500, 329,
)  # fmt: skip
WRIST = (
    UNREST, 10, 100, -400,
    UNREST, 100, 1100, -302,
    TURNED, -750, 100, -78,
    TURNED, 100, 1000, -305,
    BEFORE, -250, 700, 191,
    AFTER, 0, 1000, -305,
    JERK, 100, 1000, 505,
    JERK, 1000, 3200, 334,
    SWING, 450, 3000, 409,
    LOAD, 600, 3800, 417,
    LOAD, 3800, 6700, 157,
    BLOWS_AFTER, 1, 4, -186,
    BLOWS_AFTER, 4, 12, -235,
    EARLY_UNREST, 300, 2400, -159,
    BLOWS_BEFORE, 0, 3, -212,
    BLOWS_BEFORE, 3, 9, -191,
)  # fmt: skip
#: At body and wrist: more unrest is no fall, nor is the posture of before (32 degrees; an arm may keep its
#: own), nor standing upright afterwards (22 degrees; an arm may hang as before); that many points are one.
BODY_LIMITS = 600, 850, 930, 2281
WRIST_LIMITS = 1500, 1100, 1100, 446
#: A step: a block with more than this (1.12 g); walking has one in four blocks, and this much jerk, running
#: up to the other.
STEP_SQUARE = 1120 * 1120
STEP_BLOCKS_MAX = 4
WALK_JERK_MG_MIN = 30
WALK_JERK_MG_MAX = 2000
#: So many blocks (4 s) a fallen person must walk or run upright to have recovered.
WALK_BLOCKS = 20


class Fall:
    """The blocks of the last seconds, the fall that was found in them, and the walking since."""

    def __init__(self, settings: "Settings", _now_ms: int) -> None:
        self._blocks = array("i", (0,) * _LENGTH)
        #: Place of the latest block.
        self._latest = 0
        #: So many blocks must come before a blow is judged.
        self._wait_blocks = BLOCKS - 1
        self._directions = array("i", (0,) * 9)
        self._signs = array("i", (0,) * SIGNS)
        is_at_wrist = settings.worn_at == WORN_AT_WRIST
        self._points = array("h", WRIST if is_at_wrist else BODY)
        limits = WRIST_LIMITS if is_at_wrist else BODY_LIMITS
        self._unrest_mg_max, self._turned_max, self._after_max, self._points_min = limits
        self._fell_ms: "Optional[int]" = None
        self._walked_blocks = 0
        self._stepless_blocks = 0
        self._straight_blocks = 0

    def set_upright(self, x_mg: int, y_mg: int, z_mg: int) -> None:
        """Take this direction, as long as gravity, as upright; (0, 0, 0): it is not known."""
        directions = self._directions
        directions[_UPRIGHT], directions[_UPRIGHT + 1], directions[_UPRIGHT + 2] = x_mg, y_mg, z_mg

    def restart(self, _now_ms: int) -> None:
        """Forget what was found; only a blow from now on can be a fall."""
        self._fell_ms = None
        self._walked_blocks = 0
        self._wait_blocks = max(self._wait_blocks, DELAY_BLOCKS)

    def begin_recovery(self, _now_ms: int) -> None:
        """Count steps from now on: a pre-alarm begins."""
        self._walked_blocks = 0

    def deadline_ms(self) -> "Optional[int]":
        """Return when a fall was found, or None: nothing more is waited for."""
        return self._fell_ms

    def since_ms(self) -> int:
        """Return when the block of the blow began, of a fall that was found."""
        return (self._fell_ms or 0) - JUDGED_MS

    def step(self, now_ms: int, motion: "Motion", posture: int) -> int:
        """Take in a block; return QUIET, MOVED (a fall was found) or CLEARED (the person walks)."""
        blocks = self._blocks
        at = self._latest + _COLUMNS
        if at == _LENGTH:
            at = 0
        self._latest = at
        blocks[at] = motion.mean_x_mg
        blocks[at + 1] = motion.mean_y_mg
        blocks[at + 2] = motion.mean_z_mg
        blocks[at + 3] = motion.peak_square
        blocks[at + 4] = motion.jerk_mg
        blocks[at + 5] = motion.load_square
        if self._wait_blocks:
            self._wait_blocks -= 1
        elif blocks[(at + _DUE) % _LENGTH + _PEAK] >= BLOW_SQUARE and self._is_blow() and self._is_fall():
            self._fell_ms = now_ms
            self._walked_blocks = 0
            return MOVED
        return QUIET if self._fell_ms is None else self._walk(motion, posture)

    def _is_blow(self) -> bool:
        """Tell whether the block that is due is the hardest of the five around it."""
        peak = self._value(_PEAK, DELAY_BLOCKS)
        # Of equal ones the first.
        if self._value(_PEAK, DELAY_BLOCKS + 1) >= peak or self._value(_PEAK, DELAY_BLOCKS - 1) > peak:
            return False
        return self._value(_PEAK, DELAY_BLOCKS + 2) < peak >= self._value(_PEAK, DELAY_BLOCKS - 2)

    def _is_fall(self) -> bool:
        """Tell whether the signs around the blow are those of a fall."""
        signs = self._signs
        signs[UNREST] = self._unrest_mg(0, 6)
        if signs[UNREST] > self._unrest_mg_max:
            return False
        self._average(_BEFORE, 20, 27)
        self._average(_AFTER, 0, 6)
        signs[TURNED] = cosine(self._directions, _BEFORE, _AFTER)
        if signs[TURNED] > self._turned_max:
            return False
        self._read_signs(signs, self._directions)
        return signs[AFTER] <= self._after_max and points(self._points, signs) >= self._points_min

    def _read_signs(self, signs: "Any", directions: "Any") -> None:
        """Put what the blocks tell into the signs that are still open."""
        if directions[_UPRIGHT] or directions[_UPRIGHT + 1] or directions[_UPRIGHT + 2]:
            signs[BEFORE] = cosine(directions, _BEFORE, _UPRIGHT)
            signs[AFTER] = cosine(directions, _AFTER, _UPRIGHT)
        else:
            signs[BEFORE] = UNKNOWN_BEFORE
            signs[AFTER] = UNKNOWN_AFTER
        signs[JERK] = self._largest(_JERK, 14, 16)
        signs[SWING] = self._swing_mg()
        signs[LOAD] = self._total(_LOAD, 13, 16) // 1000
        signs[HEAVINESS] = self._heaviness_mg()
        signs[LENGTH] = self._longest_mg()
        signs[BLOWS_AFTER] = self._blows(0, 12)
        signs[EARLY_UNREST] = self._unrest_mg(7, 12)
        signs[BLOWS_BEFORE] = self._blows(18, 27)

    def _blows(self, newest: int, oldest: int) -> int:
        """Return how many of the blocks were blows."""
        count = 0
        for ago in range(newest, oldest + 1):
            count += self._value(_PEAK, ago) >= BLOW_SQUARE
        return count

    def _unrest_mg(self, newest: int, oldest: int) -> int:
        """Return the mean change from block to block."""
        total_mg = 0
        for ago in range(newest, oldest + 1):
            total_mg += self._change_mg(ago)
        return total_mg // (oldest - newest + 1)

    def _swing_mg(self) -> int:
        """Return the largest change from block to block around the blow."""
        largest_mg = 0
        for ago in range(13, 20):
            largest_mg = max(largest_mg, self._change_mg(ago))
        return largest_mg

    def _change_mg(self, ago: int) -> int:
        """Return by how much a block's mean differs from the one before, summed over the axes."""
        blocks = self._blocks
        at = (self._latest - ago * _COLUMNS) % _LENGTH
        was = (at or _LENGTH) - _COLUMNS
        change_mg = abs(blocks[at] - blocks[was]) + abs(blocks[at + 1] - blocks[was + 1])
        return change_mg + abs(blocks[at + 2] - blocks[was + 2])

    def _heaviness_mg(self) -> int:
        """Return by how much the blocks around the blow were heavy, summed up."""
        heavy_mg = 0
        for ago in range(11, 20):
            heavy_mg += max(root(self._value(_PEAK, ago)) - HEAVY_MG, 0)
        return heavy_mg

    def _longest_mg(self) -> int:
        """Return the length of the longest mean of a block at the blow: what held for 200 ms."""
        longest = 0
        for ago in range(14, 17):
            x_mg, y_mg, z_mg = self._value(0, ago), self._value(1, ago), self._value(2, ago)
            longest = max(longest, x_mg * x_mg + y_mg * y_mg + z_mg * z_mg)
        return root(longest)

    def _average(self, direction: int, newest: int, oldest: int) -> None:
        """Put the mean of the blocks from `newest` to `oldest` ago into a direction."""
        blocks = self._blocks
        at = (self._latest - oldest * _COLUMNS) % _LENGTH
        count = oldest - newest + 1
        x_mg = y_mg = z_mg = 0
        for _ in range(count):
            x_mg += blocks[at]
            y_mg += blocks[at + 1]
            z_mg += blocks[at + 2]
            at = (at + _COLUMNS) % _LENGTH
        directions = self._directions
        directions[direction] = x_mg // count
        directions[direction + 1] = y_mg // count
        directions[direction + 2] = z_mg // count

    def _total(self, column: int, newest: int, oldest: int) -> int:
        total = 0
        for ago in range(newest, oldest + 1):
            total += self._value(column, ago)
        return total

    def _largest(self, column: int, newest: int, oldest: int) -> int:
        largest = 0
        for ago in range(newest, oldest + 1):
            largest = max(largest, self._value(column, ago))
        return largest

    def _value(self, column: int, ago: int) -> int:
        """Return what is kept of the block so many blocks ago."""
        return self._blocks[(self._latest - ago * _COLUMNS) % _LENGTH + column]

    def _walk(self, motion: "Motion", posture: int) -> int:
        """Count the blocks of walking; one that is none takes back two, and all of them unless upright."""
        if posture != UPRIGHT:
            self._walked_blocks = 0
            return QUIET
        self._stepless_blocks += 1
        if motion.peak_square > STEP_SQUARE:
            self._stepless_blocks = 0
        self._straight_blocks += 1
        if motion.is_across:
            self._straight_blocks = 0
        is_lively = WALK_JERK_MG_MIN <= motion.jerk_mg <= WALK_JERK_MG_MAX
        if not is_lively or max(self._stepless_blocks, self._straight_blocks) >= STEP_BLOCKS_MAX:
            self._walked_blocks = max(self._walked_blocks - 2, 0)
            return QUIET
        self._walked_blocks += 1
        return CLEARED if self._walked_blocks >= WALK_BLOCKS else QUIET


def points(table: "Any", signs: "Any") -> int:
    """Return the points of all signs together."""
    found = at = 0
    while at < len(table):
        low, high = table[at + 1], table[at + 2]
        found += table[at + 3] * (min(max(signs[table[at]], low), high) - low) // (high - low)
        at += 4
    return found
