"""Where the time of a case went, and the figures of a month."""

from dataclasses import replace
from datetime import timedelta

import pytest

from basestation.cases import events as e
from basestation.cases.budget import STAGES, TRIGGER_S_MAX, overspent, stages
from basestation.cases.figures import figures
from protocol.messages import ALARM_KINDS

PRE = e.PreAlarmReported("rest", 15_000)
RAISE = e.AlarmReported("rest", "still", 2_000)


def _by_name(told):
    return {stage.name: stage for stage in stages(told.case, told.now)}


def _went_well(story):
    told = story()
    told.tell(PRE)
    told.wait(17)
    told.tell(RAISE)
    told.wait(1)
    told.tell(e.ShownOnConsole(), e.DeliveryReported("x", "x", "sent"))
    told.wait(9)
    told.tell(e.AcceptPressed("Anna"))
    told.wait(300)
    told.tell(e.OnScenePressed("Anna"))
    told.wait(100)
    told.tell(e.AllClearPressed("Anna", "is well"))
    return told


def test_each_stage_is_measured_from_the_one_before_and_nothing_overspent_where_all_went_well(story):
    """Pre-alarm, way to the base, console, notices, acceptance, arrival, all-clear."""
    told = _went_well(story)
    told.wait(5000)
    took = {stage.name: stage.took_s for stage in stages(told.case, told.now)}
    assert tuple(took) == STAGES
    assert took == {
        "pre_alarm": None, "sent": 15.0, "trigger": None, "stored": 2.0, "shown": 1.0, "told": 1.0,
        "accepted": 10.0, "on_scene": 300.0, "help": 312.0, "all_clear": 100.0,
    }  # fmt: skip
    assert overspent(told.case, told.now) == ()
    assert not any(stage.is_running for stage in stages(told.case, told.now))


def test_what_the_device_does_not_tell_is_not_known_and_not_made_up(story):
    """An older firmware does not say when the condition began; unannounced, there is no pre-alarm."""
    told = story()
    told.tell(RAISE)
    by_name = _by_name(told)
    assert (by_name["trigger"].took_s, by_name["trigger"].limit_s) == (None, 90)
    assert (by_name["pre_alarm"].took_s, by_name["pre_alarm"].limit_s) == (None, 90)
    assert by_name["sent"].began_at is None
    assert by_name["stored"].took_s == 2.0
    assert by_name["all_clear"].began_at is None


@pytest.mark.parametrize(("seconds", "is_over"), [(9.999, False), (10, False), (10.001, True)])
def test_a_running_stage_that_has_overspent_is_shown_before_it_ends(story, seconds, is_over):
    """To the millisecond; the console must not wait for the end to say so."""
    told = story()
    told.tell(RAISE)
    told.now += timedelta(seconds=seconds)
    shown = _by_name(told)["shown"]
    assert (shown.is_running, shown.is_overspent) == (True, is_over)
    assert ("shown" in overspent(told.case, told.now)) == is_over


def test_each_stage_overspends_against_its_own_limit_and_names_where_that_comes_from(story):
    """The chain's answer times and arrival, fifteen minutes to help, the repeats of the device."""
    told = story()
    told.tell(replace(RAISE, raised_ago_ms=61_000))
    told.wait(211)
    assert overspent(told.case, told.now) == ("stored", "shown", "told", "accepted")
    told.tell(e.AcceptPressed("Anna"))
    told.now += timedelta(seconds=630)
    assert set(overspent(told.case, told.now)) >= {"on_scene", "help"}
    sources = {name: stage.source for name, stage in _by_name(told).items()}
    assert sources["help"] == "DGUV 112-139 [T]"
    assert sources["accepted"] == sources["on_scene"] == "chain of this case"
    assert sources["shown"] == "convention [D]"


def test_a_case_that_is_lost_is_sought_again_since_its_alarm(story):
    """An acceptance that fell away is none."""
    told = story()
    told.tell(RAISE, e.AcceptPressed("Anna"))
    told.wait(30)
    told.tell(e.AccepterLost("Anna", "logged out"))
    accepted = _by_name(told)["accepted"]
    assert (accepted.is_running, accepted.took_s) == (True, 30.0)


