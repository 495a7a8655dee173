"""Protected, not protected, suspended: what suspends the automatic kinds, what does not, what is told."""

from blocks import walking
from story import Story

from firmware.protection import Protection, Shift
from firmware.settings import Settings

CHARGING, WORN = (4000, 80, True), (4000, 80, False)


def told(story):
    """Return (state, reason) of each word on the protection."""
    return [(message["state"], message.get("reason", "")) for message in story.once("protection")]


def press_pairs(story):
    """Press twice, wait, press twice: the pause."""
    for gap_ms in (200, 1200, 200, 200):
        story.press()
        story.wait_ms(gap_ms)


def battery(story, reading):
    """Report the battery now."""
    story.board.battery(story.now_ms, *reading)


def test_a_device_that_knows_upright_and_is_heard_protects():
    """And says so, once, in event and heartbeat."""
    story = Story()
    story.receipt_all()
    story.stand(40)
    assert told(story)[-1] == ("protected", "")
    assert len(told(story)) <= 2
    assert story.last("heartbeat")["protection"] == "protected"
    assert "protection_reason" not in story.last("heartbeat")


def test_the_charger_contact_suspends_the_automatic_kinds_visibly():
    """Nothing is raised on the charger; taken off it, detection has its whole time again."""
    story = Story()
    battery(story, CHARGING)
    assert story.shown() == "charging"
    assert told(story)[-1] == ("suspended", "charging")
    story.lie(200)
    assert story.sent("pre-alarm") == []
    story.hear()
    battery(story, WORN)
    off_ms = story.now_ms
    assert story.shown() == "guarding"
    story.lie(30)
    assert 24800 <= story.sent("pre-alarm", "position")[0][0] - off_ms <= 26000


def test_the_pause_suspends_for_its_time_and_once_a_shift():
    """Two pairs of presses; ten minutes later everything watches again; a second pause is refused."""
    story = Story()
    press_pairs(story)
    assert told(story)[-1] == ("suspended", "paused")
    assert 599000 <= story.last("protection")["remaining_ms"] <= 600000
    began_ms = story.sent("protection")[-1][0]
    assert story.shown() == "paused"
    for _ in range(10):
        story.lie(59)
        story.hear()
    assert story.shown() == "paused"
    assert story.sent("pre-alarm") == []
    story.lie(40)
    assert story.shown() != "paused"
    first_ms = story.sent("pre-alarm")[0][0]
    assert first_ms - began_ms >= 600000 + 24800
    story.stand(8)
    press_pairs(story)
    assert story.shown() != "paused"
    assert "reset_refused" in story.signals()
    story.command("shift", {"shift": "s-1", "state": "off"})
    story.command("shift", {"shift": "s-2", "state": "on"})
    story.stand(5)
    press_pairs(story)
    assert told(story)[-1] == ("suspended", "paused")


def test_a_pause_ends_at_its_time_to_the_ms():
    """One before, at and after."""
    for passed_ms, is_paused in ((599999, True), (600000, False), (600001, False)):
        protection = Protection(Settings(), Shift(Settings()))
        assert protection.remaining_ms(0) is None
        assert protection.begin_pause(1000)
        protection.pass_time(1000 + passed_ms)
        assert (protection.suspension() == "paused") == is_paused, passed_ms
        assert not protection.begin_pause(700000)


def test_without_a_pause_in_the_settings_or_off_shift_there_is_none():
    """Refused."""
    without = Settings.from_dict({"pause_ms": 0})
    assert not Protection(without, Shift(without)).begin_pause(0)
    off = Shift(Settings())
    off.is_on = False
    assert not Protection(Settings(), off).begin_pause(0)


def test_nothing_that_suspends_ends_what_is_running():
    """A pre-alarm goes on to its alarm on the charger and after the end of the shift."""
    for suspend in (
        lambda story: battery(story, CHARGING),
        lambda story: story.command("shift", {"shift": "s-1", "state": "off"}),
    ):
        story = Story({"is_rest_on": 0})
        story.lie(29)
        assert story.shown() == "pre_alarm_position"
        suspend(story)
        assert story.shown() == "pre_alarm_position"
        story.lie(16)
        assert len(story.once("raised", "position")) == 1
        assert story.shown() == "alarm"


