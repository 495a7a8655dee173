"""The product of states and events, against a second statement of both machines written by hand."""

from datetime import timedelta

import pytest

from basestation.cases import events as e
from basestation.cases import tables
from basestation.cases.actions import ACTIONS
from basestation.cases.case import CaseState, Timer
from basestation.cases.step import WrongVerb

EVENTS = {
    "pre": e.PreAlarmReported("rest", 30_000),
    "raise": e.AlarmReported("rest", "still for 75 s"),
    "canc": e.CancelReported("key"),
    "reset": e.ResetReported(),
    "right": e.AllRightReported(),
    "place": e.PlaceReported("Boiler room", -52, 3, is_known=True),
    "ended": e.ConditionEnded(),
    "T-pre": e.TimerFired("pre_alarm"),
    "T-an": e.TimerFired("answer"),
    "T-rep": e.TimerFired("repeat"),
    "T-arr": e.TimerFired("arrival"),
    "acc": e.AcceptPressed("Anna"),
    "disp": e.DispatchedPressed("Anna"),
    "scene": e.OnScenePressed("Anna"),
    "clear": e.AllClearPressed("Anna", "found well"),
    "ackno": e.AcknowledgePressed("Anna"),
    "deliv": e.DeliveryReported("unknown", "Desk", is_delivered=True),
}

# A state: the move leads there. = : it stays and may note something. . : nothing changes. x : refused.
PERSON = """
           pre raise canc reset right place ended T-pre T-an T-rep T-arr acc disp scene clear ackno deliv
NEW        PRE REC   CAN  REC   REC   .     REC   .     .    .     .     x   x    x     x     x     .
PRE_ALARM  .   REC   CAN  REC   REC   .     REC   REC   .    .     .     x   x    x     x     x     .
CANCELLED  .   REC   .    REC   REC   .     REC   .     .    .     .     x   x    x     x     x     .
RECEIVED   .   =     =    =     =     =     .     .     =    =     .     ACC x    x     x     x     =
ACCEPTED   .   =     =    =     =     =     .     .     =    =     =     x   DIS  ON_   CLO   x     =
DISPATCHED .   =     =    =     =     =     .     .     =    =     =     x   x    ON_   CLO   x     =
ON_SCENE   .   =     =    =     =     =     .     .     .    .     .     x   x    x     CLO   x     .
CLOSED     .   =     =    =     =     =     .     .     .    .     .     x   x    x     x     x     .
"""
TECHNICAL = """
             pre raise canc reset right place ended T-pre T-an T-rep T-arr acc disp scene clear ackno deliv
NEW          REC REC   GON  REC   REC   .     GON   .     .    .     .     x   x    x     x     x     .
RECEIVED     .   .     GON  =     =     .     GON   .     =    =     .     x   x    x     x     ACK   =
ACKNOWLEDGED .   .     CLO  =     =     .     CLO   .     .    .     .     x   x    x     x     x     .
GONE         .   REC   .    =     =     .     .     .     .    .     .     x   x    x     x     CLO   .
CLOSED       .   .     .    .     .     .     .     .     .    .     .     x   x    x     x     x     .
"""


def cells(text):
    """Return (state, event, cell) of one of the texts above."""
    header, *lines = text.strip().splitlines()
    names = header.split()
    return [
        (CaseState(state), name, cell)
        for state, *row in (line.split() for line in lines)
        for name, cell in zip(names, row, strict=True)
    ]


CELLS = [("rest", *cell) for cell in cells(PERSON)] + [("technical", *cell) for cell in cells(TECHNICAL)]


@pytest.mark.parametrize("table", [tables.PERSON, tables.TECHNICAL], ids=["person", "technical"])
def test_every_state_lists_every_event(table):
    """Nothing is left to chance: a move, ignored by name, or refused by name."""
    for state, rows in table.items():
        assert set(rows) == set(tables.EVENTS), state


def test_the_hand_written_statement_covers_the_whole_product():
    """Both texts name every state of their table and every event."""
    assert len(EVENTS) == len(tables.EVENTS)
    for text, table in ((PERSON, tables.PERSON), (TECHNICAL, tables.TECHNICAL)):
        assert len(cells(text)) == len(table) * len(EVENTS)
        assert {state for state, _, _ in cells(text)} == set(table)


def test_every_action_of_the_tables_exists_and_none_is_left_over():
    """The tables are the only way to an action."""
    rows = [
        row for table in (tables.PERSON, tables.TECHNICAL) for rows in table.values() for row in rows.values()
    ]
    assert {row.action for row in rows if isinstance(row, tables.Move)} == set(ACTIONS)


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
    told = story(kind, state=state)
    told.with_facts(timers=tuple(Timer(timer, told.now) for timer in tables.TIMERS))
    before = told.case
    event = EVENTS[name]
    if isinstance(event, e.PreAlarmReported | e.AlarmReported):
        event = type(event)(kind, *([30_000] if name == "pre" else ["still for 75 s"]))
    told.now += timedelta(milliseconds=1)
    if cell == "x":
        with pytest.raises(WrongVerb) as refused:
            told.tell(event)
        assert str(refused.value).endswith(".")
        assert "None" not in str(refused.value) or state not in {CaseState.RECEIVED, CaseState.PRE_ALARM}
        return
    effects = told.tell(event)
    if cell == ".":
        assert (told.case, effects) == (before, ())
    else:
        expected = state.value if cell == "=" else cell
        assert told.case.state.value.startswith(expected)


@pytest.mark.parametrize("state", [CaseState.ACCEPTED, CaseState.DISPATCHED])
def test_accept_is_a_move_again_only_while_the_arrival_is_overdue(story, state):
    """The one row of the tables with a claim."""
    told = story(state=state, accepted_by="Anna", is_arrival_overdue=True)
    told.tell(e.AcceptPressed("Bert"))
    assert (told.case.state, told.case.accepted_by) == (CaseState.ACCEPTED, "Bert")
