"""Whatever happens to a person's case, in whatever order: only a person's decision ends it."""

from random import Random

import pytest

from basestation.cases import events as e
from basestation.cases.case import CaseState
from basestation.cases.effects import Notify, TellDevice
from basestation.cases.step import WrongVerb
from basestation.cases.tables import TIMERS

ENDED = (CaseState.CANCELLED, CaseState.JOINED, CaseState.CLOSED)
SEQUENCES = 12


def any_event(dice: Random, story):
    """Return a random event; reports of deliveries are mostly about notices that were sent."""
    user = dice.choice(("Anna", "Bert"))
    notices = [effect for effect in story.effects[-4:] if isinstance(effect, Notify)]
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
            e.TimerFired(dice.choice((*TIMERS, "x"))),
            e.CompanionFound(dice.choice((None, None, 9))),
            e.FurtherAlarm(9, dice.choice(("fall", "time"))),
            e.AccepterLost(user, "logged out"),
            e.AcceptPressed(user),
            e.DeclinePressed(dice.choice((user, "Mara Lead"))),
            e.OnTheWayPressed(user, "", dice.choice((None, 3))),
            e.OnScenePressed(user),
            e.StillHerePressed(user),
            e.NeedMorePressed(user),
            e.EscalatePressed(user),
            e.ContactPressed(user, "is well"),
            e.AcknowledgePressed(user),
            e.DeliveryReported(key, "x", dice.choice(("failed", "failed", "failed", "sent", "delivered"))),
        )
    )


def assert_somebody_is_called_or_has_it(case):
    """A person's open case always has a timer running, or helpers on the scene."""
    names = {timer.name for timer in case.timers}
    if case.state is CaseState.PRE_ALARM:
        assert names == {"pre_alarm"}
    elif not case.is_open:
        assert names == set()
    elif case.is_person or case.state is CaseState.RECEIVED:
        assert ("answer" in names) != ("repeat" in names) or not case.is_calling
        assert case.is_loud >= case.is_calling
        assert case.is_calling or not names & {"answer", "call", "repeat"}
    if case.state in (CaseState.ACCEPTED, CaseState.DISPATCHED):
        assert names & {"arrival", "asked"}
        assert case.accepted_by is not None
    if case.state is CaseState.ON_SCENE:
        assert "presence" in names or case.is_helper_silent
        assert case.accepted_by is not None


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
                assert before.state in (CaseState.NEW, CaseState.PRE_ALARM, CaseState.CANCELLED)
                if told.case.state is CaseState.JOINED:
                    assert told.case.companion == 9
                    break
                assert told.case.state is CaseState.CANCELLED
                assert isinstance(event, e.CancelReported)
            assert told.case.state is not CaseState.CLOSED
            if before.raised_at is not None:
                assert told.case.is_open
                assert told.case.raised_at is not None
            assert_somebody_is_called_or_has_it(told.case)
            told.wait(dice.choice((0, 0, 1, 30, 90, 700)))
            if not told.case.is_open:
                break
            assert_somebody_is_called_or_has_it(told.case)
        keys = [effect.key for effect in told.effects if isinstance(effect, Notify)]
        assert len(set(keys)) == len(keys), "two notices share a key: the outbox would send one"
        assert kind != "duress" or not [effect for effect in told.effects if isinstance(effect, TellDevice)]


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
        keys = [effect.key for effect in told.effects if isinstance(effect, Notify)]
        assert len(set(keys)) == len(keys)
