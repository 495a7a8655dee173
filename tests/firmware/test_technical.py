"""What is wrong with the device itself: silent and stuck sensor, battery, key; and what that means."""

from story import Story

from firmware.motion import Motion
from firmware.settings import Settings
from firmware.technical import HOLD_MS, Technical


def block(is_moving=True):
    """Return the motion of one block of samples."""
    motion = Motion()
    for count in range(10):
        motion.step(0, 0, 1000 + (count % 2 if is_moving else 0))
    return motion


def causes(watch, now_ms, is_key_stuck=False):
    """Return what is wrong."""
    return watch.causes(now_ms, is_key_stuck)


def test_a_sensor_without_samples_is_silent_at_its_limit():
    """One ms before, at and after 5 s."""
    for passed_ms, is_found in ((4999, False), (5000, True), (5001, True)):
        watch = Technical(Settings(), 0)
        assert not watch.note_block(200, block())
        assert causes(watch, 200 + passed_ms) == (["sensor_silent"] if is_found else []), passed_ms


def test_a_sensor_that_speaks_again_is_silent_for_ten_more_seconds():
    """A loose contact is one fault."""
    watch = Technical(Settings(), 0)
    assert not watch.note_block(4999, block())
    assert watch.note_block(9999, block())
    for now_ms in range(10199, 9999 + HOLD_MS, 200):
        assert not watch.note_block(now_ms, block())
    assert causes(watch, 9999 + HOLD_MS - 1) == ["sensor_silent"]
    assert causes(watch, 9999 + HOLD_MS) == []


def test_samples_that_never_differ_are_a_stuck_sensor():
    """After 10 s; one that differs ends it 10 s later."""
    for seconds_ms, is_found in ((9800, False), (10000, True), (10200, True)):
        watch = Technical(Settings(), 0)
        now_ms = 0
        while now_ms < seconds_ms:
            now_ms += 200
            assert not watch.note_block(now_ms, block(is_moving=False))
        assert causes(watch, now_ms) == (["sensor_stuck"] if is_found else []), seconds_ms
    now_ms += 200
    assert watch.note_block(now_ms, block())
    for later_ms in range(now_ms + 200, now_ms + HOLD_MS, 200):
        watch.note_block(later_ms, block())
        assert causes(watch, later_ms) == ["sensor_stuck"]
    watch.note_block(now_ms + HOLD_MS, block())
    assert causes(watch, now_ms + HOLD_MS) == []


def test_a_sensor_that_fails_its_own_test_is_a_fault_until_it_passes():
    """Whatever its samples say."""
    watch = Technical(Settings(), 0)
    watch.note_sensor_test(False)
    assert causes(watch, 100) == ["sensor_stuck"]
    watch.note_sensor_test(True)
    assert causes(watch, 100) == []


def test_the_battery_is_low_and_critical_at_its_limits_and_well_five_percent_above():
    """Limits 15 and 5; charging ends both."""
    for percent, found in (
        (16, []),
        (15, ["battery_low"]),
        (14, ["battery_low"]),
        (6, ["battery_low"]),
        (5, ["battery_critical", "battery_low"]),
        (4, ["battery_critical", "battery_low"]),
    ):
        watch = Technical(Settings(), 0)
        watch.note_battery(percent, False)
        assert causes(watch, 100) == found, percent
    for percent, found in ((10, ["battery_critical", "battery_low"]), (11, ["battery_low"])):
        watch.note_battery(4, False)
        watch.note_battery(percent, False)
        assert causes(watch, 100) == found, percent
    watch.note_battery(20, False)
    assert causes(watch, 100) == ["battery_low"]
    watch.note_battery(21, False)
    assert causes(watch, 100) == []
    watch.note_battery(3, True)
    assert causes(watch, 100) == []


