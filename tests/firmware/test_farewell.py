"""Why the device will fall silent, said before it does."""

from story import NAME, Story

from firmware.farewell import MARGIN_DB
from firmware.settings import Settings
from protocol import codec

EDGE_DBM = Settings().area_edge_dbm
EDGE_MS = Settings().area_edge_ms
EMPTY_PERCENT = Settings().battery_empty_percent


def told(story):
    """Return (state, reason) of everything the device said of its presence after the greeting."""
    return [(message["state"], message["reason"]) for _, message in story.sent("presence")][1:]


def battery(story, percent, is_charging=False):
    """Let the battery have so much left."""
    story.board.battery(story.now_ms, 3700, percent, is_charging)


def shift(story, state):
    """Let the shift go on or off."""
    story.command("shift", {"shift": "s-1", "state": state})


def test_an_empty_battery_is_told_before_it_dies():
    """One percent above the limit, at it, below it; on shift and off."""
    for state in ("on", "off"):
        for percent, expected in (
            (EMPTY_PERCENT + 1, []),
            (EMPTY_PERCENT, [("offline", "battery_empty")]),
            (EMPTY_PERCENT - 1, [("offline", "battery_empty")]),
        ):
            story = Story()
            shift(story, state)
            battery(story, percent)
            battery(story, percent)
            assert told(story) == expected, (state, percent)


def test_a_battery_that_is_charged_takes_it_back():
    """The greeting says that the device stays."""
    story = Story()
    battery(story, 1)
    battery(story, 1, True)
    assert told(story) == [("offline", "battery_empty"), ("online", "connected")]


def test_the_button_works_after_the_warning():
    """It is a warning, not an end."""
    story = Story()
    battery(story, 1)
    story.hold(2100)
    assert len(story.once("raised", "manual")) == 1


def test_leaving_the_area_is_told_while_the_connection_stands():
    """Below the limit, for the whole time: one ms less, exactly, one more."""
    for wait_ms, expected in (
        (EDGE_MS - 1, []),
        (EDGE_MS, [("offline", "out_of_area")]),
        (EDGE_MS + 1, [("offline", "out_of_area")]),
    ):
        story = Story()
        story.signal(EDGE_DBM - 1)
        story.wait_ms(wait_ms)
        assert told(story) == expected, wait_ms


def test_a_signal_at_the_limit_is_none_too_weak():
    """One dB below it, at it, above it."""
    for dbm, is_told in ((EDGE_DBM - 1, True), (EDGE_DBM, False), (EDGE_DBM + 1, False)):
        story = Story()
        story.signal(dbm)
        story.wait_ms(EDGE_MS)
        assert (told(story) != []) == is_told, dbm


def test_only_a_clearly_stronger_signal_takes_it_back():
    """Who stands at the edge does not flap: one dB below the margin, at it."""
    for dbm, expected in (
        (EDGE_DBM + MARGIN_DB - 1, [("offline", "out_of_area")]),
        (EDGE_DBM + MARGIN_DB, [("offline", "out_of_area"), ("online", "connected")]),
    ):
        story = Story()
        story.signal(EDGE_DBM - 1)
        story.wait_ms(EDGE_MS)
        story.signal(dbm)
        assert told(story) == expected


def test_a_signal_that_recovers_in_time_is_nothing():
    """A passage behind a steel door."""
    story = Story()
    story.signal(EDGE_DBM - 1)
    story.wait_ms(EDGE_MS - 1000)
    story.signal(EDGE_DBM + MARGIN_DB)
    story.wait_ms(EDGE_MS)
    assert told(story) == []


def test_off_shift_nobody_is_told_where_the_device_goes():
    """Nor later, when the shift begins with a good signal."""
    story = Story()
    shift(story, "off")
    story.signal(EDGE_DBM - 1)
    story.wait_ms(3 * EDGE_MS)
    assert told(story) == []
    story.signal(EDGE_DBM + MARGIN_DB)
    shift(story, "on")
    assert told(story) == []


def test_a_new_connection_is_told_again_what_still_holds():
    """Its greeting took the warning back."""
    story = Story()
    battery(story, 1)
    story.link(False)
    story.link(True)
    assert told(story) == [
        ("offline", "battery_empty"),
        ("online", "connected"),
        ("offline", "battery_empty"),
    ]
    assert Settings().battery_empty_percent < Settings().battery_critical_percent


def test_without_a_link_nothing_is_told_and_nothing_waits():
    """What was measured before the link broke says nothing of the next one."""
    story = Story()
    story.signal(EDGE_DBM - 1)
    story.link(False)
    story.wait_ms(EDGE_MS)
    battery(story, 1)
    battery(story, 50)
    story.link(True)
    story.wait_ms(2 * EDGE_MS)
    assert told(story) == [("online", "connected")]


def test_no_news_of_the_signal_changes_nothing():
    """A look at the beacons alone, and a strength no radio has."""
    story = Story()
    story.signal(-200)
    story.signal(None, [])
    story.wait_ms(EDGE_MS)
    assert told(story) == [("offline", "out_of_area")]


def test_the_last_words_name_why_the_device_goes():
    """Each reason that a board can know."""
    story = Story()
    for reason in ("switched_off", "charging", "restart"):
        message = codec.decode(story.device.take_farewell(reason), "presence", NAME)
        assert (message["state"], message["reason"]) == ("offline", reason)
    message = codec.decode(story.device.take_farewell(), "presence", NAME)
    assert message["reason"] == "switched_off"


def test_a_start_names_its_cause_and_the_exception_before_it():
    """The sentence only where there is one."""
    for cause in ("power_on", "reset", "watchdog", "brown_out"):
        story = Story(cause=cause)
        assert story.last("started")["cause"] == cause
        assert "error" not in story.last("started")
    story = Story(cause="exception", error="link.py:12 ValueError: no")
    assert story.last("started")["cause"] == "exception"
    assert story.last("started")["error"] == "link.py:12 ValueError: no"
