"""What runs 50 times a second: it allocates nothing, and its numbers stay small."""

import gc
from array import array

from firmware.block import RANGE_MG
from firmware.device import Device
from firmware.escape import Escape
from firmware.fall import Fall
from firmware.motion import Motion
from firmware.position import MOVED, Position
from firmware.rest import Rest
from firmware.settings import Settings
from firmware.upright import UprightLearner
from firmware.wear import Wear

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


def test_judging_a_fall_allocates_nothing():
    """Every block of a fall, with all its signs, until it is found. Under CPython: it is found."""
    motion = Motion()
    found = Fall(Settings(), 0)
    found.set_upright(0, 0, 1000)
    codes = 0
    gc.collect()
    gc.disable()
    before = gc.mem_alloc() if IS_MICROPYTHON else 0
    for count in range(700):
        x_mg, z_mg = (0, 1000) if count < 400 else (1000, 0)
        if 395 < count < 405:
            x_mg, z_mg = (2500, 1500) if count % 2 else (900, 600)
        if motion.step(x_mg, 0, z_mg):
            codes |= found.step(0, motion, 0)
    after = gc.mem_alloc() if IS_MICROPYTHON else 0
    gc.enable()
    assert codes == MOVED
    assert after == before


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


def checked(thing):
    """Return the thing with lists of checked numbers instead of its arrays."""
    for name, value in vars(thing).items():
        if isinstance(value, array):
            setattr(thing, name, [Checked(number) for number in value])
    return thing


def assert_small(thing):
    """Fail if a number that the thing keeps is not small."""
    for value in vars(thing).values():
        for number in value if isinstance(value, list) else [value]:
            assert not isinstance(number, int) or -SMALL_INT_END <= number < SMALL_INT_END


def test_motion_stays_within_small_integers_at_every_stop():
    """Fall too: all corners of a sensor of 16 g and of its number format, for as long as it looks back."""
    if IS_MICROPYTHON:
        return
    motion = checked(Motion())
    found = checked(Fall(Settings(), 0))
    found.set_upright(Checked(664), Checked(-664), Checked(664))
    for x_mg in STOPS_MG:
        for y_mg in STOPS_MG:
            for _ in range(50):
                if motion.step(Checked(x_mg), Checked(y_mg), Checked(-x_mg)):
                    found.step(0, motion, 0)
                    assert_small(found)
                    assert_small(motion)


def test_a_blow_to_the_stop_stays_within_small_integers():
    """Through every sign of a fall, from one stop to the next: two corners of the range, then rest."""
    if IS_MICROPYTHON:
        return
    for stop_mg in (16000, 32767, -32768):
        motion = checked(Motion())
        found = checked(Fall(Settings(), 0))
        found.set_upright(Checked(664), Checked(664), Checked(664))
        corner = (Checked(stop_mg), Checked(stop_mg), Checked(-stop_mg - 1))
        rest = (Checked(-16000), Checked(16000), Checked(16000))
        answers = []
        standing = (Checked(0), Checked(0), Checked(1000))
        for vector in [standing] * 300 + [corner] * 5 + [rest] * 200:
            if motion.step(*vector):
                answers.append(found.step(0, motion, 0))
                assert_small(found)
                assert_small(motion)
        assert MOVED in answers


def test_what_lies_beyond_the_range_is_clipped():
    """One step within, at and beyond 16 g on each axis, and the end of the number format."""
    for axis in range(3):
        for sign in (1, -1):
            for beyond_mg in (-1, 0, 1, 16767):
                vector = [0, 0, 0]
                motion = Motion()
                for _ in range(10):
                    motion.step(0, 0, 0)
                vector[axis] = sign * (RANGE_MG + beyond_mg)
                for _ in range(10):
                    motion.step(*vector)
                mean_mg = (motion.mean_x_mg, motion.mean_y_mg, motion.mean_z_mg)[axis]
                assert mean_mg == sign * min(RANGE_MG + beyond_mg, RANGE_MG)
                assert motion.peak_square == motion.low_square == mean_mg * mean_mg


