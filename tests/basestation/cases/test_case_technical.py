"""Technical alarms: called like any other, ended by condition and acknowledgement, in either order."""

from itertools import product

import pytest

from basestation.cases import events as e
from basestation.cases.case import CaseState
from basestation.cases.step import WrongVerb, verbs

RAISE = e.AlarmReported("technical", "no heartbeat")
ENDED = e.ConditionEnded()
ACKNOWLEDGE = e.AcknowledgePressed("Anna")


@pytest.fixture
def technical(story):
    """Return a technical case before its first event."""
    return story("technical")


def test_a_technical_alarm_is_called_through_the_levels_too(technical, called):
    """Protection is gone; somebody has to know."""
    assert called(technical.tell(RAISE)) == ["Desk"]
    assert technical.case.cause == "no heartbeat"
    assert called(technical.wait(60)) == ["Mara Lead", "Gate"]
    assert called(technical.wait(150)) == ["Doctor", "Desk", "Mara Lead", "Gate", "Doctor"]
    assert called(technical.wait(45)) == ["Desk", "Mara Lead", "Gate", "Doctor"]
    assert verbs(technical.case) == ("decline", "escalate", "acknowledge")


def test_an_acknowledgement_stops_the_calls_and_the_end_of_the_condition_closes(technical):
    """Somebody knew, then it was over."""
    technical.tell(RAISE)
    technical.wait(5)
    assert technical.tell(ACKNOWLEDGE) == ()
    assert technical.case.state is CaseState.ACKNOWLEDGED
    assert (technical.case.acknowledged_by, technical.case.acknowledged_at) == ("Anna", technical.now)
    assert (technical.case.timers, verbs(technical.case)) == ((), ())
    assert technical.case.is_open
    technical.wait(5)
    technical.tell(ENDED)
    assert technical.case.state is CaseState.CLOSED
    assert (technical.case.outcome, technical.case.closed_by) == ("condition_ended", None)
    assert technical.case.closed_at == technical.case.gone_at == technical.now


def test_an_ended_condition_stops_the_calls_and_stays_until_it_is_acknowledged(technical):
    """It was over before anybody knew: gone, not acknowledged."""
    technical.tell(RAISE)
    technical.wait(5)
    assert technical.tell(ENDED) == ()
    assert technical.case.state is CaseState.GONE
    assert technical.case.gone_at == technical.now
    assert technical.case.timers == ()
    assert not technical.case.is_loud
    assert technical.wait(86_400) == ()
    assert technical.case.state is CaseState.GONE
    assert verbs(technical.case) == ("acknowledge",)
    technical.tell(ACKNOWLEDGE)
    assert technical.case.state is CaseState.CLOSED
    assert (technical.case.outcome, technical.case.closed_by) == ("acknowledged", "Anna")
    assert technical.case.acknowledged_by == "Anna"
    assert technical.case.acknowledged_at == technical.case.closed_at == technical.now


def test_a_condition_that_returns_is_raised_again_from_the_first_level(technical, called):
    """In a new round, so that no notice looks like one sent before."""
    technical.tell(RAISE)
    technical.wait(60)
    technical.tell(ENDED)
    technical.wait(5)
    assert called(technical.tell(e.AlarmReported("technical", "again"))) == ["Desk"]
    case = technical.case
    assert (case.state, case.rounds, case.level, case.gone_at) == (CaseState.RECEIVED, 1, 0, None)
    assert (case.cause, case.raised_at) == ("again", technical.now)
    assert technical.timers == {"answer": 60.0}
    notices = [effect.key for effect in technical.effects]
    assert len(set(notices)) == len(notices)


@pytest.mark.parametrize(
    ("ago_ms", "state"), [(9_999, "RECEIVED"), (10_000, "RECEIVED"), (10_001, "GONE"), (None, "RECEIVED")]
)
def test_a_raise_that_its_end_has_overtaken_is_no_return(technical, ago_ms, state):
    """By the moment the device reports; without one it counts as a return, and sounds."""
    technical.tell(RAISE, ENDED)
    technical.wait(10)
    technical.tell(e.AlarmReported("technical", None, ago_ms))
    assert technical.case.state == state


def test_raise_and_end_in_any_order_and_number_come_out_the_same(story):
    """All sequences of two to five messages with both in it; the raise carries its age."""
    raised = e.AlarmReported("technical", None, 1_000)
    for length in range(2, 6):
        for order in product((raised, ENDED), repeat=length):
            if set(order) == {raised, ENDED}:
                told = story("technical")
                told.tell(*order)
                assert (told.case.state, told.case.timers) == (CaseState.GONE, ())


