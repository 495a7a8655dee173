"""What people press: what is offered, what it does, and what they are told when it is not offered."""

import pytest

from basestation.cases import events as e
from basestation.cases.case import CaseState
from basestation.cases.chain import Recipient, Way
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


def test_everybody_who_goes_is_known_with_minutes_and_arrival(story):
    """More than one may go; who is responsible stays the same."""
    told = story()
    told.tell(RAISE, ACCEPT, e.OnTheWayPressed("Bert", "person/2", 5), e.OnTheWayPressed("Carl", "", 9))
    told.wait(60)
    told.tell(e.OnTheWayPressed("Bert", "person/2", 2), e.OnScenePressed("Carl"))
    bert, carl = told.case.helpers
    assert (bert.name, bert.key, (bert.expected_at - told.now).total_seconds()) == ("Bert", "person/2", 120)
    assert (bert.on_the_way_at, bert.on_scene_at) == (told.case.opened_at, None)
    assert (carl.name, carl.on_scene_at) == ("Carl", told.now)
    assert (told.case.accepted_by, told.case.state) == ("Anna", CaseState.ON_SCENE)


def test_nobody_on_the_scene_in_time_asks_the_accepter_and_calls_on(story, called, reached):
    """Taking is not arriving; saying that one is on the way is not either."""
    told = story()
    told.tell(RAISE, ACCEPT)
    told.wait(300)
    told.tell(e.OnTheWayPressed("Anna", "", 5))
    assert told.timers == {"arrival": 300.0}
    asked = told.wait(300)
    assert reached(asked)[0] == "Anna console ask_arrival"
    assert sorted(reached(asked)[1:]) == [
        "Desk console arrival_overdue",
        "Gate webhook arrival_overdue",
        "Mara Lead email arrival_overdue",
    ]
    assert told.case.is_arrival_overdue
    assert told.case.is_loud
    assert told.case.state is CaseState.DISPATCHED
    assert told.timers["asked"] == 60.0
    told.tell(e.OnScenePressed("Carl"))
    assert not told.case.is_arrival_overdue
    assert told.timers == {"presence": 600.0}


def test_the_accepter_is_asked_by_every_way_the_chain_knows(story, reached, found_as):
    """They may have left the console; that is what one does who helps."""
    told = story()
    told.tell(RAISE)
    told.wait(60)
    told.tell(e.AcceptPressed("Mara Lead", "person/Mara Lead"))
    assert reached(told.wait(600))[:2] == ["Mara Lead console ask_arrival", "Mara Lead email ask_arrival"]


@pytest.mark.parametrize(
    "answer", [e.StillHerePressed("Anna"), e.OnTheWayPressed("Anna", "", 3), e.OnScenePressed("Bert")]
)
def test_an_answer_of_whoever_was_asked_stops_the_calls(story, called, answer):
    """They still have it, or help is there: nobody else is called."""
    told = story()
    told.tell(RAISE, ACCEPT)
    told.wait(630)
    told.tell(answer)
    assert not told.case.is_calling
    assert "asked" not in told.timers
    assert called(told.wait(100)) == []


def test_only_the_accepter_can_say_that_they_still_have_it(story):
    """Somebody else's word is no answer of theirs."""
    told = story()
    told.tell(RAISE, ACCEPT)
    told.wait(600)
    with pytest.raises(WrongVerb, match="Anna has this case: only they can say"):
        told.tell(e.StillHerePressed("Bert"))


def test_whoever_does_not_answer_loses_the_case_to_the_chain(story, called, told):
    """Asked, and silent for the set time: the first level is called again, and the worker is told."""
    case = story()
    case.tell(RAISE, ACCEPT, SET_OUT)
    case.wait(600)
    effects = case.wait(60)
    assert told(effects) == [("RECEIVED", "")]
    assert called(effects)[-1:] == ["Desk"]
    assert (case.case.state, case.case.accepted_by, case.case.dropped_by) == ("RECEIVED", None, "Anna")
    assert case.case.helpers == ()
    assert case.timers["answer"] == 60.0
    case.wait(60)
    assert {effect.text_key for effect in case.effects[-2:]} == {"dropped"}
    case.tell(e.AcceptPressed("Bert"))
    assert case.case.dropped_by is None


@pytest.mark.parametrize("happened", [(ACCEPT,), (ACCEPT, SET_OUT)])
def test_whoever_leaves_the_rota_or_logs_out_loses_the_case_to_the_chain(story, called, happened):
    """An acceptance of one who is not there is none."""
    told = story()
    told.tell(RAISE, *happened)
    assert told.tell(e.AccepterLost("Bert", "left the rota")) == (), "it is not Bert's"
    assert called(told.tell(e.AccepterLost("Anna", "logged out"))) == ["Desk"]
    assert told.case.state is CaseState.RECEIVED


def test_whoever_is_on_the_scene_is_there_whatever_the_rota_says(story):
    """Silence is what their own deadline waits for."""
    told = story()
    told.tell(RAISE, ACCEPT, ARRIVE)
    before = told.case
    assert told.tell(e.AccepterLost("Anna", "logged out")) == ()
    assert told.case == before


def test_somebody_else_can_take_over_while_the_arrival_is_overdue(story):
    """A new accepter gets the time anew and has nobody on the way yet."""
    told = story()
    told.tell(RAISE, ACCEPT, SET_OUT)
    told.wait(600)
    told.tell(e.AcceptPressed("Bert"))
    assert told.case.state is CaseState.ACCEPTED
    assert (told.case.accepted_by, told.case.dispatched_by, told.case.dispatched_at) == ("Bert", None, None)
    assert not told.case.is_arrival_overdue
    assert told.timers == {"arrival": 600.0}


