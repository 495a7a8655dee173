"""The product of states and events, against a second statement of both machines written by hand."""

from datetime import timedelta
from typing import get_args

import pytest

from basestation.cases import events as e
from basestation.cases import tables
from basestation.cases.case import CaseState, Proposal, Timer
from basestation.cases.people import Found, FoundWay
from basestation.cases.step import ACTIONS, WrongVerb

BERT = Found("person/2", "Bert", "person", (FoundWay("sms", "+49 1"),))
EVENTS = {
    "PreAlarmReported": e.PreAlarmReported("rest", 30_000),
    "AlarmReported": e.AlarmReported("rest", "still for 75 s"),
    "CancelReported": e.CancelReported("key"),
    "ResetReported": e.ResetReported(),
    "AllRightReported": e.AllRightReported(),
    "PlaceReported": e.PlaceReported("Boiler room", -52, 3, is_known=True),
    "ConditionEnded": e.ConditionEnded(),
    "CompanionFound": e.CompanionFound(9),
    "FurtherAlarm": e.FurtherAlarm(9, "fall"),
    "AccepterLost": e.AccepterLost("Anna", "left the rota"),
    "PeopleFound": e.PeopleFound(0, (BERT,)),
    "DeliveryReported": e.DeliveryReported("unknown", "Desk", "sent"),
    "ShownOnConsole": e.ShownOnConsole(),
    "RecipientAdded": e.RecipientAdded("Otto", BERT),
    "AddressCorrected": e.AddressCorrected("Otto", "person/2", "sms", "+49 2"),
    "AcceptPressed": e.AcceptPressed("Bert"),
    "DeclinePressed": e.DeclinePressed("Bert"),
    "OnTheWayPressed": e.OnTheWayPressed("Bert"),
    "OnScenePressed": e.OnScenePressed("Bert"),
    "StillHerePressed": e.StillHerePressed("Anna"),
    "NeedMorePressed": e.NeedMorePressed("Bert"),
    "EscalatePressed": e.EscalatePressed("Bert"),
    "HandOverPressed": e.HandOverPressed("Anna", BERT),
    "ContactPressed": e.ContactPressed("Bert", "only slipped"),
    "AllClearPressed": e.AllClearPressed("Bert", "found well"),
    "FalseAlarmPressed": e.FalseAlarmPressed("Bert", "dropped it"),
    "ConfirmPressed": e.ConfirmPressed("Bert"),
    "AcknowledgePressed": e.AcknowledgePressed("Bert"),
    **{name: e.TimerFired(name) for name in tables.TIMERS},
}

