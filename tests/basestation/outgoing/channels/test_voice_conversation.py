"""One call as a table: which event means what in which state."""

import dataclasses
import random

import pytest

from basestation.outgoing.channels import Notice, Stage
from basestation.outgoing.channels.voice import conversation
from basestation.outgoing.channels.voice.conversation import (
    IGNORED,
    SPEECHES_MAX,
    TABLE,
    Ask,
    HangUp,
    Hush,
    Judged,
    LineLost,
    Say,
    State,
    Tell,
    TimeUp,
    Withdrawn,
)
from basestation.outgoing.channels.voice.reasons import refusal
from basestation.outgoing.channels.voice.script import script_of
from basestation.outgoing.channels.voice.telephone import Answered, HungUp, KeyPressed, Ringing, Spoken

HELPERS_VERBS = ("accept", "decline", "on_the_way", "on_scene", "need_more", "escalate")
EVENTS = (
    Ringing(), Answered(), Spoken(), KeyPressed("1"), HungUp(486), TimeUp(), Judged("Thank you."), LineLost(),
    Withdrawn("we end it"),
)  # fmt: skip
PRE_SPOKEN = (Ringing(), Answered(), Spoken())


def a_notice(**changes):
    """Return a notice of a manual alarm."""
    fields = {
        "key": "case:12/0/0/erika",
        "case_id": 12,
        "mark": "real",
        "recipient": "Erika Beispiel",
        "address": "200",
        "subject": "Emergency button: Willi Werker (case 12)",
        "body": "Emergency button.",
        "worker": "Willi Werker",
        "place": "Halle 3",
        "code": "4711",
        "verbs": HELPERS_VERBS,
    }
    return Notice(**(fields | changes))


def after(*events, is_code_asked=False, repeats=3, **changes):
    """Return the call and every effect after these events."""
    call = conversation.begun(script_of(a_notice(**changes), repeats, is_code_asked=is_code_asked))
    effects = []
    for event in events:
        call, more = conversation.step(call, event)
        effects += more
    return call, effects


def of(effects, kind):
    """Return the effects of one kind."""
    return [one for one in effects if isinstance(one, kind)]


def spoken(effects):
    """Return everything that was said."""
    return " ".join(segment.text for one in of(effects, Say) for segment in one.speech)


def stages(effects):
    """Return what was told of the notice, in order."""
    return [one.stage for one in of(effects, Tell)]


def test_every_state_lists_or_ignores_every_event():
    """The table is total, and no event stands in both."""
    every = {type(event) for event in EVENTS}
    assert set(TABLE) == set(IGNORED) == set(State)
    for state in State:
        assert set(TABLE[state]) | IGNORED[state] == every, state
        assert not set(TABLE[state]) & IGNORED[state], state


@pytest.mark.parametrize("state", list(State))
def test_what_is_ignored_changes_nothing(state):
    """Late and doubled events do no harm."""
    call, _ = after()
    call = dataclasses.replace(call, state=state)
    for event in EVENTS:
        if type(event) in IGNORED[state]:
            assert conversation.step(call, event) == (call, ())


def test_picking_up_is_sent_and_no_answer():
    """Nobody knows who, or what, has picked up."""
    _, effects = after(Ringing(), Answered())
    assert stages(effects) == [Stage.SENT]
    assert not of(effects, Ask)


def test_a_voicemail_that_presses_no_key_has_failed_after_the_repeats():
    """Text and keys are spoken three times; then it is said that this is no answer, and the call ends."""
    call, effects = after(Ringing(), Answered(), *[Spoken(), TimeUp()] * 3, Spoken())
    assert call.state is State.ENDED
    assert stages(effects) == [Stage.SENT, Stage.FAILED]
    assert of(effects, Tell)[-1].detail == "picked up, no key pressed: may be a voicemail"
    assert spoken(effects).count("Willi Werker") == 3
    assert "does not count as an answer" in spoken(effects)
    assert effects[-2] == HangUp()


