"""How long records are kept, and what stands against their deletion."""

from datetime import UTC, datetime, timedelta

import pytest
from lone_shift import NOW, record

from basestation.clearance.keeping import (
    Standing,
    fate_of,
    is_reminder_due,
    months_after,
    newer_than,
    personal_word,
)

MINUTE = timedelta(minutes=1)
FREE = {"is_employed": True, "newer": 0, "has_open_case": False, "hold": "", "is_copy_given": True}


def fate(one, now, **standing):
    """Return what becomes of a record."""
    return fate_of(one, Standing(**(FREE | standing)), now)


@pytest.mark.parametrize(("step", "expected"), [(-1, "kept"), (0, "due"), (1, "due")])
def test_an_instruction_is_kept_three_years_after_its_end(step, expected):
    """The site's convention, at one minute before, at and after."""
    one = record("instruction", "worker", "given", until=NOW)
    assert fate(one, datetime(2029, 3, 2, 8, tzinfo=UTC) + step * MINUTE) == expected


def test_a_fitness_certificate_is_deleted_after_ten_years_or_at_the_end_of_employment():
    """The last three cycles stay until then (guide to GesBergV [T])."""
    one = record("fitness", "worker", "fit", until=NOW)
    late = months_after(NOW, 120)
    assert fate(one, late, newer=2) == "kept"
    assert fate(one, late - MINUTE, newer=3) == "kept"
    assert fate(one, late, newer=3) == "due"
    assert fate(one, NOW, is_employed=False) == "due"


def test_an_open_case_or_a_hold_suspends_deletion():
    """And so does a copy that the person has not got yet."""
    one, late = record("instruction", "worker", "given", until=NOW), NOW + timedelta(days=9999)
    assert fate(one, late, has_open_case=True) == "held"
    assert fate(one, late, hold="court") == "held"
    assert fate(one, late, is_copy_given=False) == "copy_due"
    inspected = record("inspection", "workplace", "findings", until=NOW)
    assert fate(inspected, late, is_copy_given=False) == "due"


def test_what_is_in_force_until_changed_is_kept():
    """A risk assessment has no period after which it goes by itself."""
    one = record("risk_assessment", "workplace", "in_force")
    assert fate(one, NOW + timedelta(days=40_000)) == "kept"
    function_test = record("function_test", "device", "passed")
    assert fate(function_test, NOW + timedelta(days=9999)) == "due"


@pytest.mark.parametrize(("days", "is_due"), [(29, True), (30, True), (31, False)])
def test_somebody_is_reminded_before_a_record_runs_out(days, is_due):
    """An instruction 30 days before."""
    one = record("instruction", "worker", "given", until=NOW + timedelta(days=days))
    assert is_reminder_due(one, NOW) is is_due
    assert not is_reminder_due(record("risk_assessment", "workplace", "in_force"), NOW)


@pytest.mark.parametrize("text", ["PREGNANT", "Schwangerschaft", "Diagnose G40.1", "G40.1", "Diabetes"])
def test_words_of_illness_or_pregnancy_are_found(text):
    """The record says what follows, never why."""
    assert personal_word(text) is not None


@pytest.mark.parametrize("text", ["", "Second ladder of hall 3", "Lift B12"])
def test_other_words_are_not_found(text):
    """A note about the work stays possible."""
    assert personal_word(text) is None


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [((2026, 1, 31), 1, (2026, 2, 28)), ((2028, 1, 31), 1, (2028, 2, 29)), ((2026, 1, 30), 1, (2026, 2, 28)),
     ((2026, 3, 31), 1, (2026, 4, 30)), ((2026, 12, 15), 1, (2027, 1, 15)),
     ((2024, 2, 29), 12, (2025, 2, 28))],
)  # fmt: skip
def test_months_end_on_a_day_that_there_is(day, months, expected):
    """The last of a month stays within it."""
    assert months_after(datetime(*day, tzinfo=UTC), months) == datetime(*expected, tzinfo=UTC)


def test_only_the_same_purpose_counts_as_newer():
    """Two examinations of one worker are two series."""
    first = record("fitness", "worker", "fit", number=1, about="offshore")
    second = record("fitness", "worker", "fit", number=2, about="offshore")
    other = record("fitness", "worker", "fit", number=3, about="fall_hazard")
    assert newer_than(first, (first, second, other)) == 1
    assert newer_than(second, (first, second, other)) == 0
