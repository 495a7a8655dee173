"""When a device that says nothing becomes a technical alarm, to the millisecond."""

from datetime import UTC, datetime, timedelta

import pytest

from basestation.cases import silence
from basestation.cases.events import ConditionEnded
from basestation.cases.silence import DeviceWatch, SilenceSettings, silence_due

SETTINGS = SilenceSettings()
ZERO = datetime(2030, 1, 7, 6, 0, tzinfo=UTC)
LONG_AGO = ZERO - timedelta(days=1)
#: Around each limit.
AROUND_MS = (-1, 0, 1)


def at(seconds, ms=0):
    """Return a moment of the story, in seconds from its start."""
    return ZERO + timedelta(seconds=seconds, milliseconds=ms)


def on_shift(**facts):
    """Return the watch of a device on shift since the start, last heard a minute later."""
    return DeviceWatch(**({"device": "d-1", "shift_started_at": ZERO, "heard_at": at(60)} | facts))


def due(watch, link_up_since=LONG_AGO, settings=SETTINGS):
    """Return (seconds from the start, cause), or None."""
    found = silence_due(watch, link_up_since, settings)
    return found and ((found.due_at - ZERO).total_seconds(), found.cause)


def test_a_device_that_is_not_heard_is_silent_within_ninety_seconds():
    """With five seconds left for the store and the screen."""
    assert due(on_shift()) == (60 + 85, "no heartbeat for 85 s")
    assert SETTINGS.silence_s < 90


def test_each_sign_of_life_gives_the_full_time_again():
    """Any message counts, not only a heartbeat."""
    watch, ended = silence.heard(on_shift(), at(100))
    assert ended is None
    assert due(watch) == (185, "no heartbeat for 85 s")


def test_a_last_will_counts_after_twenty_seconds():
    """The broker noticed first."""
    watch = silence.went_offline(on_shift(), "lost", at(65))
    assert due(watch) == (85, "contact with the device is lost")
    assert watch.offline_reason == "lost"


def test_a_device_that_is_heard_again_takes_its_last_will_back():
    """A short gap of the radio is no alarm."""
    watch, _ = silence.heard(silence.went_offline(on_shift(), "lost", at(65)), at(84, 999))
    assert (watch.offline_at, watch.offline_reason) == (None, None)
    assert due(watch) == (84.999 + 85, "no heartbeat for 85 s")


def test_a_second_last_will_does_not_postpone_the_alarm():
    """The first one since the device was heard counts."""
    watch = silence.went_offline(on_shift(), "lost", at(65))
    assert silence.went_offline(watch, "switched_off", at(80)) == watch


@pytest.mark.parametrize("ms", AROUND_MS)
def test_silence_and_last_will_the_earlier_one_counts(ms):
    """A will that comes late does not postpone what silence has said already."""
    watch = silence.went_offline(on_shift(), "lost", at(125, ms))
    expected = "no heartbeat for 85 s" if ms > 0 else "contact with the device is lost"
    assert due(watch) == (145 + min(ms, 0) / 1000, expected)


def test_off_shift_silence_is_no_alarm():
    """Whatever was heard or not."""
    assert due(on_shift(shift_started_at=None)) is None
    assert due(on_shift(shift_started_at=None, offline_at=at(1), offline_reason="lost")) is None
    assert due(DeviceWatch("d-1")) is None


def test_a_device_never_heard_is_silent_too():
    """A shift that starts without a working device is unprotected."""
    assert due(on_shift(heard_at=None)) == (85, "not heard since the shift began, for 85 s")


@pytest.mark.parametrize(("ms", "cause"), [(-1, "not heard since"), (0, "no heartbeat"), (1, "no heartbeat")])
def test_what_was_heard_before_the_shift_counts_from_its_start(ms, cause):
    """Off shift a device may sleep."""
    seconds, found = due(on_shift(heard_at=at(0, ms)))
    assert seconds == 85 + max(ms, 0) / 1000
    assert found.startswith(cause)


@pytest.mark.parametrize("ms", AROUND_MS)
def test_a_last_will_from_before_the_shift_counts_from_its_start(ms):
    """A device that was lost while nobody wore it."""
    watch = silence.shift_started(silence.went_offline(DeviceWatch("d-1"), "lost", at(0, ms)), ZERO)
    assert due(watch) == (20 + max(ms, 0) / 1000, "contact with the device is lost")


@pytest.mark.parametrize("ms", AROUND_MS)
def test_switching_off_in_the_shift_is_an_alarm_at_once(ms):
    """Of its own class; one that was off before the shift began is only silent."""
    watch = silence.shift_started(silence.went_offline(DeviceWatch("d-1"), "switched_off", at(0, ms)), ZERO)
    found = silence_due(watch, LONG_AGO, SETTINGS)
    assert found.is_switched_off == (ms >= 0)
    if ms >= 0:
        assert (found.due_at, found.cause) == (at(0, ms), "the device was switched off during the shift")
    else:
        assert (found.due_at, found.cause) == (at(20), "the device is switched off")


