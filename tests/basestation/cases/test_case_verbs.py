"""What people press: what is offered, what it does, and what they are told when it is not offered."""

import pytest

from basestation.cases import events as e
from basestation.cases.case import CaseState
from basestation.cases.step import WrongVerb, verbs

RAISE = e.AlarmReported("manual")
ACCEPT = e.AcceptPressed("Anna")
DISPATCH = e.DispatchedPressed("Anna")
ARRIVE = e.OnScenePressed("Anna")
CLEAR = e.AllClearPressed("Anna", "  sprained ankle, taken to the doctor ")


@pytest.mark.parametrize(
    ("happened", "offered"),
    [
        ((), ()),
        ((e.PreAlarmReported("rest", 0),), ()),
        ((e.CancelReported("key"),), ()),
        ((RAISE,), ("accept",)),
        ((RAISE, ACCEPT), ("dispatched", "on_scene", "all_clear")),
        ((RAISE, ACCEPT, DISPATCH), ("on_scene", "all_clear")),
        ((RAISE, ACCEPT, DISPATCH, ARRIVE), ("all_clear",)),
        ((RAISE, ACCEPT, CLEAR), ()),
    ],
)
def test_each_state_offers_its_verbs_and_no_other(story, happened, offered):
    """A button that is shown works; one that does not work is not shown."""
    told = story()
    told.tell(*happened)
    assert verbs(told.case) == offered


def test_an_overdue_arrival_offers_accept_to_the_others(story):
    """Beside what was offered before."""
    told = story()
    told.tell(RAISE, ACCEPT)
    told.wait(600)
    assert verbs(told.case) == ("accept", "dispatched", "on_scene", "all_clear")
    told.tell(DISPATCH)
    assert verbs(told.case) == ("accept", "on_scene", "all_clear")


def test_the_whole_way_is_recorded_with_names_and_times_and_told_to_the_device(story, told):
    """The wearer learns that help is coming; the receipt already told them of RECEIVED."""
    case = story()
    assert told(case.tell(RAISE)) == []
    for seconds, press, state in (
        (10, ACCEPT, "ACCEPTED"),
        (20, DISPATCH, "DISPATCHED"),
        (30, ARRIVE, "ON_SCENE"),
    ):
        case.wait(seconds)
        assert told(case.tell(press)) == [(state, "Anna")]
        assert case.case.state == state
    case.wait(40)
    assert told(case.tell(CLEAR)) == [("ALL_CLEAR", "Anna")]
    closed = case.case
    moments = (closed.accepted_at, closed.dispatched_at, closed.on_scene_at, closed.closed_at)
    assert [(at - closed.opened_at).total_seconds() for at in moments] == [10, 30, 60, 100]
    assert (closed.accepted_by, closed.dispatched_by, closed.on_scene_by, closed.closed_by) == ("Anna",) * 4
    assert (closed.outcome, closed.reason) == ("all_clear", "sprained ankle, taken to the doctor")
    assert not closed.is_open
    assert closed.timers == ()


@pytest.mark.parametrize("happened", [(ACCEPT,), (ACCEPT, DISPATCH), (ACCEPT, DISPATCH, ARRIVE)])
def test_the_all_clear_is_possible_from_acceptance_on_and_ends_everything(story, happened):
    """A false alarm need not be walked through all states; an overdue arrival ends with it too."""
    told = story()
    told.tell(RAISE, *happened)
    told.wait(700)
    told.tell(CLEAR)
    assert told.case.state is CaseState.CLOSED
    assert (told.case.timers, told.case.unfailed) == ((), ())
    assert not told.case.is_loud


