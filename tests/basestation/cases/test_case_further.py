"""A further alarm of the same worker while a case is open: it joins, and it sounds again."""

import pytest

from basestation.cases import events as e
from basestation.cases.case import CaseState
from basestation.cases.effects import JoinCase
from basestation.cases.step import WrongVerb, verbs

RAISE = e.AlarmReported("rest", "still for 75 s")
FURTHER = e.FurtherAlarm(9, "fall", "impact")
ACCEPT = e.AcceptPressed("Anna")


def test_an_alarm_that_joins_calls_nobody_itself_and_tells_the_open_case(story):
    """What it is and why; the alarm keeps its own facts."""
    told = story("fall")
    told.tell(e.PreAlarmReported("fall", 15_000), e.CompanionFound(4))
    assert told.tell(e.AlarmReported("fall", "impact", 2_000)) == (JoinCase(4, "fall", "impact"),)
    case = told.case
    assert (case.state, case.outcome, case.companion, case.timers) == (CaseState.JOINED, "joined", 4, ())
    assert (told.now - case.raised_at).total_seconds() == 2
    assert not case.is_open
    assert verbs(case) == ()


def test_a_companion_that_closed_meanwhile_is_joined_no_more(story, called):
    """The pre-alarm was announced while the other case was open."""
    told = story("fall")
    told.tell(e.PreAlarmReported("fall", 15_000), e.CompanionFound(4), e.CompanionFound(None))
    assert called(told.tell(e.AlarmReported("fall"))) == ["Desk"]
    assert told.case.state is CaseState.RECEIVED


def test_a_pre_alarm_may_still_be_cancelled_beside_an_open_case(story):
    """It is not raised, so it joins nothing."""
    told = story("fall")
    told.tell(e.PreAlarmReported("fall", 15_000), e.CompanionFound(4), e.CancelReported("key"))
    assert told.case.state is CaseState.CANCELLED


def test_while_people_are_called_a_further_alarm_calls_the_chain_from_its_first_level(story, reached):
    """And tells everyone involved; the case takes the graver kind."""
    told = story()
    told.tell(RAISE)
    told.wait(60)
    effects = told.tell(FURTHER)
    assert reached(effects) == [
        "Mara Lead email further_alarm",
        "Gate webhook further_alarm",
        "Desk console further_alarm",
    ]
    assert told.case.kind == "fall"
    assert [(one.case_id, one.kind) for one in told.case.further] == [(9, "fall")]
    assert (told.case.level, told.case.rounds) == (0, 1)
    told.tell(ACCEPT)
    assert not told.case.is_further_unseen


def test_a_further_alarm_ends_the_loud_end_and_begins_the_levels_anew(story, called):
    """Everybody was called in vain; the technical alarm about it ends until it is so again."""
    told = story()
    told.tell(RAISE)
    told.wait(210)
    assert told.case.is_unanswered
    effects = told.tell(FURTHER)
    assert called(effects)[-1] == "Desk"
    assert not told.case.is_unanswered
    assert told.timers["answer"] == 60.0


@pytest.mark.parametrize("state", [CaseState.ACCEPTED, CaseState.DISPATCHED])
def test_a_case_that_somebody_has_sounds_again_and_calls_beside_them(story, reached, state):
    """They keep it, are asked to look, and others are called until somebody has looked."""
    told = story()
    told.tell(RAISE, ACCEPT)
    if state is CaseState.DISPATCHED:
        told.tell(e.OnTheWayPressed("Anna"))
    effects = told.tell(FURTHER)
    assert reached(effects) == ["Anna console further_alarm", "Desk console further_alarm"]
    assert (told.case.state, told.case.accepted_by) == (state, "Anna")
    assert told.case.is_loud
    assert "arrival" in told.timers
    told.tell(e.StillHerePressed("Anna"))
    assert not told.case.is_loud


def test_on_the_scene_a_further_alarm_sounds_and_calls_nobody_else(story, reached):
    """Somebody is there and sees it; everyone involved is told."""
    told = story()
    told.tell(RAISE)
    told.wait(60)
    told.tell(ACCEPT, e.OnScenePressed("Anna"))
    effects = told.tell(FURTHER)
    assert reached(effects) == ["Mara Lead email further_alarm", "Gate webhook further_alarm"]
    assert (told.case.is_loud, told.case.is_calling) == (True, False)
    told.tell(e.StillHerePressed("Anna"))
    assert not told.case.is_loud


@pytest.mark.parametrize("press", [e.AllClearPressed, e.FalseAlarmPressed])
@pytest.mark.parametrize("happened", [(ACCEPT,), (ACCEPT, e.OnScenePressed("Anna"))])
def test_nobody_closes_a_case_over_a_further_alarm_they_have_not_seen(story, press, happened):
    """It came after their page was drawn."""
    told = story()
    told.tell(RAISE, *happened, FURTHER)
    with pytest.raises(WrongVerb, match="A further alarm of this worker has come in"):
        told.tell(press("Anna", "all well"))


def test_a_further_alarm_takes_back_what_was_proposed(story):
    """Whoever wanted to close it did not know of this one."""
    told = story()
    told.tell(RAISE, ACCEPT, e.AllClearPressed("Anna", "all well"), FURTHER)
    assert told.case.proposal is None
    with pytest.raises(WrongVerb, match="There is nothing to confirm"):
        told.tell(e.ConfirmPressed("Bert"))


def test_a_less_grave_further_alarm_lowers_nothing(story):
    """No order of events lowers the gravity."""
    told = story("fall")
    told.tell(e.AlarmReported("fall"), e.FurtherAlarm(9, "time"))
    assert told.case.kind == "fall"
    assert told.case.is_further_unseen
