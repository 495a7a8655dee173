"""The rules of a case under any sequence of all events: a state machine of Hypothesis over the step.

The rules themselves are `case_world.CaseWorld`; after every sequence nobody does anything any more, and a
person's case must then reach the loud end by itself.
"""

import os
from functools import reduce

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from basestation.cases import events as e
from basestation.cases.case import graver
from basestation.cases.tables import TIMERS
from tests.basestation.cases.case_world import CHAINS, DESK, GATE, LEAD, CaseWorld

PEOPLE = (("Anna", ""), ("Bert", "person/7"), ("Mara Lead", "person/Mara Lead"))
KINDS = ("rest", "manual", "fall", "silent", "duress", "from-the-future", "technical")
people = st.sampled_from(PEOPLE)
kinds = st.sampled_from(KINDS)
alarms = st.builds(e.AlarmReported, kinds, st.sampled_from((None, "why")), st.sampled_from((None, 0, 9_000)))


def _pressed(kind):
    return people.map(lambda person: kind(person[0], key=person[1]))


PRESSES = st.one_of(
    *(
        _pressed(kind)
        for kind in (
            e.AcceptPressed,
            e.DeclinePressed,
            e.OnScenePressed,
            e.StillHerePressed,
            e.NeedMorePressed,
            e.EscalatePressed,
            e.ConfirmPressed,
            e.AcknowledgePressed,
        )
    ),
    st.builds(
        lambda person, minutes: e.OnTheWayPressed(*person, minutes),
        people,
        st.sampled_from((None, 1, 15, 40)),
    ),
    people.map(lambda person: e.ContactPressed(person[0], "is well", person[1])),
)
ENDS = st.one_of(
    st.builds(
        lambda person, why: e.AllClearPressed(person[0], why, person[1]),
        people,
        st.sampled_from(("", "well")),
    ),
    people.map(lambda person: e.FalseAlarmPressed(person[0], "sat down", person[1])),
)
SAID = st.one_of(
    alarms,
    st.builds(e.PreAlarmReported, kinds, st.integers(0, 45_000)),
    st.sampled_from(
        (
            e.CancelReported("key"),
            e.ResetReported(),
            e.AllRightReported(),
            e.ConditionEnded(),
            e.PlaceReported("Gate 3", -60, 2, is_known=True),
            e.ShownOnConsole(),
            e.FactsNoted("another cause"),
            e.CompanionFound(None),
        )
    ),
)


class AnyEvents(RuleBasedStateMachine):
    """One case; every rule is something that happens to it."""

    @initialize(kind=kinds, chain=st.sampled_from(CHAINS), mark=st.sampled_from(("real", "real", "drill")))
    def open(self, kind, chain, mark):
        """A case is opened by its first message."""
        self.world = CaseWorld(kind, chain, mark)

    @rule(event=alarms, is_raised=st.booleans())
    def raise_or_repeat(self, event, is_raised):
        """Raised first in half of all stories, so that the rest of them is about people."""
        if is_raised or self.world.case.raised_at is None:
            self.world.tell(event)

    @rule(event=SAID)
    def report(self, event):
        """A device says anything, in any order and again."""
        self.world.tell(event)

    @rule(event=PRESSES)
    def press(self, event):
        """Anybody presses anything; twice, as thumbs do."""
        self.world.tell(event)
        self.world.tell(event)

    @rule(
        person=people,
        verb=st.sampled_from((e.AcceptPressed, e.AcceptPressed, e.OnTheWayPressed, e.OnScenePressed)),
    )
    def answer(self, person, verb):
        """Somebody answers, which is rarer among all that can be pressed than in life."""
        self.world.tell(verb(person[0], person[1]))

    @rule(event=ENDS)
    def end(self, event):
        """Somebody wants to close it."""
        self.world.tell(event)

    @rule(person=people)
    def hand_over(self, person):
        """Whoever has it, or has not, asks somebody."""
        self.world.tell(e.HandOverPressed(person[0], self.world.found(LEAD), person[1]))

    @rule(person=people)
    def lose(self, person):
        """Whoever accepted leaves the rota."""
        self.world.tell(e.AccepterLost(person[0], "logged out"))

    @rule(kind=kinds.filter(lambda kind: kind != "technical"))
    def alarm_again(self, kind):
        """The same worker raises another alarm."""
        self.world.tell(e.FurtherAlarm(9, kind, "again"))

    @rule(seconds=st.sampled_from((1, 30, 60, 61, 300, 700)), late_s=st.sampled_from((0, 0, 5, 90)))
    def wait(self, seconds, late_s):
        """Time goes by, and the timers are in time or late."""
        self.world.pass_time(seconds, late_s)

    @rule(name=st.sampled_from((*TIMERS, "unknown")))
    def fire(self, name):
        """A timer fires too early, twice, or one that nobody knows."""
        self.world.tell(e.TimerFired(name))
        self.world.tell(e.TimerFired(name))

    @rule(which=st.integers(0, 5), stage=st.sampled_from(("failed", "failed", "failed", "sent", "delivered")))
    def deliver(self, which, stage):
        """Something becomes of the newest notice to somebody, or of one that nobody knows."""
        keys = [key for call in self.world.case.calls for key in call.notices if key]
        key = keys[which] if which < len(keys) else "unknown"
        self.world.tell(e.DeliveryReported(key, "x", stage))

    @rule(one=st.sampled_from((LEAD, GATE, DESK)))
    def add(self, one):
        """An operator calls one more."""
        self.world.tell(e.RecipientAdded("Otto", self.world.found(one)))

    @rule(channel=st.sampled_from(("sms", "voice")))
    def correct(self, channel):
        """An operator corrects an address."""
        self.world.tell(e.AddressCorrected("Otto", "person/Mara Lead", channel, "0123"))

    @rule(here=st.sampled_from((None, frozenset(), frozenset({"Gate"}), frozenset({"Desk"}))))
    def find(self, here):
        """From now on everybody, somebody or nobody can be found."""
        self.world.here = here

    @rule(is_attended=st.booleans())
    def attend(self, is_attended):
        """Somebody sits down in the control room, or leaves it."""
        self.world.is_attended = is_attended

    @precondition(lambda self: self.world.case.raised_at is None)
    @rule(companion=st.sampled_from((None, 9)))
    def find_companion(self, companion):
        """The worker has another open case, or has none any more."""
        self.world.tell(e.CompanionFound(companion))

    def teardown(self):
        """Nobody does anything any more."""
        if hasattr(self, "world"):
            self.world.leave_alone()


def test_no_sequence_of_events_breaks_the_rules_of_a_case():
    """RUFWEITE_STORIES sets how many stories are told; shrinking one takes minutes, so none is."""
    run_state_machine_as_test(
        AnyEvents,
        settings=settings(
            max_examples=int(os.environ.get("RUFWEITE_STORIES", "60")),
            stateful_step_count=30,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_no_order_of_the_reports_makes_a_case_less_grave(kinds_said, dice):
    """The same kinds in any order, with repeats, come to the same kind, and it is the gravest of them."""
    ends = set()
    for _ in range(3):
        dice.shuffle(kinds_said)
        world = CaseWorld(kinds_said[0], CHAINS[0])
        for kind in (*kinds_said, *kinds_said):
            world.tell(e.AlarmReported(kind))
            world.pass_time(dice.choice((0, 30)))
        ends.add(world.case.kind)
    assert ends == {reduce(graver, kinds_said)}
