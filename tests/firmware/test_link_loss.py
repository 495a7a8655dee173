"""Loss of the link as the worker hears it and the control room is told: one set time, from the last word."""

from story import NAME, Story

from firmware import signals
from firmware.report import Report
from firmware.settings import Settings
from protocol import codec

LOSS_MS = Settings().link_loss_ms
GUARDED = {"is_rest_on": 0}


def walk_until(story, end_ms):
    """Stand until so many ms of the story; the rest of the last second passes without samples."""
    story.stand((end_ms - story.now_ms) // 1000)
    story.wait_ms(end_ms - story.now_ms)


def test_the_set_time_is_a_minute():
    """What the default is."""
    assert LOSS_MS == 60000


def test_a_lost_link_is_signalled_after_the_set_time_however_it_was_lost():
    """Connected to a broker behind which nobody is, or without a connection: the limit, -1/0/+1 ms."""
    for is_up in (True, False):
        for step_ms, shown in ((-1, "guarding"), (0, "link_lost"), (1, "link_lost")):
            story = Story(GUARDED)
            story.hear()
            heard_ms = story.now_ms
            if not is_up:
                story.wait(10)
                story.link(False)
            walk_until(story, heard_ms + LOSS_MS + step_ms)
            assert story.shown() == shown, (is_up, step_ms)


def test_the_set_time_can_be_set():
    """A site whose radio has holes, or one that wants to know at once."""
    for loss_ms in (15000, 120000):
        story = Story({"is_rest_on": 0, "heartbeat_ms": 5000, "link_loss_ms": loss_ms, "is_fall_on": 0})
        story.hear()
        heard_ms = story.now_ms
        walk_until(story, heard_ms + loss_ms - 1)
        assert story.shown() == "guarding"
        story.wait_ms(1)
        assert story.shown() == "link_lost"


def test_a_lost_link_is_shown_until_the_base_station_is_heard_again():
    """A connection alone is none: the broker may be up, and nobody behind it."""
    story = Story(GUARDED)
    story.link(False)
    walk_until(story, 70000)
    assert story.shown() == "link_lost"
    story.link(True)
    story.wait(1)
    assert story.shown() == "link_lost"
    beat = story.last("heartbeat")
    story.command("heartbeat-reply", {"acked_boot": 1, "acked_seq": beat["seq"], "time_ms": 1767225600000})
    assert story.shown() == "guarding"
    story.wait(40)
    assert story.last("heartbeat")["reply_age_s"] == 24


def test_one_lost_heartbeat_is_no_lost_link():
    """Heartbeats are not repeated: the second answer comes in time."""
    story = Story(GUARDED)
    story.hear()
    walk_until(story, 2 * Settings().heartbeat_ms + 5000)
    assert len(story.sent("heartbeat")) == 3
    story.hear()
    assert "link_lost" not in story.signals()


def test_a_lost_link_is_heard_and_felt_again_and_again():
    """A sign that lasts, with sound and vibration, at least four times a minute."""
    pattern = signals.PATTERNS["link_lost"]
    assert pattern.is_lasting
    for steps in (pattern.buzzer, pattern.vibration):
        assert any(value for value, _ in steps)
        assert sum([duration_ms for _, duration_ms in steps]) <= 15000


def test_who_is_refused_is_told_so_at_once_and_not_sent_to_look_for_a_network():
    """The sign is that of a fault of the device; the control room learns the reason when it can be told."""
    story = Story(GUARDED)
    story.link(False, is_refused=True)
    assert story.shown() == "not_protected"
    walk_until(story, 100000)
    assert "link_lost" not in story.signals()
    story.link(False, is_refused=False)
    assert story.shown() == "link_lost"
    story.link(True)
    assert [(message["state"], message.get("reason")) for message in story.once("protection")[-2:]] == [
        ("not_protected", "link_refused"),
        ("not_protected", "link_lost"),
    ]


def test_nobody_off_shift_is_told_of_the_link():
    """A device on its shelf need not complain."""
    story = Story(GUARDED)
    story.command("shift", {"shift": "s-1", "state": "off"})
    story.link(False, is_refused=True)
    story.wait(100)
    assert story.shown() == "off_shift"


def test_a_link_that_is_back_says_how_long_it_was_away():
    """The device cannot say so while it is lost; the first connection of a start was away from nowhere."""
    story = Story(GUARDED)
    assert "away_s" not in story.last("presence")
    story.link(False)
    story.wait_ms(75999)
    story.link(True)
    assert story.last("presence")["away_s"] == 75


def test_a_device_is_idle_only_when_nothing_is_due_and_no_alarm_runs():
    """Only then may the link be given up for a better one."""
    story = Story(GUARDED)
    assert not story.device.is_idle()
    story.receipt_all()
    assert story.device.is_idle()
    story.hold(2100)
    assert not story.device.is_idle()
    story.receipt_all()
    assert not story.device.is_idle(), "the alarm is received, and not reset"
    story.hold(5100)
    story.receipt_all()
    assert story.device.is_idle()


def test_a_heartbeat_tells_the_way_it_takes_and_what_went_wrong():
    """Only what is there, and only where there is a choice."""
    story = Story(GUARDED)
    first = story.last("heartbeat")
    assert not [name for name in ("network", "broker", "rssi_dbm", "counts") if name in first]
    story.device.report.note_way(1, 0)
    story.device.report.note_board(-67, 2, 0, 5)
    story.board.message(story.now_ms, b"no message")
    story.wait(25)
    beat = story.last("heartbeat")
    assert (beat["network"], beat["broker"], beat["rssi_dbm"]) == (1, 0, -67)
    assert beat["counts"] == {"refused_connects": 2, "lost_samples": 5, "undecodable": 1}


def test_impossible_figures_do_not_stop_the_heartbeat():
    """A broken radio is no reason to be silent."""
    for rssi_dbm, told in ((5, 0), (-500, -150)):
        report, fields = Report(), {}
        report.note_board(rssi_dbm, 2**40, 0, 0)
        report.fill(fields, 0, 0, 0)
        assert (fields["rssi_dbm"], fields["counts"]["refused_connects"]) == (told, 2147483647)
    beat = {"uptime_s": 1, "mode": "guarding", "firmware": "1", "settings_version": 0, "alarms_due": 0}
    beat.update(fields)
    assert codec.decode(codec.encode("heartbeat", NAME, 1, 1, "real", beat), "heartbeat", NAME)["counts"]
