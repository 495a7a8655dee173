"""Messages come in any order and any number of times; the alarm comes out the same."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations, product

import pytest

from basestation.cases import events as e
from basestation.cases.actions import (
    LOST_ALARM,
    LOST_ALL_RIGHT_ALARM,
    LOST_RESET_ALARM,
    UNANSWERED_PRE_ALARM,
)
from basestation.cases.case import CaseState

PRE = e.PreAlarmReported("rest", 30_000)
CANCEL = e.CancelReported("key")
RAISE = e.AlarmReported("rest", "still for 75 s", 2_000)
RESET = e.ResetReported()
RIGHT = e.AllRightReported()


@pytest.mark.parametrize(
    ("messages", "state"),
    [
        ((PRE, CANCEL), CaseState.CANCELLED),
        ((PRE, RAISE), CaseState.RECEIVED),
        ((CANCEL, RAISE), CaseState.RECEIVED),
        ((PRE, CANCEL, RAISE), CaseState.RECEIVED),
        ((PRE, CANCEL, RAISE, RESET), CaseState.RECEIVED),
        ((PRE, RAISE, RIGHT), CaseState.RECEIVED),
    ],
)
def test_every_order_and_every_repeat_ends_in_the_same_state(story, messages, state):
    """All sequences of up to six messages that hold each of them at least once."""
    endings = set()
    for length in range(len(messages), 7 if len(messages) < 4 else 6):
        for order in product(messages, repeat=length):
            if set(order) == set(messages):
                told = story()
                told.tell(*order)
                endings.add((told.case.state, tuple(sorted(told.timers)), told.case.level))
    assert endings == {(state, ("answer",), 0) if state is CaseState.RECEIVED else (state, (), None)}


@pytest.mark.parametrize("messages", [(PRE, CANCEL), (PRE, CANCEL, RAISE)])
def test_every_order_ends_in_the_very_same_case(story, messages):
    """Not only the state: every fact of the case, when all arrive at one moment."""
    cases = set()
    for order in permutations(messages):
        told = story()
        told.tell(*order)
        cases.add(told.case)
    assert len(cases) == 1


def test_a_cancelled_pre_alarm_calls_nobody(story):
    """The worker decided; the case is over and says so."""
    told = story()
    told.tell(PRE)
    told.wait(29)
    told.tell(CANCEL)
    told.wait(3600)
    assert told.effects == []
    assert not told.case.is_open
    assert (told.case.outcome, told.case.cancelled_by_wearer_at) == ("cancelled", told.case.closed_at)
    assert told.case.deadline_at is None


def test_a_raise_wins_over_a_cancel_and_the_cancel_stays_visible(story, called):
    """The worker may have pressed by mistake, or somebody else did."""
    told = story()
    told.tell(PRE, CANCEL)
    assert called(told.tell(RAISE)) == ["Desk"]
    assert told.case.is_open
    assert (told.case.closed_at, told.case.outcome) == (None, None)
    assert told.case.cancelled_by_wearer_at == told.now


@pytest.mark.parametrize(("after_ms", "state"), [(-1, "PRE_ALARM"), (0, "RECEIVED"), (1, "RECEIVED")])
def test_the_base_raises_what_was_neither_cancelled_nor_raised(story, called, after_ms, state):
    """Ten seconds after the deadline, to the millisecond; a device crushed meanwhile is an alarm."""
    told = story()
    told.tell(PRE)
    effects = told.wait(40 + after_ms / 1000)
    assert told.case.state == state
    assert called(effects) == (["Desk"] if state == "RECEIVED" else [])
    if state == "RECEIVED":
        assert told.case.cause == UNANSWERED_PRE_ALARM
        assert told.case.is_raised_by_base
        assert told.case.deadline_at is None


def test_a_repeated_pre_alarm_does_not_postpone_the_deadline(story):
    """A flapping link gives nobody more time."""
    told = story()
    told.tell(PRE)
    deadline_at = told.case.deadline_at
    assert (deadline_at - told.now).total_seconds() == 30
    told.wait(20)
    told.tell(PRE)
    assert told.case.deadline_at == deadline_at
    assert told.timers == {"pre_alarm": 20.0}


def test_a_late_cancel_after_the_bases_own_raise_is_shown_and_closes_nothing(story):
    """The operator sees it and decides; only the first one counts."""
    told = story()
    told.tell(PRE)
    told.wait(45)
    told.tell(CANCEL)
    at = told.now
    told.wait(5)
    told.tell(CANCEL)
    assert told.case.state is CaseState.RECEIVED
    assert told.case.cancelled_by_wearer_at == at
    assert told.timers == {"answer": 50.0}


def test_the_devices_own_raise_after_the_bases_tells_cause_and_time_and_calls_nobody_again(story):
    """The case learns what happened, and that the device lives."""
    told = story()
    told.tell(PRE)
    told.wait(50)
    before = told.timers
    assert told.tell(e.AlarmReported("rest", "still for 75 s", 20_000)) == ()
    assert not told.case.is_raised_by_base
    assert told.case.cause == "still for 75 s"
    assert (told.now - told.case.raised_at).total_seconds() == 20
    told.tell(e.AlarmReported("rest", "another", 40_000))
    assert told.case.cause == "still for 75 s"
    assert told.timers == before


def test_the_age_the_device_reports_counts_from_its_own_clock(story):
    """An alarm that waited for the radio is as old as it is, and never younger than the base knew."""
    told = story()
    told.tell(e.AlarmReported("manual", None, 61_000))
    assert (told.now - told.case.raised_at).total_seconds() == 61
    crushed = story()
    crushed.tell(PRE)
    crushed.wait(50)
    raised_at = crushed.case.raised_at
    crushed.tell(e.AlarmReported("rest"))
    assert crushed.case.raised_at == raised_at


@pytest.mark.parametrize("before", [(), (PRE,), (PRE, CANCEL)])
@pytest.mark.parametrize(
    ("event", "cause"),
    [(RESET, LOST_RESET_ALARM), (RIGHT, LOST_ALL_RIGHT_ALARM), (e.ConditionEnded(), LOST_ALARM)],
    ids=["reset", "all-right", "ended"],
)
def test_what_can_only_follow_a_raise_counts_as_one(story, called, before, event, cause):
    """A lost raise must not become a lost person."""
    told = story()
    told.tell(*before)
    assert called(told.tell(event)) == ["Desk"]
    assert told.case.cause == cause
    assert told.case.is_raised_by_base
    assert told.timers == {"answer": 60.0}
    assert (told.case.device_reset_at == told.now) == (event == RESET)


def test_a_reset_on_the_device_is_shown_once_and_closes_nothing(story):
    """A worker who gets up again still has to be spoken to."""
    told = story()
    told.tell(RAISE, RESET)
    at = told.now
    told.wait(5)
    told.tell(RESET)
    assert told.case.device_reset_at == at
    assert told.case.state is CaseState.RECEIVED


def test_messages_after_the_all_clear_are_noted_and_open_nothing(story):
    """The person's decision stands for this alarm; the next one has an id of its own."""
    told = story()
    told.tell(PRE)
    told.wait(40)
    told.tell(
        e.AcceptPressed("Anna"), e.OnScenePressed("Anna"), e.AllClearPressed("Anna", "device found broken")
    )
    assert told.tell(RAISE, CANCEL, RESET) == ()
    assert told.case.state is CaseState.CLOSED
    assert told.case.cause == "still for 75 s"
    assert told.case.cancelled_by_wearer_at == told.case.device_reset_at == told.now
    assert told.timers == {}


def test_the_graver_of_two_kinds_counts(story):
    """One alarm id under two kinds is a fault of the device; nothing is made smaller."""
    told = story()
    told.tell(PRE, e.AlarmReported("technical"))
    assert told.case.kind == "rest"
    told.tell(e.AlarmReported("manual"))
    assert told.case.kind == "manual"
    told.tell(e.AlarmReported("duress"))
    assert told.case.kind == "duress"
    told.tell(e.AlarmReported("manual"))
    assert told.case.kind == "duress"


@pytest.mark.parametrize("presses", range(4))
def test_i_am_all_right_is_noted_and_changes_nothing_else(story, presses):
    """A word, not an end: no timer moves, nobody is called off; the newest word is kept."""
    told = story()
    told.tell(RAISE)
    told.tell(
        *(e.AcceptPressed("Anna"), e.OnScenePressed("Anna"), e.AllClearPressed("Anna", "is well"))[:presses]
    )
    for _ in range(2):
        told.now += timedelta(seconds=1)
        before = told.case
        assert told.tell(RIGHT) == ()
        assert told.case == replace(before, all_right_at=told.now)
