"""What was due, what came, and how it is counted; every limit at -1, 0 and +1 step."""

import pytest

from simulator.evaluation import figures, verdicts
from simulator.evaluation.plans import Run
from simulator.evaluation.pool import Result
from simulator.evaluation.run import Event
from simulator.evaluation.samples import Facts
from tests.simulator.evaluation.test_catalogue import recording

PEAK_MS = 7_000
FALL = {"label": "fall", "description": "faint"}


def result(*events, duration_ms=15_000, std_mg=5.0, spread_mg=5.0, tilt_deg=90.0, lead_ms=10_000, **about):
    """Return what one run came to: events are (kind, state, ms)."""
    run = Run("s:0", (recording(**about),), ())
    facts = Facts(duration_ms, PEAK_MS, std_mg, spread_mg, tilt_deg)
    found = tuple(Event(*event) for event in events)
    return Result(run, lead_ms, duration_ms, 3_600_000, found, facts, ((0, "s:0", ""),), ())


@pytest.mark.parametrize(
    ("after_ms", "is_found"), [(-501, False), (-500, True), (-499, True), (5_000, True), (5_001, False)]
)
def test_a_fall_is_found_by_a_pre_alarm_around_its_peak(after_ms, is_found):
    """From 0.5 s before to 5 s after, and not a step more."""
    verdict = verdicts.judge("held", "fall", result(("fall", "PRE_ALARM", PEAK_MS + after_ms), **FALL))
    assert verdict.is_miss is not is_found
    assert verdict.after_ms == (after_ms if is_found else None)


def test_a_pre_alarm_of_fall_without_a_fall_is_false():
    """Also one in the lead, and nothing else is."""
    assert verdicts.judge("held", "fall", result(("fall", "PRE_ALARM", -200))).is_false
    assert not verdicts.judge("held", "fall", result(("rest", "PRE_ALARM", 300))).is_false


@pytest.mark.parametrize("kind", ["fall", "escape"])
def test_movement_that_is_only_repeated_is_nobodys_false_alarm(kind):
    """Every two seconds of the hold there is a jolt that no person made; a still hold has none."""
    event = (kind, "PRE_ALARM", 15_001)
    assert not verdicts.judge("held", kind, result(event, std_mg=50.0)).is_false
    assert verdicts.judge("held", kind, result(event, std_mg=49.9)).is_false
    assert verdicts.judge("held", kind, result((kind, "PRE_ALARM", 15_000), std_mg=50.0)).is_false


@pytest.mark.parametrize(("duration_s", "is_due"), [(14.98, None), (15.0, True), (15.02, True)])
def test_escape_is_due_in_a_run_of_fifteen_seconds(duration_s, is_due):
    """A shorter one is neither a miss nor a false alarm."""
    assert verdicts.judge("held", "escape", result(label="run", duration_s=duration_s)).is_due is is_due


@pytest.mark.parametrize(
    ("event", "is_found"),
    [(("escape", "PRE_ALARM", 6_000), False), (("escape", "RAISED", 15_000), True),
     (("escape", "RAISED", 15_001), False)],
)  # fmt: skip
def test_escape_is_found_when_it_is_raised_before_the_run_ends(event, is_found):
    """A pre-alarm alone calls nobody."""
    verdict = verdicts.judge("recordings", "escape", result(event, label="run"))
    assert verdict.has_come is is_found


def test_an_escape_alarm_of_somebody_who_walks_is_false_and_one_of_a_fall_is_neither():
    """Who falls has moved hectically before."""
    event = ("escape", "PRE_ALARM", 3_000)
    assert verdicts.judge("recordings", "escape", result(event)).is_false
    assert verdicts.judge("recordings", "escape", result(event, **FALL)).is_due is None


@pytest.mark.parametrize(
    ("tilt_deg", "description", "label", "end"),
    [(60.0, "faint", "fall", verdicts.FALLEN_LOW_END), (60.1, "faint", "fall", verdicts.LYING_END),
     (15.0, "faint", "fall", verdicts.FALLEN_LOW_END), (14.9, "faint", "fall", verdicts.OTHER_END),
     (60.1, "lying", "rest", verdicts.LYING_END), (60.0, "lying", "rest", verdicts.LOW_END),
     (75.0, "bending", "adl", verdicts.LOW_END), (14.9, "bending", "adl", verdicts.OTHER_END),
     (75.0, "waving", "adl", verdicts.OTHER_END), (None, "lying", "rest", None)],
)  # fmt: skip
def test_how_a_recording_ends_is_read_from_words_and_tilt(tilt_deg, description, label, end):
    """Over 60 degrees a fallen or lying body lies; a bent one is bent however far."""
    assert verdicts.end_of(result(tilt_deg=tilt_deg, description=description, label=label)) == end


def test_position_is_due_where_a_held_recording_ends_lying():
    """In plan recordings it never is: nobody lies for long enough."""
    lying = result(("position", "PRE_ALARM", 40_000), description="lying", label="rest")
    bent = result(("position", "PRE_ALARM", 40_000), description="bending", tilt_deg=50.0)
    assert verdicts.judge("held", "position", lying).after_ms == 25_000
    assert verdicts.judge("held", "position", bent).is_false
    assert verdicts.judge("held", "position", result(description="lying", tilt_deg=None)).is_due is None
    assert verdicts.judge("recordings", "position", lying).is_false


