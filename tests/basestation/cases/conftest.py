"""A case in a story: events at moments of a virtual clock, timers fired as they come due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from basestation.cases.case import Case
from basestation.cases.chain import Chain, Level, Recipient
from basestation.cases.events import Effect, Event, Notify, TellDevice, TimerFired
from basestation.cases.step import step

START = datetime(2030, 1, 7, 6, 0, tzinfo=UTC)
DESK = Recipient("Desk", "console", "desk")
LEAD = Recipient("Mara Lead", "email", "mara@site.example")
GATE = Recipient("Gate", "webhook", "https://gate.example/call")
DOCTOR = Recipient("Doctor", "email", "doctor@site.example")
CHAIN = Chain(
    "Site",
    (
        Level("Control room", (DESK,), 60),
        Level("Shift lead", (LEAD, GATE), 120),
        Level("Doctor", (DOCTOR, DESK), 30),
    ),
    arrival_s=600,
    repeat_s=45,
)


class Story:
    """One case, its clock, and everything it asked for."""

    def __init__(self, kind: str = "rest", **facts) -> None:
        given = {"id": 1, "device": "d-1", "alarm": "7-3", "mark": "real", "opened_at": START, "chain": CHAIN}
        self.case = Case(kind=kind, **(given | facts))
        self.now = START
        self.effects: list[Effect] = []

    def tell(self, *events: Event) -> tuple[Effect, ...]:
        """Let the events happen now, in this order; return what they asked for."""
        asked: tuple[Effect, ...] = ()
        for event in events:
            self.case, effects = step(self.case, event, self.now)
            asked += effects
        self.effects += asked
        return asked

    def wait(self, seconds: float) -> tuple[Effect, ...]:
        """Let time pass; fire each timer at its moment."""
        until = self.now + timedelta(seconds=seconds)
        asked: tuple[Effect, ...] = ()
        while due := [timer for timer in self.case.timers if timer.due_at <= until]:
            timer = min(due, key=lambda timer: timer.due_at)
            self.now = timer.due_at
            asked += self.tell(TimerFired(timer.name))
            assert timer not in self.case.timers, f"{timer.name} fired and changed nothing"
        self.now = until
        return asked

    def with_facts(self, **facts) -> "Story":
        """Change what the case says, for a test of one row."""
        self.case = replace(self.case, **facts)
        return self

    @property
    def timers(self) -> dict[str, float]:
        """The running timers, in seconds from now."""
        return {timer.name: (timer.due_at - self.now).total_seconds() for timer in self.case.timers}


@pytest.fixture
def story():
    """Return the way to begin a story."""
    return Story


@pytest.fixture
def chain():
    """Return the chain of the stories."""
    return CHAIN


@pytest.fixture
def called():
    """Return a function: the names of those whom effects call."""
    return lambda effects: [effect.recipient.name for effect in effects if isinstance(effect, Notify)]


@pytest.fixture
def told():
    """Return a function: what effects tell the device."""
    return lambda effects: [(e.state, e.by) for e in effects if isinstance(e, TellDevice)]
