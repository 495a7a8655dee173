"""The drivers of both chips against models of their registers: rate, faults, recovery, self-test."""

import gc

from chips import ModelLsm6dsox, ModelMpu6886, SilentBus

from firmware.boards import accelerometer
from firmware.boards.accelerometer import EVENTS, STATES, TABLE, TICK_MS, Accelerometer
from firmware.boards.lsm6dsox import Lsm6dsox
from firmware.boards.mpu6886 import Mpu6886, factory_digits
from firmware.device import Device
from firmware.settings import Settings

CHIPS = ((ModelLsm6dsox, Lsm6dsox), (ModelMpu6886, Mpu6886))
STARTED_TICKS = 60


class Bench:
    """One model, its driver, and a loop of 20 ms."""

    def __init__(self, kind, acceleration=None, has_interrupt=False):
        model_class, driver_class = kind
        self.model = model_class(acceleration)
        interrupt = self.model if has_interrupt else None
        self.sensor = Accelerometer(driver_class(self.model), self.model.free, interrupt)
        self.now_ms = 0
        self.samples = []
        self.outcomes = []

    def turn(self, duration_ms=TICK_MS):
        """Take one turn, `duration_ms` after the last."""
        self.now_ms += duration_ms
        self.model.pass_time(duration_ms)
        self.sensor.begin_tick(self.now_ms)
        outcome = self.sensor.take_test()
        if outcome:
            self.outcomes.append(outcome)
        while self.sensor.next_sample():
            self.samples.append((self.sensor.x_mg, self.sensor.y_mg, self.sensor.z_mg))

    def turns(self, count):
        """Take some turns; return the samples of these."""
        before = len(self.samples)
        for _ in range(count):
            self.turn()
        return self.samples[before:]

    def start(self):
        """Take the turns of the start, self-test included."""
        self.turns(STARTED_TICKS)
        assert self.sensor.state == "RUNNING", self.sensor.state
        return self


def started(**options):
    """Give a running bench of each chip."""
    for kind in CHIPS:
        yield Bench(kind, **options).start()


def test_every_state_answers_or_ignores_every_event():
    """The table is total."""
    assert set(TABLE) == set(STATES)
    for state in STATES:
        assert set(TABLE[state]) == set(EVENTS)
        assert set(TABLE[state].values()) <= set(STATES) | {accelerometer.IGNORED}


def test_each_tick_has_one_sample_in_mg():
    """Gravity on z, and a slope, as they are."""
    for bench in started(acceleration=lambda _t_ms: (-250, 500, 1000)):
        samples = bench.turns(500)
        assert len(samples) == 500
        for x_mg, y_mg, z_mg in samples:
            assert abs(x_mg + 250) <= 1 and abs(y_mg - 500) <= 1 and abs(z_mg - 1000) <= 1


def test_both_ends_of_the_scale_are_seen():
    """16 g either way, clipped by the chip and not by us."""
    for bench in started(acceleration=lambda _t_ms: (15900, -15900, 20000)):
        x_mg, y_mg, z_mg = bench.turns(5)[-1]
        assert abs(x_mg - 15900) <= 8 and abs(y_mg + 15900) <= 8 and 15980 <= z_mg <= 16010


def test_the_rate_is_the_devices_however_wrong_the_chips_oscillator_is():
    """A tenth too fast or too slow: 50 samples a second over a minute, none missing, none kept waiting."""
    for bench in started():
        for bench.model.fast_permille in (-100, 0, 100):
            assert abs(len(bench.turns(3000)) - 3000) <= 1
            assert len(bench.model.words) <= 3
        assert bench.sensor.dropped_samples == 0


def test_a_loop_that_was_late_gets_every_sample_that_the_fifo_kept():
    """Half a second without a turn, then as many samples as ticks, in their order."""
    for bench in started(acceleration=lambda t_ms: (t_ms % 8000, 0, 1000)):
        bench.turn(500)
        bench.turns(20)
        last = [x_mg for x_mg, _, _ in bench.samples[-45:]]
        assert len(last) == 45
        for place in range(1, 45):
            step_mg = last[place] - last[place - 1]
            assert 0 < step_mg <= 45 or step_mg < -3000, last
        assert bench.sensor.overruns == 0 and bench.sensor.dropped_samples <= 1


def test_an_overrun_is_seen_and_nothing_is_made_up():
    """Ten seconds without a turn: what the FIFO does not hold has no sample."""
    for bench in started():
        before = len(bench.samples)
        bench.turn(10000)
        bench.turns(60)
        assert bench.sensor.overruns == 1
        assert len(bench.samples) - before <= 60 + 260
        # The FIFO of the second may be torn when it is full, and is emptied.
        is_emptied = isinstance(bench.model, ModelMpu6886)
        assert bench.sensor.dropped_samples >= 100 or is_emptied
        assert not is_emptied or len(bench.samples) - before <= 62
        assert len(bench.turns(50)) == 50


