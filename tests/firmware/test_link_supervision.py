"""The link: what waits, what is repeated, what is dropped, and when the worker learns that nobody hears."""

from story import Story, decoded

from firmware.link import EVENT_REPEATS_MAX, EVENTS_MAX, Link
from firmware.settings import Settings


def test_nothing_is_sent_without_a_link_and_everything_due_when_it_comes():
    """The alarm first, then the other events, then a heartbeat; the alarm's age is told."""
    story = Story(is_linked=False)
    story.hold(2100)
    story.wait(3)
    assert story.sent("raised") == story.sent("started") == []
    story.link(True)
    story.wait_ms(0)
    kinds = [decoded(effect)["kind"] for _, effect in story.done if hasattr(effect, "payload")]
    assert kinds == ["presence", "raised", "started", "protection", "heartbeat"]
    assert story.last("raised")["repeat"] == 0
    assert story.last("raised")["raised_ago_ms"] == 3160
    story.link(True)
    assert len(story.sent("presence")) == 1


def test_a_link_that_breaks_sends_what_is_due_again_when_it_is_back():
    """What was sent into the broken link may not have arrived; the key stays the same."""
    story = Story()
    story.hold(2100)
    story.link(False)
    story.wait(4)
    story.link(True)
    story.wait_ms(0)
    assert [message["repeat"] for _, message in story.sent("raised")] == [0, 1]
    assert len(story.once("raised")) == 1


def test_a_pre_alarm_that_waited_for_the_link_tells_what_is_left():
    """The base station counts from when it hears it."""
    story = Story({"is_rest_on": 0})
    story.link(False)
    story.lie(29)
    assert story.sent("pre-alarm") == []
    story.link(True)
    story.wait_ms(0)
    left_ms = story.last("pre-alarm")["deadline_ms"]
    assert 0 < left_ms < 15000
    story.wait_ms(left_ms - 1)
    assert story.sent("raised") == []
    story.wait_ms(1)
    assert len(story.sent("raised")) == 1


def test_a_pre_alarm_overtaken_by_its_end_is_not_sent_any_more():
    """Cancelled or raised: the later message says it all."""
    story = Story({"is_rest_on": 0})
    story.link(False)
    story.lie(29)
    story.press()
    story.link(True)
    story.wait(12)
    assert story.sent("pre-alarm") == []
    assert len(story.once("cancelled")) == 1


def test_events_wait_in_a_bounded_queue_and_an_alarm_is_never_crowded_out():
    """Many cancelled pre-alarms without a link; the alarm before them is still there."""
    story = Story(is_linked=False)
    story.hold(2100)
    link = story.device._link
    out = []
    for count in range(EVENTS_MAX + 5):
        link.send_event(story.now_ms, "confirmed", {"ask": "ask-" + str(count)}, out)
    assert out == []
    # Those, `started` and the first word on the protection.
    assert link.events_dropped == 7
    story.link(True)
    story.wait_ms(0)
    assert len(story.sent("raised")) == 1
    asks = [message["ask"] for _, message in story.sent("confirmed")]
    assert asks == ["ask-" + str(count) for count in range(5, EVENTS_MAX + 5)]


def test_events_are_repeated_until_their_receipt_or_their_bound():
    """A receipted one is sent once; one that nobody answers a bounded number of times; an alarm for ever."""
    story = Story()
    story.receipt(story.last("started"))
    story.wait(100)
    assert len(story.sent("started")) == 1
    story = Story({"is_rest_on": 0})
    story.hold(2100)
    story.wait(600)
    assert len(story.sent("started")) == 1 + EVENT_REPEATS_MAX
    # `started`, and what was told of the protection: at the start, when nobody was heard, without samples.
    assert story.device._link.events_given_up == 4
    assert len(story.sent("raised")) >= 120


def test_no_number_comes_twice_within_a_start():
    """Every message that is no repeat has its own, and they rise."""
    story = Story()
    story.lie(50)
    story.hold(2100)
    story.wait(60)
    seqs = []
    for _, effect in story.done:
        if hasattr(effect, "payload"):
            message = decoded(effect)
            if message["kind"] not in ("raised", "pre-alarm", "started") or not message.get("repeat"):
                seqs.append((message["seq"], message["kind"]))
    assert len({seq for seq, _ in seqs}) == len(set(seqs))


def test_heartbeats_tell_age_of_receipt_battery_and_version():
    """What is not known yet is absent."""
    story = Story({"version": 12, "is_rest_on": 0})
    first = story.last("heartbeat")
    assert "receipt_age_s" not in first
    assert "battery_mv" not in first
    assert first["settings_version"] == 12
    story.board.battery(story.now_ms, 3700, 55, True)
    story.receipt(story.last("started"))
    story.wait(30)
    beat = story.last("heartbeat")
    assert (beat["battery_mv"], beat["battery_percent"], beat["is_charging"]) == (3700, 55, True)
    assert beat["receipt_age_s"] == 22
    assert beat["uptime_s"] == 25
    assert beat["mode"] == "guarding"


def test_impossible_battery_readings_do_not_stop_the_heartbeat():
    """A broken gauge is no reason to be silent."""
    story = Story()
    story.board.battery(story.now_ms, -5, 300, False)
    story.wait(30)
    beat = story.last("heartbeat")
    assert (beat["battery_mv"], beat["battery_percent"]) == (0, 100)


def test_a_low_battery_is_shown_unless_it_is_being_charged():
    """At the limit and below."""
    for percent, is_charging, name in (
        (16, False, "guarding"),
        (15, False, "battery_low"),
        (1, True, "charging"),
    ):
        story = Story()
        story.board.battery(story.now_ms, 3500, percent, is_charging)
        assert story.shown() == name


def test_what_nobody_waits_for_is_not_sent_without_a_link():
    """An answer or a heartbeat that could not leave is of no use later; a farewell names its reason."""
    link, out = Link(Settings(), "unit-7", 1, 0), []
    link.send_once("heartbeat", {}, out)
    assert out == []
    from protocol import codec

    farewell = codec.decode(Story().device.take_farewell(), "presence", "unit-7")
    assert (farewell["state"], farewell["reason"]) == ("offline", "switched_off")


def test_the_last_will_has_a_number_of_its_own():
    """Two connections, two wills."""
    story = Story()
    from protocol import codec

    wills = [codec.decode(story.device.take_will(), "presence", "unit-7") for _ in range(2)]
    assert wills[0]["seq"] != wills[1]["seq"]
    assert (wills[0]["state"], wills[0]["reason"]) == ("offline", "lost")
    story.board.link(story.now_ms, False)
    story.board.link(story.now_ms, True)
    assert story.sent("presence")[-1][1]["will_seq"] == wills[1]["seq"]


def test_wall_time_comes_from_the_base_station_and_only_dates_records():
    """Unknown is 0; it never moves a timer."""
    story = Story()
    story.receipt(story.last("started"))
    story.hold(2100)
    # The answer took 3 s: half of it had passed when it was written.
    assert story.records()[-1].wall_s == 1767225603