@pytest.mark.parametrize("event", [e.PreAlarmReported("technical", 30_000), e.ResetReported()])
def test_whatever_speaks_of_a_technical_alarm_shows_one(technical, called, event):
    """No technical alarm has a pre-alarm, and a reset tells of a raise that was lost."""
    assert called(technical.tell(event)) == ["Desk"]
    assert technical.case.raised_at == technical.now


def test_a_cancel_counts_as_the_end_of_the_condition(story):
    """Before, during and after the acknowledgement."""
    cancel = e.CancelReported("condition")
    for happened, state in (((), "GONE"), ((RAISE,), "GONE"), ((RAISE, ACKNOWLEDGE), "CLOSED")):
        told = story("technical")
        told.tell(*happened, cancel)
        assert told.case.state == state
        assert told.case.gone_at == told.now


def test_a_reset_of_the_device_is_noted(story):
    """In every open state, once."""
    for happened in ((RAISE,), (RAISE, ENDED), (RAISE, ACKNOWLEDGE)):
        told = story("technical")
        told.tell(*happened)
        state = told.case.state
        told.tell(e.ResetReported())
        assert (told.case.state, told.case.device_reset_at) == (state, told.now)


def test_the_device_is_told_nothing_of_technical_cases(technical, told):
    """There is nobody to comfort."""
    technical.tell(RAISE, ACKNOWLEDGE, ENDED)
    assert told(technical.effects) == []
    assert not technical.case.is_telling_device


def test_the_same_acknowledgement_twice_is_harmless_and_anothers_gets_a_sentence(technical):
    """As with the verbs of a person's case."""
    technical.tell(RAISE, ACKNOWLEDGE)
    before = technical.case
    assert technical.tell(ACKNOWLEDGE) == ()
    with pytest.raises(WrongVerb, match=r"Anna has acknowledged it: it closes when the condition ends\."):
        technical.tell(e.AcknowledgePressed("Bert"))
    assert technical.case == before
    technical.tell(ENDED)
    with pytest.raises(WrongVerb, match=r"^The case is closed: open the log"):
        technical.tell(e.AcknowledgePressed("Bert"))


@pytest.mark.parametrize("press", [e.AcceptPressed("Anna"), e.AllClearPressed("Anna", "all well")])
def test_the_verbs_of_a_persons_case_are_refused_with_the_right_one(technical, press):
    """The operator learns what to press instead."""
    technical.tell(RAISE)
    with pytest.raises(WrongVerb, match="press acknowledge"):
        technical.tell(press)


@pytest.mark.parametrize(
    "happened",
    [
        (RAISE,),
        (RAISE, ENDED),
        (RAISE, ACKNOWLEDGE),
        (RAISE, ACKNOWLEDGE, ENDED),
        (RAISE, ENDED, ACKNOWLEDGE),
    ],
)
@pytest.mark.parametrize("is_announced", [False, True])
def test_a_technical_case_that_turns_out_to_mean_a_person_starts_anew(
    technical, called, happened, is_announced
):
    """A device that uses one id for both must not hide the person behind an acknowledgement."""
    technical.tell(*happened)
    technical.wait(60)
    if is_announced:
        technical.tell(e.PreAlarmReported("fall", 10_000))
        assert technical.timers == {"pre_alarm": 20.0}
        assert technical.case.state is CaseState.PRE_ALARM
        assert (technical.case.closed_at, technical.case.outcome) == (None, None)
    assert called(technical.tell(e.AlarmReported("fall", "impact"))) == ["Desk"]
    case = technical.case
    assert (case.kind, case.is_person, case.state, case.rounds) == ("fall", True, CaseState.RECEIVED, 1)
    assert (case.acknowledged_at, case.acknowledged_by, case.gone_at) == (None, None, None)
    assert (case.closed_at, case.closed_by, case.outcome) == (None, None, None)
    assert technical.timers == {"answer": 60.0}
    notices = [effect.key for effect in technical.effects]
    assert len(set(notices)) == len(notices)


def test_a_repeat_after_the_close_opens_nothing_here(technical):
    """The engine opens a new case for it, under a new id."""
    technical.tell(RAISE, ENDED, ACKNOWLEDGE)
    before = technical.case
    assert technical.tell(RAISE) == ()
    assert technical.case == before
