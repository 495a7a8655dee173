"""Rest: what real movement is, and what postpones nothing."""

import math

from blocks import BLOCK_MS, LYING, UPRIGHT, Block, run, shaken, still, walking
from story import Story

from firmware.rest import CLEARED, QUIET, STEADY_RISE_MG, TURN_MIN, Rest
from firmware.settings import Settings

DETECTION_MS = 60000


def feed(found, now_ms, count, movement_mg):
    """Let so many blocks of a movement pass; return the codes and the time."""
    codes = []
    for _ in range(count):
        now_ms += BLOCK_MS
        codes.append(found.step(now_ms, Block(movement_mg=movement_mg), 0))
    return codes, now_ms


def test_stillness_for_45_and_30_seconds_is_a_rest_alarm():
    """Standing still, upright: only the rest alarm can know."""
    story = Story()
    story.stand(80)
    announced_ms, announced = story.sent("pre-alarm", "rest")[0]
    assert announced_ms == 45000
    assert announced["deadline_ms"] == 30000
    assert story.sent("raised", "rest")[0][0] == 75000
    assert story.sent("raised", "position") == []


def test_two_seconds_of_movement_cancel_the_pre_alarm_and_less_does_not():
    """Ten blocks of 200 ms; nine are too few."""
    for moved_ms, is_cancelled in ((1600, False), (2400, True)):
        story = Story({"is_position_on": 0})
        story.stand(47)
        assert story.shown() == "pre_alarm_rest"
        story.pose_ms(UPRIGHT, moved_ms, 300)
        story.stand(1)
        assert (len(story.once("cancelled")) == 1) == is_cancelled, moved_ms
        if is_cancelled:
            assert story.last("cancelled")["by"] == "condition"


def test_movement_before_the_pre_alarm_does_not_cancel_it():
    """1.8 s of movement, the signal, and another 1.8 s: not 2 s since the signal."""
    found = Rest(Settings(), 0)
    _, now_ms = feed(found, 0, 215, 5)
    codes, now_ms = feed(found, now_ms, 9, 300)
    found.begin_recovery(now_ms)
    more, now_ms = feed(found, now_ms, 9, 300)
    assert CLEARED not in codes + more
    assert found.deadline_ms() == DETECTION_MS
    assert feed(found, now_ms, 1, 300)[0] == [CLEARED]


def due_after(moving_blocks, still_blocks, seconds=200):
    """Return when the alarm is due for this rhythm after so many seconds."""
    found = Rest(Settings(), 0)
    for count in range(seconds * 5):
        is_moving = count % (moving_blocks + still_blocks) < moving_blocks
        block = Block(movement_mg=200, is_across=True) if is_moving else Block(movement_mg=10)
        found.step((count + 1) * BLOCK_MS, block, 0)
    return found.deadline_ms()


def test_twitching_postpones_nothing():
    """One block in five, for minutes: the alarm is due 45 s after the start all the same."""
    assert due_after(1, 4) == DETECTION_MS
    assert due_after(1, 20) == DETECTION_MS
    assert due_after(9, 100) == DETECTION_MS
    assert due_after(0, 1) == DETECTION_MS


def test_movement_beyond_a_fifth_of_the_time_is_real():
    """A worker who turns a screw is not resting."""
    assert due_after(1, 0) == 260000
    assert due_after(1, 2) > 200000
    assert due_after(3, 9) > 200000


def test_movement_is_judged_at_its_limit():
    """A setting of 50 mg means 50; ten such blocks, each across the one before, are real."""
    for movement_mg, code in ((49, QUIET), (50, CLEARED), (51, CLEARED)):
        found = Rest(Settings(), 0)
        block = Block(movement_mg=movement_mg, is_across=True)
        codes = [found.step((count + 1) * BLOCK_MS, block, 0) for count in range(10)]
        assert codes[-1] == code, movement_mg


