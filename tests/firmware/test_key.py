"""The key: bounces, jams, holds, presses that began in another situation."""

from key_presses import gestures
from story import Story

from firmware import button
from firmware.button import Button
from firmware.settings import Settings


def test_the_tables_are_total():
    """Every state knows every event, every situation every gesture."""
    for state in button.STATES:
        assert sorted(button.TABLE[state]) == sorted(button.EVENTS)
    for situation in button.MEANINGS:
        assert sorted(button.MEANINGS[situation]) == sorted(button.GESTURES)
        for action in button.MEANINGS[situation].values():
            assert action in button.ACTIONS


def test_gestures_at_their_limits():
    """One millisecond decides, and it is this one."""
    for held_ms, found in (
        (39, []),
        (40, ["SHORT"]),
        (1999, ["SHORT"]),
        (2000, ["HELD", "MIDDLE"]),
        (4999, ["HELD", "MIDDLE"]),
        (5000, ["HELD", "LONG"]),
        (10000, ["HELD", "LONG", "GRIPPED"]),
    ):
        names = [name for _, name in gestures([(100, True), (100 + held_ms, False)], 12000)]
        assert names == found, held_ms


def test_a_level_that_is_told_again_is_no_edge():
    """A board may tell it at every turn of its loop."""
    key = Button(Settings(), 0, "reset")
    assert key.turn(10, False) == ""
    assert key.turn(20, True) == "PRESSED"
    assert key.turn(30, True) == ""
    assert key.turn(220, False) == ""
    assert key.turn(230, False) == ""
    assert key.deadline_ms() == 250
    assert key.next_gesture(249) == ""
    assert key.next_gesture(250) == "SHORT"


def test_a_press_answers_to_the_gravest_thing_that_is_shown():
    """Alarm, what was cancelled a moment ago, self-test, question, a test that is due."""
    for before, is_again, state, test, is_asked, found in (
        ("IDLE", False, "", "PASSED", False, "IDLE"),
        ("IDLE", True, "", "OFF", False, "IDLE"),
        ("IDLE", False, "", "REPORTED", False, "IDLE"),
        ("IDLE", False, "", "DUE", False, "DUE"),
        ("IDLE", False, "", "FAILED", False, "DUE"),
        ("IDLE", False, "", "DUE", True, "ASK"),
        ("IDLE", False, "", "PROMPTING", True, "TEST"),
        ("IDLE", True, "PRE_ALARM", "PROMPTING", True, "PRE_ALARM"),
        ("PRE_ALARM", True, "", "DUE", True, "CANCELLED"),
        ("CANCELLED", True, "", "DUE", True, "CANCELLED"),
        ("PRE_ALARM", False, "", "", False, "IDLE"),
        ("PRE_ALARM", True, "PRE_ALARM", "", False, "PRE_ALARM"),
        ("PRE_ALARM", True, "RAISED", "", False, "RAISED"),
        ("RECEIVED", True, "RECEIVED", "", False, "RECEIVED"),
    ):
        assert button.situation(before, is_again, state, test, is_asked) == found


def test_a_hold_calls_for_help_in_every_situation():
    """At the hold; where the hold leads on to the reset, when it is let go of before. Never nothing."""
    for situation in button.MEANINGS:
        calls = [name for name in ("HELD", "MIDDLE") if button.MEANINGS[situation][name] == "demand"]
        if situation not in ("SPENT", "RESET"):
            assert calls == (["MIDDLE"] if situation == "RECEIVED" else ["HELD"]), situation


def test_a_chattering_key_is_a_key_that_is_held():
    """Gaps under 30 ms do not end the press; one of 30 ms does."""
    chatter = [(0, True)]
    for t_ms in range(100, 2000, 100):
        chatter += [(t_ms, False), (t_ms + 29, True)]
    assert gestures(chatter, 2000) == [(2000, "HELD")]
    assert gestures([(0, True), (1000, False), (1030, True)], 1040) == [(1030, "SHORT")]


def test_a_disturbance_is_no_press():
    """A spike of a few milliseconds cancels nothing."""
    story = Story({"is_rest_on": 0})
    story.lie(29)
    story.hold(5)
    assert story.shown() == "pre_alarm_position"
    assert story.sent("cancelled") == []


def test_a_press_that_began_before_the_pre_alarm_does_not_cancel_it():
    """The thumb was on the key when the signal came: release it, and the pre-alarm stands."""
    story = Story({"is_rest_on": 0})
    story.lie(25)
    while story.device._watches.position.deadline_ms() - story.now_ms > 500:
        story.lie_ms(20)
    story.key(True)
    story.wait_ms(1000)
    assert story.shown() == "pre_alarm_position"
    story.key(False)
    story.wait_ms(60)
    assert story.shown() == "pre_alarm_position"
    story.press()
    assert story.last("cancelled")["by"] == "key"


