"""Taking is not arriving, and being there has a deadline: those who go, are there, or hand it over."""

import pytest

from basestation.cases import events as e
from basestation.cases.case import CaseState
from basestation.cases.chain import Recipient, Way
from basestation.cases.step import WrongVerb

RAISE = e.AlarmReported("manual")
ACCEPT = e.AcceptPressed("Anna")
SET_OUT = e.OnTheWayPressed("Anna")
ARRIVE = e.OnScenePressed("Anna")


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


def test_an_overdue_arrival_after_the_last_level_calls_everybody_once(story, called):
    """There is no level left to call in addition."""
    told = story()
    told.tell(RAISE)
    told.wait(180)
    told.tell(ACCEPT)
    asked = told.wait(600)
    assert called(asked) == ["Anna", "Desk", "Mara Lead", "Gate", "Doctor"]


def test_whoever_is_asked_to_take_over_while_people_are_called_is_called_too(story, called, found_as):
    """And is asked by every way but the console, which asks once."""
    bert = found_as(Recipient("person", "Bert", (Way("console", 1, 300), Way("sms", 1, 300))))
    told = story()
    told.tell(RAISE, ACCEPT, e.NeedMorePressed("Anna"))
    told.tell(e.HandOverPressed("Anna", bert))
    assert [(n.channel, n.text_key) for n in told.effects[-3:]] == [
        ("console", "need_more"),
        ("console", "hand_over"),
        ("sms", "hand_over"),
    ]
    assert "call" in told.timers


def test_a_notice_that_fails_after_the_acceptance_calls_nobody(story):
    """It is known, and changes nothing else."""
    told = story()
    told.tell(RAISE)
    mara = told.wait(60)[0]
    told.tell(ACCEPT)
    assert told.tell(e.DeliveryReported(mara.key, "Mara Lead", "failed")) == ()
    assert next(call for call in told.case.calls if call.name == "Mara Lead").is_failed


def test_only_who_is_on_the_scene_is_asked_for_a_sign_of_life(story, called):
    """Who is still on the way has not been silent there."""
    told = story()
    told.tell(RAISE, ACCEPT, e.OnTheWayPressed("Bert", "", 9), ARRIVE)
    asked = [n for n in told.wait(600) if getattr(n, "text_key", "") == "ask_helper"]
    assert called(asked) == ["Anna"]


def test_a_helper_who_was_coming_and_then_declines_is_replaced_at_once(story, called):
    """Others had been called off because of them; on the scene it takes nobody away."""
    told = story()
    told.tell(RAISE, ACCEPT)
    told.wait(600)
    told.tell(e.OnTheWayPressed("Bert", "", 10))
    assert not told.case.is_calling
    assert "Doctor" in called(told.tell(e.DeclinePressed("Bert")))
    assert told.case.is_calling
    other = story()
    other.tell(RAISE, ACCEPT, e.OnTheWayPressed("Bert", "", 10), ARRIVE)
    assert other.tell(e.DeclinePressed("Bert")) == ()


@pytest.mark.parametrize("press", [e.AcceptPressed, e.OnTheWayPressed, e.OnScenePressed, e.StillHerePressed])
def test_the_worker_in_danger_never_answers_for_the_help(story, press):
    """Whatever a channel makes of their phone; they may ask for more."""
    told = story()
    told.tell(RAISE)
    with pytest.raises(WrongVerb, match="The worker in danger cannot answer"):
        told.tell(press("Willi", "worker"))
    told.tell(e.NeedMorePressed("Willi", "worker"))