def test_switching_off_waits_for_no_grace_and_ends_like_any_silence():
    """The device said it itself; only while nobody hears anything it waits."""
    watch = silence.went_offline(on_shift(), "switched_off", at(65))
    assert due(watch, link_up_since=None) is None
    assert due(watch, link_up_since=at(64)) == (65, "the device was switched off during the shift")
    watch, ended = silence.heard(silence.silenced(watch), at(90))
    assert ended == ConditionEnded()
    assert due(watch) == (90 + 85, "no heartbeat for 85 s")


def test_switching_off_off_shift_is_no_alarm():
    """Nor is any other reason."""
    for reason in ("switched_off", "charging", "restart", "lost", *silence.WARNINGS):
        watch = silence.went_offline(on_shift(shift_started_at=None), reason, at(65))
        assert due(watch) is None, reason
        assert due(silence.forewarned(on_shift(shift_started_at=None), "out_of_area", at(65))[0]) is None


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("charging", "the device was put on its charger during the shift"),
        ("restart", "the device has not come back from a restart"),
    ],
)
def test_the_last_words_of_a_device_are_the_cause(reason, cause):
    """After the time of a last will."""
    assert due(silence.went_offline(on_shift(), reason, at(65))) == (85, cause)


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("battery_empty", "the device's battery is empty"),
        ("out_of_area", "the device left the area with radio coverage"),
    ],
)
def test_what_was_foretold_is_the_cause_of_the_silence_that_follows(reason, cause):
    """By last will or by missing heartbeats; while the device speaks there is no alarm."""
    watch, ended = silence.forewarned(on_shift(), reason, at(65))
    assert ended is None
    watch, _ = silence.heard(watch, at(70))
    assert due(watch) == (155, f"{cause}: no heartbeat for 85 s")
    assert due(silence.went_offline(watch, "lost", at(75))) == (95, cause)
    # What it says itself at the end counts more.
    assert due(silence.went_offline(watch, "restart", at(75)))[1].endswith("restart")


def test_a_greeting_takes_back_what_was_foretold():
    """And ends a condition that lasts, like any sign of life."""
    watch, _ = silence.forewarned(on_shift(), "out_of_area", at(65))
    watch, ended = silence.came_online(silence.silenced(watch), at(80))
    assert ended == ConditionEnded()
    assert due(watch) == (165, "no heartbeat for 85 s")


def test_while_the_base_is_deaf_no_device_is_called_silent():
    """Its own outage is another alarm."""
    assert due(on_shift(), link_up_since=None) is None
    assert due(on_shift(offline_at=at(65)), link_up_since=None) is None


@pytest.mark.parametrize("ms", AROUND_MS)
def test_after_the_base_was_deaf_each_device_gets_a_heartbeat_and_a_margin(ms):
    """A broker or base station that restarts opens no cases of devices."""
    assert due(on_shift(), link_up_since=at(100, ms)) == (145 + max(ms, 0) / 1000, "no heartbeat for 85 s")
    assert due(on_shift(), link_up_since=at(1000)) == (1045, "no heartbeat for 85 s")


@pytest.mark.parametrize("ms", AROUND_MS)
def test_last_wills_of_the_bases_own_outage_count_from_its_return(ms):
    """They say that the broker went, not that the device did."""
    will = at(75, ms)
    watch = on_shift(offline_at=will, offline_reason="lost")
    assert due(watch, link_up_since=at(80)) == (125, "contact with the device is lost")
    assert due(watch, link_up_since=at(50)) == (95 + max(ms, 0) / 1000, "contact with the device is lost")


def test_an_alarm_that_is_raised_is_not_raised_again():
    """Until the device was heard."""
    watch = silence.silenced(on_shift())
    assert due(watch) is None
    watch, ended = silence.heard(watch, at(500))
    assert ended == ConditionEnded()
    assert due(watch) == (585, "no heartbeat for 85 s")
    assert silence.heard(watch, at(501))[1] is None


def test_the_end_of_the_shift_ends_the_supervision():
    """A lasting condition is over with it, another is not invented."""
    watch, ended = silence.shift_ended(on_shift())
    assert (watch.shift_started_at, ended) == (None, None)
    watch, ended = silence.shift_ended(silence.silenced(on_shift()))
    assert (watch.shift_started_at, watch.is_silent, ended) == (None, False, ConditionEnded())


def test_the_times_are_settings():
    """A site may be stricter."""
    settings = SilenceSettings(last_will_s=5, silence_s=40, grace_s=10)
    assert due(on_shift(), settings=settings) == (100, "no heartbeat for 40 s")
    assert due(on_shift(offline_at=at(61)), settings=settings)[0] == 66
    assert due(on_shift(), link_up_since=at(200), settings=settings)[0] == 210
    assert due(on_shift(heard_at=None), settings=settings) == (
        40,
        "not heard since the shift began, for 40 s",
    )


def test_a_reason_nobody_knows_is_shown_as_it_came():
    """A newer firmware may know more reasons."""
    watch = silence.went_offline(on_shift(), "eaten_by_a_bear", at(65))
    assert due(watch)[1] == "the device went offline: eaten_by_a_bear"
