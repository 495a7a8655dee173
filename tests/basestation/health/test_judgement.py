"""Whether the base station is ready: each part at its bound, and what it says."""

from dataclasses import replace

import pytest

from basestation.health.judgement import (
    COMMIT_S_MAX,
    TIMER_S_MAX,
    WAIT_S_MAX,
    Facts,
    parts_of,
    reasons,
    store_part,
    unproven,
)

WELL = Facts(
    commit_age_s=1.0, timer_late_s=0.0, schema_fault="", standing=(), canary_ages_s=(1.0, None),
    canary_interval_s=5.0, notices_waiting=2, notices_oldest_s=4.0, channels={"sms": True},
    disk_free_bytes=600_000_000, disk_wanted_bytes=500_000_000, is_clock_synchronised=True, clock_step_s=0.0,
    dead_man_fault="", dead_man_age_s=3.0,
)  # fmt: skip


def test_a_station_whose_parts_are_all_proven_is_ready_without_a_word():
    """No reason and no warning."""
    assert unproven(parts_of(WELL)) == ""
    assert reasons(parts_of(WELL), needed=False) == []


def test_a_store_that_keeps_nothing_or_lets_wait_is_no_way_for_an_alarm():
    """At once, and not only when the last proven commit has grown old."""
    for is_failing, waiting_s, is_ok in (
        (False, 0.0, True),
        (False, WAIT_S_MAX, True),
        (False, WAIT_S_MAX + 0.1, False),
        (True, 0.0, False),
    ):
        part = store_part(is_failing=is_failing, waiting_s=waiting_s)
        assert (part.is_ok, part.is_needed) == (is_ok, True)
    assert (
        unproven([store_part(is_failing=True, waiting_s=0.0)]) == "store: the last transaction was not kept"
    )


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"commit_age_s": COMMIT_S_MAX + 1}, "database"),
        ({"commit_age_s": None}, "database"),
        ({"timer_late_s": TIMER_S_MAX + 1}, "timers"),
        ({"timer_late_s": None}, "timers"),
        ({"schema_fault": "version 0001"}, "schema"),
        ({"schema_fault": None}, "schema"),
        ({"standing": ("battery",)}, "watchdogs"),
        ({"canary_ages_s": (16.0, None)}, "brokers"),
        ({"canary_ages_s": ()}, "brokers"),
        ({"disk_free_bytes": 49_999_999}, "disk"),
    ],
)
def test_a_part_that_an_alarm_needs_makes_the_station_not_ready(changes, part):
    """Each with its sentence."""
    assert unproven(parts_of(replace(WELL, **changes))).startswith(f"{part}: ")


@pytest.mark.parametrize(
    "changes",
    [
        {"commit_age_s": COMMIT_S_MAX},
        {"timer_late_s": TIMER_S_MAX},
        {"canary_ages_s": (15.0, 99.0)},
        {"disk_free_bytes": 500_000_000},
    ],
)
def test_at_the_bound_all_is_well(changes):
    """One broker that is proven is enough."""
    assert unproven(parts_of(replace(WELL, **changes))) == ""


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"channels": {"sms": False, "espa": True}}, "channels: do not answer: sms"),
        ({"disk_free_bytes": 499_999_999}, "disk: 499 MB free, 500 wanted"),
        ({"disk_free_bytes": None}, "disk: its space could not be read"),
        ({"is_clock_synchronised": False}, "clock: the machine's clock is not synchronised"),
        ({"clock_step_s": -3600.0}, "clock: it was set by -3600 s"),
        ({"dead_man_fault": "not reached: ConnectError"}, "dead_man: not reached: ConnectError"),
    ],
)
def test_what_does_not_stop_an_alarm_is_a_warning(changes, word):
    """The station stays ready, and says what somebody should look at."""
    parts = parts_of(replace(WELL, **changes))
    assert unproven(parts) == ""
    assert reasons(parts, needed=False) == [word]


def test_dispatch_that_stands_is_said_of_dispatch_too():
    """With how much waits."""
    parts = parts_of(replace(WELL, standing=("dispatch", "timers")))
    assert "dispatch: 2 notices wait, the oldest for 4 s" in unproven(parts)
    assert "timers: " in unproven(parts)
    assert parts_of(replace(WELL, notices_waiting=0, dead_man_fault=None))[3].detail == "nothing waits"
