"""Whether a device guards its wearer: what counts, what is shown, and when it is a technical alarm."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from basestation.cases.protection import (
    OFFLINE,
    PAUSE_OVER,
    SILENT,
    UNSAID,
    Protection,
    ProtectionDue,
    ProtectionSettings,
    SelfTest,
    ShownProtection,
    newest,
    newest_test,
    protection_due,
    shown_protection,
)
from protocol.messages import HINDRANCES

START = datetime(2030, 1, 7, 6, 0, tzinfo=UTC)
SETTINGS = ProtectionSettings()


def at(seconds):
    """Return a moment of the story."""
    return START + timedelta(seconds=seconds)


def said(state, reason=None, seconds=0.0, key=(3, 10), until=None):
    """Return a statement of the device, made and heard at a moment."""
    return Protection(state, reason, at(seconds), at(seconds), until, *key)


@pytest.mark.parametrize(
    ("key", "is_present", "counts"),
    [
        ((3, 9), False, False),
        ((3, 10), False, False),
        ((3, 11), False, True),
        ((2, 99), False, False),
        ((4, 1), False, True),
        ((3, 9), True, False),
        ((1, 1), True, True),
    ],
)
def test_the_statement_with_the_higher_number_counts_in_whatever_order_they_come(key, is_present, counts):
    """By boot, then number; only a heartbeat tells that a device has begun to count anew."""
    known, other = said("protected"), said("not_protected", "clip_open", 5, key)
    assert newest(None, other) == other
    assert newest(known, other, is_present=is_present) == (other if counts else known)


def test_a_state_lasts_from_its_first_word_and_a_suspension_from_its_own():
    """A reason that gives way to another does not begin the time without protection anew."""
    known = said("not_protected", "self_test_due")
    assert newest(known, said("not_protected", "clip_open", 60, (3, 11))).since == at(0)
    assert newest(known, said("protected", None, 60, (3, 11))).since == at(60)
    charging = said("suspended", "charging")
    assert newest(charging, said("suspended", "paused", 60, (3, 11))).since == at(60)
    assert newest(charging, said("suspended", "charging", 60, (3, 11))).since == at(0)
    assert newest(charging, said("suspended", "charging", 60, (3, 11))).said_at == at(60)


def test_a_heartbeat_in_a_pause_keeps_the_end_that_the_event_told():
    """It says nothing of it; a newer end replaces it."""
    pause = said("suspended", "paused", until=at(300))
    assert newest(pause, said("suspended", "paused", 30, (3, 11))).until == at(300)
    assert newest(pause, said("suspended", "paused", 30, (3, 11), at(200))).until == at(200)


@pytest.mark.parametrize(
    ("key", "counts"), [((3, 9), False), ((3, 10), False), ((3, 11), True), ((2, 1), True)]
)
def test_the_later_self_test_counts(key, counts):
    """Within a start by its number, otherwise as they are heard of."""
    known = SelfTest("passed", at(0), {"manual": 1}, "test", 3, 10)
    other = SelfTest("failed", at(9), {"manual": 0}, "test", *key)
    assert newest_test(known, other) == (other if counts else known)
    assert newest_test(None, other) == other


@pytest.mark.parametrize("unheard", [SILENT, OFFLINE])
def test_of_a_device_that_is_not_heard_nothing_is_known(unheard):
    """Whatever it said before; a dead device protects nobody."""
    assert shown_protection(said("protected"), START, at(0), unheard) == ShownProtection("unknown", unheard)


@pytest.mark.parametrize(("seconds", "state"), [(-1, "unknown"), (0, "protected"), (1, "protected")])
def test_what_was_said_before_the_shift_counts_for_nobody(seconds, state):
    """It was another wearer's protection."""
    assert shown_protection(said("protected", None, seconds), START, at(9)).state == state
    assert shown_protection(None, START, at(9)) == ShownProtection("unknown", UNSAID)


