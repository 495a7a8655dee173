"""A coverage walk: what is measured when, what is kept, and what ends it."""

from story import Story

from firmware.coverage import (
    ANSWER_MS_MAX,
    INTERVAL_MS,
    KEPT_MAX,
    POINT_MAX,
    WALK_MS_DEFAULT,
    WALK_MS_MAX,
    Walk,
)
from firmware.link import Link
from firmware.settings import Settings

QUIET = {"is_rest_on": 0, "is_silent_on": 1, "is_position_on": 0}


def walking(remaining_ms=None, settings=None, is_linked=True):
    """Return a story in which a walk has begun."""
    values = QUIET.copy()
    values.update(settings or {})
    story = Story(values)
    story.signal(-60, [("gate-3", -52)])
    if not is_linked:
        story.link(False)
    order(story, remaining_ms=remaining_ms)
    return story


def order(story, walk="walk-1", is_on=True, remaining_ms=None):
    """Begin or end a walk; return (result, reason)."""
    story.command("walk", {"walk": walk, "is_on": is_on, "remaining_ms": remaining_ms})
    answer = story.last("answer") if story.sent("answer") else {"result": ""}
    return answer["result"], answer.get("reason", "")


def reply(story):
    """Let the last heartbeat be answered."""
    beat = story.last("heartbeat")
    fields = {"acked_boot": beat["boot"], "acked_seq": beat["seq"], "time_ms": 1767225600000}
    story.command("heartbeat-reply", fields)


def measure(story, answer_ms=100):
    """Let the measurement under way be answered, and its event receipted."""
    story.wait_ms(answer_ms)
    reply(story)
    story.receipt(story.last("coverage"))


def test_a_measurement_is_the_signal_the_beacons_and_the_time_until_the_answer():
    """At once when the walk begins."""
    story = walking()
    assert story.last("answer")["result"] == "done"
    assert story.sent("coverage") == []
    measure(story)
    found = story.last("coverage")
    assert (found["walk"], found["point"], found["rssi_dbm"], found["round_trip_ms"]) == (
        "walk-1",
        0,
        -60,
        100,
    )
    assert found["beacons"] == {"gate-3": -52}


def test_it_measures_every_few_seconds():
    """One ms before the next one is due, and at it."""
    for wait_ms, count in ((INTERVAL_MS - 1, 0), (INTERVAL_MS, 1)):
        story = walking()
        beats = len(story.once("heartbeat"))
        measure(story)
        story.wait_ms(wait_ms - 100)
        assert len(story.once("heartbeat")) == beats + count


def test_no_answer_in_time_is_recorded_as_none():
    """One ms before the time is over, at it."""
    for wait_ms, count in ((ANSWER_MS_MAX - 1, 0), (ANSWER_MS_MAX, 1)):
        story = walking()
        story.wait_ms(wait_ms)
        assert len(story.once("coverage")) == count
    assert "round_trip_ms" not in story.last("coverage")
    assert story.last("coverage")["rssi_dbm"] == -60


def test_a_short_press_begins_the_next_point_and_nothing_else():
    """Neither a self-test nor a confirmation; while one is measured, the next waits for its end."""
    story = walking(settings={"is_self_test_on": 1})
    measure(story)
    story.wait_ms(1000)
    story.press()
    measure(story, 1)
    assert story.last("coverage")["point"] == 1
    assert story.shown() == "not_protected"
    story.wait_ms(1000)
    story.press()
    story.wait_ms(1500)
    story.press()
    assert story.last("coverage")["point"] == 1
    reply(story)
    story.receipt(story.last("coverage"))
    assert story.last("coverage")["point"] == 2
    measure(story)
    assert story.last("coverage")["point"] == 3