@pytest.mark.parametrize("repeats", [1, 2, 5])
def test_it_is_spoken_as_often_as_the_site_wants(repeats):
    """One time fewer, and it has not ended; at the set number it has."""
    call, _ = after(Answered(), *[Spoken(), TimeUp()] * (repeats - 1), repeats=repeats)
    assert call.state is State.SPEAKING
    call, effects = after(Answered(), *[Spoken(), TimeUp()] * repeats, repeats=repeats)
    assert call.state is State.PARTING
    assert spoken(effects).count("Willi Werker") == repeats


@pytest.mark.parametrize(("key", "verb"), [("1", "accept"), ("2", "decline"), ("3", "on_the_way")])
def test_a_key_is_its_verb_and_the_sentence_is_spoken_back(key, verb):
    """The press is handed on once; what comes back is heard."""
    call, effects = after(Answered(), KeyPressed(key), Judged("You have it."), Spoken(), TimeUp(), Spoken())
    assert of(effects, Ask) == [Ask(verb)]
    assert stages(effects) == [Stage.SENT, Stage.DELIVERED]
    assert "You have it. Goodbye." in spoken(effects)
    assert call.state is State.ENDED
    assert effects[-1] == HangUp()


def test_a_key_interrupts_the_speech():
    """Whoever knows the menu need not hear it out."""
    _, effects = after(Answered(), KeyPressed("1"))
    assert Hush() in effects


def test_a_key_that_was_not_offered_counts_for_nothing():
    """Seven escalates, but only behind the long list of keys."""
    _, effects = after(Answered(), KeyPressed("7"))
    assert not of(effects, Ask)
    assert "no meaning" in spoken(effects)
    _, effects = after(Answered(), KeyPressed("0"), KeyPressed("7"))
    assert of(effects, Ask) == [Ask("escalate")]
    assert "next level" in spoken(effects)


def test_nine_says_it_again_and_is_no_answer():
    """Somebody listens: that is delivered, and never failed; it accepts nothing."""
    call, effects = after(Answered(), KeyPressed("9"), HungUp())
    assert spoken(effects).count("Willi Werker") == 2
    assert stages(effects) == [Stage.SENT, Stage.DELIVERED]
    assert not of(effects, Ask)
    assert call.state is State.ENDED


def test_with_a_code_no_key_counts_before_it():
    """A menu or call screening that presses keys by itself accepts nothing."""
    keys = [KeyPressed(key) for key in "1111"]
    call, effects = after(Answered(), *keys, is_code_asked=True)
    assert not of(effects, Ask)
    assert stages(effects) == [Stage.SENT]
    assert "was not the code" in spoken(effects)
    call, effects = after(
        Answered(), *[KeyPressed(key) for key in "4711"], KeyPressed("1"), is_code_asked=True
    )
    assert of(effects, Ask) == [Ask("accept")]
    assert "4, 7, 1, 1" in spoken(effects)
    assert call.state is State.JUDGING


def test_a_code_can_be_typed_anew():
    """Star begins again, a mistyped code too, and so does a pause."""
    for start in ("47*", "4712"):
        _, effects = after(Answered(), *[KeyPressed(key) for key in start + "47112"], is_code_asked=True)
        assert of(effects, Ask) == [Ask("decline")]
    pause = [Spoken(), KeyPressed("4"), TimeUp()]
    _, effects = after(Answered(), *pause, *[KeyPressed(key) for key in "47112"], is_code_asked=True)
    assert of(effects, Ask) == [Ask("decline")]


def test_an_answer_that_cannot_be_stored_is_asked_for_again():
    """Silence would look like acceptance."""
    _, effects = after(Answered(), KeyPressed("1"), TimeUp(), Spoken(), KeyPressed("1"))
    assert "could not be stored" in spoken(effects)
    assert of(effects, Ask) == [Ask("accept"), Ask("accept")]