def test_gravity_never_leaves_the_range():
    """A sensor that stands at its stop."""
    motion = Motion()
    for _ in range(2000):
        motion.step(32767, -32768, 0)
    assert (motion.x_mg, motion.y_mg, motion.z_mg) == (RANGE_MG, -RANGE_MG, 0)
    assert motion.peak_square == 2 * RANGE_MG * RANGE_MG < SMALL_INT_END
    for mg, gravity_mg in ((15999, 15999), (16000, 16000), (16001, 16000), (-16001, -16000)):
        motion = Motion()
        for _ in range(10):
            motion.step(mg, 0, 0)
        assert motion.x_mg == gravity_mg


def test_a_block_tells_mean_extremes_movement_jerk_and_load():
    """Counted by hand: nine samples at rest, one of 2.5 g upwards."""
    motion = Motion()
    steps = [motion.step(0, 0, 1000) for _ in range(9)] + [motion.step(1500, 0, 2000)]
    assert steps == [False] * 9 + [True]
    assert (motion.mean_x_mg, motion.mean_y_mg, motion.mean_z_mg) == (150, 0, 1100)
    assert (motion.peak_square, motion.low_square) == (1500 * 1500 + 2000 * 2000, 1000 * 1000)
    assert motion.movement_mg == (1000 + 1000) // 10
    assert motion.jerk_mg == (1500 + 1000) // 10
    assert motion.load_square == (2000 * 2000 - 1000 * 1000) // 10
    assert motion.x_mg == 1000 // 64
    for mg, load in ((999, 0), (1000, 0), (1001, 2001), (1999, 2996001), (2000, 3000000), (2001, 3000000)):
        for _ in range(10):
            motion.step(0, mg, 0)
        assert motion.load_square == load, mg


def test_the_tilt_stays_within_small_integers_at_every_stop():
    """The longest upright against the longest gravity that is believed, and all that gravity can be."""
    if IS_MICROPYTHON:
        return
    for up in ((1150, 0, 0), (664, 664, 664), (-850, 0, 0), (0, 601, -601)):
        found = Position(Settings.from_dict({"tilt_limit_deg": 30}), 0)
        found.set_upright(Checked(up[0]), Checked(up[1]), Checked(up[2]))
        for x_mg in list(range(-1501, 1502, 158)) + list(range(-16000, 16001, 16000)):
            for y_mg in (-16000, -1500, -866, 0, 866, 1500, 16000):
                for z_mg in (-1500, -866, 0, 866, 1500):
                    found.assess(Checked(x_mg), Checked(y_mg), Checked(z_mg))


def test_every_watch_and_the_learner_stay_within_small_integers():
    """All corners of the sensor, long enough to fill every sum."""
    if IS_MICROPYTHON:
        return
    for x_mg in STOPS_MG:
        motion = checked(Motion())
        others = [checked(make(Settings(), 0)) for make in (Position, Rest, Escape, Wear)]
        learner = checked(UprightLearner())
        for count in range(300):
            if motion.step(Checked(x_mg), Checked(-x_mg if count % 20 else x_mg), Checked(x_mg)):
                learner.step(count * 20, motion)
                assert_small(learner)
                for watch in others:
                    watch.step(count * 20, motion, 0)
                    assert_small(watch)


def test_learning_takes_gravity_and_no_stop():
    """Six seconds of a sensor at its stop, then of 1.15 g."""
    for stop_mg in STOPS_MG:
        assert not learn(stop_mg)
    assert learn(663)


def learn(mg):
    """Return whether six seconds of this on every axis are learned as upright."""
    motion, learner = Motion(), UprightLearner()
    for _ in range(300):
        if motion.step(mg, mg, mg):
            learner.step(0, motion)
    return learner.is_known


def test_a_checked_number_does_fail_beyond_the_small_integers():
    """The test of the tests."""
    if IS_MICROPYTHON:
        return
    try:
        Checked(40000) * Checked(40000)
    except AssertionError:
        return
    raise AssertionError("not checked")
