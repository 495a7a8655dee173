"""The worker who is led through a self-test, on a device that only notes what is done with it."""

import numpy as np

from simulator.trace import Trace
from simulator.wearer import LEARNING_S, PATIENCE_S, PRESS_AGAIN_S, TestingWearer

STANDING = Trace(np.arange(10, dtype=np.int64) * 20, np.full((10, 3), (0, 0, 1000), np.int16), "standing")
STEP_S = 0.1


class NotingDevice:
    """Notes presses; moves and answers nothing."""

    def __init__(self):
        self.presses = 0

    def press(self):
        self.presses += 1

    def release(self):
        pass

    def play(self, trace):
        pass


class Day:
    """A wearer and the clock they go by."""

    def __init__(self):
        self.now_s = 0.0
        self.device = NotingDevice()
        self.wearer = TestingWearer(self.device, STANDING, lambda: self.now_s)

    def pass_time(self, duration_s):
        for _ in range(round(duration_s / STEP_S)):
            self.now_s += STEP_S
            self.wearer.act()


def test_a_press_that_begins_no_test_is_made_again():
    """The device may not know of the shift yet; once it leads, nothing is pressed unasked."""
    day = Day()
    day.pass_time(LEARNING_S + PRESS_AGAIN_S + 1)
    assert day.device.presses == 2
    day.wearer.hear({"effect": "signal", "name": "test_still"})
    day.pass_time(3 * PRESS_AGAIN_S)
    assert day.device.presses == 2


def test_patience_counts_from_the_last_word_of_the_test():
    """A slow device is waited for; one that says nothing is not, and nobody goes off in a press."""
    silent, led = Day(), Day()
    for day in (silent, led):
        day.pass_time(PATIENCE_S - 10)
    led.wearer.hear({"effect": "signal", "name": "test_shake"})
    for day in (silent, led):
        day.pass_time(20)
    assert silent.wearer.is_done()
    assert not led.wearer.is_done()
    led.wearer.hear({"effect": "signal", "name": "test_passed"})
    assert led.wearer.is_done()
