"""Escape: what is hectic, for how long, and what a lull does."""

import math

from blocks import BLOCK_MS, Block, run, still, walking

from firmware.escape import Escape
from firmware.position import MOVED, QUIET
from firmware.settings import CHEST, WAIST, WRIST, Settings

DETECTION_MS = 5500
RUNNING = {"peak_mg": 2500, "low_mg": 300}


def running(seconds, step_hz=2.7, gap_s=0):
    """Run: a foot on the ground for 3/4 of a step, in the air for the rest; then stand for `gap_s`."""
    samples = []
    for count in range(round(seconds * 50)):
        part = step_hz * count / 50 % 1
        push = 2.6 * math.sin(math.pi * part / 0.75) if part < 0.75 else 0.1
        samples.append((round(200 * math.sin(2 * math.pi * step_hz / 2 * count / 50)), 0, round(1000 * push)))
    return samples + still(gap_s)


def due_ms(rhythm, seconds=120):
    """Return when the alarm is due for a rhythm of blocks (True: as in running), or None."""
    watch = Escape(Settings(), 0)
    now_ms = 0
    for count in range(seconds * 1000 // BLOCK_MS):
        now_ms += BLOCK_MS
        watch.step(now_ms, Block(**RUNNING) if rhythm(count) else Block(), 0)
        due = watch.deadline_ms()
        if due is not None and due <= now_ms:
            return due
    return None


def test_running_is_an_escape_within_ten_seconds_of_its_first_step():
    """Detection, the second in which the swing follows, and the pre-alarm of 3 s together."""
    watch = Escape(Settings(), 0)
    _, now_ms = run(watch, still(4))
    assert watch.deadline_ms() is None
    _, now_ms = run(watch, running(5), now_ms)
    due = watch.deadline_ms()
    assert due is not None
    assert 4000 + DETECTION_MS <= due <= 4000 + 10000 - Settings().escape_pre_alarm_ms


def test_walking_standing_and_a_fall_are_no_escape():
    """A quick walk of 0.4 g, a minute of standing, two blows of 16 g."""
    for samples in (walking(60, bounce_mg=400), still(60), still(5) + [(0, 0, 16000)] * 3 + still(20)):
        watch = Escape(Settings(), 0)
        codes, _ = run(watch, samples)
        assert watch.deadline_ms() is None
        assert len(codes) == len(samples) // 10


def test_the_swing_is_judged_at_its_limit():
    """A steady peak above a steady low: the limit, one mg less, one more; an eighth more at the wrist."""
    for worn_at, hectic_mg, limit_mg in ((WAIST, 1200, 1200), (CHEST, 1200, 1200), (WRIST, 1200, 1350)):
        for swing_mg in (limit_mg - 1, limit_mg, limit_mg + 1):
            watch = Escape(Settings.from_dict({"hectic_mg": hectic_mg, "worn_at": worn_at}), 0)
            # Both levels come down exactly; from below they stop within 3 mg.
            watch.step(0, Block(peak_mg=4000), 0)
            for count in range(1, 100):
                watch.step(count * BLOCK_MS, Block(peak_mg=500 + swing_mg, low_mg=500), 0)
            assert (watch.deadline_ms() is not None) == (swing_mg >= limit_mg), (worn_at, swing_mg)


def test_a_change_of_the_deadline_is_told():
    """MOVED when running begins and when it ends, else QUIET."""
    watch = Escape(Settings(), 0)
    codes = [watch.step(BLOCK_MS * count, Block(**RUNNING), 0) for count in range(1, 11)]
    codes += [watch.step(BLOCK_MS * count, Block(), 0) for count in range(11, 21)]
    assert codes.count(MOVED) == 2
    assert codes.count(QUIET) == 18
    assert MOVED in codes[:10]
    assert MOVED in codes[10:]


def test_a_short_lull_takes_back_no_more_than_three_quarters_of_itself():
    """4 s of running, 1 s of standing, and running on: due about 1.75 s later than without the lull."""
    without = due_ms(lambda _: True)
    with_lull = due_ms(lambda count: not 20 <= count < 25)
    assert without is not None
    assert with_lull is not None
    assert 1000 < with_lull - without <= 2200


def test_a_flapping_body_postpones_its_alarm_by_no_more_than_the_stated_bound():
    """Detection / (s - 3 (1 - s) / 4) for a hectic share s; below 3/7 there is none."""
    watch = Escape(Settings(), 0)
    hectic = 0
    for count in range(300):
        watch.step((count + 1) * BLOCK_MS, Block(**RUNNING) if count % 15 < 10 else Block(), 0)
        hectic += watch._is_hectic
    share = hectic / 300
    due = due_ms(lambda count: count % 15 < 10)
    assert due is not None
    assert due <= DETECTION_MS / (share - 3 * (1 - share) / 4) + 15 * BLOCK_MS
    assert due_ms(lambda count: count % 15 < 3) is None


def test_a_countdown_that_ran_out_is_not_forgotten_and_goes_no_further_than_zero():
    """Somebody who stops in the last moment has run for long enough; what follows is the pre-alarm's time."""
    watch = Escape(Settings(), 0)
    now_ms = 0
    while watch._left_ms > 0:
        now_ms += BLOCK_MS
        watch.step(now_ms, Block(**RUNNING), 0)
    assert watch.deadline_ms() == now_ms
    watch.step(now_ms + BLOCK_MS, Block(), 0)
    assert watch.deadline_ms() == now_ms + BLOCK_MS


def test_no_movement_ends_the_pre_alarm():
    """Neither standing nor walking on is a recovery, and the detection time comes back only by a restart."""
    watch = Escape(Settings(), 0)
    _, now_ms = run(watch, running(9))
    watch.begin_recovery(now_ms)
    codes, now_ms = run(watch, still(20) + walking(20), now_ms)
    assert set(codes) <= {QUIET, MOVED}
    watch.restart(now_ms)
    assert watch.deadline_ms() is None
    run(watch, running(2), now_ms)
    assert watch.deadline_ms() > now_ms + DETECTION_MS


def test_a_silent_sensor_stops_no_countdown_and_refills_none():
    """The sensor breaks while its wearer runs; or a minute is missing while they stand."""
    watch = Escape(Settings(), 0)
    _, now_ms = run(watch, running(4))
    due = watch.deadline_ms()
    assert now_ms < due < now_ms + DETECTION_MS
    _, now_ms = run(watch, still(1), now_ms)
    assert not watch._is_hectic
    left_ms = watch._left_ms
    watch.step(now_ms + 60000, Block(), 0)
    assert watch._left_ms - left_ms == 300


def test_one_blow_does_not_look_like_running_for_longer_than_three_seconds():
    """At the stops of the number format; from free fall, too."""
    for peak_mg, low_mg in ((32767, 0), (16000, 1000), (32767, 20000)):
        watch = Escape(Settings(), 0)
        for count in range(10):
            watch.step(count * BLOCK_MS, Block(peak_mg=0, low_mg=0), 0)
        watch.step(2000, Block(peak_mg=peak_mg, low_mg=low_mg), 0)
        for count in range(15):
            watch.step(2200 + count * BLOCK_MS, Block(), 0)
        assert not watch._is_hectic, (peak_mg, low_mg)
