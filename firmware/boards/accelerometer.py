"""An accelerometer behind a bus as a source of samples: 50 a second in mg, on the ticks of the device.

Decides when the chip is set up, tested, given up and set up anew, and how its words (about two a tick, by
its own oscillator) become samples: those that wait are shared evenly over the ticks that are due, and each
share is averaged. So the rate is the device's: nothing drifts, a late tick loses nothing as long as the FIFO
holds it, and a tick without a word has no sample, since nothing is made up. Never waits and never raises;
never says whether a sensor is silent or stuck (technical.py does, by the samples). Ticks of 20 ms.
"""

from firmware.boards.chip_selftest import TEST_TICKS_MAX, ChipSelfTest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firmware.boards.chip import Chip

TICK_MS = 20
#: The interrupt says that nothing waits: look all the same after so many ticks, since a wire can break.
QUIET_TICKS_MAX = 10
#: Without a word for so long the chip is set up anew; the core calls it silent after 1 s at the soonest.
SILENT_TICKS_MAX = 25
#: So many errors of the bus in a row, and the chip is set up anew; the FIFO bridges fewer.
ERRORS_MAX = 3
#: From one attempt to set it up to the next: doubled from the first to the last.
RETRY_TICKS_MIN, RETRY_TICKS_MAX = 5, 250
#: What one turn of the loop reads at most: 32 words of 7 bytes are 8 ms at 400 kHz.
WORDS_PER_TICK_MAX = 32
STATES = ("AWAY", "RESET", "PLAIN", "PUSHED", "RUNNING")
EVENTS = ("ANSWERED", "TEST_BEGUN", "PUSH_BEGUN", "SET_UP", "FAILED")
IGNORED = ""

#: state -> event -> next state. PLAIN and PUSHED: the self-test measures without and with its force.
TABLE = {
    "AWAY": {
        "ANSWERED": "RESET", "TEST_BEGUN": IGNORED, "PUSH_BEGUN": IGNORED, "SET_UP": IGNORED,
        "FAILED": "AWAY",
    },
    "RESET": {
        "ANSWERED": IGNORED, "TEST_BEGUN": "PLAIN", "PUSH_BEGUN": IGNORED, "SET_UP": "RUNNING",
        "FAILED": "AWAY",
    },
    "PLAIN": {
        "ANSWERED": IGNORED, "TEST_BEGUN": IGNORED, "PUSH_BEGUN": "PUSHED", "SET_UP": "RUNNING",
        "FAILED": "AWAY",
    },
    "PUSHED": {
        "ANSWERED": IGNORED, "TEST_BEGUN": "PLAIN", "PUSH_BEGUN": IGNORED, "SET_UP": "RUNNING",
        "FAILED": "AWAY",
    },
    "RUNNING": {
        "ANSWERED": IGNORED, "TEST_BEGUN": IGNORED, "PUSH_BEGUN": IGNORED, "SET_UP": IGNORED,
        "FAILED": "AWAY",
    },
}  # fmt: skip