def test_the_key_still_calls_for_help_and_the_alarm_ends_the_walk():
    """Whatever is shown goes before it."""
    story = walking()
    measure(story)
    story.hold(2100)
    count = len(story.once("coverage"))
    assert len(story.once("raised", "manual")) == 1
    story.wait(30)
    assert len(story.once("coverage")) == count
    assert order(story) == ("refused", "an alarm runs")


def test_a_silent_alarm_ends_no_walk():
    """That it ended would tell."""
    story = walking()
    measure(story)
    for _ in range(3):
        story.press()
        story.wait_ms(100)
    assert len(story.once("raised", "silent")) == 1
    reply(story)
    story.receipt(story.last("coverage"))
    count = len(story.once("coverage"))
    story.wait(10)
    assert len(story.once("coverage")) > count


def test_a_walk_ends_with_its_time():
    """As ordered, by default, and after two hours whatever was ordered; at it and one ms before."""
    for remaining_ms, lasts_ms in (
        (60000, 60000), (None, WALK_MS_DEFAULT), (WALK_MS_MAX + 1, WALK_MS_MAX),
    ):  # fmt: skip
        for offset_ms, is_on in ((-1, True), (0, False)):
            walk = Walk(Link(Settings(), "unit-7", 1, 0))
            message = {"walk": "w", "is_on": True}
            if remaining_ms is not None:
                message["remaining_ms"] = remaining_ms
            walk.order(0, message)
            walk.follow(lasts_ms + offset_ms, False, None, None, [])
            assert walk.press(lasts_ms + offset_ms) == is_on, (remaining_ms, offset_ms)


def test_a_walk_ends_by_order_and_goes_on_under_its_name():
    """Another name begins with its first point again."""
    story = walking()
    story.press()
    measure(story, 3000)
    measure(story)
    assert story.last("coverage")["point"] == 1
    assert order(story, is_on=False) == ("done", "")
    assert not story.device._around.press(story.now_ms)
    order(story)
    measure(story)
    assert story.last("coverage")["point"] == 1
    order(story, "walk-2")
    measure(story, 3000)
    measure(story, 3000)
    assert (story.last("coverage")["walk"], story.last("coverage")["point"]) == ("walk-2", 0)


def test_where_there_is_no_link_is_recorded_and_sent_later():
    """The oldest are kept, further ones counted; one at a time leaves."""
    story = walking(is_linked=False)
    story.wait_ms(INTERVAL_MS * (KEPT_MAX + 3))
    walk = story.device._around._walk
    assert (len(walk._kept), walk.lost_count > 0) == (KEPT_MAX, True)
    order(story, is_on=False)
    assert story.sent("coverage") == []
    story.link(True)
    for count in range(1, KEPT_MAX + 1):
        assert len(story.once("coverage")) == count
        story.receipt(story.last("coverage"))
    assert len(story.once("coverage")) == KEPT_MAX
    assert "rssi_dbm" not in story.last("coverage")
    assert "round_trip_ms" not in story.last("coverage")


def test_a_link_that_breaks_in_a_measurement_ends_it_without_an_answer():
    """With the signal that was there."""
    story = walking()
    story.link(False)
    story.wait_ms(100)
    story.link(True)
    assert story.last("coverage")["rssi_dbm"] == -60
    assert "round_trip_ms" not in story.last("coverage")


def test_points_are_counted_up_to_the_last_number():
    """And no further."""
    walk = Walk(Link(Settings(), "unit-7", 1, 0))
    assert not walk.press(0)
    walk.order(0, {"walk": "w", "is_on": True})
    walk._point = POINT_MAX - 1
    for now_ms in (0, 20, 40, 60):
        walk.press(now_ms)
        walk.follow(now_ms, False, None, None, [])
    assert [kept["point"] for kept in walk._kept] == [POINT_MAX, POINT_MAX, POINT_MAX]


def test_a_walk_that_nobody_began_is_ended_without_a_word():
    """A base station that makes sure."""
    story = Story(QUIET)
    assert order(story, is_on=False) == ("done", "")
    assert story.device._around._walk is None
