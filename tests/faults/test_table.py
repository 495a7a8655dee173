"""The table of `make faults`: what breaks a bound, and what a page says of it."""

import dataclasses

import pytest

from tests.faults import table
from tests.faults.fault import Fault, nothing
from tests.faults.judgement import Verdict
from tests.faults.moments import Found
from tests.faults.workload import Outcome

FAULT = Fault("cut", "a cable is cut", nothing, 1, ("console",), 5, 10, "said before")
WELL = Verdict((), (), 9, 9, 0)


def outcome(fault=FAULT, **changes):
    """Return a run that kept its bounds, with these changes."""
    facts = {"verdict": WELL, "noticed_s": 5.0, "noticed": "seen", "recovered_s": 10.0, "normal_s": 2.0}
    return Outcome(fault, "sqlite", **{**facts, **changes})


def test_bounds_that_are_just_kept_are_kept():
    """The last moment is within the bound."""
    assert table.row_of(outcome()).violations == ()
    assert "| yes |" in table.markdown([table.row_of(outcome())])


@pytest.mark.parametrize(
    "changes",
    [
        {"noticed_s": 5.1}, {"noticed_s": None}, {"recovered_s": 10.1}, {"recovered_s": None},
        {"verdict": Verdict(("an alarm",), (), 9, 9, 0)}, {"verdict": Verdict((), ("a case",), 9, 9, 0)},
    ],
)  # fmt: skip
def test_a_bound_that_is_broken_and_anything_lost_or_doubled_is_a_violation(changes):
    """Also what never happened."""
    row = table.row_of(outcome(**changes))
    assert len(row.violations) == 1
    assert "| NO |" in table.markdown([row])


def test_a_slow_machine_gets_what_its_own_start_took_longer_and_nothing_else():
    """Five seconds more, said in the row."""
    row = table.row_of(outcome(recovered_s=15.0, slower_s=5.0))
    assert (row.violations, row.recovered_s_max) == ((), 15)
    assert table.row_of(outcome(recovered_s=15.1, slower_s=5.0)).violations


def test_a_level_that_is_called_too_late_is_a_violation_where_it_is_looked_at():
    """Only the faults of the clock do."""
    looked_at = dataclasses.replace(FAULT, escalated_s_max=20)
    assert table.row_of(outcome(escalated_s=99.0)).violations == ()
    assert table.row_of(outcome(looked_at, escalated_s=20.0)).violations == ()
    assert table.row_of(outcome(looked_at, escalated_s=20.1)).violations
    assert table.row_of(outcome(looked_at, escalated_s=None)).violations


def test_many_kills_hold_only_if_each_did_and_both_sides_of_the_commit_were_met():
    """Lost, twice, late, or all before the commit."""
    well = [Found("a", False, 1, 1, 1, 3.0), Found("b", True, 1, 1, 1, 4.0)]
    assert not table.of_moments("station-at", well, 5).violations
    for broken in (
        well[:1], [well[0], well[1]._replace(cases=2)], [well[0], well[1]._replace(shown=0)],
        [well[0], well[1]._replace(receipt_s=6.0)],
    ):  # fmt: skip
        assert table.of_moments("station-at", broken, 5).violations


def test_a_page_gets_the_table_between_its_marks_and_keeps_the_rest(tmp_path):
    """Also what could not be tried."""
    page = tmp_path / "page.md"
    page.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n")
    table.write(page, [table.skipped(FAULT, "sqlite", "no namespace")])
    text = page.read_text()
    assert text.startswith("before")
    assert text.endswith("after\n")
    assert "old" not in text
    assert "not tried: no namespace" in text
