"""Whatever happens to a person's case, in whatever order: only a person's decision ends it."""

from random import Random

import pytest

from basestation.cases import events as e
from basestation.cases.case import CaseState
from basestation.cases.step import WrongVerb

ENDED = (CaseState.CANCELLED, CaseState.CLOSED)
SEQUENCES = 30


def any_event(dice: Random, story):
    """Return a random event; reports of deliveries are mostly about notices that were sent."""
    user = dice.choice(("Anna", "Bert"))
    notices = [effect for effect in story.effects[-4:] if isinstance(effect, e.Notify)]
    key = dice.choice(notices).key if notices else "unknown"
    return dice.choice(
        (
            e.PreAlarmReported("rest", dice.randrange(60_000)),
            e.AlarmReported(
                dice.choice(("rest", "manual", "technical")), None, dice.choice((None, 0, 9_000))
            ),
            e.CancelReported("key"),
            e.ResetReported(),
            e.AllRightReported(),
            e.ConditionEnded(),
            e.TimerFired(dice.choice(("pre_alarm", "answer", "repeat", "arrival", "x"))),
            e.AcceptPressed(user),
            e.DispatchedPressed(user),
            e.OnScenePressed(user),
            e.AcknowledgePressed(user),
            e.DeliveryReported(key, "x", is_delivered=dice.random() < 0.2),
        )
    )


def assert_somebody_is_called_or_has_it(case):
    """A person's open case always has a timer running, or helpers on the scene."""
    names = sorted(timer.name for timer in case.timers)
    if case.state is CaseState.PRE_ALARM:
        assert names == ["pre_alarm"]
    elif case.state is CaseState.RECEIVED or case.is_arrival_overdue:
        assert names in (["answer"], ["repeat"])
        assert case.is_loud
    elif case.state in (CaseState.ACCEPTED, CaseState.DISPATCHED):
        assert names == ["arrival"]
    else:
        assert names == []


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["rest", "manual", "duress", "from-the-future"])
def test_without_an_all_clear_no_persons_case_is_ever_closed(story, kind, seed):
    """Random sequences: each case stays open or is cancelled by its wearer, and somebody is called."""
    dice = Random(f"{kind}-{seed}")
    for _ in range(SEQUENCES):
        told = story(kind)
        for _ in range(25):
            event, before = any_event(dice, told), told.case
            try:
                told.tell(event)
            except WrongVerb:
                assert told.case == before
            if told.case.state in ENDED and before.state not in ENDED:
                assert told.case.state is CaseState.CANCELLED
                assert isinstance(event, e.CancelReported)
                assert before.state in (CaseState.NEW, CaseState.PRE_ALARM)
            assert told.case.state is not CaseState.CLOSED
            if before.raised_at is not None:
                assert told.case.is_open
                assert told.case.raised_at is not None
            assert_somebody_is_called_or_has_it(told.case)
            told.wait(dice.choice((0, 0, 1, 30, 90, 700)))
            assert_somebody_is_called_or_has_it(told.case)
        keys = [effect.key for effect in told.effects if isinstance(effect, e.Notify)]
        assert len(set(keys)) == len(keys), "two notices share a key: the outbox would send one"
        assert kind != "duress" or not [effect for effect in told.effects if isinstance(effect, e.TellDevice)]


@pytest.mark.parametrize("seed", range(4))
def test_a_technical_case_ends_only_by_its_condition_and_an_acknowledgement(story, seed):
    """Both are needed, in either order; a kind that means a person makes it latch."""
    dice = Random(seed)
    for _ in range(SEQUENCES):
        told = story("technical")
        for _ in range(25):
            event, before = any_event(dice, told), told.case
            try:
                told.tell(event)
            except WrongVerb:
                assert told.case == before
            if told.case.state is CaseState.CLOSED and not told.case.is_person:
                assert told.case.acknowledged_by is not None
                assert told.case.gone_at is not None
            if told.case.state is CaseState.RECEIVED:
                assert_somebody_is_called_or_has_it(told.case)
            told.wait(dice.choice((0, 1, 90)))
        keys = [effect.key for effect in told.effects if isinstance(effect, e.Notify)]
        assert len(set(keys)) == len(keys)
