"""Wall time: what is believed, how sure the device is of it, and what it never touches."""

from story import Story

from firmware.effects import SetWallClock
from firmware.walltime import DRIFT_PPM, STEP_MS, WallTime

NEW_YEAR_MS = 1767225600000


def taken(now_ms, sent_ms, time_ms=NEW_YEAR_MS):
    """Return the wall time after one answer."""
    wall = WallTime()
    wall.take(now_ms, sent_ms, time_ms)
    return wall


def clocks(story):
    """Return the times that the board's clock was set to."""
    return [effect.time_ms for _, effect in story.done if isinstance(effect, SetWallClock)]


def test_before_any_answer_nothing_is_known():
    """Neither a time nor an error, in the heartbeat nor in the journal."""
    wall = WallTime()
    assert (wall.wall_s(5000), wall.error_ms(5000)) == (0, None)
    out = []
    wall.tell_board(5000, out)
    assert out == []
    story = Story()
    story.wait(31)
    assert "wall_s" not in story.last("heartbeat")
    assert "wall_error_ms" not in story.last("heartbeat")


def test_half_of_the_round_trip_is_the_error_whenever_the_clock_was_read():
    """The true time lies within it, at both ends and between, for odd and even round trips."""
    for trip_ms in (0, 1, 2, 999, 1000):
        for read_ms in {0, trip_ms // 2, trip_ms}:
            now_ms = 10000 + trip_ms
            wall = taken(now_ms, 10000, NEW_YEAR_MS + read_ms)
            error_ms = wall.error_ms(now_ms)
            assert (trip_ms + 1) // 2 <= error_ms <= trip_ms // 2 + 2
            out = []
            wall.tell_board(now_ms, out)
            assert abs(out[0].time_ms - (NEW_YEAR_MS + trip_ms)) <= error_ms, (trip_ms, read_ms)


def test_the_error_grows_with_the_drift_of_the_clock():
    """500 ppm: 1.8 s an hour."""
    wall = taken(1000, 900)
    assert DRIFT_PPM == 500
    assert wall.error_ms(1000) == 50 + 1
    assert wall.error_ms(1000 + 3600000) == 50 + 1800 + 1
    assert wall.wall_s(1000 + 3600000) == NEW_YEAR_MS // 1000 + 3600


def test_a_surer_answer_is_taken_and_one_that_is_less_sure_is_not():
    """As long as they agree; one step around the error that is known."""
    for trip_ms, is_taken in ((198, True), (200, True), (202, True), (204, False)):
        wall = taken(10000, 9800, NEW_YEAR_MS)
        # Within both errors, and not the same.
        wall.take(10000, 10000 - trip_ms, NEW_YEAR_MS + 60)
        assert (wall.error_ms(10000) == trip_ms // 2 + 1) == is_taken, trip_ms


def test_an_answer_that_contradicts_is_believed():
    """The base station's clock was set, or ours drifts more than is assumed: the latest word counts."""
    wall = taken(10000, 9990)
    wall.take(20000, 15000, NEW_YEAR_MS - 3600000)
    assert wall.wall_s(20000) == NEW_YEAR_MS // 1000 - 3600 + 2
    assert wall.error_ms(20000) == 2501


def test_an_answer_to_what_nobody_remembers_says_nothing():
    """It may have been under way for hours."""
    wall = taken(10000, None)
    assert wall.error_ms(10000) is None
    story = Story()
    story.wait(31)
    beat = story.last("heartbeat")
    fields = {"acked_boot": beat["boot"], "acked_seq": beat["seq"] - 1, "time_ms": NEW_YEAR_MS}
    story.command("heartbeat-reply", fields)
    fields = {"acked_boot": beat["boot"] + 1, "acked_seq": beat["seq"], "time_ms": NEW_YEAR_MS}
    story.command("heartbeat-reply", fields)
    assert clocks(story) == []
    fields = {"acked_boot": beat["boot"], "acked_seq": beat["seq"], "time_ms": NEW_YEAR_MS}
    story.command("heartbeat-reply", fields)
    assert len(clocks(story)) == 1


def test_a_receipt_for_an_alarm_of_an_earlier_start_says_nothing():
    """It may answer what that start sent."""
    story = Story({"is_rest_on": 0})
    story.hold(2100)
    again = story.restarted({"is_rest_on": 0})
    again.receipt(again.last("raised"))
    assert clocks(again) == []
    again.receipt(again.last("started"))
    assert len(clocks(again)) == 1


def test_the_heartbeat_says_the_time_and_how_sure_it_is():
    """From the first answer on."""
    story = Story()
    story.receipt(story.last("started"))
    story.wait(31)
    beat = story.last("heartbeat")
    # The answer took the 3 s for which the worker stood; the heartbeat came 22 s later.
    assert beat["wall_s"] == NEW_YEAR_MS // 1000 + 1 + 22
    assert 1500 < beat["wall_error_ms"] <= 1500 + 16


def test_the_boards_clock_is_set_once_and_again_when_it_is_known_to_be_wrong():
    """One ms below the step, at it."""
    for step_ms, count in ((STEP_MS - 1, 1), (STEP_MS, 2)):
        wall = taken(10000, 10000)
        out = []
        wall.tell_board(10000, out)
        wall.take(20000, 20000, NEW_YEAR_MS + 10000 + step_ms)
        wall.tell_board(20000, out)
        assert len(out) == count
    assert out[1].time_ms == NEW_YEAR_MS + 10000 + STEP_MS


def test_wall_time_never_moves_a_timer():
    """Whatever the base station says it is, every message and signal comes at the same moment."""
    stories = []
    for time_ms in (0, NEW_YEAR_MS, 9007199254740991):
        story = Story({"is_rest_on": 0})
        for seq in range(3):
            message = story.last("started")
            fields = {"acked_boot": message["boot"], "acked_seq": message["seq"] + seq}
            story.command("receipt", {"acked_boot": 1, "acked_seq": 1, "time_ms": time_ms})
            fields["time_ms"] = time_ms
            story.command("heartbeat-reply", fields)
        story.lie(60)
        story.wait(60)
        stories.append(
            [t_ms for t_ms, effect in story.done if not isinstance(effect, SetWallClock)]
        )  # fmt: skip
    assert stories[0] == stories[1] == stories[2]


def test_a_time_beyond_all_bounds_is_kept_within_them():
    """Nothing a base station says stops a device."""
    wall = taken(1000, 1000, 9007199254740991)
    assert wall.wall_s(1000) == 2147483647
    wall = taken(1000, 1000, 0)
    assert wall.wall_s(0) == 0
