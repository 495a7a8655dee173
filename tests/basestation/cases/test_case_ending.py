"""How a case ends: by somebody who was there or spoke with the worker, or by two people."""

import pytest

from basestation.cases import events as e
from basestation.cases.case import CaseState
from basestation.cases.step import WrongVerb

RAISE = e.AlarmReported("manual")
ACCEPT = e.AcceptPressed("Anna")
SET_OUT = e.OnTheWayPressed("Anna")
ARRIVE = e.OnScenePressed("Anna")
CLEAR = e.AllClearPressed("Anna", "  sprained ankle, taken to the doctor ")


@pytest.mark.parametrize("press", [e.AllClearPressed, e.FalseAlarmPressed])
@pytest.mark.parametrize("happened", [(ACCEPT,), (ACCEPT, SET_OUT)])
def test_without_anybody_there_a_second_person_confirms_the_end(story, told, reached, press, happened):
    """Nobody was on the scene and nobody spoke with the worker."""
    case = story()
    case.tell(RAISE)
    case.wait(60)
    case.tell(*happened)
    proposed = case.tell(press("Anna", "tested the new button"))
    assert reached(proposed) == ["Mara Lead email confirm", "Gate webhook confirm"]
    assert case.case.is_open
    assert case.case.proposal.by == "Anna"
    with pytest.raises(WrongVerb, match="A second person has to confirm"):
        case.tell(e.ConfirmPressed("Anna"))
    effects = case.tell(e.ConfirmPressed("Bert"))
    assert case.case.state is CaseState.CLOSED
    assert (case.case.closed_by, case.case.confirmed_by) == ("Anna", "Bert")
    assert case.case.reason == "tested the new button"
    assert told(effects) == [("ALL_CLEAR", "Anna")]
    assert reached(effects) == ["Mara Lead email closed", "Gate webhook closed"]
    assert case.tell(e.ConfirmPressed("Bert")) == ()


def test_recorded_contact_with_the_worker_is_enough_and_in_a_silent_case_never(story):
    """What they said is kept; under threat it proves nothing."""
    for kind, state in (("rest", CaseState.CLOSED), ("silent", CaseState.ACCEPTED)):
        told = story(kind)
        told.tell(e.AlarmReported(kind), ACCEPT, e.ContactPressed("Anna", " only slipped "))
        assert (told.case.contact_by, told.case.contact_words) == ("Anna", "only slipped")
        told.tell(e.FalseAlarmPressed("Anna", "slipped, unhurt"))
        assert told.case.state is state
    with pytest.raises(WrongVerb, match="Write what the worker said, at least 3 characters"):
        told.tell(e.ContactPressed("Anna", "ok"))


def test_a_false_alarm_is_an_outcome_of_its_own(story):
    """With what raised it."""
    told = story()
    told.tell(RAISE, ACCEPT, ARRIVE, e.FalseAlarmPressed("Anna", "knelt under the pump"))
    assert (told.case.outcome, told.case.reason) == ("false_alarm", "knelt under the pump")


@pytest.mark.parametrize("happened", [(ACCEPT, ARRIVE), (ACCEPT, SET_OUT, ARRIVE)])
def test_the_end_ends_everything(story, happened):
    """No timer, no call, no noise is left; a helper who fell silent as well."""
    told = story()
    told.tell(RAISE, *happened)
    told.wait(700)
    told.tell(CLEAR)
    assert told.case.state is CaseState.CLOSED
    assert told.case.timers == ()
    assert not told.case.is_loud
    assert not told.case.is_helper_silent


@pytest.mark.parametrize(
    ("reason", "is_enough"), [("", 0), ("  ", 0), ("ab", 0), (" a b ", 0), ("abc", 1), ("a b c", 1)]
)
@pytest.mark.parametrize(
    ("press", "sentence"),
    [
        (e.AllClearPressed, "Write the reason for the all-clear, at least 3"),
        (e.FalseAlarmPressed, "Write what raised the false alarm, at least 3"),
    ],
)
def test_the_end_needs_a_reason_of_three_characters(story, press, sentence, reason, is_enough):
    """Blanks do not count; without a reason nothing changes."""
    told = story()
    told.tell(RAISE, ACCEPT, ARRIVE)
    before = told.case
    if is_enough:
        told.tell(press("Anna", reason))
        assert told.case.reason == reason.strip()
        return
    with pytest.raises(WrongVerb, match=sentence):
        told.tell(press("Anna", reason))
    assert told.case == before
