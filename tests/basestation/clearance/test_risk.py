"""Risk of lone work, performance level and index: each limit at one below, at and above it."""

import itertools

import pytest

from basestation.clearance.risk import (
    Estimate,
    FigureRefused,
    help_figure_of,
    help_s_proven,
    risk_of,
)
from basestation.clearance.risk_graph import GraphRefused, checked_table, required_level, risk_index

#: domain.md, "Risk assessment": consequence by class of hazard and probability [T].
CONSEQUENCES = {
    ("low", "low"): "none", ("low", "moderate"): "none", ("low", "high"): "none",
    ("raised", "low"): "rounds", ("raised", "moderate"): "rounds", ("raised", "high"): "permanent",
    ("critical", "low"): "permanent", ("critical", "moderate"): "permanent",
    ("critical", "high"): "permanent",
}  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "hazard", "probability"),
    [(1, "low", "low"), (3, "low", "low"), (4, "raised", "moderate"), (6, "raised", "moderate"),
     (7, "critical", "high"), (10, "critical", "high")],
)  # fmt: skip
def test_hazard_and_probability_have_their_classes(figure, hazard, probability):
    """GZ low 1-3 [T], raised 4-6, critical 7-10; NW low 1-3, moderate 4-6, high 7-10 [GK]."""
    found = risk_of(Estimate(figure, figure, 0))
    assert (found.hazard, found.probability) == (hazard, probability)


@pytest.mark.parametrize(
    ("help_s", "figure"), [(0, 0), (299, 0), (300, 1), (599, 1), (600, 2), (900, 2), (901, 2)]
)
def test_the_time_until_help_has_its_figure(help_s, figure):
    """EV: under 5 min 0, 5 to under 10 min 1, from there 2 [GK]."""
    assert help_figure_of(help_s) == figure


def test_for_every_estimate_risk_and_consequence_are_those_of_the_rule():
    """R = (GZ + EV) * NW in 1..120, allowed up to 30; consequences and prohibitions [T]."""
    figures = set()
    product = itertools.product(range(1, 11), range(1, 11), (0, 300, 600, 901), (False, True))
    for hazard, probability, help_s, has_several in product:
        found = risk_of(Estimate(hazard, probability, help_s, has_several))
        counted = min(10, probability + has_several)
        assert found.probability_figure == counted
        assert found.figure == (hazard + found.help_figure) * counted
        assert found.supervision == CONSEQUENCES[found.hazard, found.probability]
        assert ("risk_too_high" in found.forbidden_because) == (found.figure > 30)
        assert ("help_too_far" in found.forbidden_because) == (help_s > 900)
        is_worst = (found.hazard, found.probability) == ("critical", "high")
        assert ("critical_and_likely" in found.forbidden_because) == is_worst
        figures.add(found.figure)
    assert (min(figures), max(figures)) == (1, 120)


@pytest.mark.parametrize(("hazard", "is_allowed"), [(4, True), (5, True), (6, False)])
def test_thirty_is_the_most_that_is_allowed(hazard, is_allowed):
    """(5 + 1) * 5 is 30 and allowed; one step more forbids, and no device changes that [T]."""
    assert (risk_of(Estimate(hazard, 5, 300)).forbidden_because == ()) is is_allowed


@pytest.mark.parametrize(("help_s", "is_too_far"), [(899, False), (900, False), (901, True)])
def test_help_more_than_fifteen_minutes_away_forbids_lone_work(help_s, is_too_far):
    """Over 15 min: no lone work [T]."""
    assert ("help_too_far" in risk_of(Estimate(1, 1, help_s)).forbidden_because) is is_too_far


@pytest.mark.parametrize(
    "estimate",
    [Estimate(0, 1, 0), Estimate(11, 1, 0), Estimate(1, 0, 0), Estimate(1, 11, 0), Estimate(1, 1, -1)],
)
def test_a_figure_outside_its_scale_is_refused(estimate):
    """No figure is bent into its scale."""
    with pytest.raises(FigureRefused):
        risk_of(estimate)


@pytest.mark.parametrize(
    ("drills", "counts"), [((), 240), ((100,), 240), ((999, 100, 100, 100), 240), ((100, 999, 100, 100), 999)]
)
def test_the_worst_of_the_last_three_drills_only_raises_the_time_until_help(drills, counts):
    """EV is not a guess once drills are recorded; lowering needs a signature [D]."""
    assert help_s_proven(240, drills) == counts


def test_the_risk_graph_is_that_of_iso_13849_1():
    """The eight ways through the graph [T]."""
    levels = [required_level(*way) for way in itertools.product(("S1", "S2"), ("F1", "F2"), ("P1", "P2"))]
    assert levels == ["a", "b", "b", "c", "c", "d", "d", "e"]
    with pytest.raises(GraphRefused):
        required_level("S3", "F1", "P1")


def test_the_index_is_empty_until_the_site_enters_its_table():
    """The mapping was not found in a public text: nothing is made up."""
    assert risk_index({}, "S2", "F1", "O3", "A2") is None
    assert risk_index(checked_table({"S2 F1 O3 A2": 5}), "S2", "F1", "O3", "A2") == 5


@pytest.mark.parametrize(
    ("row", "index"), [("S2 F1 O3", 5), ("S2 F1 O4 A2", 5), ("S2 F1 O3 A2", 0), ("S2 F1 O3 A2", 7)]
)
def test_a_wrong_row_of_an_index_is_refused(row, index):
    """Parameters and index lie in their scales."""
    with pytest.raises(GraphRefused):
        checked_table({row: index})
