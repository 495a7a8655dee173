"""A drill: its life, its stages against their limits, and what counts as help."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from basestation.cases import drill
from basestation.cases.budget import HELP_S_MAX, TOLD_S_MAX
from basestation.cases.case import Case
from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.cases.drill import Noted, after, help_after, is_passed, noted_at, stages

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHAIN = Chain("Plant", (Level("Desk", (Recipient("person", "Mara", (Way("log", 1, 30, "x"),)),), 30),))
DRILL = Case(
    id=1, device="drill-1", alarm="base-1", kind="manual", mark="drill", opened_at=BEGAN, chain=CHAIN
)
REAL = replace(DRILL, id=2, device="png-01", mark="real", chain=replace(CHAIN, name="Night"))


def at(seconds):
    """Return the moment so many seconds after the alarm."""
    return BEGAN + timedelta(seconds=seconds)


def raised(**seconds):
    """Return the case of a drill whose stages came so many seconds after the alarm."""
    return replace(DRILL, raised_at=BEGAN, **{f"{name}_at": at(value) for name, value in seconds.items()})


def by_name(case, noted=(), own=None):
    """Return the stages of a drill by their names."""
    return {one.name: one for one in stages(case, noted, own or {})}


@pytest.mark.parametrize(("state", "event"), list(product(drill.STATES, (
    drill.BEGUN, drill.FINISHED, drill.CALLED_OFF, drill.REAL_ALARM))))  # fmt: skip
def test_every_state_of_a_drill_says_what_each_event_makes_of_it(state, event):
    """What is over stays over; only a running one is cut short."""
    then = after(state, event)
    assert then is None or then in drill.STATES
    is_over = state in (drill.ENDED, drill.CANCELLED, drill.CUT_SHORT)
    assert not (is_over and then)
    assert (then == drill.CUT_SHORT) == (state == drill.RUNNING and event == drill.REAL_ALARM)


@pytest.mark.parametrize(
    ("stage", "limit_s"),
    [("told", TOLD_S_MAX), ("accepted", 60), ("on_scene", HELP_S_MAX)],
)
@pytest.mark.parametrize("beyond_s", [-1, 0, 1])
def test_a_stage_passes_up_to_its_limit_and_no_second_longer(stage, limit_s, beyond_s):
    """Accepted within 60 s, TSA's yardstick taken for one alarm [D]; help on the spot within 15 min [T]."""
    found = by_name(raised(**{stage: limit_s + beyond_s}))[stage]
    assert (found.took_s, found.result) == (limit_s + beyond_s, "failed" if beyond_s > 0 else "passed")
    assert found.source == "case"


def test_a_part_of_a_second_never_makes_a_limit_kept():
    """Rounded up."""
    assert by_name(raised(accepted=60.001))["accepted"].took_s == 61


def test_the_sites_own_limit_is_taken_but_help_is_never_allowed_later_than_the_rule():
    """15 minutes stay the outer bound [T]."""
    own = {"accepted": 120, "first_aid": 9999, "on_the_way": 300}
    found = by_name(raised(accepted=100), (), own)
    assert (found["accepted"].limit_s, found["accepted"].tag, found["accepted"].result) == (
        120,
        "site",
        "passed",
    )
    assert (found["first_aid"].limit_s, found["on_the_way"].limit_s) == (HELP_S_MAX, 300)
    assert by_name(raised())["handed_over"].limit_s is None


def test_of_several_observers_the_latest_counts_and_what_the_station_knows_stands_first():
    """A drill is never made quicker than it was."""
    times = (("found", 200), ("found", 240), ("found", 210), ("accepted", 5), ("handed_over", 900))
    noted = [Noted(name, "Vera", at(seconds)) for name, seconds in times]
    found = by_name(raised(accepted=20), noted)
    assert (found["found"].took_s, found["found"].source) == (240, "observers")
    assert (found["accepted"].took_s, found["accepted"].source) == (20, "case")
    assert found["handed_over"].result == "no_limit"


def test_without_a_case_the_observers_alarm_counts_and_without_any_nothing_took_time():
    """An alarm that nobody noted measures nothing."""
    noted = [Noted("alarm", "Vera", at(0)), Noted("first_aid", "Vera", at(100))]
    assert by_name(None, noted)["first_aid"].took_s == 100
    alone = by_name(None, noted[1:])["first_aid"]
    assert (alone.took_s, alone.result) == (None, "not_noted")


def test_help_began_with_first_aid_else_with_finding_else_with_arriving():
    """Whoever is on the spot has not found anybody yet."""
    case = raised(on_scene=100)
    assert help_after(stages(case, [], {})) == ("on_scene", 100)
    noted = [Noted("found", "Vera", at(150))]
    assert help_after(stages(case, noted, {})) == ("found", 150)
    noted.append(Noted("first_aid", "Vera", at(180)))
    assert help_after(stages(case, noted, {})) == ("first_aid", 180)
    assert help_after(stages(raised(), [], {})) == ("", None)


def test_a_drill_passes_when_help_came_and_no_stage_failed():
    """One late stage fails it, and so does an alarm that nobody accepted, or help that never came."""
    assert is_passed(stages(raised(accepted=50, on_scene=300), [], {}))
    assert not is_passed(stages(raised(accepted=61, on_scene=300), [], {}))
    assert not is_passed(stages(raised(accepted=50), [], {}))
    assert not is_passed(stages(raised(on_scene=300), [], {}))


def test_a_note_before_its_alarm_took_no_time():
    """Never less than none."""
    assert by_name(raised(), [Noted("found", "Vera", at(-5))])["found"].took_s == 0


@pytest.mark.parametrize(
    ("phone_s", "offset_s", "noted_s"),
    [(-60, 90, 30), (30, None, 30), (0, 0, 0), (-1, 0, 100), (100, 0, 100), (101, 0, 100), (99, 0, 99)],
)
def test_what_a_phone_noted_is_set_right_and_what_cannot_be_counts_as_now(phone_s, offset_s, noted_s):
    """Before the drill, or in the future: later rather than quicker."""
    offset = None if offset_s is None else timedelta(seconds=offset_s)
    assert noted_at(at(phone_s), offset, BEGAN, at(100)) == at(noted_s)