@pytest.mark.parametrize(
    ("reason", "is_enough"), [("", 0), ("  ", 0), ("ab", 0), (" a b ", 0), ("abc", 1), ("a b c", 1)]
)
def test_the_all_clear_needs_a_reason_of_three_characters(story, reason, is_enough):
    """Blanks do not count; without a reason nothing changes."""
    told = story()
    told.tell(RAISE, ACCEPT)
    before = told.case
    if is_enough:
        told.tell(e.AllClearPressed("Anna", reason))
        assert told.case.reason == reason.strip()
        return
    with pytest.raises(WrongVerb, match=r"Write the reason for the all-clear, at least 3 characters\."):
        told.tell(e.AllClearPressed("Anna", reason))
    assert told.case == before


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_the_same_press_twice_by_the_same_person_is_harmless(story, count):
    """At any later moment, also after the next presses: a slow network repeats."""
    told = story()
    told.tell(RAISE, *(ACCEPT, DISPATCH, ARRIVE, CLEAR)[:count])
    told.wait(1)
    before = told.case
    for press in (ACCEPT, DISPATCH, ARRIVE, CLEAR)[:count]:
        assert told.tell(press) == ()
    assert told.case == before


def test_two_operators_who_accept_at_the_same_time_learn_who_has_it(story):
    """The second one is told a name, not an error."""
    told = story()
    told.tell(RAISE, ACCEPT)
    with pytest.raises(WrongVerb, match=r"Anna has accepted this case: speak to them before you act\."):
        told.tell(e.AcceptPressed("Bert"))
    assert told.case.accepted_by == "Anna"


@pytest.mark.parametrize(
    ("happened", "press", "sentence"),
    [
        ((), ACCEPT, "Nothing has been raised yet"),
        ((e.PreAlarmReported("rest", 9),), ACCEPT, "can still cancel this pre-alarm"),
        ((e.CancelReported("key"),), ACCEPT, "The wearer cancelled"),
        ((RAISE,), DISPATCH, "press accept first"),
        ((RAISE,), CLEAR, "press accept first"),
        ((RAISE, ACCEPT, DISPATCH), e.DispatchedPressed("Bert"), r"on its way already \(Anna\)"),
        (
            (RAISE, ACCEPT, ARRIVE),
            e.DispatchedPressed("Bert"),
            r"on the scene already \(Anna\): give the all-clear",
        ),
        ((RAISE, ACCEPT, ARRIVE), e.OnScenePressed("Bert"), r"on the scene already \(Anna\)\.$"),
        ((RAISE, ACCEPT, ARRIVE), e.AcceptPressed("Bert"), "Anna has accepted"),
        ((RAISE, ACCEPT, CLEAR), e.AllClearPressed("Bert", "closing"), r"closed \(by Anna\)"),
        ((RAISE,), e.AcknowledgePressed("Anna"), "A person may be in danger"),
        ((RAISE, ACCEPT, CLEAR), e.AcknowledgePressed("Bert"), "A person may be in danger"),
    ],
)
def test_a_press_that_is_not_offered_gets_a_sentence(story, happened, press, sentence):
    """What is the matter, and what to do."""
    told = story("manual")
    told.tell(*happened)
    before = told.case
    with pytest.raises(WrongVerb, match=sentence):
        told.tell(press)
    assert told.case == before


@pytest.mark.parametrize("kind", ["silent", "duress"])
def test_a_silent_alarm_betrays_nobody(story, told, kind):
    """Nothing of it may show on the device."""
    case = story(kind)
    case.tell(e.AlarmReported(kind), ACCEPT, DISPATCH, ARRIVE, CLEAR)
    assert case.case.state is CaseState.CLOSED
    assert told(case.effects) == []


@pytest.mark.parametrize(
    ("kind", "alarm"), [("rest", "7-3"), ("from-the-future", "7-3"), ("time", "base-end-1")]
)
def test_a_device_is_told_of_the_alarms_it_knows(story, told, kind, alarm):
    """An alarm the base raised by itself has an id no device knows."""
    case = story(kind, alarm=alarm)
    case.tell(e.AlarmReported(kind), ACCEPT)
    assert told(case.effects) == ([] if alarm.startswith("base-") else [("ACCEPTED", "Anna")])


def test_a_long_name_is_told_as_far_as_the_protocol_carries_it(story, told):
    """Help is coming, whatever it is called."""
    case = story()
    case.tell(RAISE)
    assert told(case.tell(e.AcceptPressed("n" * 60))) == [("ACCEPTED", "n" * 48)]
    assert case.case.accepted_by == "n" * 60
