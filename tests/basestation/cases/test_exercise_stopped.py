"""The end of a test or drill: the same in every state, and nothing to a real case."""

import contextlib
from dataclasses import replace

import pytest
from case_world import CHAINS, START, CaseWorld
from hypothesis import given, settings
from hypothesis import strategies as st

from basestation.cases import events as e
from basestation.cases.case import CaseState
from basestation.cases.chain import WORKER
from basestation.cases.effects import Notify, TellDevice
from basestation.cases.exercise_events import CUT_SHORT_BY, ExerciseStopped
from basestation.cases.people import WORKER_KEY
from basestation.cases.step import WrongVerb, step

STOPPED = ExerciseStopped("a real alarm", "Case 9 is a real alarm.")
SAID = (
    e.PreAlarmReported("fall", 20_000), e.AlarmReported("manual"), e.CancelReported("key"), e.ResetReported(),
    e.AllRightReported(), e.AcceptPressed("Otto", "otto"), e.OnTheWayPressed("Mara", "mara"),
    e.OnScenePressed("Mara", "mara"), e.AllClearPressed("Otto", "all well"), e.DeclinePressed("Otto", "otto"),
)  # fmt: skip


@pytest.mark.parametrize("state", list(CaseState))
@pytest.mark.parametrize("mark", ["real", "test", "drill"])
def test_in_every_state_the_end_of_an_exercise_closes_it_and_never_a_real_case(state, mark):
    """The walk over states and marks, of persons and of faults; an ended case stays as it is."""
    for kind in ("manual", "technical"):
        case = replace(CaseWorld(kind, CHAINS[0], mark).case, state=state)
        after, effects = step(case, STOPPED, START)
        if mark == "real" or not case.is_open:
            assert (after, effects) == (case, ())
        else:
            assert (after.state, after.outcome) == (CaseState.CLOSED, "exercise_ended")
            assert (after.closed_by, after.reason, after.timers) == (STOPPED.user, STOPPED.reason, ())


def test_whoever_was_called_is_told_that_the_test_is_over_and_so_is_the_device():
    """With the mark; nobody is called any more."""
    world = CaseWorld("manual", CHAINS[0], "test")
    world.tell(e.AlarmReported("manual"))
    _, effects = step(world.case, STOPPED, world.now)
    told = [effect for effect in effects if isinstance(effect, Notify)]
    assert {effect.text_key for effect in told} == {"closed"}
    assert {effect.mark for effect in told} == {"test"}
    assert [effect.state for effect in effects if isinstance(effect, TellDevice)] == ["ALL_CLEAR"]


def test_the_workers_phone_hears_nothing_of_a_real_alarm_that_ends_a_drill():
    """It may be a silent one; the others hear it, and of any other end the worker does, too."""
    for by, is_told in ((CUT_SHORT_BY, False), ("Otto Officer", True)):
        world = CaseWorld("manual", CHAINS[0], "drill")
        world.tell(e.AlarmReported("manual"))
        calls = world.case.calls
        worker = replace(calls[0], key=WORKER_KEY, kind=WORKER)
        world.case = replace(world.case, calls=(*calls, worker))
        _, effects = step(world.case, ExerciseStopped(by, "over"), world.now)
        told = {effect.who for effect in effects if isinstance(effect, Notify)}
        assert (WORKER_KEY in told) is is_told
        assert calls[0].key in told


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.sampled_from((*SAID, STOPPED))), max_size=14))
def test_whatever_happens_to_a_test_and_in_whatever_order_the_real_case_goes_its_own_way(told):
    """Any interleaving: the real case has the states and effects that it has without any test."""
    beside, alone = CaseWorld("manual", CHAINS[1]), CaseWorld("manual", CHAINS[1])
    test = CaseWorld("manual", CHAINS[1], "test")
    for is_real, event in told:
        if not is_real:
            with contextlib.suppress(WrongVerb):
                test.case, _ = step(test.case, event, test.now)
            # What ends tests may be said of the real one too, by mistake: it changes nothing.
            before = beside.case
            assert step(before, STOPPED, beside.now) == (before, ())
            continue
        for world in (beside, alone):
            world.tell(event)
    assert beside.case == alone.case
    assert beside.notices == alone.notices