def test_a_pre_alarm_runs_and_one_that_the_base_raised_has_its_grace(story):
    """The base waits ten seconds for a message that may be under way."""
    told = story()
    told.tell(e.PreAlarmReported("rest", 45_000))
    told.wait(20)
    assert (_by_name(told)["sent"].is_running, _by_name(told)["sent"].took_s) == (True, 20.0)
    told.wait(35)
    assert told.case.is_raised_by_base
    assert "sent" not in overspent(told.case, told.now)


def test_every_kind_has_a_limit_from_the_condition_to_the_sending(story):
    """A kind of another version is held to the one of most kinds."""
    assert set(TRIGGER_S_MAX) == set(ALARM_KINDS)
    told = story("from-the-future")
    assert stages(told.case, told.now)[0].limit_s == 90
    assert stages(story("fall").case, told.now)[0].source == "convention [D]"
    assert stages(story("escape").case, told.now)[0].limit_s == 10


def _answered(story, seconds, **facts):
    told = story(**facts)
    told.tell(e.AlarmReported("rest"))
    told.now += timedelta(seconds=seconds)
    told.tell(e.AcceptPressed("Anna"))
    return told.case


def test_the_figures_of_a_month_stand_beside_each_yardstick_with_its_tag(story):
    """Shares within 10, 30, 40 and 60 s, to the second; a share is met only if it is."""
    cases = [_answered(story, seconds) for seconds in (5, 10, 10.001, 30, 41)]
    month = figures(cases)["real"]
    assert month["cases"] == 5
    assert {one["within_s"]: one["cases"] for one in month["answered_within"]} == {
        10: 2, 30: 4, 40: 4, 60: 5, 180: 5,
    }  # fmt: skip
    met = {(one["name"], one["within_s"]): (one["is_met"], one["tag"]) for one in month["yardsticks"]}
    assert met == {
        ("BS 8484:2016", 10): (False, "T"),
        ("BS 8484:2016", 40): (False, "T"),
        ("EN 50518", 30): (True, "GK"),
        ("EN 50518", 60): (True, "GK"),
        ("TSA", 60): (True, "T"),
        ("TSA", 180): (True, "T"),
    }
    assert [one["is_convention"] for one in month["yardsticks"]] == [False, False, True, True, False, False]


def test_the_figures_of_a_month_tell_of_each_stage_how_often_it_is_known_and_overspent(story):
    """An alarm of an older firmware is counted as not known, never as one that kept its limit."""
    cases = []
    for event in (
        e.AlarmReported("rest", None, 0, 61_000, 30_000),
        e.AlarmReported("rest", None, 0, 45_000, 30_000),
        RAISE,
    ):
        told = story()
        told.tell(event, e.AcceptPressed("Anna"), e.OnScenePressed("Anna"), e.AllClearPressed("Anna", "well"))
        cases.append(told.case)
    by_name = {one.pop("name"): one for one in figures(cases)["real"]["stages"]}
    assert tuple(by_name) == STAGES
    assert by_name["trigger"] == {"known": 2, "overspent": 1, "median_s": 91.0, "longest_s": 91.0}
    assert by_name["stored"]["known"] == 3
    assert {one["known"] for one in figures([])["real"]["stages"]} == {0}
    assert figures([])["real"]["stages"][0]["longest_s"] is None


def test_tests_drills_technical_and_cancelled_alarms_are_no_answers_of_real_ones(story):
    """A month without an alarm meets nothing, and false alarms are told with their reasons."""
    cancelled = story()
    cancelled.tell(PRE, e.CancelReported("key"))
    technical = story("technical")
    technical.tell(e.AlarmReported("technical"))
    false = story()
    false.tell(RAISE, e.OnScenePressed("Anna"), e.FalseAlarmPressed("Anna", "sat down"))
    nobody = story()
    nobody.tell(RAISE)
    joined = story()
    joined.tell(e.CompanionFound(4), RAISE)
    drill = _answered(story, 5, mark="drill")
    stories = (cancelled, technical, false, nobody, joined)
    month = figures([*(one.case for one in stories), drill])
    real = month["real"]
    assert (real["cases"], real["cancelled"], real["joined"], real["not_answered"]) == (2, 1, 1, 1)
    assert (real["false_alarms"], real["false_alarm_reasons"]) == (1, {"sat down": 1})
    assert real["by_kind"] == {"rest": 2}
    assert month["drill"]["cases"] == 1
    assert {one["is_met"] for one in month["test"]["yardsticks"]} == {None}