# A state: the move leads there. = : it stays and may note something. . : nothing changes. x : refused.
PERSON = """
                  NEW PRE_ALARM CANCELLED JOINED RECEIVED ACCEPTED DISPATCHED ON_SCENE CLOSED
PreAlarmReported  PRE .         .         .      .        .        .          .        .
AlarmReported     REC REC       REC       =      =        =        =          =        =
CancelReported    CAN CAN       .         =      =        =        =          =        =
ResetReported     REC REC       REC       =      =        =        =          =        =
AllRightReported  REC REC       REC       =      =        =        =          =        =
PlaceReported     .   .         .         =      =        =        =          =        =
ConditionEnded    REC REC       REC       .      .        .        .          .        .
pre_alarm         .   REC       .         .      .        .        .          .        .
answer            .   .         .         .      =        =        =          =        .
call              .   .         .         .      =        =        =          =        .
repeat            .   .         .         .      =        =        =          =        .
unanswered        .   .         .         .      =        =        =          =        .
arrival           .   .         .         .      .        =        =          .        .
asked             .   .         .         .      .        REC      REC        .        .
presence          .   .         .         .      .        .        .          =        .
PeopleFound       .   .         .         .      =        =        =          =        .
DeliveryReported  .   .         .         .      =        =        =          =        .
ShownOnConsole    .   .         .         .      =        =        =          =        .
RecipientAdded    .   .         .         .      =        =        =          =        .
AddressCorrected  .   .         .         .      =        =        =          =        .
CompanionFound    =   =         =         .      .        .        .          .        .
FurtherAlarm      .   .         .         .      =        =        =          =        .
AccepterLost      .   .         .         .      .        REC      REC        .        .
AcceptPressed     x   x         x         x      ACC      x        x          x        x
DeclinePressed    x   x         x         x      =        =        =          =        x
OnTheWayPressed   x   x         x         x      DIS      DIS      DIS        ON_      x
OnScenePressed    x   x         x         x      ON_      ON_      ON_        ON_      x
StillHerePressed  x   x         x         x      x        =        =          =        x
NeedMorePressed   x   x         x         x      =        =        =          =        x
EscalatePressed   x   x         x         x      =        =        =          =        x
HandOverPressed   x   x         x         x      x        =        =          =        x
ContactPressed    x   x         x         x      =        =        =          =        x
AllClearPressed   x   x         x         x      x        =        =          CLO      x
FalseAlarmPressed x   x         x         x      x        =        =          CLO      x
ConfirmPressed    x   x         x         x      x        x        x          x        x
AcknowledgePressed x  x         x         x      x        x        x          x        x
"""
TECHNICAL = """
                  NEW RECEIVED ACKNOWLEDGED GONE CLOSED
PreAlarmReported  REC .        .            .    .
AlarmReported     REC .        .            REC  .
CancelReported    GON GON      CLO          .    .
ResetReported     REC =        =            =    .
AllRightReported  REC =        =            =    .
PlaceReported     .   .        .            .    .
ConditionEnded    GON GON      CLO          .    .
pre_alarm         .   .        .            .    .
answer            .   =        .            .    .
call              .   =        .            .    .
repeat            .   =        .            .    .
unanswered        .   .        .            .    .
arrival           .   .        .            .    .
asked             .   .        .            .    .
presence          .   .        .            .    .
PeopleFound       .   =        .            .    .
DeliveryReported  .   =        .            .    .
ShownOnConsole    .   =        .            .    .
RecipientAdded    .   =        .            .    .
AddressCorrected  .   =        .            .    .
CompanionFound    .   .        .            .    .
FurtherAlarm      .   .        .            .    .
AccepterLost      .   .        .            .    .
AcceptPressed     x   x        x            x    x
DeclinePressed    x   =        x            x    x
OnTheWayPressed   x   x        x            x    x
OnScenePressed    x   x        x            x    x
StillHerePressed  x   x        x            x    x
NeedMorePressed   x   x        x            x    x
EscalatePressed   x   =        x            x    x
HandOverPressed   x   x        x            x    x
ContactPressed    x   x        x            x    x
AllClearPressed   x   x        x            x    x
FalseAlarmPressed x   x        x            x    x
ConfirmPressed    x   x        x            x    x
AcknowledgePressed x  ACK      x            CLO  x
"""
#: States in which somebody has the case.
TAKEN = (CaseState.ACCEPTED, CaseState.DISPATCHED, CaseState.ON_SCENE)


def cells(text):
    """Return (state, event, cell) of one of the texts above."""
    header, *lines = text.strip().splitlines()
    states = [CaseState(name) for name in header.split()]
    return [
        (state, event, cell)
        for event, *row in (line.split() for line in lines)
        for state, cell in zip(states, row, strict=True)
    ]


CELLS = [("rest", *cell) for cell in cells(PERSON)] + [("technical", *cell) for cell in cells(TECHNICAL)]


def moves(row):
    """Return the moves of a row: one, several of which the first that holds counts, or none."""
    return (row,) if isinstance(row, tables.Move) else row if isinstance(row, tuple) else ()


def in_state(story, kind, state):
    """Return a case in that state, as far as its facts matter, with every timer due."""
    timed = tuple(Timer(timer, story(kind).now) for timer in tables.TIMERS)
    taken = {"accepted_by": "Anna", "accepted_at": story(kind).now} if state in TAKEN else {}
    there = {"on_scene_at": story(kind).now, "on_scene_by": "Anna"} if state is CaseState.ON_SCENE else {}
    return story(kind, state=state, timers=timed, **taken, **there)


@pytest.mark.parametrize("table", [tables.PERSON, tables.TECHNICAL], ids=["person", "technical"])
def test_every_state_lists_every_event(table):
    """Nothing is left to chance: a move, ignored by name, or refused by name."""
    for state, rows in table.items():
        assert set(rows) == set(tables.EVENTS), state


def test_the_hand_written_statement_covers_the_whole_product():
    """Both texts name every state of their table and every event, and there is an event of every name."""
    assert set(EVENTS) == set(tables.EVENTS)
    for text, table in ((PERSON, tables.PERSON), (TECHNICAL, tables.TECHNICAL)):
        assert {(state, event) for state, event, _ in cells(text)} == {
            (state, event) for state in table for event in tables.EVENTS
        }


def test_every_event_has_a_row_but_those_that_are_the_same_in_every_state():
    """`FactsNoted` and `ExerciseStopped` stand in the step itself."""
    kinds = {kind.__name__ for kind in get_args(e.Event)} - {"TimerFired", "FactsNoted", "ExerciseStopped"}
    assert kinds == set(tables.EVENTS) - set(tables.TIMERS)


