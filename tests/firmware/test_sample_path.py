"""What runs 50 times a second: it allocates nothing, and its numbers stay small."""

import gc

from firmware.device import Device
from firmware.motion import Motion
from firmware.position import Position
from firmware.settings import Settings
from firmware.upright import UprightLearner

#: MicroPython's own ints cannot be imitated by a class there.
IS_MICROPYTHON = hasattr(gc, "mem_alloc")
#: Small integers end here on a 32-bit board; beyond it every result allocates.
SMALL_INT_END = 1 << 30
STOPS_MG = (-32768, -16000, -1001, -1000, -999, -1, 0, 1, 999, 1000, 1001, 16000, 32767)


class Checked(int):
    """An int that fails when a result leaves the small integers, and stays checked."""

    def __add__(self, other):
        return _checked(int(self) + int(other))

    def __sub__(self, other):
        return _checked(int(self) - int(other))

    def __rsub__(self, other):
        return _checked(int(other) - int(self))

    def __mul__(self, other):
        return _checked(int(self) * int(other))

    def __rshift__(self, other):
        return _checked(int(self) >> int(other))

    def __lshift__(self, other):
        return _checked(int(self) << int(other))

    def __floordiv__(self, other):
        return _checked(int(self) // int(other))

    def __neg__(self):
        return _checked(-int(self))

    def __abs__(self):
        return _checked(abs(int(self)))

    __radd__ = __add__
    __rmul__ = __mul__


def _checked(number):
    assert -SMALL_INT_END <= number < SMALL_INT_END, number
    return Checked(number)


def new_device():
    """Return a device with a link that has been heard, whose worker stands."""
    device = Device(Settings(), "unit-7", 1, (), 0, "power_on")
    device.on_start(0)
    device.on_link(0, True)
    for count in range(1, 152):
        device.on_sample(20 * count, 3, -2, 1000)
        device.on_tick(20 * count)
    return device


def test_a_thousand_samples_allocate_nothing():
    """Standing, walking, lying, shaken: as long as nothing happens. Under CPython: no effects, no objects."""
    patterns = ((0, 0, 1000), (200, -300, 1200), (1000, 0, 0), (-16000, 16000, 15999))
    for first_mg, y_mg, z_mg in patterns:
        x_mg = first_mg
        device = new_device()
        on_sample = device.on_sample
        count = 0
        now_ms = 152 * 20
        effects = ()
        gc.collect()
        gc.disable()
        before = gc.mem_alloc() if IS_MICROPYTHON else gc.get_count()[0]
        while count < 1000:
            effects = on_sample(now_ms, x_mg, y_mg, z_mg) or effects
            x_mg = -x_mg
            now_ms += 20
            count += 1
        after = gc.mem_alloc() if IS_MICROPYTHON else gc.get_count()[0]
        gc.enable()
        assert effects == ()
        # CPython counts containers that are still alive.
        assert after - before <= (0 if IS_MICROPYTHON else 5), after - before


def test_a_tick_before_its_deadline_allocates_nothing():
    """A second of ticks; nothing is due."""
    device = new_device()
    on_tick = device.on_tick
    now_ms = device.next_deadline_ms() - 1000
    if not IS_MICROPYTHON:
        assert on_tick(now_ms) is on_tick(now_ms + 20)
        return
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    for _ in range(49):
        on_tick(now_ms)
        now_ms += 20
    after = gc.mem_alloc()
    gc.enable()
    assert after == before


def test_motion_stays_within_small_integers_at_every_stop():
    """All corners of a sensor of 16 g and of its number format, many samples each."""
    if IS_MICROPYTHON:
        return
    motion = Motion()
    motion.state = [Checked(value) for value in motion.state]
    for x_mg in STOPS_MG:
        for y_mg in STOPS_MG:
            for _ in range(12):
                motion.step(Checked(x_mg), Checked(y_mg), Checked(-x_mg))
                for value in motion.state:
                    assert -SMALL_INT_END <= value < SMALL_INT_END


def test_the_tilt_stays_within_small_integers_at_every_stop():
    """The longest upright against the longest gravity that is believed, and everything beyond."""
    if IS_MICROPYTHON:
        return
    for up in ((1150, 0, 0), (664, 664, 664), (-850, 0, 0), (0, 601, -601)):
        found = Position(Settings.from_dict({"tilt_limit_deg": 30}), 0)
        found.set_upright(Checked(up[0]), Checked(up[1]), Checked(up[2]))
        for x_mg in list(STOPS_MG) + list(range(-1501, 1502, 158)):
            for y_mg in (-32768, -1500, -866, 0, 866, 1500, 32767):
                for z_mg in (-1500, -866, 0, 866, 1500):
                    found.assess(Checked(x_mg), Checked(y_mg), Checked(z_mg))


def test_learning_upright_stays_within_small_integers():
    """A sensor at its stop for 2 s."""
    if IS_MICROPYTHON:
        return
    for stop_mg in STOPS_MG:
        learner = UprightLearner()
        learner.state = [Checked(0) for _ in learner.state]
        for _ in range(400):
            assert not learner.step(Checked(stop_mg), Checked(stop_mg), Checked(stop_mg))
    learner = UprightLearner()
    learner.state = [Checked(0) for _ in learner.state]
    steps = [learner.step(Checked(663), Checked(663), Checked(-663)) for _ in range(100)]
    assert steps[-1]


def test_a_checked_number_does_fail_beyond_the_small_integers():
    """The test of the tests."""
    if IS_MICROPYTHON:
        return
    try:
        Checked(40000) * Checked(40000)
    except AssertionError:
        return
    raise AssertionError("not checked")
