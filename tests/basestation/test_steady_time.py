"""The station's time when the machine's clock is set."""

from datetime import UTC, datetime, timedelta

from basestation.steady_time import BEHIND_PERMILLE, SteadyTime

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


class Machine:
    """A machine whose clock can be set."""

    def __init__(self):
        self.wall, self.monotonic_s = NOW, 1000.0
        self.time = SteadyTime(lambda: self.wall, lambda: self.monotonic_s)

    def after(self, seconds, set_s=0):
        """Return the time so much later, the clock having been set by `set_s`."""
        self.monotonic_s += seconds
        self.wall += timedelta(seconds=seconds + set_s)
        return self.time.now()


def test_time_is_the_machines_while_its_clock_goes_forward():
    """Also when it is set ahead."""
    machine = Machine()
    assert machine.time.now() == NOW
    assert machine.after(1) == NOW + timedelta(seconds=1)
    assert machine.after(1, set_s=3600) == NOW + timedelta(seconds=3602)


def test_a_clock_that_is_set_back_by_an_hour_makes_no_limit_an_hour_longer():
    """An alarm's next level is called a twentieth later at most."""
    machine = Machine()
    raised_at = machine.time.now()
    machine.after(1, set_s=-3600)
    assert machine.after(60) - raised_at >= timedelta(seconds=61 * BEHIND_PERMILLE / 1000)


def test_a_time_that_is_ahead_waits_for_the_machines_and_never_goes_back():
    """Until the clock has caught up; from then on they are one again."""
    machine = Machine()
    machine.time.now()
    seen = [machine.after(0.5, set_s=-4)] + [machine.after(1) for _ in range(100)]
    assert seen == sorted(set(seen))
    assert seen[60] > machine.wall - timedelta(seconds=41)
    assert seen[-1] == machine.wall


def test_a_step_back_between_two_looks_leaves_no_more_than_itself():
    """Nobody can see it; the next look goes on from there."""
    machine = Machine()
    machine.time.now()
    assert machine.after(10, set_s=-4) == NOW + timedelta(seconds=6)
