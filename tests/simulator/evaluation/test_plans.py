"""Which runs a plan makes, and of which samples."""

import numpy as np
import pytest

from simulator.evaluation.catalogue import read_catalogue
from simulator.evaluation.plans import SESSION_S_MIN, Plan, Run, Vibration, runs_of, spread
from simulator.evaluation.samples import Library
from tests.simulator.evaluation.test_catalogue import recording
from tests.simulator.recordings_folder import entries_of, write_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One worker with two walks, a fall and a run; another with a fall and a desk."""
    _, _, (about, fall_mg), _ = entries_of("B", 2)
    desk = np.tile([0, 0, 1000], (200, 1))
    second = [
        ({**about, "subject": "B"}, fall_mg),
        ({"subject": "B", "location": "waist", "label": "rest", "description": "sitting"}, desk),
    ]
    return write_folder(tmp_path_factory.mktemp("plans") / "r", {"one": entries_of("A", 1), "two": second})


def runs(folder, plan):
    """Return the runs of a plan by name."""
    everything = read_catalogue(folder)
    return {run.name: run for run in runs_of(plan, everything, everything)}


def test_a_walk_is_led_by_the_other_walk_and_a_person_without_one_by_nothing(folder):
    """Never by the recording itself if there is another."""
    found = runs(folder, Plan())
    assert [lead.i for lead in found["one:0"].leads] == [1]
    assert [lead.i for lead in found["one:1"].leads] == [0]
    assert [lead.i for lead in found["one:2"].leads] == [0, 1]
    assert found["two:0"].leads == ()


def test_a_recording_that_is_the_only_walk_leads_itself():
    """Better than no lead."""
    only = recording("walking")
    assert runs_of(Plan(), [only], [only])[0].leads == (only,)


def test_a_run_is_ten_seconds_of_the_middle_of_a_walk_and_then_the_recording(folder):
    """At 50 Hz, and the recording's own first sample follows the lead."""
    library = Library(folder)
    run = runs(folder, Plan())["one:0"]
    prepared = library.prepare(Plan(), run)
    walk = library.prepare(Plan(), Run("x", run.leads, ())).acc_mg
    assert prepared.lead_ms == 10_000
    assert np.array_equal(prepared.acc_mg[:500], walk[100:600])
    assert prepared.duration_ms == 15_000
    assert len(prepared.acc_mg) == 500 + 750


def test_the_lead_is_the_candidate_that_agrees_with_the_others(tmp_path):
    """One of three trials was worn upside down."""
    walks = [np.tile(down, (600, 1)) for down in ([0, 20, -1000], [0, 0, 1000], [10, 0, 1000])]
    about = {"subject": "A", "location": "waist", "label": "adl"}
    entries = [({**about, "description": "walking"}, walk) for walk in walks]
    entries.append(({**about, "description": "waving"}, np.tile([0, 0, 1000], (200, 1))))
    folder = write_folder(tmp_path / "r", {"s": entries})
    prepared = Library(folder).prepare(Plan(), runs(folder, Plan())["s:3"])
    assert prepared.acc_mg[0, 2] == 1000
    assert prepared.facts is not None
    assert prepared.facts.end_tilt_deg < 1


def test_held_repeats_the_last_two_seconds(folder):
    """As they were, for as long as was asked."""
    plan = Plan("held", hold_ms=5_000)
    acc_mg = Library(folder).prepare(plan, runs(folder, plan)["one:2"]).acc_mg
    end, held = acc_mg[-350:-250], acc_mg[-250:]
    assert np.array_equal(held, np.concatenate([end, end, end[:50]]))


@pytest.mark.parametrize(("frequency_hz", "swing_mg"), [(10, 100), (24, 100)])
def test_a_vibration_shakes_the_hold_along_gravity(folder, frequency_hz, swing_mg):
    """With its amplitude, in no other direction, and not before the hold."""
    still, shaken = Plan("held", 4_000), Plan("held", 4_000, Vibration(swing_mg, frequency_hz))
    run, library = runs(folder, still)["two:1"], Library(folder)
    difference = library.prepare(shaken, run).acc_mg - library.prepare(still, run).acc_mg
    assert not difference[:200].any()
    assert not difference[:, :2].any()
    assert swing_mg * 0.9 < np.abs(difference[200:, 2]).max() <= swing_mg


