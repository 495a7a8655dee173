"""The self-test of an accelerometer chip: whether a known force moves its mass as it must.

Decides when the two means are good enough to be judged, and how often a device that is being moved is tried
again. Never says how far is right (the chip's driver does). A device that is moved all the time has no
outcome: its samples show that the sensor is alive. Procedure: ST AN5272 (100 ms to settle, first word left
out, mean of 5 words, without the force and with it). Ticks of 20 ms, mg.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.boards.chip import Chip

#: Ticks to settle, words of a mean, ticks in which they must come.
SETTLE_TICKS = 7
TEST_WORDS = 5
TEST_TICKS_MAX = 50
#: What an axis may vary by within a mean when nobody moves the device, and how often that is tried.
STILL_MG_MAX = 100
TEST_ATTEMPTS = 4


class ChipSelfTest:
    """The self-test of `chip`, once in the life of this object."""

    def __init__(self, chip: "Chip") -> None:
        self._chip = chip
        self._attempts_left = TEST_ATTEMPTS
        self._outcome = ""
        self._plain_mg = (0, 0, 0)
        self._spread = 0
        self._restart()

    def is_due(self) -> bool:
        """Tell whether there is still something to find out."""
        return self._attempts_left > 0

    def begin(self) -> None:
        """Begin an attempt, without the force."""
        self._attempts_left -= 1
        self._spread = 0
        self._restart()

    def begin_push(self) -> None:
        """Keep the mean without the force, and begin that with it."""
        self._plain_mg = self._means_mg()
        self._restart()

    def read(self, waited_ticks: int, word_count: int) -> None:
        """Read `word_count` words, `waited_ticks` after chip and force were set."""
        chip = self._chip
        for _ in range(word_count):
            if chip.read_word() and waited_ticks >= SETTLE_TICKS and self._count < TEST_WORDS:
                self._put((chip.x, chip.y, chip.z))

    def is_complete(self) -> bool:
        """Tell whether a mean has all its words."""
        return self._count == TEST_WORDS

    def is_ended(self) -> bool:
        """Judge the attempt whose both means are complete; return False if it must be done again."""
        if self._chip.mg(self._spread, 1, True) > STILL_MG_MAX:
            return self._attempts_left == 0
        pushed_mg, plain_mg = self._means_mg(), self._plain_mg
        x_mg, y_mg, z_mg = [pushed_mg[axis] - plain_mg[axis] for axis in (0, 1, 2)]
        self._outcome = "passed" if self._chip.is_response_good(x_mg, y_mg, z_mg) else "failed"
        self._attempts_left = 0
        return True

    def take_outcome(self) -> str:
        """Return "passed" or "failed" once, else ""."""
        outcome = self._outcome
        self._outcome = ""
        return outcome

    def _restart(self) -> None:
        self._count = 0
        self._sums = [0, 0, 0]
        self._lows = [0, 0, 0]
        self._highs = [0, 0, 0]

    def _put(self, raws: "tuple[int, int, int]") -> None:
        is_first = self._count == 0
        for axis in (0, 1, 2):
            raw = raws[axis]
            self._sums[axis] += raw
            self._lows[axis] = raw if is_first else min(self._lows[axis], raw)
            self._highs[axis] = raw if is_first else max(self._highs[axis], raw)
            self._spread = max(self._spread, self._highs[axis] - self._lows[axis])
        self._count += 1

    def _means_mg(self) -> "tuple[int, int, int]":
        x_mg, y_mg, z_mg = [self._chip.mg(total, self._count, True) for total in self._sums]
        return x_mg, y_mg, z_mg
