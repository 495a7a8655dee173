"""Coverage: what can come about is computed, what came about is counted, and the rest is named."""

from collections import Counter

import pytest

from basestation.cases.tables import PERSON, TECHNICAL, Ignored, Refused
from simulator.world import coverage, plan, reachable
from simulator.world.choices import FAULTS


def test_what_is_reachable_is_what_the_tables_allow_and_a_walk_meets():
    """No pair is reachable that every table ignores or refuses; of the others none is out of reach."""
    allowed = {
        (state.value, event)
        for table in (PERSON, TECHNICAL)
        for state, rows in table.items()
        for event, row in rows.items()
        if not isinstance(row, Ignored | Refused)
    }
    assert reachable.pairs() == allowed


def test_the_rarest_come_first_and_what_is_met_often_is_no_goal():
    """Combinations that were never met are aimed at before others; one met a hundred times is done with."""
    every = coverage.combinations()
    assert len(every) == len(reachable.pairs()) * len(FAULTS)
    counts = Counter(dict.fromkeys(every[:-3], coverage.TIMES_MIN))
    counts[every[-3]] = coverage.TIMES_MIN - 1
    counts[every[-2]] = 1
    assert coverage.rarest(counts) == (every[-1], every[-2], every[-3])


def test_the_report_names_what_was_never_met():
    """A line for each pair, a line for each combination that is missing, and the sums."""
    counts = Counter({("RECEIVED", "answer", "base_crash"): 100, ("RECEIVED", "answer", "none"): 5})
    lines = coverage.report(counts).splitlines()
    assert next(line for line in lines if line.startswith("RECEIVED     answer")).split()[2:] == [
        "105",
        "1",
        "1",
    ]
    assert any(line.startswith("never: ") for line in lines)
    assert "never: RECEIVED answer base_crash" not in lines
    assert lines[-1].startswith(
        f"1 of {len(coverage.combinations())} combinations with a fault met, 1 of them"
    )


def test_counts_of_several_runs_add_up(tmp_path):
    """A file of counts takes what the next run met, and gives it to a plan as goals."""
    path = tmp_path / "counts.json"
    one = Counter({("RECEIVED", "answer", "cut"): 2})
    coverage.keep(one, path)
    assert coverage.total((), path) == one
    made = plan.make(9, "small", coverage.rarest(coverage.total((), path)))
    assert len(made.goals) == plan.GOALS_A_DEVICE * 3
    assert made == plan.make(9, "small", coverage.rarest(one))
    assert plan.read(made.to_json()) == made


@pytest.mark.parametrize(("size", "devices"), [("small", 3), ("middle", 6), ("large", 10), ("moved", 2)])
def test_every_alarm_of_a_plan_meets_a_fault(size, devices):
    """Whatever the size, some fault of its device or of everybody begins while an alarm lives."""
    made = plan.make(2, size)
    faults = {name for name, _ in FAULTS}
    common = {name for name, _ in plan.COMMON_FAULTS}
    alarms = [one for one in made.happenings if one.what in ("condition", "clip", "fault_begins")]
    assert len({one.device for one in made.happenings}) == devices
    for alarm in alarms:
        begin_ms, end_ms = alarm.at_ms + plan.LIFE_MS[0], alarm.at_ms + plan.LIFE_MS[1]
        if alarm.what == "clip" and alarm.number == 1:
            continue
        assert any(
            one.what in faults and begin_ms <= one.at_ms <= end_ms
            and (one.device == alarm.device or one.what in common)
            for one in made.happenings
        ), alarm  # fmt: skip