def test_the_button_works_whenever_there_is_power():
    """Charging, paused, off shift, with the self-test due, failed or under way, with a dead sensor."""
    off = {"shift": "s-1", "state": "off"}
    for settings, prepare in (
        ({}, lambda story: battery(story, CHARGING)),
        ({}, press_pairs),
        ({}, lambda story: story.command("shift", off)),
        ({"is_self_test_on": 1}, lambda _story: None),
        ({"is_self_test_on": 1}, lambda story: story.press()),
        ({"is_self_test_on": 1}, fail_test),
        ({"sensor_silent_ms": 1000}, lambda story: story.wait(5)),
        ({}, lambda story: story.board.sensor_test(story.now_ms, False)),
    ):
        story = Story(settings)
        prepare(story)
        story.hold(2100)
        assert len(story.once("raised", "manual")) == 1, story.signals()
        assert story.shown() == "alarm"


def fail_test(story):
    """Begin the self-test and do nothing of it."""
    story.press()
    story.stand(31)
    assert story.last("self-test")["result"] == "failed"


def test_without_a_passed_self_test_the_worker_is_not_protected_and_detection_runs():
    """Due at the start of the shift; told to worker and control room."""
    story = Story({"is_self_test_on": 1, "is_rest_on": 0})
    assert told(story)[-1] == ("not_protected", "self_test_due")
    assert story.shown() == "not_protected"
    story.lie(45)
    assert len(story.once("raised", "position")) == 1


def do_test(story):
    """Do what the self-test of manual, position and rest asks for."""
    story.press()
    assert story.shown() == "test_press"
    story.wait_ms(1200)
    story.press()
    assert story.shown() == "test_tilt"
    story.lie(5)
    story.stand(4)
    assert story.shown() == "test_still"
    story.stand(8)
    assert story.shown() == "test_shake"
    story.pose((0, 0, 1000), 5, 1500)


def test_a_self_test_is_passed_with_the_receipt_of_its_result():
    """The way to the control room belongs to it; its message is marked as a test."""
    story = Story({"is_self_test_on": 1})
    do_test(story)
    sent = story.last("self-test")
    assert (sent["result"], sent["mark"]) == ("passed", "test")
    assert sent["parts"] == {"manual": 1, "position": 1, "rest": 1}
    assert told(story)[-1] == ("not_protected", "self_test_due")
    story.receipt(sent, mark="test")
    assert "test_passed" in story.signals()
    assert told(story)[-1] == ("protected", "")


def test_a_receipt_that_comes_too_late_passes_no_self_test():
    """After a minute the control room counts as not reached; the late receipt is none."""
    story = Story({"is_self_test_on": 1})
    do_test(story)
    sent = story.last("self-test")
    story.stand(61)
    assert story.last("self-test")["result"] == "failed"
    story.receipt(sent, mark="test")
    story.receipt(story.last("self-test"), mark="test")
    assert "test_passed" not in story.signals()
    assert told(story)[-1] == ("not_protected", "self_test_failed")


def test_after_the_set_hours_the_self_test_is_due_again():
    """To the ms, from its receipt; 24 h unless a site wants it sooner."""
    assert Settings().self_test_hours == 24
    story = Story({"is_self_test_on": 1, "self_test_hours": 1})
    do_test(story)
    story.receipt(story.last("self-test"), mark="test")
    passed_ms = story.now_ms
    test = story.device._self_test
    assert test.deadline_ms() == passed_ms + 3600 * 1000
    story.wait_ms(3600 * 1000 - 1)
    assert test.hindrance() == ""
    story.wait_ms(1)
    assert test.hindrance() == "self_test_due"


