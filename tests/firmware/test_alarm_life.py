"""Alarms as a worker lives through them: pre-alarm, cancel, raise, receipt, reset."""

from story import Story, decoded

from firmware import journal
from firmware.effects import Publish, WriteJournal


def position_pre_alarm(story):
    """Lie until the position pre-alarm runs; return its message."""
    story.lie(29)
    return story.last("pre-alarm", "position")


def manual_alarm(story):
    """Raise a manual alarm; return its message."""
    story.hold(2100)
    return story.last("raised", "manual")


def test_holding_the_key_for_two_seconds_raises_the_manual_alarm():
    """At 2 s, while the key is still down; not a millisecond before."""
    for held_ms, raised in ((1999, 0), (2000, 1), (2001, 1)):
        story = Story()
        began_ms = story.now_ms
        story.hold(held_ms)
        alarms = story.sent("raised", "manual")
        assert len(alarms) == raised, held_ms
        if raised:
            assert alarms[0][0] == began_ms + 2000
            assert alarms[0][1]["raised_ago_ms"] == alarms[0][1]["repeat"] == 0
            assert story.shown() == "alarm"


def test_an_alarm_is_in_the_journal_before_it_is_sent():
    """The record's effect comes first, and names the message's key."""
    story = Story()
    manual_alarm(story)
    order = []
    for _, effect in story.done:
        if isinstance(effect, WriteJournal):
            record = journal.decode(effect.record)
            order.append(("written", record.kind == journal.RAISED, record.boot, record.seq))
        elif isinstance(effect, Publish):
            message = decoded(effect)
            order.append(("sent", message["kind"] == "raised", message["boot"], message["seq"]))
    alarms = [(what, boot, seq) for what, is_alarm, boot, seq in order if is_alarm]
    assert [what for what, _, _ in alarms] == ["written", "sent"]
    assert alarms[0][1:] == alarms[1][1:]


def test_a_cancelled_pre_alarm_calls_nobody():
    """A short press; the base station learns of both, nobody of an alarm."""
    story = Story({"is_rest_on": 0})
    announced = position_pre_alarm(story)
    assert announced["deadline_ms"] == 15000
    assert story.shown() == "pre_alarm_position"
    story.press()
    cancelled = story.last("cancelled")
    assert cancelled["alarm"] == announced["alarm"]
    assert cancelled["by"] == "key"
    story.wait(20)
    assert story.sent("raised") == []
    assert story.shown() == "guarding"


def test_an_uncancelled_pre_alarm_raises_under_the_same_id():
    """25 s and the filter's second, then 15 s to the millisecond."""
    story = Story()
    announced = position_pre_alarm(story)
    at_ms = story.sent("pre-alarm", "position")[0][0]
    assert 3000 + 25000 <= at_ms <= 3000 + 27000
    story.lie(16)
    raised_ms, raised = story.sent("raised", "position")[0]
    assert raised_ms == at_ms + 15000
    assert raised["alarm"] == announced["alarm"] == "1-" + str(announced["seq"])
    assert raised["seq"] > announced["seq"]


def test_a_raised_alarm_is_repeated_every_five_seconds_with_the_same_key_until_its_receipt():
    """Repeats are counted, and their age is told."""
    story = Story()
    manual_alarm(story)
    story.wait(16)
    sent = story.sent("raised")
    assert [message["repeat"] for _, message in sent] == [0, 1, 2, 3]
    assert [message["raised_ago_ms"] for _, message in sent] == [0, 5000, 10000, 15000]
    assert len({(message["boot"], message["seq"]) for _, message in sent}) == 1
    story.receipt(sent[0][1])
    story.wait(30)
    assert len(story.sent("raised")) == 4
    assert story.shown() == "alarm_received"


def test_only_the_right_receipt_ends_the_repeating():
    """Another number, another start, another mark: none of them is ours."""
    story = Story()
    raised = manual_alarm(story)
    for boot, seq, mark in (
        (1, raised["seq"] + 1, "real"),
        (2, raised["seq"], "real"),
        (1, raised["seq"], "test"),
    ):
        story.receipt({"boot": boot, "seq": seq}, mark)
        assert story.shown() == "alarm"
    story.receipt(raised)
    assert story.shown() == "alarm_received"
    story.receipt(raised)
    assert [record.kind for record in story.records()].count(journal.RECEIPTED) == 1