def test_after_an_answer_another_key_counts_too():
    """Accept now, on the way a moment later."""
    _, effects = after(Answered(), KeyPressed("1"), Judged("You have it."), KeyPressed("3"))
    assert of(effects, Ask) == [Ask("accept"), Ask("on_the_way")]


def test_a_key_at_the_last_moment_still_counts():
    """While the goodbye is spoken, too."""
    call, effects = after(Answered(), Spoken(), TimeUp(), KeyPressed("1"), repeats=1)
    assert of(effects, Ask) == [Ask("accept")]
    assert call.state is State.JUDGING


def test_news_are_spoken_once_and_need_no_key():
    """Who was called is told who has it; a voicemail may hear it as well."""
    call, effects = after(Answered(), Spoken(), TimeUp(), Spoken(), text_key="taken", verbs=())
    assert call.state is State.ENDED
    assert stages(effects) == [Stage.SENT]
    assert "press 1" not in spoken(effects)
    _, effects = after(Answered(), HungUp(), text_key="taken", verbs=())
    assert stages(effects) == [Stage.SENT, Stage.FAILED]
    _, effects = after(Answered(), KeyPressed("0"), text_key="taken", verbs=())
    assert not of(effects, Ask)


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([HungUp(486)], "busy"),
        ([Ringing(), HungUp(603)], "refused by a press"),
        ([HungUp(404)], "does not know this number"),
        ([HungUp(403)], "does not let us"),
        ([HungUp(503)], "no free line"),
        ([HungUp(599)], "SIP 599"),
        ([HungUp(0)], "did not say why"),
        ([TimeUp()], "did not ring in time"),
        ([Ringing(), TimeUp()], "nobody picked up in time"),
        ([LineLost()], "may have rung"),
        ([Ringing(), LineLost()], "may have rung"),
        ([Withdrawn("the base station stops")], "the base station stops"),
        ([Answered(), HungUp()], "hung up before a key was pressed"),
        ([Answered(), LineLost()], "lost during the call"),
        ([Answered(), TimeUp()], "the telephone hangs"),
        ([Answered(), Withdrawn("a real alarm needs the line")], "a real alarm needs the line"),
        ([*PRE_SPOKEN, HungUp()], "hung up before a key was pressed"),
    ],
)  # fmt: skip
def test_every_end_without_a_key_has_failed_and_says_why(events, words):
    """The chain goes on at once."""
    call, effects = after(*events)
    assert call.state is State.ENDED
    assert stages(effects)[-1] is Stage.FAILED
    assert words in of(effects, Tell)[-1].detail


def test_every_refusal_is_a_sentence():
    """No status of the telephone system goes unnamed."""
    assert all(refusal(status) for status in range(700))


def test_whoever_plays_with_the_keys_is_left():
    """A call has an end, whatever is pressed; one speech fewer, and it goes on."""
    call, _ = after(Answered(), *[KeyPressed("9")] * (SPEECHES_MAX - 1))
    assert call.state is State.SPEAKING
    call, effects = after(Answered(), *[KeyPressed("9")] * SPEECHES_MAX)
    assert call.state is State.PARTING
    assert spoken(effects).endswith("Goodbye.")


def test_no_order_of_events_accepts_without_a_key_or_lives_for_ever():
    """Whatever comes, only an offered key asks for a verb, and a call without new keys ends."""
    chance = random.Random(20261122)
    for _ in range(300):
        call, _ = after(is_code_asked=chance.random() < 0.5)
        for _ in range(40):
            event = chance.choice(EVENTS)
            call, effects = conversation.step(call, event)
            assert not of(effects, Ask) or isinstance(event, KeyPressed)
            assert not (call.typed is not None and of(effects, Ask))
        for event in [TimeUp(), Spoken()] * 12:
            call, _ = conversation.step(call, event)
        assert call.state is State.ENDED