def test_the_accepter_who_presses_accept_again_does_not_stop_the_calls(story):
    """A slow network repeats a press; that must not hide that nobody has come."""
    told = story()
    told.tell(RAISE, ACCEPT)
    told.wait(600)
    before = told.case
    assert told.tell(ACCEPT) == ()
    assert told.case == before


def test_an_acceptance_is_handed_over_only_when_the_other_accepts(story, reached, found_as):
    """Until then it stays where it is; it can never just be dropped."""
    bert = found_as(Recipient("person", "Bert", (Way("sms", 2, 30),)))
    told = story()
    told.tell(RAISE, ACCEPT)
    assert reached(told.tell(e.HandOverPressed("Anna", bert))) == [
        "Bert console hand_over",
        "Bert sms hand_over",
    ]
    assert told.case.accepted_by == "Anna"
    assert reached(told.wait(90)) == []
    with pytest.raises(WrongVerb, match="Anna has this case and has asked Bert to take over"):
        told.tell(e.AcceptPressed("Carl"))
    told.tell(e.AcceptPressed("B.", "person/Bert"))
    assert (told.case.accepted_by, told.case.offered_to) == ("B.", None)
    with pytest.raises(WrongVerb, match=r"B\. has this case: only they can hand it over"):
        told.tell(e.HandOverPressed("Anna", bert))


def test_a_case_is_taken_over_by_name_too_and_on_the_scene(story, found_as):
    """An operator has no key of the chain; helpers on the scene stay there."""
    bert = found_as(Recipient("person", "Bert", (Way("sms", 2, 30),)))
    told = story()
    told.tell(RAISE, ACCEPT, ARRIVE, e.HandOverPressed("Anna", bert), e.AcceptPressed("Bert"))
    assert (told.case.accepted_by, told.case.state, told.case.on_scene_by) == ("Bert", "ON_SCENE", "Anna")


def test_whoever_has_the_case_cannot_decline_it(story):
    """Others who were called in addition can; who is on the scene is not taken away by it."""
    told = story()
    told.tell(RAISE, ACCEPT, e.OnTheWayPressed("Bert", "", 5), e.OnScenePressed("Carl"))
    with pytest.raises(WrongVerb, match="hand it over"):
        told.tell(e.DeclinePressed("Anna"))
    told.tell(e.DeclinePressed("Bert"), e.DeclinePressed("Carl"))
    assert [helper.name for helper in told.case.helpers] == ["Carl"]


def test_a_helper_who_wants_more_gets_the_next_level_until_somebody_else_comes(story, called, reached):
    """Their own press does not end it."""
    told = story()
    told.tell(RAISE, ACCEPT)
    more = told.tell(e.NeedMorePressed("Anna", "", "stretcher"))
    assert sorted(reached(more)) == [
        "Desk console need_more",
        "Gate webhook need_more",
        "Mara Lead email need_more",
    ]
    told.tell(e.OnTheWayPressed("Anna", "", 5))
    assert told.case.is_calling
    assert called(told.wait(120)) == ["Doctor"]
    told.tell(e.OnTheWayPressed("Bert", "", 5))
    assert not told.case.is_calling
    assert told.case.more_wanted_by is None
    assert called(told.wait(100)) == []


def test_escalating_a_case_that_somebody_has_calls_more_people(story, called):
    """Without taking it from anybody."""
    told = story()
    told.tell(RAISE, ACCEPT)
    assert set(called(told.tell(e.EscalatePressed("Otto")))) >= {"Mara Lead", "Gate"}
    assert (told.case.accepted_by, told.case.more_wanted_by) == ("Anna", "Otto")


def test_being_there_has_a_deadline_that_a_press_extends(story, called, reached):
    """A helper who then does not answer is a helper in danger, and the chain goes on."""
    told = story()
    told.tell(RAISE, ACCEPT, ARRIVE)
    told.wait(599)
    told.tell(e.StillHerePressed("Anna"))
    assert told.timers == {"presence": 600.0}
    asked = told.wait(600)
    assert reached(asked)[0] == "Anna console ask_helper"
    assert {"Mara Lead", "Gate"} <= set(called(asked))
    assert {n.text_key for n in asked[1:] if hasattr(n, "text_key")} == {"helper_silent"}
    assert (told.case.is_helper_silent, told.case.is_loud, told.case.state) == (True, True, "ON_SCENE")
    assert called(told.wait(120)) == ["Doctor"]
    told.tell(e.StillHerePressed("Anna"))
    assert (told.case.is_helper_silent, told.case.is_loud) == (False, False)
    assert called(told.wait(500)) == []


def test_more_help_may_follow_to_the_scene_and_each_press_there_is_a_sign_of_life(story):
    """Also that of somebody else who arrives, and of the same one once more."""
    told = story()
    told.tell(RAISE, ACCEPT, ARRIVE)
    told.wait(500)
    told.tell(e.OnTheWayPressed("Bert", "", 5))
    assert told.timers == {"presence": 100.0}
    told.tell(e.OnScenePressed("Bert"))
    assert told.timers == {"presence": 600.0}
    told.wait(10)
    told.tell(e.OnScenePressed("Bert"))
    assert told.timers == {"presence": 600.0}
    assert told.case.on_scene_by == "Anna"


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
