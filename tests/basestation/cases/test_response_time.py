"""What measured drills say of the time to help, and of the risk assessment: R = (GZ + EV) x NW."""

import pytest

from basestation.cases.response_time import (
    FORBIDDEN,
    HOLDS,
    MAY_BE_LOWERED,
    NOT_MEASURED,
    RAISED,
    Measured,
    ev_of,
    judged,
    risk_of,
    worst_of_last_three,
)


@pytest.mark.parametrize(
    ("help_s", "ev"),
    [
        (0, 0), (299, 0), (300, 1), (301, 1), (599, 1), (600, 2), (601, 2), (899, 2), (900, 2), (901, None),
        (None, None),
    ],
)  # fmt: skip
def test_ev_steps_at_five_and_ten_minutes_and_ends_at_fifteen(help_s, ev):
    """Under 5 min 0, to under 10 min 1, to 15 min 2 [GK]; later, or never, no lone work [T]."""
    assert ev_of(help_s) == ev


def test_the_worst_of_the_newest_three_counts():
    """A fourth is history; help that never came is worse than any time."""
    times = [Measured(4, 200), Measured(3, 500), Measured(2, 100), Measured(1, 999)]
    assert worst_of_last_three(times) == Measured(3, 500)
    assert worst_of_last_three([Measured(5, None), *times]) == Measured(5, None)
    assert worst_of_last_three(times[2:]) == Measured(1, 999)
    assert worst_of_last_three([]) is None


def test_risk_is_hazard_and_response_time_times_probability():
    """1 to 120 [T]."""
    assert (risk_of(1, 0, 1), risk_of(10, 2, 10), risk_of(4, 1, 6)) == (1, 120, 30)


@pytest.mark.parametrize(
    ("gz", "ev", "nw"), [(0, 0, 1), (11, 0, 1), (1, -1, 1), (1, 3, 1), (1, 0, 0), (1, 0, 11)]
)
def test_figures_that_no_assessment_has_are_our_own_mistake(gz, ev, nw):
    """Refused loudly."""
    with pytest.raises(AssertionError):
        risk_of(gz, ev, nw)


@pytest.mark.parametrize(
    ("help_s", "figures", "outcome", "ev", "risk", "no_longer_holds", "ev_by_signature"),
    [
        (299, (4, 0, 6), HOLDS, 0, 24, False, None),
        (300, (4, 0, 6), RAISED, 1, 30, True, None),
        (600, (4, 0, 6), RAISED, 2, 36, True, None),
        (299, (4, 2, 5), MAY_BE_LOWERED, 2, 30, False, 0),
        (300, (4, 2, 6), MAY_BE_LOWERED, 2, 36, True, 1),
        (901, (1, 0, 1), FORBIDDEN, None, None, True, None),
        (None, (1, 2, 1), FORBIDDEN, None, None, True, None),
        (700, (8, 2, 4), HOLDS, 2, 40, True, None),
    ],
)
def test_a_measured_time_raises_ev_by_itself_and_lowers_it_only_by_a_signature(
    help_s, figures, outcome, ev, risk, no_longer_holds, ev_by_signature
):
    """Raised: it no longer holds. Lower: it stays until somebody signs. R up to 30 is bearable."""
    found = judged(Measured(1, help_s), *figures)
    assert (found.outcome, found.ev, found.risk) == (outcome, ev, risk)
    assert (found.no_longer_holds, found.ev_by_signature) == (no_longer_holds, ev_by_signature)


@pytest.mark.parametrize(("nw", "no_longer_holds"), [(6, False), (7, True)])
def test_where_nothing_was_measured_the_assessment_stands_as_it_is(nw, no_longer_holds):
    """A guess that nobody has tried; R over 30 holds no more for that."""
    found = judged(None, 4, 1, nw)
    assert (found.outcome, found.ev, found.no_longer_holds) == (NOT_MEASURED, 1, no_longer_holds)
