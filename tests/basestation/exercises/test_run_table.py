"""The stages of a test alarm, what ends it for a real alarm, and who does not see that it is one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from basestation.exercises.pre_emption import Reach, is_pre_empted
from basestation.exercises.run import EVENTS, MISSING, OVER, TABLE, Limits, Run, RunState, run_step
from basestation.exercises.unaware import INSIDE, Unaware, is_mark_withheld, unaware_now

NOW = datetime(2030, 1, 7, 14, 0, tzinfo=UTC)
RUN = Run(id=4, ordered_at=NOW)


def in_state(state):
    """Return a test that has just entered a state."""
    ended_at = NOW if state in OVER else None
    return replace(RUN, state=state, reached={state.value: NOW}, ended_at=ended_at)


def test_the_table_lists_every_event_in_every_state():
    """Seven states, nine events; each open state has a limit and a sentence for it."""
    assert set(TABLE) == set(RunState)
    for rows in TABLE.values():
        assert set(rows) == set(EVENTS)
    assert set(MISSING) == set(RunState) - OVER


@pytest.mark.parametrize("state", list(RunState))
@pytest.mark.parametrize("event", EVENTS)
def test_each_step_of_a_test_ends_in_the_state_of_the_table(state, event):
    """The walk over the product, long after every limit; what is over stays as it is, for ever."""
    before = in_state(state)
    later = NOW + timedelta(hours=1)
    after = run_step(before, event, later, "Sina", "why")
    assert after.state is TABLE[state][event]
    if after.state is state:
        assert after is before
        return
    assert after.reached[after.state.value] == later
    assert after.is_open == (after.ended_at is None) == (after.state not in OVER)
    if event in ("answered", "answered_unseen"):
        assert (after.answered_by, after.reached["ANSWERED"]) == ("Sina", later)
    if event in ("real_alarm", "stopped", "refused"):
        assert (after.ended_by, after.reason) == ("Sina", "why")


@pytest.mark.parametrize(
    ("state", "seconds"), [("ORDERED", 60), ("STORED", 60), ("TOLD", 180), ("ANSWERED", 60)]
)
def test_a_limit_counts_from_the_moment_its_stage_began_and_not_before(state, seconds):
    """A millisecond early changes nothing; at the limit the missing stage is named."""
    before = in_state(RunState(state))
    limit_at = NOW + timedelta(seconds=seconds)
    assert before.due_at == limit_at
    assert run_step(before, "limit", limit_at - timedelta(milliseconds=1)) is before
    for late_ms in (0, 1):
        after = run_step(before, "limit", limit_at + timedelta(milliseconds=late_ms))
        assert (after.state, after.ended_by, after.reason) == ("FAILED", "limit", MISSING[RunState(state)])
    assert run_step(after, "limit", limit_at + timedelta(days=1)) is after


def test_the_first_stage_counts_from_the_order_and_limits_are_a_sites_own():
    """Nothing has been reached yet."""
    assert replace(RUN, limits=Limits(stored_s=5)).due_at == NOW + timedelta(seconds=5)
    assert in_state(RunState.PASSED).due_at is None


TEST = Reach("d-1", 1, "Night", frozenset({"Mara"}))


@pytest.mark.parametrize(
    ("real", "is_ended"),
    [
        (Reach("d-1", 2, "Day", frozenset()), True),
        (Reach("d-2", 1, "Day", frozenset()), True),
        (Reach("d-2", 2, "Night", frozenset()), True),
        (Reach("d-2", 2, "", frozenset()), True),
        (Reach("d-2", 2, "Day", frozenset({"Lea", "Mara"})), True),
        (Reach("d-2", 2, "Day", frozenset({"Lea"})), False),
    ],
)
def test_a_real_alarm_ends_every_test_of_its_worker_device_chain_and_people(real, is_ended):
    """What is not known yet counts as common; only what has nothing in common goes on."""
    assert is_pre_empted(TEST, real) == is_ended


def test_a_test_whose_worker_and_chain_nobody_knows_is_ended_by_every_real_alarm():
    """None is nobody's number: two unknown workers are not the same, but an empty chain is any."""
    other = Reach("d-2", None, "Day", frozenset())
    assert not is_pre_empted(replace(TEST, worker_id=None), other)
    assert is_pre_empted(replace(TEST, worker_id=None, chain=""), other)


def test_the_mark_is_shown_from_the_deadline_on_to_who_has_answered_and_after_the_end():
    """A millisecond before the deadline it is withheld from the others."""
    unaware = Unaware(frozenset({"Mara", "Lea"}), NOW)
    before = NOW - timedelta(milliseconds=1)
    assert unaware_now(unaware, before) == {"Mara", "Lea"}
    assert unaware_now(replace(unaware, answered=frozenset({"Mara"})), before) == {"Lea"}
    assert unaware_now(unaware, NOW) == unaware_now(unaware, NOW + timedelta(milliseconds=1)) == frozenset()
    assert unaware_now(replace(unaware, is_over=True), before) == frozenset()
    assert unaware_now(None, before) == frozenset()


def test_no_way_out_of_the_house_ever_hides_the_mark():
    """Receiving centre, pagers, alerts, webhooks, the log, and whatever comes later: only five ways may."""
    unaware = Unaware(frozenset({"Mara"}), NOW)
    before = NOW - timedelta(seconds=1)
    for channel in ("dc09", "espa", "cap", "webhook", "log", "voice2", ""):
        assert not is_mark_withheld(unaware, "Mara", channel, before), channel
    assert {"console", "email", "sms", "voice", "web_push"} == INSIDE
    for channel in INSIDE:
        assert is_mark_withheld(unaware, "Mara", channel, before)
        assert not is_mark_withheld(unaware, "Otto", channel, before)