def test_the_deadline_is_the_next_moment_at_which_something_changes():
    """Silence, stuck samples, and the end of what is held."""
    watch = Technical(Settings(), 0)
    assert watch.deadline_ms(0) == 5000
    assert watch.deadline_ms(4999) == 5000
    assert watch.deadline_ms(5000) == 10000
    watch.note_block(6000, block())
    assert watch.deadline_ms(6000) == 11000
    assert watch.deadline_ms(11000) == 16000
    stuck = Technical(Settings.from_dict({"sensor_silent_ms": 60000}), 0)
    assert stuck.deadline_ms(0) == 10000
    stuck.note_block(9800, block(is_moving=False))
    stuck.note_block(10000, block())
    assert stuck.deadline_ms(10000) == 20000
    slow = Technical(Settings.from_dict({"sensor_silent_ms": 60000, "sensor_stuck_ms": 60000}), 0)
    slow.note_block(59000, block(is_moving=False))
    assert slow.deadline_ms(59000) == 60000
    slow.note_block(60000, block())
    assert slow.deadline_ms(60000) == 70000
    assert slow.deadline_ms(70000) == 120000


def test_each_fault_is_a_technical_alarm_with_its_cause_until_it_is_gone():
    """Two at once are two alarms; what has ended is told with the alarm's own id."""
    story = Story()
    story.board.battery(story.now_ms, 3400, 4, False)
    raised = story.once("raised", "technical")
    assert [message["cause"] for message in raised] == ["battery_critical", "battery_low"]
    story.receipt_all()
    story.board.battery(story.now_ms, 3600, 12, False)
    assert [message["alarm"] for message in story.once("gone")] == [raised[0]["alarm"]]
    story.board.battery(story.now_ms, 3600, 12, True)
    assert [message["alarm"] for message in story.once("gone")] == [message["alarm"] for message in raised]


def test_a_silent_sensor_is_told_while_the_countdowns_go_on():
    """The control room learns of it; rest still comes."""
    story = Story({"sensor_silent_ms": 5000})
    story.wait(80)
    assert [message["cause"] for message in story.once("raised", "technical")] == ["sensor_silent"]
    assert len(story.once("raised", "rest")) == 1
    story.stand(9)
    assert story.once("gone") == []
    story.stand(2)
    assert len(story.once("gone")) == 1


def test_a_technical_alarm_is_no_alarm_that_the_wearer_resets_or_sees_as_one():
    """It is shown as what is wrong, and the key keeps its meaning."""
    story = Story()
    story.board.battery(story.now_ms, 3600, 12, False)
    assert story.shown() == "battery_low"
    story.receipt_all()
    story.hold(5200)
    assert story.once("reset") == []
    assert len(story.once("raised", "manual")) == 1


def test_after_a_restart_a_technical_alarm_goes_on_or_is_gone():
    """The journal knows its cause."""
    story = Story()
    story.board.battery(story.now_ms, 3600, 12, False)
    raised = story.once("raised", "technical")[0]
    again = story.restarted()
    assert [message["alarm"] for message in again.once("gone")] == [raised["alarm"]]
    assert again.restarted().once("gone") == []


def test_off_shift_nothing_technical_is_raised():
    """A device on its shelf need not complain of its battery or its sensor."""
    story = Story()
    story.command("shift", {"shift": "s-1", "state": "off"})
    story.board.battery(story.now_ms, 3600, 12, False)
    story.wait(20)
    assert story.once("raised") == []


def test_a_journal_that_refuses_is_a_technical_alarm_until_it_takes_records_again():
    """A person's alarm goes out all the same, at once."""
    story = Story({"is_rest_on": 0})
    story.board.journal_failed(story.now_ms, True)
    raised = story.last("raised", "technical")
    assert raised["cause"] == "journal_failed"
    story.hold(2100)
    assert len(story.once("raised", "manual")) == 1
    story.board.journal_failed(story.now_ms, False)
    assert story.last("gone")["alarm"] == raised["alarm"]
