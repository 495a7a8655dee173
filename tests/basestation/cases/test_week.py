"""Hours of the week as local time, also where the clock is changed."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from basestation.cases.week import Hours, includes, span

BERLIN = ZoneInfo("Europe/Berlin")
#: A Saturday and the Sunday on which the clock is put forward, 2 to 3, and back, 3 to 2.
FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)


def utc(*parts):
    """Return a moment."""
    return datetime(*parts, tzinfo=UTC)


def local(*parts):
    """Return what clocks in Berlin show."""
    return datetime(*parts, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("at", "is_in"),
    [
        ((2026, 3, 2, 7, 59), False), ((2026, 3, 2, 8, 0), True), ((2026, 3, 2, 15, 59), True),
        ((2026, 3, 2, 16, 0), False), ((2026, 3, 3, 9, 0), False),
    ],
)  # fmt: skip
def test_hours_of_a_day_begin_with_their_first_minute_and_end_before_their_last(at, is_in):
    """On the days named, and no other."""
    assert includes(Hours((1,), 480, 960), local(*at)) == is_in


@pytest.mark.parametrize(
    ("at", "is_in"),
    [
        ((2026, 3, 2, 21, 59), False), ((2026, 3, 2, 22, 0), True), ((2026, 3, 3, 5, 59), True),
        ((2026, 3, 3, 6, 0), False), ((2026, 3, 3, 22, 0), False), ((2026, 3, 2, 3, 0), False),
    ],
)  # fmt: skip
def test_a_night_belongs_to_the_day_on_which_it_begins(at, is_in):
    """Monday night lasts until Tuesday morning."""
    assert includes(Hours((1,), 1320, 360), local(*at)) == is_in


def test_equal_ends_are_twenty_four_hours():
    """From eight to eight."""
    begin, end = span(Hours((1,), 480, 480), date(2026, 3, 2), BERLIN)
    assert (begin, end) == (utc(2026, 3, 2, 7), utc(2026, 3, 3, 7))
    assert includes(Hours((1,), 480, 480), local(2026, 3, 3, 7, 59))
    assert not includes(Hours((1,), 480, 480), local(2026, 3, 3, 8, 0))


def test_a_night_over_the_change_of_the_clock_lasts_as_long_as_it_lasts():
    """22 to 6 is seven hours in spring and nine in autumn."""
    night = Hours((6,), 1320, 360)
    lengths = [
        end - begin
        for begin, end in (span(night, day - timedelta(days=1), BERLIN) for day in (FORWARD, BACK))
    ]
    assert lengths == [timedelta(hours=7), timedelta(hours=9)]


@pytest.mark.parametrize("day", [FORWARD, BACK])
def test_where_one_ends_another_begins_also_at_a_time_that_comes_twice_or_never(day):
    """Two too many for an hour, never nobody."""
    before = span(Hours((7,), 0, 150), day, BERLIN)
    after = span(Hours((7,), 150, 480), day, BERLIN)
    assert after[0] <= before[1]
    assert before[1] - after[0] == timedelta(hours=1)


def test_a_span_that_meets_no_change_of_the_clock_has_its_plain_length():
    """Both readings of a plain time are the same."""
    assert span(Hours((7,), 480, 960), FORWARD, BERLIN) == (utc(2026, 3, 29, 6), utc(2026, 3, 29, 14))