def test_a_turn_reads_no_more_than_its_share_of_a_full_fifo():
    """So that catching up does not make the next turn late."""
    for bench in started():
        bench.turn(1200)
        most = 0
        for _ in range(40):
            before = bench.model.transfers
            bench.turn()
            most = max(most, bench.model.transfers - before)
        assert 8 < most <= accelerometer.WORDS_PER_TICK_MAX + 2
        assert len(bench.model.words) <= 3


def test_a_single_bus_error_loses_no_sample():
    """Whichever transfer of a turn it hits."""
    for bench in started():
        for place in range(4):
            before = len(bench.samples)
            bench.model.failing = {bench.model.transfers + 1 + place}
            bench.turns(10)
            assert len(bench.samples) - before >= 9, place
        assert bench.sensor.bus_errors >= 3
        assert bench.sensor.starts == 1


def test_a_bus_that_stays_broken_is_freed_and_the_chip_set_up_anew():
    """Samples are back within a second of the wire's return, and the attempts are counted."""
    for bench in started():
        bench.model.is_hanging = True
        frees = bench.model.frees
        bench.turns(3)
        assert bench.sensor.state == "AWAY"
        assert len(bench.turns(50)) >= 30
        assert bench.model.frees == frees + 1
        assert bench.sensor.starts == 2


def test_attempts_at_a_dead_chip_become_rare_and_never_end():
    """No storm on the bus, and a chip that answers again is found."""
    for kind in CHIPS:
        bench = Bench(kind)
        bench.model.is_dead = True
        bench.turns(3000)
        assert 10 <= bench.model.transfers <= 30
        assert bench.sensor.bus_errors == bench.model.transfers
        assert bench.samples == [] and bench.outcomes == []
        bench.model.is_dead = False
        bench.turns(accelerometer.RETRY_TICKS_MAX + STARTED_TICKS)
        assert len(bench.turns(50)) == 50


def test_any_transfer_of_the_start_may_fail():
    """The Nth transfer fails, N upward until the start is through: every time the samples come."""
    for kind in CHIPS:
        bench, number = Bench(kind), 0
        while number == 0 or bench.sensor.bus_errors:
            number += 1
            bench = Bench(kind)
            bench.model.failing = {number}
            bench.turns(STARTED_TICKS)
            assert len(bench.turns(50)) >= 40, number
            if bench.model.transfers < number:
                break
            if number > 60:
                break
        assert number > 30


def test_a_chip_whose_supply_dipped_is_set_up_anew_before_the_core_notices():
    """The processor runs on, the registers are those of switching on."""
    for bench in started():
        bench.model.brown_out()
        bench.turns(accelerometer.SILENT_TICKS_MAX + 15)
        assert bench.sensor.lost_settings == 1
        assert len(bench.turns(50)) == 50
        assert bench.outcomes == ["passed"]


def test_a_chip_that_measures_no_more_is_set_up_anew():
    """The settings are there, but nothing comes: silence, counted as such."""
    for bench in started():
        bench.model.period_us = lambda: 0
        bench.turns(accelerometer.SILENT_TICKS_MAX + 5)
        assert bench.sensor.silences == 1 and bench.sensor.lost_settings == 0


def test_another_chip_at_the_address_is_not_believed():
    """Its identity is asked before it is told anything."""
    for kind in CHIPS:
        bench = Bench(kind)
        bench.model.registers[0x0F if kind[0] is ModelLsm6dsox else 0x75] = 0x6B
        bench.turns(100)
        assert bench.sensor.state == "AWAY" and bench.samples == []


def test_the_self_test_passes_within_the_limits_and_fails_beyond():
    """The limits of each chip at -1, 0, +1 mg, by way of its digits."""
    for limit_mg, inwards in ((50, 1), (1700, -1)):
        for change_mg, expected in ((-1, "failed"), (1, "passed"), (3, "passed")):
            bench = Bench(CHIPS[0])
            response_mg = limit_mg + change_mg * inwards
            bench.model.response_mg = (400, response_mg, 400)
            bench.turns(STARTED_TICKS)
            assert bench.outcomes == [expected], (limit_mg, change_mg)
    chip = Lsm6dsox(None)
    for response_mg, is_good in (
        (49, False),
        (50, True),
        (51, True),
        (1699, True),
        (1700, True),
        (1701, False),
    ):
        for sign in (1, -1):
            assert chip.is_response_good(400, 400, sign * response_mg) is is_good