def test_a_vibrating_floor_is_no_movement():
    """50 to 200 mg at 10 to 50 Hz, also folded to the pace of steps, along gravity, across it, and askew."""
    ways = (None, (0, 1000, 0), (577, 577, 577))
    for place, hz in enumerate((10, 16, 25, 33, 40, 45, 46, 47, 48, 49, 50)):
        for amplitude_mg in (50, 200):
            found = Rest(Settings(), 0)
            run(found, shaken(60, amplitude_mg, hz, LYING, ways[place % 3]))
            assert found.deadline_ms() <= 12000 + DETECTION_MS, (amplitude_mg, hz)


def test_a_body_that_moves_on_a_vibrating_floor_moves():
    """A minute on the machine, and then 3 s of walking about."""
    found = Rest(Settings(), 0)
    _, now_ms = run(found, shaken(60, 200, 33, UPRIGHT))
    codes, now_ms = run(found, walking(4), now_ms)
    assert CLEARED in codes
    assert found.deadline_ms() > now_ms + DETECTION_MS - 1000


def test_a_long_even_walk_is_movement_though_its_level_is_steady():
    """What is steady goes across the line of the steps."""
    for seconds in (60, 300):
        found = Rest(Settings(), 0)
        _, now_ms = run(found, walking(seconds))
        assert found.deadline_ms() > now_ms + DETECTION_MS - 3000


def test_the_steady_level_rises_within_seconds_and_falls_at_once():
    """127 mg of movement become the level to exceed; after 6 still seconds less counts again."""
    found = Rest(Settings(), 0)
    codes, now_ms = feed(found, 0, 80, 127)
    assert CLEARED in codes[:20]
    assert CLEARED not in codes[30:]
    _, now_ms = feed(found, now_ms, 30, 5)
    codes, _ = feed(found, now_ms, 12, 150)
    assert CLEARED in codes


def test_movement_beyond_the_steady_level_is_judged_at_its_limit():
    """A level below 25 mg takes nothing; one of 40 mg must be exceeded by 7/4."""
    for level_mg, movement_mg, is_moving in (
        (22, 50, True), (40, 69, False), (40, 70, True), (40, 71, True), (200, 349, False), (200, 351, True),
    ):  # fmt: skip
        found = Rest(Settings(), 0)
        _, now_ms = feed(found, 0, 200, level_mg)
        # Both follow from below and stop within a mg; the block itself moves the mean on.
        assert level_mg - 1 <= found._steady_mg <= level_mg
        found._steady_mg = level_mg - STEADY_RISE_MG
        found.begin_recovery(now_ms)
        found.step(now_ms + BLOCK_MS, Block(movement_mg=movement_mg), 0)
        assert (found._moved_ms > 0) == is_moving, (level_mg, movement_mg)


def test_movement_across_the_line_counts_whatever_its_level():
    """A level of 40 mg that is not exceeded: along the line it is a machine, across it a body."""
    for is_across in (False, True):
        found = Rest(Settings(), 0)
        _, now_ms = feed(found, 0, 200, 60)
        found.begin_recovery(now_ms)
        found.step(now_ms + BLOCK_MS, Block(movement_mg=60, is_across=is_across), 0)
        assert (found._moved_ms > 0) == is_across