class Accelerometer:
    """The samples of `chip`; `free_bus` ends what hangs on the bus; `interrupt.value()` is 1: words wait."""

    def __init__(self, chip: "Chip", free_bus: "Any", interrupt: "Any" = None) -> None:
        self._chip = chip
        self._free_bus = free_bus
        self._interrupt = interrupt
        self.state = "AWAY"
        self.x_mg = self.y_mg = self.z_mg = 0
        #: Why no recording can be played; a sensor has none (see board.py).
        self.fault = ""
        #: The tick of the last look, when the state began, when the next attempt is due, and the one after.
        self._tick = self._since_tick = self._retry_at_tick = 0
        self._retry_ticks = RETRY_TICKS_MIN
        #: Ticks without a sample, words that wait, words that this turn may still read.
        self._due_ticks = self._words = self._budget_words = 0
        self._quiet_ticks = self._silent_ticks = self._errors_in_row = 0
        self._test = ChipSelfTest(chip)
        #: Errors of the bus; times words were lost; times the settings were gone, and times nothing came;
        #: ticks without a sample; words of somebody else; interrupts that did not come; times it was set up.
        self.bus_errors = self.overruns = self.lost_settings = self.silences = self.dropped_samples = 0
        self.foreign_words = self.lost_interrupts = self.starts = 0

    def begin_tick(self, now_ms: int) -> None:
        """Look what waits, or take the next step of setting the chip up."""
        tick = now_ms // TICK_MS
        self._due_ticks += tick - self._tick
        self._tick = tick
        self._budget_words = WORDS_PER_TICK_MAX
        try:
            if self.state == "RUNNING":
                self._look()
            elif self.state == "AWAY":
                if tick >= self._retry_at_tick:
                    self._call()
            elif self.state == "RESET":
                self._set_up()
            else:
                self._measure()
        except OSError:
            self._note_error()

    def next_sample(self) -> bool:
        """Take the next sample into `x_mg`, `y_mg`, `z_mg`; return False if there is none."""
        if self._words <= 0 or self._due_ticks <= 0:
            return False
        share = self._words // self._due_ticks or 1
        if share > self._budget_words:
            return False
        self._budget_words -= share
        self._words -= share
        self._due_ticks -= 1
        try:
            return self._take(share)
        except OSError:
            self._words = 0
            self._note_error()
            return False

    def take_test(self) -> str:
        """Return "passed" or "failed" once after a self-test of the chip, else ""."""
        return self._test.take_outcome()

    def counts(self) -> "dict[str, int]":
        """Return what went wrong so far, by name."""
        return {
            "sensor_bus_errors": self.bus_errors,
            "sensor_overruns": self.overruns,
            "sensor_lost_settings": self.lost_settings,
            "sensor_silences": self.silences,
            "sensor_foreign_words": self.foreign_words,
            "sensor_lost_interrupts": self.lost_interrupts,
            "sensor_starts": self.starts,
        }

    def _step(self, event: str) -> None:
        next_state = TABLE[self.state][event]
        assert next_state != IGNORED, self.state + " " + event
        self.state = next_state
        self._since_tick = self._tick

    def _call(self) -> None:
        """Ask who answers, and have it reset itself."""
        self._free_bus()
        if not self._chip.is_answering():
            self._fail()
            return
        self._chip.reset()
        self._step("ANSWERED")

    def _set_up(self) -> None:
        """Begin to measure once the reset has ended."""
        if self._tick - self._since_tick < self._chip.reset_ticks:
            return
        if not self._chip.is_reset():
            self._fail()
        elif self._test.is_due():
            self._begin_test()
        else:
            self._begin_run()

    def _begin_run(self) -> None:
        self._chip.set_up(False)
        self._step("SET_UP")
        self.starts += 1
        self._due_ticks = self._words = self._quiet_ticks = self._silent_ticks = self._errors_in_row = 0

    def _begin_test(self) -> None:
        self._chip.set_up(True)
        self._test.begin()
        self._step("TEST_BEGUN")

    def _measure(self) -> None:
        """Measure for the self-test; go on when a mean is there."""
        chip, test, waited_ticks = self._chip, self._test, self._tick - self._since_tick
        if waited_ticks > TEST_TICKS_MAX:
            self._fail()
            return
        test.read(waited_ticks, min(chip.word_count(), WORDS_PER_TICK_MAX))
        if not test.is_complete():
            return
        if self.state == "PLAIN":
            chip.push()
            test.begin_push()
            self._step("PUSH_BEGUN")
        elif test.is_ended():
            self._begin_run()
        else:
            self._begin_test()

    def _look(self) -> None:
        """Look how many words wait."""
        if self._is_quiet():
            return
        chip = self._chip
        count = chip.word_count()
        self._errors_in_row = 0
        if chip.has_overrun:
            self.overruns += 1
        self._words = count
        if count == 0:
            self._note_silence()
            return
        if self._quiet_ticks >= QUIET_TICKS_MAX:
            self.lost_interrupts += 1
        self._quiet_ticks = self._silent_ticks = 0
        self._retry_ticks = RETRY_TICKS_MIN
        if self._due_ticks > 2 and self._due_ticks * 3 > count * 2:
            # Words are missing: what was not measured has no sample.
            there_ticks = count // 2 or 1
            self.dropped_samples += self._due_ticks - there_ticks
            self._due_ticks = there_ticks

    def _is_quiet(self) -> bool:
        """Tell whether the interrupt says that nothing waits, and may still be believed."""
        if self._interrupt is None or self._interrupt.value():
            self._quiet_ticks = 0
            return False
        self._quiet_ticks += 1
        if self._quiet_ticks < QUIET_TICKS_MAX:
            return True
        self._silent_ticks += QUIET_TICKS_MAX - 1
        return False

    def _note_silence(self) -> None:
        self._silent_ticks += 1
        self._quiet_ticks = 0
        if self._silent_ticks < SILENT_TICKS_MAX:
            return
        if self._chip.is_set_up():
            self.silences += 1
        else:
            self.lost_settings += 1
        self._fail()

    def _take(self, share: int) -> bool:
        """Average `share` words into the sample; return False if none of them is ours."""
        chip = self._chip
        x = y = z = count = 0
        for _ in range(share):
            if chip.read_word():
                x += chip.x
                y += chip.y
                z += chip.z
                count += 1
            else:
                self.foreign_words += 1
        if count == 0:
            self.dropped_samples += 1
            return False
        self.x_mg = chip.mg(x, count, False)
        self.y_mg = chip.mg(y, count, False)
        self.z_mg = chip.mg(z, count, False)
        return True

    def _note_error(self) -> None:
        self.bus_errors += 1
        self._errors_in_row += 1
        if self.state != "RUNNING" or self._errors_in_row >= ERRORS_MAX:
            self._fail()

    def _fail(self) -> None:
        """Give the chip up for a while that doubles with every attempt."""
        self._step("FAILED")
        self._words = 0
        self._retry_at_tick = self._tick + self._retry_ticks
        self._retry_ticks = min(self._retry_ticks * 2, RETRY_TICKS_MAX)