def test_a_press_that_began_before_the_receipt_does_not_reset():
    """Nor does it reset when it is held on for a minute."""
    story = Story()
    story.key(True)
    story.wait_ms(2500)
    story.receipt(story.last("raised"))
    story.wait(60)
    story.key(False)
    story.wait_ms(60)
    assert story.sent("reset") == []
    story = Story()
    story.hold(2100)
    story.key(True)
    story.wait_ms(500)
    story.receipt(story.last("raised"))
    story.wait_ms(6000)
    assert story.sent("reset") == []
    assert story.signals()[-1] == "reset_refused"


def test_one_press_does_one_thing():
    """A hold that raised the alarm does not reset it, cancel or raise another."""
    story = Story()
    story.key(True)
    story.wait_ms(2000)
    story.receipt(story.last("raised"))
    story.wait_ms(20000)
    story.key(False)
    story.wait_ms(100)
    assert len(story.once("raised")) == 1
    assert story.sent("reset") == []
    assert story.shown() == "alarm_received"


def test_a_stuck_key_raises_once_and_is_shown_when_nothing_graver_is():
    """After 30 s; nothing else happens until it has been up."""
    story = Story({"is_rest_on": 0}, is_linked=True)
    story.key(True)
    story.wait(40)
    assert len(story.once("raised", "manual")) == 1
    assert [message["cause"] for message in story.once("raised", "technical")] == ["key_stuck"]
    assert story.device._button.is_stuck
    story.key(False)
    story.wait_ms(100)
    assert not story.device._button.is_stuck


def test_a_key_that_is_down_when_switched_on_means_nothing_until_it_was_up():
    """Somebody leans on it, or it is jammed: shown after 30 s. After a crash it may be a call for help."""
    story = Story({"is_rest_on": 0}, stands_s=0)
    story.key(True)
    story.stand(29)
    story.receipt_all()
    assert story.sent("raised") == []
    story.stand(2)
    assert story.shown() == "key_stuck"
    story.key(False)
    story.wait_ms(100)
    assert story.shown() == "guarding"
    story.hold(2100)
    assert len(story.once("raised", "manual")) == 1
    crashed = Story({}, stands_s=0, cause="watchdog")
    crashed.key(True)
    crashed.wait_ms(2000)
    assert len(crashed.once("raised", "manual")) == 1


def test_after_the_receipt_a_hold_of_two_to_five_seconds_calls_for_help():
    """The worker of a received position alarm wants more than that: the key works always."""
    story = Story({"is_rest_on": 0})
    story.lie(45)
    story.receipt(story.last("raised", "position"))
    assert story.shown() == "alarm_received"
    story.hold(3000)
    assert len(story.once("raised", "manual")) == 1
    assert story.sent("reset") == []


def test_who_goes_on_holding_after_the_reset_calls_for_help():
    """A grip is no all-clear: noise rather than silence."""
    story = Story({"is_rest_on": 0})
    story.hold(2100)
    first = story.last("raised")
    story.receipt(first)
    story.hold(10100)
    assert len(story.once("reset")) == 1
    raised = story.once("raised")
    assert len(raised) == 2
    assert raised[1]["alarm"] != first["alarm"]


def test_a_cancel_counts_only_for_the_alarm_that_was_shown():
    """The deadline passes while the key is down: what is raised stays raised."""
    story = Story({"is_rest_on": 0})
    story.lie(29)
    deadline_ms = story.sent("pre-alarm")[0][0] + 15000
    story.wait_ms(deadline_ms - 100 - story.now_ms)
    story.hold(500)
    assert story.sent("cancelled") == []
    assert len(story.once("raised", "position")) == 1


def test_a_cancel_of_what_the_condition_has_ended_meanwhile_does_nothing():
    """The worker gets up and presses late."""
    story = Story({"is_rest_on": 0})
    story.lie(29)
    story.stand(4)
    story.key(True)
    while not story.sent("cancelled"):
        story.pose((0, 0, 1000), 1)
    story.key(False)
    story.wait_ms(100)
    assert [message["by"] for message in story.once("cancelled")] == ["condition"]


def test_i_am_all_right_is_said_by_a_short_press_and_ends_nothing():
    """Once the alarm is received; before, a short press says nothing."""
    story = Story()
    story.hold(2100)
    story.press()
    assert story.sent("all-right") == []
    story.receipt(story.last("raised"))
    story.press()
    assert story.last("all-right")["alarm"] == story.last("raised")["alarm"]
    assert story.shown() == "alarm_received"


def test_a_press_begins_the_self_test_and_a_hold_in_it_calls_for_help():
    """The test stops and stays due."""
    story = Story({"is_self_test_on": 1})
    assert story.shown() == "not_protected"
    story.press()
    assert story.shown() == "test_press"
    story.press()
    assert story.shown() == "test_tilt"
    story.hold(2100)
    assert len(story.once("raised", "manual")) == 1
    assert story.last("self-test")["result"] == "abandoned"
    assert story.shown() == "alarm"
