"""Who would be called, when, without calling anyone."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.cases.directory import Address, Directory, Person, Situation
from basestation.cases.rehearsal import EVERYBODY, masked, rehearse
from basestation.cases.rota import PlannedDuty, Rota
from basestation.cases.week import WEEK, Hours

#: Five seconds before the duty passes on.
NOW = datetime(2026, 3, 2, 11, 59, 55, tzinfo=UTC)
ANNA = Person(1, "Anna Beispiel", (Address(1, "sms", "0000 111111"), Address(2, "email", "anna@x.example")))
BEN = Person(2, "Ben Muster", (Address(3, "voice", "0000 222222"),))
MORNING, NOON = (
    PlannedDuty(n, Hours(WEEK, *hours), date(2026, 1, 5)) for n, hours in ((1, (0, 720)), (2, (720, 0)))
)
SITE = Directory((ANNA, BEN), {"First aid": Rota(UTC, (MORNING, NOON))})
DUTY = (Recipient("role", "First aid"),)
CHAIN = Chain("Plant", (Level("First", DUTY, 30), Level("Second", DUTY, 60)))
WILLI = Situation(5, "Willi Werker", "0000 555555")


def told(chain, situation=WILLI, at=NOW):
    """Return when, in which level, who and by what, or why not."""
    return [
        (step.after_s, step.level, step.name, step.left_out or step.channel)
        for step in rehearse(chain, SITE, situation, at)
    ]


def test_each_level_is_found_at_the_moment_at_which_it_would_be_called():
    """The duty passes on before the second level is called; the ways follow each other by their tries."""
    assert told(CHAIN) == [
        (0, "First", "Anna Beispiel", "sms"),
        (30, "Second", "Ben Muster", "voice"),
        (60, "First", "Anna Beispiel", "email"),
        (90, EVERYBODY, "Ben Muster", "voice"),
    ]


def test_whoever_is_left_out_is_named_with_the_reason_and_an_empty_level_is_passed_over_at_once():
    """Nobody waits for nobody."""
    empty = Level("Nobody", (Recipient("person", "Willi Werker"), Recipient("worker", "W")), 300)
    chain = replace(CHAIN, levels=(empty, Level("Second", (Recipient("person", "Ben Muster"),), 60)))
    assert told(chain)[:3] == [
        (0, "Nobody", "Willi Werker", "voice"),
        (0, "Nobody", "Willi Werker", "casualty"),
        (0, "Second", "Ben Muster", "voice"),
    ]
    assert (0, "Nobody", "Willi Werker", "silent") in told(chain, replace(WILLI, is_silent=True))


@pytest.mark.parametrize(("is_attended", "after_s"), [(True, 45), (False, 0)])
def test_a_control_room_that_nobody_attends_is_not_waited_for(is_attended, after_s):
    """The next level is called together with it."""
    room = Level("Desk", (Recipient("control_room", "Desk", (Way("espa", address="101"),)),), 45)
    chain = replace(CHAIN, levels=(room, Level("Second", (Recipient("person", "Ben Muster"),), 60)))
    steps = told(chain, replace(WILLI, is_attended=is_attended))
    assert steps[0] == (0, "Desk", "Desk", "console")
    assert (30, "Desk", "Desk", "espa") in steps
    assert (after_s, "Second", "Ben Muster", "voice") in steps


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("0000 123456", "…456"),
        ("anna@x.example", "a…@x.example"),
        ("https://user:secret@x.example/hook", "https://…"),
        ("101", "…"),
        ("123456", "…"),
        ("1234567", "…567"),
        ("", ""),
    ],
)
def test_of_an_address_only_so_much_is_shown_as_tells_it_apart(address, shown):
    """A URL may be a secret altogether."""
    assert masked(address) == shown
