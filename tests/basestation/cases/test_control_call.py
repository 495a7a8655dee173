"""A control call: asked, asked once more, then a time alarm."""

from datetime import UTC, datetime, timedelta

import pytest

from basestation.cases.control_call import ANSWER_S, TABLE, CallState, ControlCall, call_step
from protocol.topics import is_name

NOW = datetime(2030, 1, 7, 14, 0, tzinfo=UTC)
DUE = NOW + timedelta(seconds=ANSWER_S)
ASKED = ControlCall(5, 3, CallState.ASKED, NOW, DUE)
EVENTS = ("due", "confirmed", "shift_ended")


def test_the_table_lists_every_event_in_every_state():
    """Five states, three events."""
    assert set(TABLE) == set(CallState)
    for rows in TABLE.values():
        assert set(rows) == set(EVENTS)


@pytest.mark.parametrize("state", list(CallState))
@pytest.mark.parametrize("event", EVENTS)
def test_each_step_ends_in_the_state_of_the_table(state, event):
    """The walk over the product, long after every deadline; what is over stays as it is."""
    is_open = state in (CallState.ASKED, CallState.ASKED_AGAIN)
    before = ControlCall(5, 3, state, NOW, DUE, None if is_open else NOW)
    later = NOW + timedelta(hours=1)
    after, action = call_step(before, event, later)
    assert (after.state, action) == TABLE[state][event]
    assert after.is_open == (action == "ask")
    if not action:
        assert after == before


@pytest.mark.parametrize(("ms", "state"), [(-1, "ASKED"), (0, "ASKED_AGAIN"), (1, "ASKED_AGAIN")])
def test_it_is_asked_again_from_the_moment_it_is_due(ms, state):
    """Not a step before; the worker has the same time again."""
    now = DUE + timedelta(milliseconds=ms)
    after, _ = call_step(ASKED, "due", now)
    assert after.state == state
    assert after.due_at == (DUE if ms < 0 else now + timedelta(seconds=ANSWER_S))


def test_question_and_alarm_have_names_that_devices_and_cases_take():
    """The same for both times of asking, so that either answer counts."""
    assert is_name(ASKED.ask)
    assert ASKED.alarm.endswith(ASKED.ask)
