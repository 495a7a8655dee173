"""An overdue end of a shift: ask for two minutes, then look for the worker."""

from datetime import UTC, datetime, timedelta

import pytest

from basestation.cases.shift import (
    TABLE,
    AskWorker,
    EndConfirmed,
    PlannedEndPassed,
    RaiseAlarm,
    Shift,
    ShiftEnded,
    ShiftSettings,
    ShiftState,
    shift_due_at,
    shift_step,
)
from protocol.topics import is_name

SETTINGS = ShiftSettings()
END = datetime(2030, 1, 7, 14, 0, tzinfo=UTC)
ASK = f"end-7-{int(END.timestamp())}"
ON = Shift(7, "d-1", END)
ASKED = Shift(7, "d-1", END, asked_at=END, ask=ASK)
OVERDUE = Shift(7, "d-1", END, asked_at=END)
ENDED = Shift(7, "d-1", END, ended_at=END)
SHIFTS = {shift.state: shift for shift in (ON, ASKED, OVERDUE, ENDED)}
EVENTS = {
    "PlannedEndPassed": PlannedEndPassed(),
    "EndConfirmed": EndConfirmed(ASK),
    "ShiftEnded": ShiftEnded(),
}
MS = timedelta(milliseconds=1)


def seconds_due(shift):
    """Return when the next step is due, in seconds after the planned end."""
    due_at = shift_due_at(shift, SETTINGS)
    return due_at and (due_at - END).total_seconds()


def test_the_table_lists_every_event_in_every_state():
    """Four states, three events."""
    assert set(TABLE) == set(ShiftState) == set(SHIFTS)
    for rows in TABLE.values():
        assert set(rows) == set(EVENTS)


@pytest.mark.parametrize("state", list(ShiftState))
@pytest.mark.parametrize("name", list(EVENTS))
def test_each_step_ends_in_the_state_of_the_table(state, name):
    """The walk over the product, long after every deadline."""
    expected, action = TABLE[state][name]
    shift, asked = shift_step(SHIFTS[state], EVENTS[name], END + timedelta(hours=1), SETTINGS)
    assert shift.state is expected
    if not action:
        assert (shift, asked) == (SHIFTS[state], None)


@pytest.mark.parametrize(("off_ms", "is_asked"), [(-1, False), (0, True), (1, True)])
def test_at_the_planned_end_the_worker_is_asked_for_two_minutes(off_ms, is_asked):
    """Not a millisecond before."""
    now = END + off_ms * MS
    shift, asked = shift_step(ON, PlannedEndPassed(), now, SETTINGS)
    assert seconds_due(ON) == 0
    if not is_asked:
        assert (shift, asked) == (ON, None)
        return
    assert asked == AskWorker(ASK, now + timedelta(seconds=120))
    assert is_name(asked.ask)
    assert (shift.asked_at, shift.ask) == (now, ASK)
    assert seconds_due(shift) == 120 + off_ms / 1000


@pytest.mark.parametrize(("off_ms", "is_raised"), [(-1, False), (0, True), (1, True)])
def test_without_a_confirmation_a_persons_alarm_is_raised_once(off_ms, is_raised):
    """Nobody needs to have heard the device for that."""
    now = END + timedelta(seconds=120) + off_ms * MS
    shift, raised = shift_step(ASKED, PlannedEndPassed(), now, SETTINGS)
    if not is_raised:
        assert (shift, raised) == (ASKED, None)
        return
    assert raised == RaiseAlarm(f"base-{ASK}", "time", "overdue end of shift")
    assert shift.state is ShiftState.OVERDUE
    assert seconds_due(shift) is None
    assert shift_step(shift, PlannedEndPassed(), now, SETTINGS) == (shift, None)


def test_a_confirmation_extends_the_shift_by_a_quarter_of_an_hour_from_now():
    """And then the question comes again, under another name."""
    now = END + timedelta(seconds=119)
    shift, asked = shift_step(ASKED, EndConfirmed(ASK), now, SETTINGS)
    assert asked is None
    assert (shift.asked_at, shift.ask, shift.state) == (None, None, ShiftState.ON)
    assert seconds_due(shift) == 119 + 900
    _, again = shift_step(shift, PlannedEndPassed(), shift.planned_end_at, SETTINGS)
    assert again.ask not in ("", ASK)


@pytest.mark.parametrize("shift", [ON, ASKED, OVERDUE, ENDED])
def test_an_answer_to_another_question_confirms_nothing(shift):
    """An old answer that was under way, or one nobody asked for."""
    assert shift_step(shift, EndConfirmed("end-7-1"), END, SETTINGS) == (shift, None)


def test_a_confirmation_after_the_alarm_does_not_take_it_back():
    """The alarm is a person's: a person decides."""
    assert shift_step(OVERDUE, EndConfirmed(ASK), END, SETTINGS) == (OVERDUE, None)


@pytest.mark.parametrize("shift", [ON, ASKED, OVERDUE])
def test_an_ended_shift_asks_and_raises_nothing(shift):
    """Whoever has signed off is not looked for."""
    now = END + timedelta(seconds=30)
    ended, asked = shift_step(shift, ShiftEnded(), now, SETTINGS)
    assert (ended.ended_at, ended.ask, asked) == (now, None, None)
    assert seconds_due(ended) is None
    late = now + timedelta(hours=1)
    assert shift_step(ended, PlannedEndPassed(), late, SETTINGS) == (ended, None)
    assert shift_step(ended, ShiftEnded(), late, SETTINGS) == (ended, None)


def test_times_are_settings():
    """A site may ask longer or extend less."""
    settings = ShiftSettings(ask_s=300, extension_s=60)
    shift, asked = shift_step(ON, PlannedEndPassed(), END, settings)
    assert asked.deadline_at == END + timedelta(seconds=300) == shift_due_at(shift, settings)
    extended, _ = shift_step(shift, EndConfirmed(asked.ask), END, settings)
    assert extended.planned_end_at == END + timedelta(seconds=60)
