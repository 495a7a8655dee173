"""What the base station tells the device: help is coming, the shift, and what is refused."""

from story import Story

from firmware.commands import ANSWERED_MAX
from protocol import codec, messages


def raised(settings=None):
    """Return a story with a receipted manual alarm, and the alarm's id."""
    story = Story(settings or {"is_rest_on": 0})
    story.hold(2100)
    story.receipt(story.last("raised"))
    return story, story.last("raised")["alarm"]


def test_each_state_of_the_case_is_felt_by_the_worker():
    """Three different patterns for three different things, answered with done."""
    story, alarm_id = raised()
    for state, name in (
        ("RECEIVED", "alarm_received"), ("ACCEPTED", "help_accepted"), ("DISPATCHED", "help_dispatched"),
        ("ON_SCENE", "help_on_scene"), ("ALL_CLEAR", "all_clear"), ("CLOSED", "all_clear"),
    ):  # fmt: skip
        key = story.case_state(alarm_id, state)
        assert story.shown() == name, state
        answer = story.last("answer")
        assert (answer["answers_boot"], answer["answers_seq"], answer["result"]) == (key[0], key[1], "done")


def test_an_older_state_that_comes_late_never_shows():
    """Every order of every pair: the newest by its number counts, also when help was lost again."""
    for first in messages.CASE_STATES:
        for second in messages.CASE_STATES:
            story, alarm_id = raised()
            story.case_state(alarm_id, second, seq=21)
            expected = story.shown()
            story.case_state(alarm_id, first, seq=20)
            assert story.shown() == expected, (first, second)
            assert story.last("answer")["result"] == "refused"
            story.case_state(alarm_id, second, seq=21)
            assert story.last("answer")["result"] == "done"


def test_the_worker_hears_that_nobody_has_it_any_more():
    """Whoever accepted could not answer for it; a base station restored from a copy may count from less."""
    story, alarm_id = raised()
    story.case_state(alarm_id, "ACCEPTED", seq=21)
    story.case_state(alarm_id, "RECEIVED", seq=22)
    assert story.shown() == "alarm_received"
    story.case_state(alarm_id, "ACCEPTED", seq=5, boot=2)
    assert story.shown() == "help_accepted"
    story.case_state(alarm_id, "RECEIVED", seq=4, boot=1)
    assert story.shown() == "alarm_received"


def test_no_command_ends_an_alarm():
    """All clear and closed are told; the worker resets."""
    story, alarm_id = raised()
    story.case_state(alarm_id, "CLOSED")
    story.command("shift", {"shift": "s-1", "state": "off"})
    story.wait(60)
    assert story.last("heartbeat")["mode"] == "received"
    assert story.shown() == "all_clear"
    story.hold(5100)
    assert story.shown() == "off_shift"


def test_a_state_of_no_alarm_of_ours_or_of_another_mark_is_refused():
    """A test must not satisfy a real alarm."""
    story, alarm_id = raised()
    story.case_state("9-9", "ACCEPTED")
    assert story.last("answer")["result"] == "refused"
    story.case_state(alarm_id, "ACCEPTED", mark="test")
    assert story.last("answer")["result"] == "refused"
    assert story.last("answer")["mark"] == "test"
    assert story.shown() == "alarm_received"


def test_a_case_state_that_is_not_known_yet_is_answered_as_unsupported():
    """A newer base station."""
    story, alarm_id = raised()
    story.case_state(alarm_id, "PAUSED")
    assert story.last("answer")["result"] == "unsupported"
    assert story.shown() == "alarm_received"


def test_a_repeated_command_is_answered_again_and_acted_on_once():
    """Same boot and seq; the signal is not played again."""
    story = Story()
    for _ in range(3):
        story.command("shift", {"shift": "s-1", "state": "off"}, seq=40)
    assert story.signals().count("shift_off") == 1
    assert len(story.sent("answer")) == 3
    assert len({message["seq"] for _, message in story.sent("answer")}) == 3
    for seq in range(100, 101 + ANSWERED_MAX):
        story.command("locate", {"alarm": "1-2", "is_tone_on": True}, seq=seq)
    assert len(story.device.commands._answered) == ANSWERED_MAX


def test_a_shift_command_that_comes_late_does_not_undo_a_later_one():
    """Refused, and said so."""
    story = Story()
    story.command("shift", {"shift": "s-1", "state": "off"}, seq=50)
    story.command("shift", {"shift": "s-1", "state": "on"}, seq=49)
    assert story.last("answer")["result"] == "refused"
    assert story.shown() == "off_shift"
    story.command("shift", {"shift": "s-2", "state": "on"}, seq=1, boot=2)
    assert story.shown() == "guarding"
    story.command("shift", {"shift": "s-2", "state": "ask", "ask": "ask-7"}, seq=9, boot=2)
    story.command("shift", {"shift": "s-2", "state": "off"}, seq=8, boot=2)
    assert story.shown() == "ask"


def test_a_shift_command_that_was_overtaken_is_refused_after_a_restart_of_the_device_too():
    """On over off over on: none that is older than the last one acts, whatever the device went through."""
    story = Story()
    for states, late, shown in ((("on", "off", "on"), "off", "guarding"), (("on", "off"), "on", "off_shift")):
        for seq, state in enumerate(states):
            story.command("shift", {"shift": "s-1", "state": state}, seq=10 * (seq + 1))
        again = story.restarted()
        again.command("shift", {"shift": "s-1", "state": late}, seq=10 * len(states) - 1)
        assert again.last("answer")["result"] == "refused", states
        assert again.last("answer")["reason"] == "a later shift command was here before"
        assert again.shown() == shown
        story = Story()


