"""A case in a story: events at moments of a virtual clock, timers fired as they come due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from basestation.cases.case import Case
from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.cases.effects import Effect, FindPeople, Notify, TellDevice
from basestation.cases.events import Event, PeopleFound, TimerFired
from basestation.cases.people import Found, FoundWay, LeftOut
from basestation.cases.step import step

START = datetime(2030, 1, 7, 6, 0, tzinfo=UTC)
DESK = Recipient("control_room", "Desk")
#: Tried so rarely that only levels and rounds call; `persistent` is about the tries.
LEAD = Recipient("person", "Mara Lead", (Way("email", 1, 300),))
GATE = Recipient("role", "Gate", (Way("webhook", 1, 300),))
DOCTOR = Recipient("person", "Doctor", (Way("email", 1, 300),))
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


def _found_as(recipient: Recipient) -> Found:
    """Return somebody as the site would find them: an address for each way, the console for the desk."""
    if recipient.kind == "control_room":
        return Found("control_room", recipient.name, "control_room", (FoundWay("console", ""),))
    ways = tuple(
        FoundWay(way.channel, f"{recipient.name}/{way.channel}", way.tries, way.interval_s)
        for way in recipient.ways
    )
    return Found(f"{recipient.kind}/{recipient.name}", recipient.name, recipient.kind, ways)


class Story:
    """One case, its clock, and everything it asked for."""

    def __init__(self, kind: str = "rest", **facts) -> None:
        given = {"id": 1, "device": "d-1", "alarm": "7-3", "mark": "real", "opened_at": START, "chain": CHAIN}
        self.case = Case(kind=kind, **(given | facts))
        self.now = START
        self.effects: list[Effect] = []
        #: Names of those who cannot be found now, with the reason.
        self.away: dict[str, str] = {}
        self.is_attended = True

    def tell(self, *events: Event) -> tuple[Effect, ...]:
        """Let the events happen now, in this order; return what they asked for."""
        asked: tuple[Effect, ...] = ()
        pending = list(events)
        while pending:
            self.case, effects = step(self.case, pending.pop(0), self.now)
            # Who a level is, is said before anything else happens, as the engine does.
            pending[:0] = [self._find(effect) for effect in effects if isinstance(effect, FindPeople)]
            asked += tuple(effect for effect in effects if not isinstance(effect, FindPeople))
        self.effects += asked
        return asked

    def _find(self, asked: FindPeople) -> PeopleFound:
        found = [_found_as(one) for one in asked.recipients if one.name not in self.away]
        found = [replace(one, is_attended=self.is_attended) for one in found]
        away = [LeftOut(one.name, self.away[one.name]) for one in asked.recipients if one.name in self.away]
        return PeopleFound(asked.level, tuple(found), tuple(away))

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
def found_as():
    """Return a function: a recipient as the site would find them."""
    return _found_as


@pytest.fixture
def called():
    """Return a function: the names of those whom effects call."""
    return lambda effects: [effect.recipient for effect in effects if isinstance(effect, Notify)]


@pytest.fixture
def reached():
    """Return a function: the names of those whom effects tell, with the way and the reason."""
    return lambda effects: [
        f"{e.recipient} {e.channel} {e.text_key}" for e in effects if isinstance(e, Notify)
    ]


@pytest.fixture
def told():
    """Return a function: what effects tell the device."""
    return lambda effects: [(e.state, e.by) for e in effects if isinstance(e, TellDevice)]
