"""Whom a recipient of a chain stands for, by which addresses, and who is left out and why."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from basestation.cases.chain import Recipient, Way
from basestation.cases.directory import Address, Directory, Person, Situation, find, is_same_number
from basestation.cases.people import Found, FoundWay, LeftOut
from basestation.cases.rota import Absence, Override, PlannedDuty, Rota
from basestation.cases.week import WEEK, Hours

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANNA = Person(
    1, "Anna Beispiel", (Address(1, "voice", "0000 1111111"), Address(2, "email", "anna@x.example"))
)
BEN = Person(2, "Ben Muster", (Address(3, "sms", "0000 2222222"),), worker_id=7, language="de")
CARA = Person(3, "Cara Muster")
DAY = Rota(UTC, (PlannedDuty(1, Hours(WEEK, 360, 1080), date(2026, 1, 5)),))
SITE = Directory((ANNA, BEN, CARA), {"First aid": DAY, "Night watch": Rota(UTC)})
WILLI = Situation(worker_id=5, worker_name="Willi Werker", worker_phone="+49 0000 5555555")


def person(name, *ways):
    """Return a recipient of the chain."""
    return Recipient("person", name, ways)


def keys(found):
    """Return whom was found."""
    return [one.key for one in found]


def test_a_person_is_reached_by_all_their_own_addresses_in_their_order():
    """Where the chain names no channel."""
    found, left_out = find(SITE, WILLI, (person("anna beispiel"),), NOW)
    ways = (FoundWay("voice", "0000 1111111"), FoundWay("email", "anna@x.example"))
    assert found == (Found("person/1", "Anna Beispiel", "person", ways),)
    assert left_out == ()


def test_the_channels_of_the_chain_are_filled_with_the_persons_own_addresses():
    """In the chain's order, with its tries; an address of the chain itself stands as it is."""
    ways = (Way("email", 3, 20), Way("sms", 1, 15, "0000 9999999"), Way("log"), Way("voice"))
    (found,), _ = find(SITE, WILLI, (person("Anna Beispiel", *ways),), NOW)
    assert found.ways == (
        FoundWay("email", "anna@x.example", 3, 20),
        FoundWay("sms", "0000 9999999", 1, 15),
        FoundWay("log", ""),
        FoundWay("voice", "0000 1111111"),
    )


def test_a_channel_that_the_person_has_not_is_replaced_by_all_they_have():
    """Noise rather than silence."""
    (found,), _ = find(SITE, WILLI, (person("Ben Muster", Way("voice")),), NOW)
    assert (found.ways, found.language) == ((FoundWay("sms", "0000 2222222"),), "de")


def test_a_name_nobody_knows_is_called_by_the_addresses_of_the_chain():
    """Chains from before there were people; without an address nobody is there to be called."""
    old = person("Gate", Way("sms", address="0000 3333333"), Way("voice"))
    found, left_out = find(SITE, WILLI, (old, person("Nobody", Way("voice"))), NOW)
    assert [(one.key, one.ways) for one in found] == [("address/Gate", (FoundWay("sms", "0000 3333333"),))]
    assert left_out == (LeftOut("Nobody", "unknown"),)


def test_who_has_no_address_is_left_out_and_named():
    """And the others are called."""
    found, left_out = find(SITE, WILLI, (person("Cara Muster"), person("Ben Muster")), NOW)
    assert (keys(found), left_out) == (["person/2"], (LeftOut("Cara Muster", "no_address"),))


@pytest.mark.parametrize("at", [NOW.replace(hour=6), NOW.replace(hour=17, minute=59)])
def test_a_duty_is_whoever_has_it_now(at):
    """At each step of a case anew."""
    (found,), left_out = find(SITE, WILLI, (Recipient("role", "First aid"),), at)
    assert (found.key, found.kind, left_out) == ("person/1", "role", ())


@pytest.mark.parametrize(
    ("role", "at", "reason"),
    [
        ("First aid", NOW.replace(hour=5, minute=59), "nobody_on_duty"),
        ("First aid", NOW.replace(hour=18), "nobody_on_duty"),
        ("Night watch", NOW, "nobody_on_duty"),
        ("Fire brigade", NOW, "unknown"),
    ],
)
def test_a_duty_that_nobody_has_is_left_out_by_its_name(role, at, reason):
    """An empty level is seen, and the next one can be called."""
    assert find(SITE, WILLI, (Recipient("role", role),), at) == ((), (LeftOut(role, reason),))


def test_who_is_away_is_not_called_and_the_change_that_named_them_displaces_nobody():
    """Named as away, in a duty and by name."""
    away = (Absence(2, NOW - HOUR, NOW + HOUR),)
    changed = replace(DAY, overrides=(Override(2, NOW - HOUR, NOW + HOUR),))
    site = replace(SITE, duties={"First aid": changed}, absences=away)
    found, left_out = find(site, WILLI, (Recipient("role", "First aid"), person("Ben Muster")), NOW)
    assert keys(found) == ["person/1"]
    assert left_out == (LeftOut("Ben Muster", "absent"), LeftOut("Ben Muster", "absent"))
    assert keys(find(site, WILLI, (person("Ben Muster"),), NOW + HOUR)[0]) == ["person/2"]