def test_of_an_earlier_start_of_the_base_station_only_what_begins_a_shift_counts():
    """Nobody loses protection by an order that was on its way; numbers that went back stop no shift."""
    story = Story()
    story.command("shift", {"shift": "s-2", "state": "on"}, seq=1, boot=4)
    for state in ("off", "ask"):
        story.command("shift", {"shift": "s-1", "state": state, "ask": "ask-1"}, seq=90, boot=3)
        assert story.last("answer")["result"] == "refused"
    assert story.shown() == "guarding"
    story.command("shift", {"shift": "s-2", "state": "off"}, seq=2, boot=4)
    again = story.restarted()
    again.command("shift", {"shift": "s-3", "state": "on"}, seq=5, boot=1)
    assert (again.last("answer")["result"], again.shown()) == ("done", "guarding")
    again.command("shift", {"shift": "s-3", "state": "off"}, seq=6, boot=1)
    assert (again.last("answer")["result"], again.shown()) == ("done", "off_shift")


def test_off_shift_the_automatic_kinds_rest_and_the_button_works():
    """Lying still for five minutes is nobody's business then."""
    story = Story()
    story.command("shift", {"shift": "s-1", "state": "off"})
    assert story.shown() == "off_shift"
    story.lie(300)
    assert story.sent("pre-alarm") == []
    assert story.last("heartbeat")["mode"] == "off_shift"
    story.hold(2100)
    assert len(story.once("raised", "manual")) == 1


def test_a_shift_that_goes_on_begins_with_full_detection_times():
    """And guards from then on."""
    story = Story()
    story.command("shift", {"shift": "s-1", "state": "off"})
    story.lie(100)
    story.command("shift", {"shift": "s-2", "state": "on"})
    on_ms = story.now_ms
    assert story.signals()[-2:] == ["shift_on", "guarding"]
    story.stand(4)
    story.lie(30)
    assert 29000 <= story.sent("pre-alarm", "position")[0][0] - on_ms <= 31500


def test_a_pre_alarm_that_runs_outlives_the_end_of_the_shift():
    """Somebody at a desk must not silence it."""
    story = Story({"is_rest_on": 0})
    story.lie(29)
    story.command("shift", {"shift": "s-1", "state": "off"})
    assert story.shown() == "pre_alarm_position"
    story.lie(16)
    assert len(story.once("raised", "position")) == 1


def test_before_any_shift_the_device_guards_unless_it_is_set_otherwise():
    """Fail towards noise; and off shift a device on its shelf does not complain of the link."""
    assert Story().shown() == "guarding"
    story = Story({"is_guarding_without_shift": 0})
    story.lie(100)
    assert story.shown() == "off_shift"
    assert story.sent("pre-alarm") == []


def test_a_question_is_felt_and_a_short_press_confirms_it():
    """At the end of the planned shift."""
    story = Story({"is_rest_on": 0})
    story.command("shift", {"shift": "s-1", "state": "ask", "ask": "ask-7"})
    assert story.shown() == "ask"
    story.press()
    assert story.last("confirmed")["ask"] == "ask-7"
    assert story.signals()[-2:] == ["confirmed", "guarding"]
    story.press()
    assert len(story.once("confirmed")) == 1


def test_a_question_without_a_name_is_refused():
    """It could not be confirmed."""
    story = Story()
    story.command("shift", {"shift": "s-1", "state": "ask"})
    assert story.last("answer")["result"] == "refused"
    assert story.shown() == "guarding"


def test_alarms_come_before_the_question_which_waits():
    """A press in the pre-alarm cancels that, and confirms nothing."""
    story = Story({"is_rest_on": 0})
    story.lie(29)
    story.command("shift", {"shift": "s-1", "state": "ask", "ask": "ask-7"})
    assert story.shown() == "pre_alarm_position"
    story.press()
    assert story.sent("confirmed") == []
    assert story.shown() == "ask"
    story.wait_ms(1000)
    story.press()
    assert story.last("confirmed")["ask"] == "ask-7"


def test_a_press_that_began_before_the_question_does_not_confirm_it():
    """Nor does one that began with another question."""
    story = Story({"is_rest_on": 0})
    story.key(True)
    story.command("shift", {"shift": "s-1", "state": "ask", "ask": "ask-7"})
    story.wait_ms(200)
    story.key(False)
    story.wait_ms(60)
    assert story.sent("confirmed") == []
    story.key(True)
    story.command("shift", {"shift": "s-1", "state": "ask", "ask": "ask-8"})
    story.wait_ms(200)
    story.key(False)
    story.wait_ms(60)
    assert story.sent("confirmed") == []
    assert story.shown() == "ask"


def test_what_cannot_be_decoded_is_counted_by_its_reason():
    """And does nothing else."""
    story = Story()
    before = len(story.done)
    story.board.message(story.now_ms, b"{")
    story.board.message(story.now_ms, codec.encode("receipt", "other", 1, 1, "real", _acked()))
    story.device.on_undecodable(story.now_ms, "something new")
    counts = story.device.undecodable
    assert (counts["not_json"], counts["foreign_device"], counts["other"]) == (1, 1, 1)
    assert len(story.done) == before


def _acked():
    return {"acked_boot": 1, "acked_seq": 1, "time_ms": 0}
