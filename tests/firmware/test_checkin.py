"""Time: a confirmation is asked for at an interval."""

from story import Story

from firmware.checkin import QUIET, Checkin
from firmware.motion import Motion
from firmware.settings import Settings

ON = {"is_time_on": 1, "time_interval_ms": 60000, "is_rest_on": 0, "is_loss_on": 0}


def test_the_interval_counts_from_the_last_confirmation_and_nothing_else_moves_it():
    """Neither a block of movement nor a recovery."""
    watch = Checkin(Settings.from_dict(ON), 1000)
    assert watch.deadline_ms() == 61000
    watch.begin_recovery(30000)
    assert watch.step(30000, Motion(), 0) == QUIET
    assert watch.deadline_ms() == 61000
    watch.restart(40000)
    assert watch.deadline_ms() == 100000


def test_a_missed_confirmation_warns_and_becomes_an_alarm():
    """At the interval to the ms, and 30 s later; walking about changes nothing."""
    story = Story(ON)
    story.walk(56)
    story.wait_ms(60000 - 1 - story.now_ms)
    assert story.sent("pre-alarm") == []
    story.wait_ms(1)
    assert story.sent("pre-alarm")[0][1]["alarm_kind"] == "time"
    story.walk(29)
    assert story.once("raised", "time") == []
    story.walk(2)
    assert len(story.once("raised", "time")) == 1


def test_a_short_press_confirms_in_the_pre_alarm():
    """And the next interval begins."""
    story = Story(ON)
    story.walk(58)
    story.press()
    assert story.last("cancelled")["by"] == "key"
    cancelled_ms = story.now_ms
    story.walk(50)
    assert len(story.once("pre-alarm")) == 1
    story.walk(12)
    assert len(story.once("pre-alarm")) == 2
    assert 59000 <= story.sent("pre-alarm")[-1][0] - cancelled_ms <= 60100


def test_confirming_early_starts_the_interval_anew():
    """A short press at any time in between; it is told."""
    story = Story(ON)
    story.walk(30)
    story.press()
    assert story.last("confirmed")["ask"] == "time"
    story.walk(50)
    assert story.sent("pre-alarm") == []


def test_without_the_time_kind_a_short_press_confirms_nothing():
    """Nothing is sent."""
    story = Story()
    story.press()
    assert story.sent("confirmed") == []
