"""Silent and duress: raised, sent until their receipt, perceptible nowhere on the device, then or later."""

from story import Story

from firmware.effects import ShowSignal


def perceived(story):
    """Return (time, signal) of all that the worker and whoever stands beside could notice."""
    return [(t_ms, effect.name) for t_ms, effect in story.done if isinstance(effect, ShowSignal)]


def press_three_times(story):
    """Press three times in a run."""
    for _ in range(3):
        story.press()


def live_through(settings, act):
    """Return a story in which `act` happens, receipts come, a case goes its way and the device restarts."""
    story = Story(settings)
    act(story)
    story.walk(2)
    story.receipt_all()
    for state in ("ACCEPTED", "ON_SCENE", "CLOSED"):
        for message in story.once("raised"):
            story.case_state(message["alarm"], state)
        story.walk(2)
    return story


def test_three_presses_raise_a_silent_alarm_where_it_is_switched_on():
    """Once, with its receipt its end; switched off, nothing."""
    story = live_through({"is_silent_on": 1}, press_three_times)
    assert [message["alarm_kind"] for message in story.once("raised")] == ["silent"]
    assert story.device._link.alarms_due() == 0
    assert live_through({}, press_three_times).once("raised") == []


def test_a_silent_alarm_is_repeated_until_its_receipt_and_survives_a_restart():
    """Like every alarm; a second run meanwhile is the same alarm."""
    story = Story({"is_silent_on": 1})
    press_three_times(story)
    story.wait(2)
    press_three_times(story)
    story.wait(9)
    assert len(story.once("raised")) == 1
    assert len(story.sent("raised")) >= 3
    again = story.restarted({"is_silent_on": 1})
    assert again.once("raised") == [again.last("raised")]
    assert again.last("raised")["alarm"] == story.last("raised")["alarm"]
    again.receipt_all()
    again.wait(20)
    assert again.restarted({"is_silent_on": 1}).sent("raised") == []
    press_three_times(again)
    assert len(again.once("raised")) == 2


def test_nothing_on_the_device_tells_a_silent_alarm_from_none():
    """The same life with silent alarms switched on and off: not a signal differs, not even in time."""
    on, off = [live_through({"is_silent_on": is_on}, press_three_times) for is_on in (1, 0)]
    assert on.once("raised") != off.once("raised")
    assert perceived(on) == perceived(off)
    again_on, again_off = on.restarted({"is_silent_on": 1}), off.restarted({})
    assert perceived(again_on) == perceived(again_off)


def cancel_twice(story):
    """Lie down, then press twice in the pre-alarm: the second pattern of a cancel."""
    story.lie(29)
    story.press()
    story.wait_ms(200)
    story.press()
    story.stand(6)


def test_a_cancel_with_a_second_press_cancels_and_raises_under_duress():
    """The base station is told both."""
    story = live_through({"is_duress_on": 1, "is_rest_on": 0}, cancel_twice)
    assert [message["alarm_kind"] for message in story.once("cancelled")] == ["position"]
    assert [message["alarm_kind"] for message in story.once("raised")] == ["duress"]


def test_nothing_on_the_device_tells_a_cancel_under_duress_from_another():
    """The same life with duress switched on and off."""
    on, off = [live_through({"is_duress_on": is_on, "is_rest_on": 0}, cancel_twice) for is_on in (1, 0)]
    assert len(on.once("raised")) == 1
    assert off.once("raised") == []
    assert perceived(on) == perceived(off)


def test_without_a_receipt_a_silent_alarm_does_not_become_loud():
    """An alarm that nobody hears would betray the worker."""
    story = Story({"is_silent_on": 1})
    press_three_times(story)
    story.walk(60)
    assert "alarm_unheard" not in story.signals()
    assert story.shown() in ("guarding", "link_lost")
    assert len(story.sent("raised")) > 10


def test_the_state_of_a_silent_case_is_refused():
    """Whatever a base station says, nothing of it is shown."""
    story = Story({"is_silent_on": 1})
    press_three_times(story)
    story.case_state(story.last("raised")["alarm"], "ACCEPTED")
    assert story.last("answer")["result"] == "refused"
    assert story.shown() == "guarding"


def test_a_raised_silent_alarm_does_not_stand_in_the_way_of_a_loud_one():
    """Holding the key still calls aloud, and rest is still noticed."""
    story = Story({"is_silent_on": 1})
    press_three_times(story)
    story.lie(80)
    assert len(story.once("raised", "rest")) == 1
    story.hold(2100)
    assert len(story.once("raised", "manual")) == 1
    assert story.shown() == "alarm_unheard" or story.shown() == "alarm"
