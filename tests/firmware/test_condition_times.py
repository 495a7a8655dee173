"""What the device tells of the time before an alarm: how long its condition had held, and its pre-alarm."""

from blocks import BLOCK_MS, LYING, UPRIGHT, Block
from story import Story

from firmware.checkin import Checkin
from firmware.escape import Escape
from firmware.fall import JUDGED_MS, Fall
from firmware.position import Position
from firmware.rest import Rest
from firmware.settings import Settings
from firmware.wear import Wear

RUNNING = {"peak_mg": 2500, "low_mg": 300}
NO_REST = {"is_rest_on": 0}


def blocks(watch, now_ms, duration_ms, block):
    """Let equal blocks pass; return the time."""
    for _ in range(duration_ms // BLOCK_MS):
        now_ms += BLOCK_MS
        watch.step(now_ms, block, 0)
    return now_ms


def posture():
    """Return the watch of a position whose upright is known, of somebody who has stood for a second."""
    watch = Position(Settings(), 0)
    watch.set_upright(*UPRIGHT)
    return watch, blocks(watch, 0, 1000, Block())


def test_a_position_alarm_tells_its_condition_and_its_pre_alarm_and_every_repeat_the_same():
    """25 s lying, 15 s of pre-alarm; only the age of the raise grows."""
    story = Story(NO_REST)
    story.lie(60)
    began_ms, announced = story.sent("pre-alarm", "position")[0]
    assert (announced["condition_ms"], announced["pre_alarm_ms"]) == (25000, 0)
    sent = story.sent("raised", "position")
    assert sent[0][0] == began_ms + 15000
    assert [message["raised_ago_ms"] for _, message in sent[:3]] == [0, 5000, 10000]
    assert {(message["condition_ms"], message["pre_alarm_ms"]) for _, message in sent} == {(25000, 15000)}


def test_a_pre_alarm_that_waited_for_its_link_tells_how_long_it_has_lasted():
    """At each sending; what has passed and what is left are the whole of it."""
    story = Story(NO_REST)
    story.link(False)
    story.lie(34)
    story.link(True)
    story.lie(6)
    sent = [message for _, message in story.sent("pre-alarm", "position")]
    assert len(sent) >= 2
    assert sent[0]["pre_alarm_ms"] > 0
    assert sent[1]["pre_alarm_ms"] == sent[0]["pre_alarm_ms"] + 5000
    assert {one["pre_alarm_ms"] + one["deadline_ms"] for one in sent} == {15000}
    assert {one["condition_ms"] for one in sent} == {25000}


def test_a_pre_alarm_cut_short_by_the_key_tells_how_short_it_was():
    """The hold raises the manual alarm beside it, without a pre-alarm of its own."""
    story = Story({"manual_pre_alarm_ms": 10000})
    story.hold(2100)
    announced = story.last("pre-alarm", "manual")
    assert announced["condition_ms"] == 2000
    story.wait(3)
    story.hold(2100)
    raised = story.last("raised", "manual")
    assert raised["condition_ms"] == 2000
    assert raised["pre_alarm_ms"] == story.sent("raised", "manual")[0][0] - story.sent("pre-alarm")[0][0]
    assert 5000 <= raised["pre_alarm_ms"] < 10000


def test_an_alarm_by_key_counts_from_the_press_and_had_no_pre_alarm():
    """2 s of holding; a run of three presses from the first of them, whatever was pressed long before."""
    story = Story({"is_silent_on": 1})
    story.press()
    story.wait(5)
    began_ms = story.now_ms
    for _ in range(3):
        story.press()
        story.wait_ms(100)
    at_ms, silent = story.sent("raised", "silent")[0]
    assert (silent["condition_ms"], silent["pre_alarm_ms"]) == (at_ms - began_ms, 0)
    story.wait(5)
    story.hold(2100)
    manual = story.last("raised", "manual")
    assert (manual["condition_ms"], manual["pre_alarm_ms"]) == (2000, 0)


def test_duress_counts_from_its_own_press():
    """The press before it answered the pre-alarm."""
    story = Story({"is_duress_on": 1, "is_rest_on": 0})
    story.lie(29)
    story.press()
    began_ms = story.now_ms
    story.press()
    at_ms, duress = story.sent("raised", "duress")[0]
    assert (duress["condition_ms"], duress["pre_alarm_ms"]) == (at_ms - began_ms, 0)


def test_after_a_restart_nobody_knows_and_nothing_is_told():
    """The journal keeps no times of the condition: left out, as the age is."""
    story = Story(NO_REST)
    story.lie(45)
    again = story.restarted().sent("raised")[0][1]
    assert [name in again for name in ("condition_ms", "pre_alarm_ms", "raised_ago_ms")] == [False] * 3


def test_of_a_technical_alarm_only_the_raise_is_known():
    """Faults of the device have no watch; there was no pre-alarm."""
    story = Story({"sensor_silent_ms": 2000})
    story.command("shift", {"shift": "s-1", "state": "on"})
    story.wait(5)
    raised = story.last("raised", "technical")
    assert "condition_ms" not in raised
    assert raised["pre_alarm_ms"] == 0


def test_a_body_that_rocks_has_lain_since_it_first_did():
    """As long as the countdown was not whole again; then the next lying is the beginning."""
    watch, now_ms = posture()
    lying_ms = blocks(watch, now_ms, BLOCK_MS, Block(gravity=LYING))
    now_ms = blocks(watch, lying_ms, 4000, Block(gravity=LYING))
    now_ms = blocks(watch, now_ms, 3000, Block())
    now_ms = blocks(watch, now_ms, 4000, Block(gravity=LYING))
    assert watch.since_ms() == lying_ms
    now_ms = blocks(watch, now_ms, 60000, Block())
    again_ms = blocks(watch, now_ms, BLOCK_MS, Block(gravity=LYING))
    now_ms = blocks(watch, again_ms, 4000, Block(gravity=LYING))
    assert watch.since_ms() == again_ms
    watch.restart(now_ms)
    blocks(watch, now_ms, 4000, Block(gravity=LYING))
    assert watch.since_ms() == now_ms


def test_a_countdown_that_is_whole_but_for_one_step_goes_on():
    """Two blocks of lying are given back by eight of standing: not by seven."""
    for upright_ms, is_new in ((1400, False), (1600, True), (1800, True)):
        watch, now_ms = posture()
        lying_ms = blocks(watch, now_ms, BLOCK_MS, Block(gravity=LYING))
        now_ms = blocks(watch, lying_ms, 200, Block(gravity=LYING))
        now_ms = blocks(watch, now_ms, upright_ms, Block())
        blocks(watch, now_ms, BLOCK_MS, Block(gravity=LYING))
        assert (watch.since_ms() != lying_ms) == is_new, upright_ms


def test_rest_counts_from_the_last_real_movement_and_time_from_the_last_word():
    """Both know when it was."""
    rest = Rest(Settings(), 0)
    moved_ms = blocks(rest, 0, 3000, Block(movement_mg=400, is_across=True))
    now_ms = blocks(rest, moved_ms, 10000, Block())
    assert rest.since_ms() == moved_ms
    rest.restart(now_ms)
    assert rest.since_ms() == now_ms
    checkin = Checkin(Settings(), 0)
    checkin.restart(4000)
    assert checkin.since_ms() == 4000


def test_a_loss_counts_from_what_is_due_first():
    """The clip since it opened and not since it was last told; without an open clip the last sign."""
    watch = Wear(Settings(), 0)
    sign_ms = blocks(watch, 0, 1000, Block(movement_mg=300))
    assert watch.since_ms() == sign_ms
    watch.on_clip(1500, True)
    watch.on_clip(2000, False)
    watch.on_clip(4000, False)
    assert watch.since_ms() == 2000
    watch.on_clip(5000, True)
    watch.on_clip(6000, False)
    assert watch.since_ms() == 2000
    for opened_ms, since_ms in ((29999, 29999), (30000, 0), (30001, 0)):
        # Opened so late, the last sign is due as soon.
        watch = Wear(Settings(), 0)
        watch.on_clip(opened_ms, False)
        assert watch.since_ms() == since_ms, opened_ms
    watch.restart(40000)
    assert watch.since_ms() == 40000


def test_an_escape_counts_from_its_beginning_and_calm_that_is_long_enough_ends_it():
    """Half a second of calm does not give three seconds of running back; six seconds do."""
    watch = Escape(Settings(), 0)
    calm_ms = blocks(watch, 0, 4000, Block())
    now_ms = blocks(watch, calm_ms, 3000, Block(**RUNNING))
    began_ms = watch.since_ms()
    assert calm_ms < began_ms <= calm_ms + 1000
    now_ms = blocks(watch, now_ms, 600, Block())
    now_ms = blocks(watch, now_ms, 3000, Block(**RUNNING))
    assert watch.since_ms() == began_ms
    now_ms = blocks(watch, now_ms, 6000, Block())
    now_ms = blocks(watch, now_ms, 3000, Block(**RUNNING))
    assert watch.since_ms() > now_ms - 3000
    watch.restart(now_ms)
    assert watch.since_ms() == now_ms


def test_a_fall_counts_from_its_blow():
    """The block in which it was, 15 blocks before the judgement."""
    assert JUDGED_MS == 16 * BLOCK_MS
    watch = Fall(Settings(), 0)
    watch._fell_ms = 9000
    assert watch.since_ms() == 9000 - JUDGED_MS


def test_every_automatic_alarm_tells_its_condition():
    """Rest, loss and time, through the whole device."""
    settings = {"is_time_on": 1, "time_interval_ms": 60000, "is_loss_on": 1, "is_position_on": 0}
    story = Story(settings)
    story.lie(95)
    for kind in ("rest", "loss", "time"):
        at_ms, raised = story.sent("raised", kind)[0]
        assert raised["condition_ms"] + raised["pre_alarm_ms"] <= at_ms, kind
        assert raised["condition_ms"] >= 30000, kind