def test_the_response_is_compared_with_what_the_factory_measured():
    """Half and one and a half of it; without the factory's figures 225 to 675 mg."""
    assert [factory_digits(code) for code in (1, 2, 8, 64, 96)] == [2620, 2646, 2808, 4903, 6742]
    for codes, low_mg, high_mg in (((115, 115, 115), 249, 745), ((0, 115, 115), 225, 675)):
        for response_mg, expected in (
            (low_mg - 3, "failed"), (low_mg + 3, "passed"), (high_mg - 3, "passed"), (high_mg + 3, "failed"),
        ):  # fmt: skip
            bench = Bench(CHIPS[1])
            bench.model.codes = codes
            bench.model.brown_out()
            bench.model.response_mg = (response_mg, 400, 400)
            bench.turns(STARTED_TICKS)
            assert bench.outcomes == [expected], (codes, response_mg)


def test_a_device_that_is_being_moved_has_no_outcome_and_gets_its_samples():
    """Walking with it is no fault of the sensor; attempts are few, so that the samples begin."""
    for kind in CHIPS:
        bench = Bench(kind, lambda t_ms: (t_ms * 7 % 900, t_ms * 11 % 700, 1000))
        bench.turns(220)
        assert bench.outcomes == []
        assert len(bench.turns(50)) == 50


def test_after_a_failed_self_test_the_samples_come_all_the_same():
    """A suspicious sensor is better than none; the core says that it is suspicious."""
    for kind in CHIPS:
        bench = Bench(kind)
        bench.model.response_mg = (0, 0, 0)
        bench.turns(STARTED_TICKS)
        assert bench.outcomes == ["failed"]
        assert len(bench.turns(50)) == 50


def test_words_of_another_sensor_are_left_out_and_counted():
    """Only the tag of the accelerometer counts."""
    bench = Bench(CHIPS[0]).start()
    bench.model.tag = 1
    bench.turns(10)
    bench.model.tag = 2
    assert bench.sensor.foreign_words >= 15
    assert len(bench.turns(51)) >= 50
    assert all(abs(z_mg - 1000) <= 1 for _, _, z_mg in bench.samples)


def test_the_interrupt_saves_looks_and_its_wire_may_break():
    """With it no sample is missed; with its wire broken they come in lots, counted."""
    bench = Bench(CHIPS[0], None, True).start()
    assert abs(len(bench.turns(500)) - 500) <= 2
    bench.sensor._interrupt = BrokenWire()
    assert abs(len(bench.turns(500)) - 500) <= accelerometer.QUIET_TICKS_MAX + 2
    assert bench.sensor.lost_interrupts >= 45


def test_a_stuck_chip_becomes_a_technical_alarm_of_the_core():
    """Driver and core together: words that never differ, then a chip that is gone."""
    noise = [0]

    def trembling(_t_ms):
        noise[0] = (noise[0] * 75 + 74) % 65537
        return noise[0] % 9, noise[0] % 7, 1000

    for bench in started(acceleration=trembling):
        device = Device(Settings.from_dict({}), "bench", 1, (), bench.now_ms, "power_on")
        device.on_start(bench.now_ms)
        hand_on(bench, device, 600)
        assert not device._technical.is_stuck(bench.now_ms)
        bench.model.is_stuck = True
        hand_on(bench, device, 520)
        assert device._technical.is_stuck(bench.now_ms)
        bench.model.is_dead = True
        hand_on(bench, device, 300)
        assert device._technical.is_silent(bench.now_ms)


def hand_on(bench, device, count):
    """Take turns, and hand the samples to the device core."""
    for _ in range(count):
        for sample in bench.turns(1):
            device.on_sample(bench.now_ms, *sample)
        device.on_tick(bench.now_ms)


class BrokenWire:
    """A line that stays low."""

    def value(self):
        """Return its level."""
        return 0


def test_a_turn_with_its_sample_allocates_nothing():
    """In MicroPython, as it runs all day."""
    if not hasattr(gc, "mem_alloc"):
        return
    for driver_class in (Lsm6dsox, Mpu6886):
        bus = SilentBus()
        sensor = Accelerometer(driver_class(bus), lambda: None)
        sensor._test._attempts_left = 0
        sensor.state = "RUNNING"
        count = run_turns(sensor, 0, 50)
        gc.collect()
        gc.disable()
        before = gc.mem_alloc()
        count = run_turns(sensor, 50, 1000)
        allocated = gc.mem_alloc() - before
        gc.enable()
        assert count == 950 and allocated == 0, (count, allocated)


def run_turns(sensor, first, last):
    """Take turns; return how many samples they gave."""
    count = 0
    for tick in range(first, last):
        sensor.begin_tick(tick * 20)
        while sensor.next_sample():
            count += 1
    return count