@pytest.mark.parametrize(
    ("std_mg", "spread_mg", "is_due"),
    [(49.9, 49.9, True), (49.9, 50.0, None), (50.0, 80.0, False), (50.1, 80.0, False)],
)
def test_rest_is_due_where_a_held_recording_ends_still(std_mg, spread_mg, is_due):
    """A body that turns without a jolt is not still, and no false alarm either."""
    assert verdicts.judge("held", "rest", result(std_mg=std_mg, spread_mg=spread_mg)).is_due is is_due


def test_loss_is_never_due_and_false_while_somebody_moves():
    """Nothing in a recording says that the device was lost."""
    event = ("loss", "PRE_ALARM", 9_000)
    assert verdicts.judge("recordings", "loss", result(event)).is_false
    assert verdicts.judge("held", "loss", result(event)).is_due is None


@pytest.mark.parametrize(
    ("after_ms", "noticed", "early"),
    [(-501, 0, 0), (-500, 1, 1), (45_000, 1, 1), (45_001, 1, 0), (90_000, 1, 0), (90_001, 0, 0)],
)
def test_nobody_stays_down_unnoticed_for_ninety_seconds(after_ms, noticed, early):
    """An alarm of any automatic kind counts, from the impact on."""
    found = result(("rest", "RAISED", PEAK_MS + after_ms), **FALL)
    row = figures.down_rows([found])["", "s", "waist"]
    assert (row.falls, row.noticed, row.early) == (1, noticed, early)
    assert figures.is_down_unnoticed(found) is not bool(noticed)


def test_a_fall_that_does_not_end_still_and_a_technical_alarm_are_nobody_lying_there():
    """Neither counts among those who stay down, nor among those who are noticed."""
    assert figures.down_rows([result(std_mg=50.0, **FALL)]) == {}
    assert figures.is_down_unnoticed(result(("technical", "RAISED", PEAK_MS + 100), **FALL))


def test_a_row_counts_shares_times_and_rates():
    """Two falls, one found; two walks, one false alarm in two hours."""
    results = [
        result(("fall", "PRE_ALARM", PEAK_MS + 2_000), **FALL),
        result(**FALL),
        result(("fall", "PRE_ALARM", 1_000), ("fall", "RAISED", 16_000)),
        result(),
    ]
    rows = figures.rows("recordings", ("fall",), results)
    assert rows["fall", "s", "waist"] == rows["fall", figures.ALL_SETS, "waist"]
    row = rows["fall", "s", "waist"]
    assert (row.due, row.found, row.not_due, row.false) == (2, 1, 2, 1)
    assert (row.afters_ms, row.hours, row.pre_alarms, row.alarms) == ([2_000], 2.0, 1, 1)
    assert figures.percentile_s([1_000, 3_000], 50) == 2.0


def session(*events):
    """Return a session of a run and an hour at a desk."""
    run, desk = recording("jogging", label="run", i=0), recording("desk work", i=1)
    starts = ((0, run.name, "run"), (1_800_000, desk.name, "rest"))
    found = tuple(Event(*event) for event in events)
    return Result(Run("s/A/waist/1", (run, desk), ()), 0, 5_400_000, 5_400_000, found, None, starts, ())


def test_an_escape_alarm_during_a_run_is_a_hit_and_the_kind_is_disarmed_from_then_on():
    """The first sample of the desk ends the run."""
    events = [("escape", "PRE_ALARM", 1_797_000), ("escape", "RAISED", 1_800_000)]
    row = figures.session_rows(("escape",), [session(*events)])["escape", "s", "waist"]
    assert (row.hits, row.pre_alarms, row.raised, row.armed_hours, row.hours) == (1, 0, 0, 0.5, 1.5)
    late = session(("escape", "PRE_ALARM", 1_800_000), ("escape", "RAISED", 1_803_000))
    row = figures.session_rows(("escape",), [late])["escape", "s", "waist"]
    assert (row.hits, row.pre_alarms, row.raised) == (0, 1, 1)


@pytest.mark.parametrize(("at_ms", "seams"), [(1_799_999, 0), (1_800_000, 1), (1_806_000, 1), (1_806_001, 0)])
def test_an_alarm_just_after_two_recordings_were_joined_is_counted_apart(at_ms, seams):
    """Nobody sits down from a run in no time; the first recording of a session joins nothing."""
    found = session(("fall", "PRE_ALARM", at_ms), ("fall", "RAISED", at_ms + 15_000))
    row = figures.session_rows(("fall",), [found])["fall", "s", "waist"]
    assert (row.pre_alarms, row.at_seams) == (1, seams)
    first = figures.session_rows(("fall",), [session(("fall", "PRE_ALARM", 100))])["fall", "s", "waist"]
    assert first.at_seams == 0


def test_rest_at_a_desk_is_counted_apart_and_a_cancelled_pre_alarm_is_not_raised():
    """What the movement itself cancels costs a tone, and no call."""
    events = [("rest", "PRE_ALARM", 100), ("rest", "CANCELLED", 9_000), ("rest", "PRE_ALARM", 2_000_000),
              ("rest", "RAISED", 2_030_000)]  # fmt: skip
    row = figures.session_rows(("rest",), [session(*events)])["rest", "s", "waist"]
    assert (row.pre_alarms, row.raised, row.calm_pre_alarms, row.calm_raised, row.calm_hours) == (
        2,
        1,
        1,
        1,
        1.0,
    )


def test_a_kind_without_a_pre_alarm_begins_with_its_raise():
    """And a raise that follows a pre-alarm is no second alarm."""
    found = result(("loss", "RAISED", 1), ("fall", "PRE_ALARM", 2), ("fall", "RAISED", 3))
    assert [event.at_ms for kind in ("loss", "fall") for event in verdicts.begins(found, kind)] == [1, 2]