def test_a_duty_of_somebody_out_of_service_is_nobodys():
    """Retired people stay in plans."""
    site = replace(SITE, people=(BEN, CARA))
    assert find(site, WILLI, (Recipient("role", "First aid"),), NOW)[1] == (
        LeftOut("First aid", "nobody_on_duty"),
    )


def test_the_casualty_never_counts_as_a_recipient():
    """By their number as a worker; by their name where nobody has set that; also without any entry."""
    ben = replace(WILLI, worker_id=7, worker_name="B. Muster")
    assert find(SITE, ben, (person("Ben Muster"),), NOW)[1] == (LeftOut("Ben Muster", "casualty"),)
    anna = replace(WILLI, worker_name="ANNA Beispiel")
    roles = (Recipient("role", "First aid"), person("Anna Beispiel"))
    assert find(SITE, anna, roles, NOW) == (
        (),
        (
            LeftOut("Anna Beispiel", "casualty"),
            LeftOut("Anna Beispiel", "casualty"),
        ),
    )
    willi = person("willi werker", Way("sms", address="0000 5555555"))
    assert find(SITE, WILLI, (willi,), NOW)[1] == (LeftOut("willi werker", "casualty"),)
    namesake = replace(WILLI, worker_name="Ben Muster")
    assert keys(find(SITE, namesake, (person("Ben Muster"),), NOW)[0]) == ["person/2"]


def test_who_has_an_open_case_of_their_own_never_counts_as_a_recipient():
    """They need help themselves; who is no worker is never taken for one of them."""
    situation = replace(WILLI, in_danger=frozenset({7}))
    found, left_out = find(SITE, situation, (person("Ben Muster"), person("Anna Beispiel")), NOW)
    assert (keys(found), left_out) == (["person/1"], (LeftOut("Ben Muster", "own_case"),))


def test_nobody_is_called_twice_at_once():
    """The ways of both entries are theirs, each once."""
    recipients = (
        Recipient("role", "First aid", (Way("email"),)),
        person("Anna Beispiel", Way("email"), Way("voice")),
    )
    (found,), left_out = find(SITE, WILLI, recipients, NOW)
    assert [way.channel for way in found.ways] == ["email", "voice"]
    assert left_out == (LeftOut("Anna Beispiel", "called_already"),)


def test_the_control_room_is_called_by_its_consoles_and_what_else_the_chain_says():
    """Whether somebody sits there is told with it."""
    room = Recipient("control_room", "Desk", (Way("console"), Way("espa", address="101")))
    (found,), _ = find(SITE, replace(WILLI, is_attended=False), (room,), NOW)
    assert (found.key, found.is_attended) == ("control_room", False)
    assert found.ways == (FoundWay("console", ""), FoundWay("espa", "101"))


def test_a_receiving_centre_is_called_as_the_chain_says():
    """Each by its own name."""
    centre = Recipient("receiving_centre", "ARC North", (Way("dc09", 5, 10, "north"),))
    (found,), _ = find(SITE, WILLI, (centre,), NOW)
    assert (found.key, found.ways) == ("centre/ARC North", (FoundWay("dc09", "north", 5, 10),))


@pytest.mark.parametrize(
    ("ways", "called"),
    [
        ((), [("voice", "+49 0000 5555555"), ("sms", "+49 0000 5555555")]),
        ((Way("sms"),), [("sms", "+49 0000 5555555")]),
        ((Way("voice", address="17"),), [("voice", "17")]),
    ],
)
def test_the_workers_phone_may_be_called_too(ways, called):
    """First by voice, unless the chain says otherwise."""
    (found,), _ = find(SITE, WILLI, (Recipient("worker", "The worker", ways),), NOW)
    assert (found.key, found.name) == ("worker", "Willi Werker")
    assert [(way.channel, way.address) for way in found.ways] == called


def test_a_worker_without_a_phone_is_left_out():
    """By the word of the chain where not even the name is known."""
    assert find(SITE, Situation(), (Recipient("worker", "The worker"),), NOW) == (
        (),
        (LeftOut("The worker", "no_address"),),
    )


def test_in_a_silent_case_nothing_rings_at_the_workers_phone_whoever_has_it():
    """Neither as the worker nor as an address of somebody else; their other ways stay."""
    silent = replace(WILLI, is_silent=True)
    gate = person("Gate", Way("sms", address="0000 5555555"))
    both = person("Porter", Way("sms", address="00490000-5555555"), Way("email", address="p@x.example"))
    desk = Recipient("worker", "W", (Way("voice", address="17"),))
    assert find(SITE, silent, (desk,), NOW) == ((), (LeftOut("Willi Werker", "silent"),))
    found, left_out = find(SITE, silent, (Recipient("worker", "W"), gate, both), NOW)
    assert left_out == (LeftOut("Willi Werker", "silent"), LeftOut("Gate", "silent"))
    assert [(one.key, one.ways) for one in found] == [("address/Porter", (FoundWay("email", "p@x.example"),))]
    assert keys(find(SITE, replace(silent, worker_phone=""), (gate,), NOW)[0]) == ["address/Gate"]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("+49 171 1234567", "0171/123-4567", True),
        ("+49 171 1234567", "+49 171 1234568", False),
        ("112", "112", True),
        ("112", "0112", False),
        ("", "", False),
        ("abc", "abc", False),
    ],
)
def test_a_number_is_the_same_however_it_is_written(one, other, is_same):
    """Short ones only as a whole; no number is none."""
    assert is_same_number(one, other) == is_same
