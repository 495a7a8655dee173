"""A release on trial tells the starter at every turn that it judges itself, and no other release does."""

import sys

import pytest

from firmware.boards.starter import TrialClock
from tests.firmware.boards.test_update_slots import NEW, Core, lay_out, send, start


class CountingClock(TrialClock):
    """The clock of a trial, which counts what it is told."""

    count = 0

    def note_judged(self):
        """Count."""
        self.count += 1
        super().note_judged()


@pytest.fixture
def clock():
    """The clock of the starter, where the firmware looks for it."""
    starting = sys.modules["__main__"]
    starting.trial_clocks = [CountingClock("slot_b", None)]
    yield starting.trial_clocks[0]
    del starting.trial_clocks


def test_the_trial_tells_the_starter_at_every_turn_that_it_is_judged(tmp_path, clock):
    """Also while an alarm forbids to go back; before the trial and after it nothing is told."""
    lay_out(tmp_path)
    core = Core()
    send(start(tmp_path, core)[1], core, NEW)
    assert clock.count == 0
    core.lacks, core.why_not = "no link", "an alarm runs"
    _, updating = start(tmp_path, core)
    for minute in range(30):
        updating.turn(60000 * minute)
    assert updating.is_on_trial()
    assert clock.count == 30
    core.lacks = ""
    updating.turn(1800000)
    updating.turn(1800001)
    assert not updating.is_on_trial()
    assert clock.count == 31