def test_each_state_is_shown_with_its_reason_and_since_when_of_this_shift():
    """Also a reason of tomorrow; a state of tomorrow is not taken for protection."""
    told = replace(said("not_protected", "clip_open", -60), said_at=at(1))
    assert shown_protection(told, START, at(2)) == ShownProtection("not_protected", "clip_open", at(0))
    told = said("not_protected", "tomorrow", 5)
    assert shown_protection(told, START, at(5)) == ShownProtection("not_protected", "tomorrow", at(5))
    told = said("not_protected", None, 5)
    assert shown_protection(told, START, at(5)).reason == "not_protected"
    told = said("suspended", "charging", 5)
    assert shown_protection(told, START, at(9999)) == ShownProtection("suspended", "charging", at(5))
    assert shown_protection(said("tomorrow"), START, at(1)).state == "unknown"


def test_a_device_that_says_it_is_off_shift_does_not_protect_a_worker_who_is_at_work():
    """The station's books count, not the device's."""
    shown = shown_protection(said("suspended", "off_shift"), START, at(1))
    assert (shown.state, shown.reason) == ("not_protected", "off_shift")


@pytest.mark.parametrize("until_s", [200, None, 9999])
@pytest.mark.parametrize(
    ("after_s", "state"), [(-1, "suspended"), (0, "not_protected"), (1, "not_protected")]
)
def test_a_pause_counts_as_over_at_its_end_whatever_the_device_says(until_s, after_s, state):
    """Ten minutes at most, and 45 s for the word that it has ended."""
    end_s = min(until_s or 600, 600)
    pause = said("suspended", "paused", until=None if until_s is None else at(until_s))
    shown = shown_protection(pause, START, at(end_s + 45 + after_s))
    assert shown.state == state
    if state == "suspended":
        assert shown == ShownProtection("suspended", "paused", at(0), at(end_s))
    else:
        assert shown == ShownProtection("not_protected", PAUSE_OVER, at(end_s + 45))


def due(told, started_at=START, looked_at=None, up_since=START):
    """Return the technical alarm that comes."""
    return protection_due(told, started_at, looked_at, up_since, SETTINGS)


@pytest.mark.parametrize("reason", HINDRANCES)
def test_every_reason_is_a_technical_alarm_after_its_time_with_a_sentence(reason):
    """Five minutes from the first word of it."""
    coming = due(said("not_protected", reason, 60))
    assert coming == ProtectionDue(at(360), reason)
    assert coming.cause.startswith("the worker is not protected: the ")
    assert reason not in coming.cause


def test_the_time_counts_from_the_shift_from_the_look_and_from_when_the_station_hears():
    """Whichever is latest: what nobody could have mended or heard is no delay of the worker's."""
    told = replace(said("not_protected", "clip_open", -500), said_at=at(1))
    assert due(told).due_at == at(300)
    assert due(told, looked_at=at(200)).due_at == at(500)
    assert due(told, up_since=at(254)).due_at == at(300)
    assert due(told, up_since=at(255)).due_at == at(300)
    assert due(told, up_since=at(256)).due_at == at(301)


def test_a_pause_that_does_not_end_becomes_a_technical_alarm_too():
    """From the moment in which it counts as over."""
    assert due(said("suspended", "paused", until=at(100))) == ProtectionDue(at(445), PAUSE_OVER)
    assert due(said("suspended", "off_shift", 7)) == ProtectionDue(at(307), "off_shift")


def test_who_is_protected_suspended_or_unknown_is_no_technical_alarm_and_a_deaf_station_raises_none():
    """Visible, but nothing is known to be wrong."""
    assert due(said("protected")) is None
    assert due(said("suspended", "charging")) is None
    assert due(said("tomorrow")) is None
    assert due(None) is None
    assert due(said("not_protected", "clip_open", -1)) is None
    assert due(said("not_protected", "clip_open"), up_since=None) is None


def test_a_reason_of_tomorrow_is_said_as_it_came():
    """Better a raw word than none."""
    assert due(said("not_protected", "antenna_torn")).cause.endswith(": antenna_torn")