def test_an_alarm_stops_the_self_test_and_a_silent_one_does_not():
    """The prompt gives way to what matters; a prompt that vanished would betray a silent alarm."""
    story = Story({"is_self_test_on": 1})
    story.press()
    story.hold(2100)
    assert story.last("self-test")["result"] == "abandoned"
    story = Story({"is_self_test_on": 1, "is_silent_on": 1})
    for _ in range(3):
        story.press()
    assert len(story.once("raised", "silent")) == 1
    assert story.sent("self-test") == []
    assert story.shown() == "test_tilt"


def test_the_wearer_says_that_they_are_all_right_and_nothing_ends_by_it():
    """A short press after the receipt; the alarm goes on until its reset."""
    story = Story()
    story.hold(2100)
    story.receipt_all()
    story.wait_ms(1000)
    story.press()
    assert story.last("all-right")["alarm"] == story.last("raised")["alarm"]
    assert story.shown() == "alarm_received"
    story.hold(5200)
    assert len(story.once("reset")) == 1
    story.stand(5)
    story.lie(30)
    assert len(story.once("pre-alarm", "position")) == 1


def test_a_clip_that_is_open_is_shown_and_becomes_a_loss():
    """Open for 30 s, then 20 s of warning; closed again in time, it ends."""
    story = Story({"is_loss_on": 1, "is_rest_on": 0, "is_position_on": 0})
    story.board.clip(story.now_ms, False)
    assert told(story)[-1] == ("not_protected", "clip_open")
    story.walk(31)
    assert story.shown() == "pre_alarm_loss"
    story.board.clip(story.now_ms, True)
    story.walk(5)
    assert story.last("cancelled")["by"] == "condition"
    story.board.clip(story.now_ms, False)
    story.walk(52)
    assert len(story.once("raised", "loss")) == 1


def test_an_upright_direction_that_is_set_is_neither_learned_nor_forgotten():
    """Not by a shift that begins, and not by what an earlier start had learned."""
    fixed = {"is_rest_on": 0, "upright_x_mg": 1000}
    story = Story({"is_rest_on": 0})
    story.command("shift", {"shift": "s-1", "state": "on"})
    story.stand(5)
    again = story.restarted(fixed, stands_s=0)
    again.command("shift", {"shift": "s-1", "state": "off"})
    again.command("shift", {"shift": "s-2", "state": "on"})
    again.lie(40)
    assert again.sent("pre-alarm") == []
    again.stand(45)
    assert len(again.once("raised", "position")) == 1


def test_a_restart_in_a_shift_keeps_the_upright_direction():
    """Who lies when the device comes back is not learned as standing."""
    story = Story({"is_rest_on": 0})
    story.command("shift", {"shift": "s-1", "state": "on"})
    story.stand(5)
    again = story.restarted({"is_rest_on": 0}, stands_s=0, cause="watchdog")
    again.lie(45)
    assert len(again.once("raised", "position")) == 1


def turn_over(story):
    """Wear the device the other way up and walk for half a minute."""
    for x_mg, y_mg, z_mg in walking(30, tilt_deg=180):
        story.now_ms += 20
        story.board.sample(story.now_ms, x_mg, y_mg, z_mg)


def upright_of(story):
    """Return the direction that counts as upright."""
    position = story.device._watches.position
    return position._x_mg, position._y_mg, position._z_mg


def test_a_device_that_was_taken_off_or_answered_for_learns_its_way_anew_by_walking():
    """A clip that closes again, or a position pre-alarm cancelled by the key; nothing else."""
    for answer, is_learned in (
        (lambda _story: None, False),
        (lambda story: [story.board.clip(story.now_ms, is_closed) for is_closed in (True, True)], False),
        (lambda story: [story.board.clip(story.now_ms, is_closed) for is_closed in (False, True)], True),
        (lie_and_press, True),
    ):
        story = Story({"is_rest_on": 0})
        story.device._watches.restore_upright((0, 0, 1000))
        answer(story)
        turn_over(story)
        assert (upright_of(story)[2] < -800) == is_learned, upright_of(story)


def lie_and_press(story):
    """Lie into the position pre-alarm and cancel it by the key."""
    story.lie(29)
    assert story.shown() == "pre_alarm_position"
    story.press()
