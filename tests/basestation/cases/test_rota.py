"""Who has a duty, when nobody has, and that the two agree."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from basestation.cases.rota import (
    Absence,
    Gap,
    Override,
    PlannedDuty,
    Rota,
    gaps,
    on_duty,
    planned,
    turnovers,
)
from basestation.cases.week import WEEK, Hours

BERLIN = ZoneInfo("Europe/Berlin")
#: A Monday.
MONDAY = date(2026, 3, 2)
ANNA, BEN, CARA = 1, 2, 3
DAY, NIGHT = Hours(WEEK, 360, 1080), Hours(WEEK, 1080, 360)


def local(*parts):
    """Return the moment at which clocks in Berlin show this."""
    return datetime(*parts, tzinfo=BERLIN).astimezone(UTC)


def rota(*plan, overrides=()):
    """Return a rota of Berlin."""
    return Rota(BERLIN, plan, overrides)


ROUND_THE_CLOCK = rota(PlannedDuty(ANNA, DAY, MONDAY), PlannedDuty(BEN, NIGHT, MONDAY))


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ((2026, 3, 2, 5, 59), ()), ((2026, 3, 2, 6, 0), (ANNA,)), ((2026, 3, 2, 17, 59), (ANNA,)),
        ((2026, 3, 2, 18, 0), (BEN,)), ((2026, 3, 3, 5, 59), (BEN,)), ((2026, 3, 3, 6, 0), (ANNA,)),
    ],
)  # fmt: skip
def test_a_duty_passes_on_at_the_minute(at, who):
    """Before the first day nobody has it, and the night lasts until the morning."""
    assert on_duty(ROUND_THE_CLOCK, (), local(*at)) == who


def test_every_other_week_is_counted_from_the_monday_before_the_first_day():
    """A plan that begins on a Wednesday passes on with the calendar week."""
    plan = rota(PlannedDuty(ANNA, DAY, date(2026, 3, 4), None, 2))
    days = [day for day in range(2, 32) if on_duty(plan, (), local(2026, 3, day, 12, 0))]
    assert days == [4, 5, 6, 7, 8, 16, 17, 18, 19, 20, 21, 22, 30, 31]


def test_the_last_day_is_the_last_on_which_a_duty_begins():
    """The night that begins on it is still covered."""
    plan = rota(PlannedDuty(BEN, NIGHT, MONDAY, date(2026, 3, 3)))
    assert on_duty(plan, (), local(2026, 3, 4, 5, 59)) == (BEN,)
    assert on_duty(plan, (), local(2026, 3, 4, 18, 0)) == ()


def test_a_change_counts_instead_of_the_plan_or_beside_it():
    """For its time, to the minute."""
    times = local(2026, 3, 2, 10, 0), local(2026, 3, 2, 12, 0)
    instead = rota(*ROUND_THE_CLOCK.plan, overrides=(Override(CARA, *times),))
    beside = rota(*ROUND_THE_CLOCK.plan, overrides=(Override(CARA, *times, is_instead=False),))
    twice = rota(*ROUND_THE_CLOCK.plan, overrides=(Override(ANNA, *times, is_instead=False),))
    assert [on_duty(instead, (), local(2026, 3, 2, *at)) for at in ((9, 59), (10, 0), (11, 59), (12, 0))] == [
        (ANNA,), (CARA,), (CARA,), (ANNA,),
    ]  # fmt: skip
    assert on_duty(beside, (), local(2026, 3, 2, 11, 0)) == (ANNA, CARA)
    assert on_duty(twice, (), local(2026, 3, 2, 11, 0)) == (ANNA,)


def test_who_is_away_has_no_duty_and_displaces_nobody():
    """The plan names them still, so that it can be said why they are not called."""
    away = (Absence(ANNA, local(2026, 3, 2, 8, 0), local(2026, 3, 2, 9, 0)),)
    assert on_duty(ROUND_THE_CLOCK, away, local(2026, 3, 2, 8, 59)) == ()
    assert planned(ROUND_THE_CLOCK, local(2026, 3, 2, 8, 59)) == (ANNA,)
    assert on_duty(ROUND_THE_CLOCK, away, local(2026, 3, 2, 9, 0)) == (ANNA,)
    change = Override(CARA, local(2026, 3, 2, 6, 0), local(2026, 3, 2, 18, 0))
    changed = rota(*ROUND_THE_CLOCK.plan, overrides=(change,))
    gone = (Absence(CARA, local(2026, 3, 2, 8, 0), local(2026, 3, 2, 9, 0)),)
    assert on_duty(changed, gone, local(2026, 3, 2, 8, 30)) == (ANNA,)
    assert on_duty(changed, gone, local(2026, 3, 2, 9, 30)) == (CARA,)


def test_times_with_nobody_are_joined_over_everything_that_passes_on_in_them():
    """From the end of one duty to the begin of the next, whatever changes in between."""
    plan = rota(PlannedDuty(ANNA, DAY, MONDAY))
    away = (Absence(BEN, local(2026, 3, 2, 20, 0), local(2026, 3, 2, 21, 0)),)
    begin, end = local(2026, 3, 2, 12, 0), local(2026, 3, 3, 12, 0)
    assert gaps(plan, away, begin, end) == (Gap(local(2026, 3, 2, 18, 0), local(2026, 3, 3, 6, 0)),)
    assert gaps(ROUND_THE_CLOCK, (), begin, end) == ()
    assert gaps(rota(), (), begin, end) == (Gap(begin, end),)
    assert turnovers(plan, (), begin, end) == (local(2026, 3, 2, 18, 0), local(2026, 3, 3, 6, 0))


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24)])
def test_the_change_of_the_clock_leaves_no_minute_without_anybody(day):
    """Three who follow each other at half past two, which comes never or twice."""
    parts = (Hours(WEEK, 0, 150), Hours(WEEK, 150, 720), Hours(WEEK, 720, 0))
    plan = rota(*(PlannedDuty(person, hours, MONDAY) for person, hours in enumerate(parts)))
    begin = local(day.year, day.month, day.day, 0, 0)
    assert gaps(plan, (), begin, begin + timedelta(days=3)) == ()
    minutes = (begin + timedelta(minutes=minute) for minute in range(3 * 1440))
    assert all(on_duty(plan, (), at) for at in minutes)


hours_of_day = st.builds(
    Hours,
    st.lists(st.sampled_from(WEEK), min_size=1, unique=True).map(tuple),
    st.sampled_from([0, 119, 120, 121, 150, 179, 180, 181, 360, 1080, 1439]),
    st.sampled_from([0, 119, 120, 121, 150, 179, 180, 181, 360, 1080, 1439]),
)


@st.composite
def rotas(draw):
    """A rota with changes and absences around a change of the clock, and the moment to look from."""
    first = draw(st.sampled_from([date(2026, 3, 26), date(2026, 10, 20)]))
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)

    def times():
        begin = start + timedelta(minutes=draw(st.integers(0, 8 * 1440)))
        return begin, begin + timedelta(minutes=draw(st.integers(1, 2000)))

    person = st.integers(1, 3)
    plan = tuple(
        PlannedDuty(draw(person), draw(hours_of_day), first - timedelta(days=draw(st.integers(0, 9))), None,
                    draw(st.integers(1, 2)))
        for _ in range(draw(st.integers(0, 3)))
    )  # fmt: skip
    overrides = tuple(
        Override(draw(person), *times(), is_instead=draw(st.booleans()))
        for _ in range(draw(st.integers(0, 2)))
    )
    absences = tuple(Absence(draw(person), *times()) for _ in range(draw(st.integers(0, 2))))
    return Rota(BERLIN, plan, overrides), absences, start


@settings(max_examples=5, deadline=None, derandomize=True)
@given(rotas())
def test_for_every_minute_of_eight_days_gaps_and_duty_agree(drawn):
    """Nobody on duty is a gap, and a gap is nobody on duty."""
    plan, away, start = drawn
    empty = gaps(plan, away, start, start + timedelta(days=8))
    for minute in range(8 * 1440):
        at = start + timedelta(minutes=minute)
        assert (not on_duty(plan, away, at)) == any(gap.from_at <= at < gap.until_at for gap in empty), at


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rotas())
def test_gaps_and_duty_agree_around_everything_that_passes_on(drawn):
    """A microsecond before, at, and a minute after each moment at which something may change."""
    plan, away, start = drawn
    until = start + timedelta(days=8)
    empty = gaps(plan, away, start, until)
    assert all(one.until_at < other.from_at for one, other in pairwise(empty))
    for moment in turnovers(plan, away, start, until):
        for at in (moment - timedelta(microseconds=1), moment, moment + timedelta(minutes=1)):
            if at < until:
                is_gap = any(gap.from_at <= at < gap.until_at for gap in empty)
                assert (not on_duty(plan, away, at)) == is_gap, at
