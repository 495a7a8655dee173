"""What people press: what is offered, what it does, and what they are told when it is not offered."""

import pytest

from basestation.cases import events as e
from basestation.cases.case import CaseState
from basestation.cases.step import WrongVerb, verbs

RAISE = e.AlarmReported("manual")
ACCEPT = e.AcceptPressed("Anna")
SET_OUT = e.OnTheWayPressed("Anna")
ARRIVE = e.OnScenePressed("Anna")
CLEAR = e.AllClearPressed("Anna", "  sprained ankle, taken to the doctor ")
TAKEN = (
    "decline", "on_the_way", "on_scene", "still_here", "need_more", "escalate", "hand_over", "contact",
    "all_clear", "false_alarm",
)  # fmt: skip


@pytest.mark.parametrize(
    ("happened", "offered"),
    [
        ((), ()),
        ((e.PreAlarmReported("rest", 0),), ()),
        ((e.CancelReported("key"),), ()),
        ((RAISE,), ("accept", "decline", "on_the_way", "on_scene", "need_more", "escalate", "contact")),
        ((RAISE, ACCEPT), TAKEN),
        ((RAISE, ACCEPT, SET_OUT), TAKEN),
        ((RAISE, ACCEPT, SET_OUT, ARRIVE), TAKEN),
        ((RAISE, ACCEPT, CLEAR), (*TAKEN, "confirm")),
        ((RAISE, ACCEPT, ARRIVE, CLEAR), ()),
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
    assert verbs(told.case) == ("accept", *TAKEN)


def test_the_whole_way_is_recorded_with_names_and_times_and_told_to_the_device(story, told):
    """The wearer learns that help is coming and in how many minutes; the receipt told them of RECEIVED."""
    case = story()
    assert told(case.tell(RAISE)) == []
    for seconds, press, state in (
        (10, ACCEPT, "ACCEPTED"),
        (20, e.OnTheWayPressed("Anna", "", 7), "DISPATCHED"),
        (30, ARRIVE, "ON_SCENE"),
    ):
        case.wait(seconds)
        assert told(case.tell(press)) == [(state, "Anna")]
        assert case.case.state == state
    assert [effect.minutes for effect in case.effects if hasattr(effect, "minutes")] == [None, 7, None]
    case.wait(40)
    assert told(case.tell(CLEAR)) == [("ALL_CLEAR", "Anna")]
    closed = case.case
    moments = (closed.accepted_at, closed.dispatched_at, closed.on_scene_at, closed.closed_at)
    assert [(at - closed.opened_at).total_seconds() for at in moments] == [10, 30, 60, 100]
    assert (closed.accepted_by, closed.dispatched_by, closed.on_scene_by, closed.closed_by) == ("Anna",) * 4
    assert (closed.outcome, closed.reason) == ("all_clear", "sprained ankle, taken to the doctor")
    assert not closed.is_open
    assert closed.timers == ()


def test_acceptance_stops_the_calls_and_those_called_are_told_who_has_it(story, reached, told):
    """Whoever accepted need not be told; the console shows it."""
    case = story()
    case.tell(RAISE)
    case.wait(60)
    effects = case.tell(e.AcceptPressed("Mara Lead", "person/Mara Lead"))
    assert reached(effects) == ["Gate webhook taken"]
    assert (case.case.accepted_by, case.case.accepted_key) == ("Mara Lead", "person/Mara Lead")
    assert case.timers == {"arrival": 600.0}
    assert not case.case.is_loud
    assert reached(case.wait(599.999)) == []


def test_whoever_says_that_they_come_has_taken_it_if_nobody_else_has(story, told):
    """On the way and on scene are acceptances too: one press less in an emergency."""
    case = story()
    case.tell(RAISE)
    assert told(case.tell(e.OnTheWayPressed("Bert", "person/9", 4))) == [("DISPATCHED", "Bert")]
    assert (case.case.accepted_by, case.case.state) == ("Bert", CaseState.DISPATCHED)
    assert case.timers == {"arrival": 240.0}
    other = story()
    other.tell(RAISE)
    assert told(other.tell(e.OnScenePressed("Bert"))) == [("ON_SCENE", "Bert")]
    assert (other.case.accepted_by, other.case.on_scene_by) == ("Bert", "Bert")
    assert other.timers == {"presence": 600.0}


@pytest.mark.parametrize(("minutes", "is_right"), [(0, 0), (1, 1), (15, 1), (16, 0), (None, 1)])
def test_nobody_says_that_they_need_longer_than_help_may_take(story, minutes, is_right):
    """One to fifteen minutes; without a number the chain's own time counts."""
    told = story()
    told.tell(RAISE, ACCEPT)
    before = told.case
    event = e.OnTheWayPressed("Anna", "", minutes)
    if is_right:
        told.tell(event)
        assert told.timers == {"arrival": 60.0 * minutes if minutes else 600.0}
        return
    with pytest.raises(WrongVerb, match="Say 1 to 15 minutes"):
        told.tell(event)
    assert told.case == before


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_the_same_press_twice_by_the_same_person_changes_nothing(story, count):
    """In the same moment, also after the next presses: a slow network repeats."""
    presses = (ACCEPT, SET_OUT, ARRIVE, CLEAR)[:count]
    told = story()
    told.tell(RAISE, *presses)
    before = told.case
    told.tell(presses[-1])
    assert told.case == before
    assert told.tell(ACCEPT) == ()
    if count == 4:
        for press in presses:
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
        ((RAISE,), CLEAR, "press accept first"),
        ((RAISE,), e.StillHerePressed("Anna"), "press accept first"),
        ((RAISE,), e.ConfirmPressed("Anna"), "There is nothing to confirm"),
        ((RAISE, ACCEPT), e.ConfirmPressed("Bert"), "There is nothing to confirm"),
        ((RAISE, ACCEPT, ARRIVE), e.AcceptPressed("Bert"), "Anna has accepted"),
        ((RAISE, ACCEPT, ARRIVE, CLEAR), e.AllClearPressed("Bert", "closing"), r"closed \(by Anna\)"),
        ((RAISE,), e.AcknowledgePressed("Anna"), "A person may be in danger"),
        ((RAISE, ACCEPT, ARRIVE, CLEAR), e.AcknowledgePressed("Bert"), "A person may be in danger"),
        ((e.CompanionFound(9), RAISE), ACCEPT, "part of case 9"),
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
    """Nothing of it may show on the device, also when nobody has it any more."""
    case = story(kind)
    case.tell(e.AlarmReported(kind), ACCEPT)
    case.wait(700)
    case.tell(e.AcceptPressed("Bert"), SET_OUT, ARRIVE, CLEAR)
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
