"""What the control room makes of what a device says of its battery."""

from datetime import UTC, datetime, timedelta

import pytest

from basestation.cases.battery import (
    CRITICAL_PERCENT,
    MEASURED,
    MEASURED_PERCENT,
    RISE_PERCENT,
    SPARE,
    SPARE_AGAIN,
    Outlook,
    is_short,
    outlook_after,
)

NOW = datetime(2026, 3, 2, 22, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def beat(percent, **fields):
    """Return a heartbeat."""
    return {"kind": "heartbeat", "battery_percent": percent, **fields}


def fallen(*readings):
    """Return the outlook after readings (minutes, percent) of a device that predicts nothing."""
    outlook = Outlook()
    for minutes, percent in readings:
        outlook = outlook_after(outlook, beat(percent), NOW + minutes * MINUTE)
    return outlook


def test_what_the_device_predicts_counts_and_the_charger_ends_it():
    """A heartbeat that says nothing of the battery, and any other message, change nothing."""
    said = outlook_after(Outlook(), beat(60, battery_left_min=340, is_charging=False), NOW)
    assert said.until == NOW + timedelta(minutes=340)
    assert outlook_after(said, {"kind": "heartbeat"}, NOW) is said
    assert outlook_after(said, {"kind": "started", "battery_percent": 1}, NOW) is said
    charging = outlook_after(said, beat(60, is_charging=True), NOW)
    assert charging == Outlook(is_charging=True)


def test_of_an_old_device_the_loss_since_its_charger_is_measured_for_an_hour_and_three_percent():
    """A minute and a percent below, at and above."""
    hour = int(MEASURED / MINUTE)
    for minutes, is_known in ((hour - 1, False), (hour, True), (hour + 1, True)):
        assert (fallen((0, 80), (minutes, 70)).until is not None) == is_known, minutes
    least = MEASURED_PERCENT
    for lost, is_known in ((least - 1, False), (least, True), (least + 1, True)):
        assert (fallen((0, 80), (90, 80 - lost)).until is not None) == is_known, lost
    assert fallen((0, 80), (60, 70)).until == NOW + 60 * MINUTE + 6 * (70 - CRITICAL_PERCENT) * MINUTE
    assert fallen((0, 20), (60, CRITICAL_PERCENT - 1)).until == NOW + 60 * MINUTE


def test_an_old_device_that_was_charged_begins_anew():
    """A rise of two percent is noise."""
    assert fallen((0, 80), (60, 70), (90, 70 + RISE_PERCENT)).until is not None
    assert fallen((0, 80), (60, 70), (90, 71 + RISE_PERCENT)).until is None


@pytest.mark.parametrize(("was_short", "spare"), [(False, SPARE), (True, SPARE_AGAIN)])
def test_it_is_short_below_half_an_hour_to_spare_and_enough_again_with_an_hour(was_short, spare):
    """A minute below each limit, at it, above it."""
    end = NOW + timedelta(hours=6)
    for minutes, expected in ((-1, True), (0, False), (1, False)):
        outlook = Outlook(end + spare + minutes * MINUTE)
        assert is_short(outlook, end, NOW, was_short=was_short) == expected, minutes


@pytest.mark.parametrize("was_short", [False, True])
def test_who_knows_nothing_thinks_as_before_and_a_charger_or_a_passed_end_is_no_shortage(was_short):
    """A minute after the planned end, at it, before it."""
    end = NOW + timedelta(hours=6)
    assert is_short(Outlook(), end, NOW, was_short=was_short) == was_short
    assert not is_short(Outlook(is_charging=True), end, NOW, was_short=was_short)
    for minutes, expected in ((-1, True), (0, False), (1, False)):
        at = end + minutes * MINUTE
        assert is_short(Outlook(at), end, at, was_short=was_short) == expected, minutes
