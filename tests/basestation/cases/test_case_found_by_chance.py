"""What the state machine over all events has found (`test_case_invariants`), each as its shortest story."""

from datetime import timedelta

from basestation.cases import events as e
from basestation.cases.people import Found, FoundWay

RAISE = e.AlarmReported("rest", "still for 75 s")


def test_a_technical_alarm_that_turns_out_to_be_a_persons_is_as_old_as_that(story):
    """Its own time counts in no figure of a person's alarm, and it can join what the worker has open."""
    told = story("technical")
    told.tell(e.AlarmReported("technical", "sensor"))
    told.wait(500)
    told.tell(e.PreAlarmReported("rest", 0))
    assert told.case.raised_at is None
    told.wait(10)
    assert told.case.raised_at == told.now


def test_whoever_loses_a_case_for_which_everybody_is_called_leaves_everybody_called(story, called):
    """To begin with the first level again would call fewer people than before."""
    told = story()
    told.tell(RAISE)
    told.wait(210)
    told.tell(e.AcceptPressed("Anna"))
    told.wait(600)
    assert told.case.is_unanswered
    everybody = {"Desk", "Mara Lead", "Gate", "Doctor"}
    effects = told.wait(60)
    assert told.case.accepted_by is None
    assert everybody <= set(called(effects))
    assert everybody <= set(called(told.wait(45)))


def test_whoever_is_asked_to_take_over_while_people_are_called_is_called_like_them(story, found_as, reached):
    """A call that is due and for which no timer waits would never be sent."""
    told = story()
    told.tell(RAISE, e.AcceptPressed("Anna"), e.FurtherAlarm(9, "fall"))
    lead = found_as(told.case.chain.levels[1].recipients[0])
    effects = told.tell(e.HandOverPressed("Anna", lead))
    assert set(reached(effects)) == {
        "Mara Lead email further_alarm",
        "Mara Lead email hand_over",
        "Mara Lead console hand_over",
    }
    call = next(call for call in told.case.calls if call.key == lead.key)
    assert call.next_at == told.now + timedelta(seconds=300)


def test_where_nobody_is_found_any_more_those_called_before_are_called_on(story, called):
    """A duty that nobody has after the change of shift must not silence who was called before it."""
    told = story()
    told.tell(RAISE)
    told.wait(60)
    told.away = {"Desk": "absent", "Mara Lead": "absent", "Gate": "own_case", "Doctor": "absent"}
    told.wait(150)
    assert told.case.is_unanswered
    names = set(called(told.wait(3600)))
    assert "Mara Lead" in names
    assert "Gate" not in names, "whoever is in danger themselves is no help"


def test_who_is_added_while_somebody_has_it_is_told_by_another_way_if_the_first_fails(story, reached):
    """Once by each way that works, and nothing is repeated."""
    told = story()
    told.tell(RAISE, e.AcceptPressed("Anna"))
    ways = (FoundWay("email", "n"), FoundWay("sms", "0123"))
    told.tell(e.RecipientAdded("Otto", Found("person/9", "Nora New", "person", ways)))
    first = told.effects[-1]
    assert reached(told.tell(e.DeliveryReported(first.key, "Nora New", "failed"))) == ["Nora New sms alarm"]
    assert "call" not in told.timers