def test_a_slow_turn_is_movement_from_its_limit():
    """Gravity turned about one axis: its sine in 1/1024 at the limit -1, 0, +1; then from where it is."""
    for turn, code in ((TURN_MIN - 1, QUIET), (TURN_MIN, CLEARED), (TURN_MIN + 1, CLEARED)):
        found = Rest(Settings(), 0)
        now_ms = feed(found, 0, 20, 5)[1] + BLOCK_MS
        # 1000 * y / 1024, rounded down, is the turn.
        turned = (0, (turn * 1024 + 999) // 1000, 1000)
        assert found.step(now_ms, Block(turned), 0) == code, turn
        assert found.deadline_ms() == (now_ms if code == CLEARED else 0) + DETECTION_MS
        assert found.step(now_ms + BLOCK_MS, Block(turned), 0) == QUIET


def test_who_stands_at_a_bench_and_turns_a_little_each_time_moves():
    """Half a degree a second, there and back by 10 degrees, without a single lively block."""
    found = Rest(Settings(), 0)
    now_ms = 0
    for count in range(900):
        now_ms += BLOCK_MS
        y_mg = abs(count % 200 - 100) * 2
        found.step(now_ms, Block((0, y_mg, 1000), movement_mg=10), 0)
    assert found.deadline_ms() > now_ms + DETECTION_MS - 40000


def test_breathing_is_no_turn():
    """3 degrees to each side of where it began, for two minutes."""
    found = Rest(Settings(), 0)
    for count in range(600):
        x_mg = round(50 * math.sin(2 * math.pi * count / 20))
        found.step((count + 1) * BLOCK_MS, Block((x_mg, 0, 1000), movement_mg=20), 0)
    assert found.deadline_ms() == DETECTION_MS


def test_a_turn_before_the_pre_alarm_does_not_cancel_it():
    """6 degrees, the signal, and another 6: no real turn since the signal, but 3 more are one."""
    found = Rest(Settings(), 0)
    codes = [found.step(BLOCK_MS, Block(), 0), found.step(2 * BLOCK_MS, Block((0, 105, 1000)), 0)]
    found.begin_recovery(2 * BLOCK_MS)
    for count, y_mg in enumerate((105, 210, 270)):
        codes.append(found.step((count + 3) * BLOCK_MS, Block((0, y_mg, 1000)), 0))
    assert codes == [QUIET, QUIET, QUIET, QUIET, CLEARED]


def test_a_gap_in_the_samples_is_no_movement():
    """However long: it counts as 400 ms of the movement that ended it."""
    found = Rest(Settings(), 0)
    assert found.step(60000, Block(movement_mg=500), 0) == QUIET
    assert found.deadline_ms() == DETECTION_MS


def test_a_silent_sensor_is_stillness():
    """Not a single sample after the start: pre-alarm and alarm come at their times."""
    story = Story({"sensor_silent_ms": 60000})
    story.wait(80)
    assert story.sent("pre-alarm", "rest")[0][0] == 45000
    assert story.sent("raised", "rest")[0][0] == 75000


def test_a_restart_gives_the_whole_detection_time_back():
    """Movement from before does not count on."""
    found = Rest(Settings(), 0)
    _, now_ms = feed(found, 0, 9, 300)
    found.restart(now_ms)
    assert found.deadline_ms() == now_ms + DETECTION_MS
    assert feed(found, now_ms, 1, 300)[0] == [QUIET]


def test_sensor_noise_is_no_movement_and_walking_is():
    """A body that lies still on its back against a slow walk."""
    found = Rest(Settings(), 0)
    run(found, still(60, LYING))
    assert found.deadline_ms() == DETECTION_MS
    found = Rest(Settings(), 0)
    _, now_ms = run(found, walking(60, bounce_mg=150))
    assert found.deadline_ms() > now_ms + DETECTION_MS - 3000


def test_a_blow_is_no_movement():
    """The machine beside the fallen worker stamps at 16 g every second."""
    story = Story({"is_position_on": 0})
    for _ in range(55):
        story.now_ms += 20
        story.board.sample(story.now_ms, 16000, 16000, -16000)
        story.stand(1)
    assert len(story.once("pre-alarm", "rest")) == 1
    assert story.sent("cancelled") == []


def test_a_kind_that_is_switched_off_stays_silent():
    """By a setting; the button works always."""
    story = Story({"is_position_on": 0, "is_rest_on": 0})
    story.lie(120)
    assert story.sent("pre-alarm") == []
    story.hold(2100)
    assert len(story.once("raised", "manual")) == 1