def test_receipts_out_of_order_each_end_their_own_alarm():
    """Manual and position are raised at once; neither receipt stands for the other."""
    story = Story()
    position_pre_alarm(story)
    manual = manual_alarm(story)
    story.wait(20)
    position = story.last("raised", "position")
    assert position["alarm"] != manual["alarm"]
    story.receipt(position)
    assert story.shown().startswith("alarm")
    assert story.shown() != "alarm_received"
    story.receipt(manual)
    assert story.shown() == "alarm_received"
    assert story.device._link.alarms_due() == 0


def test_without_a_receipt_for_twenty_seconds_the_alarm_becomes_loud_on_the_spot():
    """And only then; a late receipt ends the loudness, not the alarm."""
    story = Story()
    raised = manual_alarm(story)
    raised_ms = story.sent("raised")[0][0]
    story.wait_ms(raised_ms + 19999 - story.now_ms)
    assert story.shown() == "alarm"
    story.wait_ms(1)
    assert story.shown() == "alarm_unheard"
    story.receipt(raised)
    assert story.shown() == "alarm_received"


def test_a_reset_is_refused_before_the_receipt_and_done_after_it():
    """5 s after the receipt; a refusal is felt."""
    story = Story()
    raised = manual_alarm(story)
    story.hold(5100)
    assert story.signals()[-1] == "reset_refused"
    assert story.sent("reset") == []
    story.receipt(raised)
    story.hold(4999)
    assert story.sent("reset") == []
    story.hold(5000)
    assert story.last("reset")["alarm"] == raised["alarm"]
    assert story.records()[-1].kind == journal.RESET
    assert story.shown() in ("guarding", "pre_alarm_position", "pre_alarm_rest")


def test_a_raised_alarm_outlives_the_recovery_of_its_sensor():
    """Standing and walking about for a minute clears nothing."""
    story = Story()
    position_pre_alarm(story)
    story.lie(16)
    story.walk(60)
    assert story.shown().startswith("alarm")
    assert story.sent("cancelled") == []


def test_the_gravest_alarm_is_shown_and_none_is_forgotten():
    """Rest, then position, then manual; reset one after the other, gravest first."""
    story = Story({"rest_detection_ms": 20000, "rest_pre_alarm_ms": 0})
    story.lie(25)
    story.lie(17)
    assert [message["alarm_kind"] for message in story.once("raised")] == ["rest", "position"]
    manual_alarm(story)
    ids = [story.last("raised", kind)["alarm"] for kind in ("manual", "position", "rest")]
    assert len(set(ids)) == 3
    for kind in ("rest", "manual", "position"):
        story.receipt(story.last("raised", kind))
    story.walk(1)
    for _ in range(3):
        story.hold(5100)
    assert [message["alarm"] for message in story.once("reset")] == ids


def test_a_manual_alarm_can_have_a_pre_alarm_and_is_raised_at_once_by_a_second_hold():
    """Where the site sets one: a short press cancels it, another hold ends the waiting."""
    story = Story({"manual_pre_alarm_ms": 10000})
    story.hold(2100)
    assert story.shown() == "pre_alarm_manual"
    story.press()
    assert story.last("cancelled")["alarm_kind"] == "manual"
    story.hold(2100)
    assert story.sent("raised") == []
    story.hold(2100)
    assert len(story.sent("raised", "manual")) == 1


def test_holding_the_key_in_a_pre_alarm_raises_at_once():
    """Also where manual alarms have a pre-alarm of their own; the other goes on by itself."""
    story = Story({"manual_pre_alarm_ms": 10000})
    position_pre_alarm(story)
    raised = manual_alarm(story)
    assert raised["repeat"] == 0
    story.lie(16)
    assert len({m["alarm"] for _, m in story.sent("raised")}) == 2


def test_the_heartbeat_says_what_the_device_is_doing():
    """Every 25 s, with the mode and how many alarms wait for a receipt."""
    story = Story()
    manual_alarm(story)
    story.wait(30)
    beat = story.last("heartbeat")
    assert (beat["mode"], beat["alarms_due"]) == ("alarm", 1)
    story.receipt(story.last("raised"))
    story.wait(30)
    beat = story.last("heartbeat")
    assert (beat["mode"], beat["alarms_due"]) == ("received", 0)
    times = [t_ms for t_ms, _ in story.sent("heartbeat")]
    assert times[:3] == [0, 25000, 50000][: len(times[:3])]


def test_a_setting_of_no_pre_alarm_raises_without_one():
    """Then the raise is the first message and gives the id."""
    story = Story({"position_pre_alarm_ms": 0, "is_rest_on": 0})
    story.lie(29)
    raised = story.last("raised", "position")
    assert raised["alarm"] == "1-" + str(raised["seq"])
    assert story.sent("pre-alarm") == []