def test_at_fifty_hertz_a_vibration_folds_to_a_constant(folder):
    """The device samples at 50 Hz without a filter before it: the figure must not flatter."""
    plan = Plan("held", 4_000, Vibration(200, 50))
    held = Library(folder).prepare(plan, runs(folder, plan)["two:1"]).acc_mg[200:]
    assert len(np.unique(held[:, 2])) == 1
    assert held[0, 2] != 1000


def test_what_is_true_of_a_recording_is_measured_on_its_samples(folder):
    """The peak of a fall without peak_s, how still it ends, and how far from upright."""
    facts = Library(folder).prepare(Plan(), runs(folder, Plan())["one:2"]).facts
    assert 4_000 < facts.peak_ms < 6_500
    assert facts.end_std_mg < 50
    assert 60 < facts.end_tilt_deg < 120
    assert Library(folder).prepare(Plan(), runs(folder, Plan())["two:0"]).facts.end_tilt_deg is None


def test_a_session_repeats_a_persons_recordings_without_falls_to_half_an_hour(folder):
    """In an order that the seed decides, and each round holds every recording once."""
    first, again = (runs(folder, Plan("sessions", seed=7)) for _ in range(2))
    other = runs(folder, Plan("sessions", seed=8))
    assert set(first) == {"one/A/waist/1", "two/B/waist/1"}
    parts = first["one/A/waist/1"].parts
    assert parts == again["one/A/waist/1"].parts != other["one/A/waist/1"].parts
    assert not any(part.is_fall for part in parts)
    assert sorted(part.i for part in parts[:3]) == [0, 1, 3]
    assert SESSION_S_MIN <= sum(part.duration_s for part in parts) < SESSION_S_MIN + 50


def test_between_two_parts_of_a_session_a_body_stops_and_turns(folder):
    """In no recorded hour, without a jolt: first the posture there was, then slowly the next one."""
    run = runs(folder, Plan("sessions"))["one/A/waist/1"]
    prepared = Library(folder).prepare(Plan("sessions"), run)
    abrupt = Library(folder).prepare(Plan("sessions", passage_ms=0), run)
    assert prepared.passages_ms == 4_000 * (len(run.parts) - 1)
    assert abrupt.passages_ms == 0
    assert prepared.duration_ms - prepared.passages_ms == abrupt.duration_ms
    stop, start = prepared.starts[1][0] - 4_000, prepared.starts[1][0]
    first, last = (prepared.lead_ms + at_ms for at_ms in (stop, start))
    passage = prepared.acc_mg[first // 20 : last // 20].astype(float)
    before = prepared.acc_mg[first // 20 - 50 : first // 20].mean(axis=0)
    after = prepared.acc_mg[last // 20 : last // 20 + 50].mean(axis=0)
    assert np.abs(passage[:155].mean(axis=0) - before).max() < 5
    assert np.abs(passage[-1] - after).max() < 60
    assert np.abs(np.diff(passage, axis=0)).max() < 100


@pytest.mark.parametrize(("minutes", "sessions"), [((20, 20, 20), 1), ((30, 30), 2), ((30, 10, 30, 5), 2)])
def test_a_remainder_joins_the_session_before(minutes, sessions):
    """Nothing is lost, and no session is shorter than half an hour."""
    own = [recording("waving", i=i, duration_s=60.0 * length) for i, length in enumerate(minutes)]
    found = runs_of(Plan("sessions"), own, own)
    assert len(found) == sessions
    assert sorted(part.i for run in found for part in run.parts) == list(range(len(minutes)))
    assert all(run.duration_s >= SESSION_S_MIN for run in found)


def test_a_limit_takes_runs_from_all_over_the_folder():
    """Not the first set only."""
    every = [Run(str(number), (), ()) for number in range(10)]
    assert [run.name for run in spread(every, 3)] == ["0", "3", "6"]
    assert spread(every, 0) == spread(every, 10) == every
