"""Escape: what is hectic, for how long, and what a lull does."""

import math

from blocks import BLOCK_MS, Block, run, still, walking

from firmware import escape
from firmware.escape import Escape
from firmware.position import MOVED, QUIET
from firmware.settings import CHEST, WAIST, WRIST, Settings

DETECTION_MS = 7000
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


def flapping(hectic_blocks, blocks):
    """Return the rhythm of so many hectic blocks out of so many."""
    return lambda count: count % blocks < hectic_blocks


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


def settle(watch, blocks, count=100, now_ms=0):
    """Let the same blocks pass again and again; return the time."""
    for number in range(count):
        now_ms += BLOCK_MS
        watch.step(now_ms, blocks[number % len(blocks)], 0)
    return now_ms


def test_the_swing_is_judged_at_its_limit():
    """A steady peak above a steady low, wherever it is worn: the limit, one mg less, one more."""
    for worn_at in (WAIST, CHEST, WRIST):
        for swing_mg in (1199, 1200, 1201):
            watch = Escape(Settings.from_dict({"hectic_mg": 1200, "worn_at": worn_at}), 0)
            # Both levels come down exactly; from below they stop within 3 mg.
            watch.step(0, Block(peak_mg=4000, jerk_mg=0, movement_mg=1000), 0)
            watch._is_hectic = False
            while watch._peak_mg > 500 + swing_mg or watch._low_mg > 500:
                watch.step(0, Block(peak_mg=500 + swing_mg, low_mg=500, jerk_mg=0, movement_mg=1000), 0)
                watch._is_hectic = False
            settle(watch, [Block(peak_mg=500 + swing_mg, low_mg=500, jerk_mg=400, movement_mg=1000)], 20)
            assert watch._is_hectic == (swing_mg >= 1200), (worn_at, swing_mg)


def test_who_moves_hectically_goes_on_doing_so_down_to_nine_tenths_of_the_limit():
    """1080 mg of 1200, one less, one more: no start, but no end either."""
    for swing_mg in (1079, 1080, 1081):
        watch = Escape(Settings.from_dict({"hectic_mg": 1200}), 0)
        now_ms = settle(watch, [Block(peak_mg=2500, low_mg=500)])
        assert watch._is_hectic
        block = Block(peak_mg=500 + swing_mg, low_mg=500)
        now_ms = settle(watch, [block], 100, now_ms)
        assert watch._is_hectic == (swing_mg >= 1080), swing_mg
        settle(watch, [Block()], 20, now_ms)
        settle(watch, [block], 100)
        assert not watch._is_hectic, swing_mg


def test_at_the_wrist_only_the_pace_of_running_counts():
    """Slower is waving, quicker is clapping; at the waist it tells nothing. Both limits, -1, 0, +1 mg."""
    for jerk_mg, has_pace in ((249, False), (250, True), (251, True), (624, True), (625, True), (626, False)):
        for worn_at in (WAIST, CHEST, WRIST):
            watch = Escape(Settings.from_dict({"worn_at": worn_at}), 0)
            # Both levels come from where they will stay, so that no rounding hides a mg.
            watch._jerk, watch._movement = jerk_mg << 4, 1000 << 4
            settle(watch, [Block(jerk_mg=jerk_mg, movement_mg=1000, **RUNNING)])
            assert watch._is_hectic == (has_pace or worn_at != WRIST), (jerk_mg, worn_at)


def test_at_the_wrist_three_quarters_of_the_time_are_enough():
    """5.25 s of 7."""
    for worn_at, detection_ms in ((WAIST, DETECTION_MS), (CHEST, DETECTION_MS), (WRIST, 5250)):
        watch = Escape(Settings.from_dict({"worn_at": worn_at}), 0)
        now_ms, block = 0, Block(jerk_mg=400, movement_mg=1000, **RUNNING)
        while not watch._is_hectic:
            now_ms = settle(watch, [block], 1, now_ms)
        assert watch.deadline_ms() == now_ms + detection_ms


def test_a_sensor_at_its_stop_is_no_running():
    """No step keeps |a| above 2 g for a whole block: at the limit -1, 0, +1 mg**2."""
    for change, is_hectic in ((-1, True), (0, False), (1, False)):
        watch = Escape(Settings(), 0)
        block = Block(peak_mg=4000)
        block.low_square = escape.STUCK_SQUARE + change
        settle(watch, [block])
        assert watch._is_hectic == is_hectic, change


def test_a_change_of_the_deadline_is_told():
    """MOVED when running begins and when it ends, else QUIET."""
    watch = Escape(Settings(), 0)
    codes = [watch.step(BLOCK_MS * count, Block(**RUNNING), 0) for count in range(1, 11)]
    codes += [watch.step(BLOCK_MS * count, Block(), 0) for count in range(11, 21)]
    assert codes.count(MOVED) == 2
    assert codes.count(QUIET) == 18
    assert MOVED in codes[:10]
    assert MOVED in codes[10:]


def test_stairs_at_a_run_are_no_escape():
    """5.5 s of them and 5 s on the landing, for ten flights; without the landings it is one."""
    assert due_ms(lambda count: count % 52 < 27, 104) is None
    assert due_ms(lambda _: True) < DETECTION_MS + 1000


def test_a_calm_stretch_gives_three_times_its_length_back():
    """The swing itself follows within a second; then 200 ms of standing are 600 ms of the short countdown."""
    watch = Escape(Settings(), 0)
    now_ms = settle(watch, [Block(**RUNNING)], 25)
    while watch._is_hectic:
        now_ms = settle(watch, [Block()], 1, now_ms)
    short_left_ms, long_left_ms = watch._short_left_ms, watch._long_left_ms
    assert 0 < short_left_ms < DETECTION_MS - 1200
    now_ms = settle(watch, [Block()], 1, now_ms)
    assert watch._short_left_ms - short_left_ms == 600
    assert watch._long_left_ms - long_left_ms == 175
    settle(watch, [Block()], 400, now_ms)
    assert (watch._short_left_ms, watch._long_left_ms) == (DETECTION_MS, 5 * DETECTION_MS)


def test_a_flapping_body_postpones_its_alarm_by_no_more_than_the_stated_bound():
    """5 detection / (s - 7 (1 - s) / 8) for a hectic share s; below 7/15 there is none."""
    for hectic_blocks, blocks, is_due in ((10, 15, True), (26, 45, True), (10, 30, False)):
        watch = Escape(Settings(), 0)
        hectic = 0
        for count in range(900):
            block = Block(**RUNNING) if count % blocks < hectic_blocks else Block()
            watch.step((count + 1) * BLOCK_MS, block, 0)
            hectic += watch._is_hectic
        share = hectic / 900
        due = due_ms(flapping(hectic_blocks, blocks), 900)
        assert (due is not None) == is_due, blocks
        assert (share > 7 / 15) == is_due, share
        if is_due:
            assert due <= 5 * DETECTION_MS / (share - 7 * (1 - share) / 8) + blocks * BLOCK_MS, (due, share)


def test_a_countdown_that_ran_out_is_not_forgotten_and_goes_no_further_than_zero():
    """Somebody who stops in the last moment has run for long enough; what follows is the pre-alarm's time."""
    watch = Escape(Settings(), 0)
    now_ms = 0
    while watch._short_left_ms > 0:
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
    left_ms = watch._long_left_ms
    watch.step(now_ms + 60000, Block(), 0)
    assert watch._long_left_ms - left_ms == 350


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
