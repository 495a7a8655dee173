"""Rest: what real movement is, and what postpones nothing."""

from story import Story

from firmware.rest import CLEARED, Rest
from firmware.settings import Settings

BLOCK_MS = 200


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
        assert story.shown() == "pre_alarm"
        story.pose_ms((0, 0, 1000), moved_ms, 300)
        story.stand(1)
        assert (len(story.once("cancelled")) == 1) == is_cancelled, moved_ms
        if is_cancelled:
            assert story.last("cancelled")["by"] == "condition"


def test_movement_before_the_pre_alarm_does_not_cancel_it():
    """A last twitch of 1.6 s, the signal, and another of 0.6 s: not 2 s since the signal."""
    story = Story({"is_position_on": 0}, stands_s=0)
    story.stand(43)
    story.pose_ms((0, 0, 1000), 1600, 300)
    story.pose_ms((0, 0, 1000), 1000, 300)
    assert story.shown() == "pre_alarm"
    story.stand(2)
    assert story.sent("cancelled") == []


def due_after(moving_blocks, still_blocks, seconds=200):
    """Return when the alarm is due for this rhythm after so many seconds."""
    found = Rest(Settings(), 0)
    for count in range(seconds * 5):
        is_moving = count % (moving_blocks + still_blocks) < moving_blocks
        found.step((count + 1) * BLOCK_MS, 200 if is_moving else 10)
    return found.deadline_ms()


def test_twitching_postpones_nothing():
    """One block in five, for minutes: the alarm is due 45 s after the start all the same."""
    assert due_after(1, 4) == 45000
    assert due_after(1, 20) == 45000
    assert due_after(9, 100) == 45000
    assert due_after(0, 1) == 45000


def test_movement_beyond_a_fifth_of_the_time_is_real():
    """A worker who turns a screw is not resting."""
    assert due_after(1, 0) == 245000
    assert due_after(1, 2) > 200000
    assert due_after(3, 9) > 200000


def test_movement_is_judged_at_its_limit():
    """A setting of 80 mg means 80."""
    for movement_mg, code in ((79, 0), (80, CLEARED), (81, CLEARED)):
        found = Rest(Settings(), 0)
        codes = [found.step((count + 1) * BLOCK_MS, movement_mg) for count in range(10)]
        assert codes[-1] == code, movement_mg


def test_a_gap_in_the_samples_is_no_movement():
    """However long: it counts as 400 ms of the movement that ended it."""
    found = Rest(Settings(), 0)
    assert found.step(60000, 500) == 0
    assert found.deadline_ms() == 45000


def test_a_silent_sensor_is_stillness():
    """Not a single sample after the start: pre-alarm and alarm come at their times."""
    story = Story()
    story.wait(80)
    assert story.sent("pre-alarm", "rest")[0][0] == 45000
    assert story.sent("raised", "rest")[0][0] == 75000


def test_sensor_noise_is_no_movement_and_walking_is():
    """The noise of a body at rest (p95 of the recordings: 56 mg) against slow walking (p5: 112)."""
    story = Story()
    story.pose((0, 0, 1000), 50, 50)
    assert len(story.once("pre-alarm", "rest")) == 1
    story = Story()
    story.pose((0, 0, 1000), 120, 112)
    assert story.sent("pre-alarm", "rest") == []


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