def test_every_action_of_the_tables_exists_and_none_is_left_over():
    """The tables are the only way to an action."""
    every = [
        row for table in (tables.PERSON, tables.TECHNICAL) for rows in table.values() for row in rows.values()
    ]
    named = {move.action for row in every for move in moves(row)}
    called_by_others = {"raised_at"}
    assert named == set(ACTIONS) - called_by_others


def test_a_row_of_several_moves_ends_with_one_that_always_holds_or_is_a_press():
    """A message is never refused: what no claim fits has a move all the same."""
    for table in (tables.PERSON, tables.TECHNICAL):
        for rows in table.values():
            for event, row in rows.items():
                if moves(row) and event not in tables.PRESSES and event != "AccepterLost":
                    assert not moves(row)[-1].when, event


def test_presses_are_refused_and_messages_are_not():
    """Only a person can be told; a device's message is never refused."""
    for table in (tables.PERSON, tables.TECHNICAL):
        for rows in table.values():
            for event, row in rows.items():
                assert isinstance(row, tables.Refused) <= (event in tables.PRESSES)
                assert isinstance(row, tables.Ignored) <= (event not in tables.PRESSES)


@pytest.mark.parametrize(("kind", "state", "name", "cell"), CELLS)
def test_each_state_does_with_each_event_what_the_statement_says(story, kind, state, name, cell):
    """The walk over the product, each pair on a case with every timer due."""
    told = in_state(story, kind, state)
    before = told.case
    event = EVENTS[name]
    if isinstance(event, e.PreAlarmReported | e.AlarmReported):
        event = type(event)(kind, *([30_000] if isinstance(event, e.PreAlarmReported) else ["still"]))
    told.now += timedelta(milliseconds=1)
    if cell == "x":
        with pytest.raises(WrongVerb) as refused:
            told.tell(event)
        assert str(refused.value).endswith(".")
        assert told.case == before
        return
    effects = told.tell(event)
    if cell == ".":
        assert (told.case, effects) == (before, ())
    else:
        expected = state.value if cell == "=" else cell
        assert told.case.state.value.startswith(expected)


@pytest.mark.parametrize("state", [CaseState.NEW, CaseState.PRE_ALARM, CaseState.CANCELLED])
@pytest.mark.parametrize(
    "name", ["AlarmReported", "ResetReported", "AllRightReported", "ConditionEnded", "pre_alarm"]
)
def test_what_raises_an_alarm_joins_the_workers_open_case_if_there_is_one(story, state, name):
    """The rows with two moves: every way to a raise."""
    told = in_state(story, "rest", state).with_facts(companion=9)
    told.now += timedelta(milliseconds=1)
    told.tell(EVENTS[name])
    is_timer_elsewhere = name == "pre_alarm" and state is not CaseState.PRE_ALARM
    assert told.case.state is (state if is_timer_elsewhere else CaseState.JOINED)


@pytest.mark.parametrize("state", TAKEN)
@pytest.mark.parametrize("fact", ["is_arrival_overdue", "is_further_unseen", "offered_to"])
def test_accept_is_a_move_again_only_while_the_case_may_be_taken(story, state, fact):
    """Overdue, with a further alarm, or offered."""
    told = in_state(story, "rest", state).with_facts(**{fact: "Bert" if fact == "offered_to" else True})
    told.tell(e.AcceptPressed("Bert"))
    assert told.case.accepted_by == "Bert"


@pytest.mark.parametrize("state", TAKEN)
def test_what_one_has_proposed_another_confirms(story, state):
    """In every state in which somebody has the case."""
    told = in_state(story, "rest", state)
    told.with_facts(proposal=Proposal("all_clear", "well", "Anna", told.now))
    told.tell(e.ConfirmPressed("Bert"))
    assert told.case.state is CaseState.CLOSED


@pytest.mark.parametrize("state", list(CaseState))
def test_facts_beside_the_messages_change_no_state(story, state):
    """A newer cause, another id of the same fault, the other half of a duress alarm."""
    told = story(state=state, gone_at=None)
    told.tell(e.FactsNoted(cause="newer"), e.FactsNoted(hidden_in=4), e.FactsNoted(cancelled_under=5))
    told.tell(e.FactsNoted(alarm="9-9"))
    case = told.case
    assert (case.state, case.cause, case.hidden_in, case.cancelled_under) == (state, "newer", 4, 5)
    assert case.alarm == "9-9"
