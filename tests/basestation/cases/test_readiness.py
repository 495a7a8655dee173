"""What is missing in a rescue chain, before anything happens."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.cases.directory import Address, Directory, Person
from basestation.cases.people import FoundWay
from basestation.cases.proof import ProofLimits
from basestation.cases.readiness import (
    Facts,
    ReadinessLimits,
    cause_of,
    findings,
    next_turnover,
    working_first,
)
from basestation.cases.rota import Absence, PlannedDuty, Rota
from basestation.cases.week import WEEK, Hours

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PROVEN = {"asked_at": NOW, "confirmed_at": NOW}
ANNA = Person(1, "Anna Beispiel", (Address(1, "sms", "0000 111", **PROVEN),))
BEN = Person(2, "Ben Muster", (Address(2, "voice", "0000 222", **PROVEN),))
ALWAYS = Rota(BERLIN, (PlannedDuty(1, Hours(WEEK, 0, 0), date(2026, 1, 5)),))
SITE = Directory((ANNA, BEN), {"First aid": ALWAYS})
DUTY = Level("First", (Recipient("role", "First aid"),), 60)
BEN_LEVEL = Level("Second", (Recipient("person", "Ben Muster"),), 60)
CHAIN = Chain("Plant", (DUTY, BEN_LEVEL))
READY = Facts({"Plant": CHAIN}, SITE, {"sms": None, "voice": None}, zone=BERLIN)


def missing(facts, now=NOW):
    """Return code, chain and level of what is missing."""
    return [(one.code, one.chain, one.level) for one in findings(facts, now)]


def with_duty(*plan, absences=()):
    """Return facts in which the duty has this plan."""
    duties = {"First aid": Rota(BERLIN, plan)}
    return replace(READY, directory=replace(SITE, duties=duties, absences=absences))


def test_a_chain_that_would_work_has_no_finding():
    """Everybody is there for a week, proven, by channels that answer, in time."""
    assert findings(READY, NOW) == ()


def test_a_level_with_nobody_now_is_found():
    """With the times, in those of the site."""
    plan = PlannedDuty(1, Hours(WEEK, 1080, 780), date(2026, 1, 5))
    (finding,) = findings(with_duty(plan), NOW)
    assert (finding.code, finding.gravity, finding.chain, finding.level) == (
        "nobody",
        "grave",
        "Plant",
        "First",
    )
    assert "from now until 2026-03-02 18:00 CET and 6 times more within 7 days" in finding.sentence


@pytest.mark.parametrize(("hours", "is_missing"), [(-1, True), (0, False), (1, False)])
def test_a_gap_counts_if_it_begins_within_the_days_looked_ahead(hours, is_missing):
    """To the minute."""
    begin = NOW + 7 * DAY + timedelta(minutes=hours)
    away = (Absence(1, begin, begin + DAY),)
    assert missing(with_duty(*ALWAYS.plan, absences=away)) == (
        [("nobody", "Plant", "First")] if is_missing else []
    )


def test_the_absence_of_a_person_who_is_named_is_a_gap_too():
    """From then until then; whoever is away altogether is missing from now on."""
    away = (Absence(2, NOW + DAY, NOW + 2 * DAY),)
    (finding,) = findings(with_duty(*ALWAYS.plan, absences=away), NOW)
    assert "from 2026-03-03 13:00 CET until 2026-03-04 13:00 CET within" in finding.sentence
    away = (Absence(2, NOW - DAY, NOW + 9 * DAY), Absence(1, NOW - DAY, NOW + 9 * DAY))
    lines = findings(with_duty(*ALWAYS.plan, absences=away), NOW)
    assert [line.level for line in lines] == ["First", "Second"]
    assert all("from now on within" in line.sentence for line in lines)


def test_times_with_nobody_that_touch_are_one():
    """Whatever passes on in between."""
    plan = PlannedDuty(1, Hours(WEEK, 480, 540), date(2026, 1, 5), date(2026, 3, 3))
    away = (Absence(2, NOW + 3 * DAY, NOW + 4 * DAY),)
    first, second = findings(with_duty(plan, absences=away), NOW)
    assert "from now until 2026-03-03 08:00 CET and 1 times more" in first.sentence
    assert second.level == "Second"


def test_the_workers_own_phone_is_nobody_who_helps():
    """A level needs somebody else."""
    level = Level(
        "First", (Recipient("worker", "W", (Way("sms", address="1"),)), Recipient("role", "None")), 60
    )
    facts = replace(READY, chains={"Plant": Chain("Plant", (level,))})
    assert missing(facts) == [("nobody", "Plant", "First")]


@pytest.mark.parametrize(("help_s", "is_missing"), [(719, True), (720, False), (721, False)])
def test_the_sum_of_the_delays_has_to_fit_the_limit(help_s, is_missing):
    """Two levels of 60 s, then 600 s to arrive."""
    facts = replace(READY, limits=ReadinessLimits(help_s=help_s))
    assert missing(facts) == ([("too_slow", "Plant", "")] if is_missing else [])


def test_a_chain_that_cannot_be_read_is_found():
    """With the reason."""
    (finding,) = findings(replace(READY, chains={"Plant": "it has no level."}), NOW)
    assert (finding.code, finding.sentence) == (
        "chain_unreadable",
        "Chain 'Plant' cannot be used: it has no level.",
    )


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (Address(1, "sms", "0000 111"), "address_unproven"),
        (Address(1, "sms", "0000 111", asked_at=NOW), "address_unproven"),
        (Address(1, "sms", "0000 111", NOW - 9 * DAY, NOW - 8 * DAY), "address_stale"),
    ],
)
def test_an_address_that_is_not_proven_is_found_once_and_never_shown(address, code):
    """With the limits of the person's site; however often they are called."""
    people = (replace(ANNA, addresses=(address,)), BEN)
    again = Level("Third", (Recipient("person", "Anna Beispiel"),), 60)
    facts = replace(
        READY,
        chains={"Plant": Chain("Plant", (DUTY, BEN_LEVEL, again))},
        directory=replace(SITE, people=people),
        proofs={1: ProofLimits(test_days=1, grace_days=6)},
    )
    (finding,) = findings(facts, NOW)
    assert (finding.code, finding.gravity) == (code, "weak")
    assert "0000" not in finding.sentence


def test_an_address_in_the_chain_itself_is_found_for_nobody_can_prove_it():
    """Also where it is no person's channel at all; centres and consoles have other proofs."""
    recipients = (
        Recipient("person", "Gate", (Way("sms", address="0000 333"), Way("log"))),
        Recipient("person", "Ben Muster", (Way("sms", address="0000 444"), Way("voice"), Way("console"))),
        Recipient("control_room", "Desk"),
        Recipient("receiving_centre", "ARC North", (Way("dc09", address="north"),)),
    )
    chains, faults = (
        {"Plant": Chain("Plant", (Level("First", recipients, 60),))},
        {**READY.faults, "dc09": None},
    )
    lines = findings(replace(READY, chains=chains, faults=faults), NOW)
    assert [line.code for line in lines] == ["address_fixed"] * 3
    assert [line.sentence[:25] for line in lines] == [
        "Gate is called by sms at ",
        "Gate is called by 'log', ",
        "Ben Muster is called by s",
    ]


def test_a_channel_that_does_not_answer_is_found_if_the_chain_uses_it():
    """The grave comes before the weak."""
    people = (replace(ANNA, addresses=(Address(1, "sms", "0000 111"),)), BEN)
    faults = {"sms": None, "voice": "no registration", "espa": "no line"}
    facts = replace(READY, faults=faults, directory=replace(SITE, people=people), without_zone=("Depot",))
    lines = findings(facts, NOW)
    assert [line.code for line in lines] == ["channel_silent", "no_zone", "address_unproven"]
    assert lines[0].sentence == "The channel voice does not answer: no registration."


@pytest.mark.parametrize(
    ("way", "faults", "is_missing"),
    [
        (Way("pager", address="101"), {"sms": None}, True),
        (Way("pager", address="101"), {"pager": None}, False),
        (Way("pager", address="101"), {}, False),
        (Way("ntfy", address="ntfy://x.example/topic"), {"sms": None}, False),
        (Way("console"), {"sms": None}, False),
    ],
)
def test_a_channel_that_is_not_there_is_found_unless_the_address_names_its_own(way, faults, is_missing):
    """Misspelt, or never set up; before the channels were asked nothing is known."""
    level = Level("Desk", (Recipient("control_room", "Desk", (way,)),), 60)
    facts = replace(READY, chains={"Plant": Chain("Plant", (level,))}, faults=faults)
    assert missing(facts) == ([("channel_unknown", "", "")] if is_missing else [])


def test_the_alarm_says_what_is_missing_and_how_much_more():
    """So that it can be read."""
    (finding,) = findings(replace(READY, chains={"Plant": "it has no level."}), NOW)
    assert cause_of([finding]) == f"The rescue chain is not ready. {finding.sentence}"
    assert cause_of([finding] * 3).count("no level") == 3
    assert cause_of([finding] * 5).endswith("And 2 more: `rufweite chain check` shows all.")


def test_ways_are_ordered_by_what_is_known_of_their_channels_and_none_is_lost():
    """Working ones first, silent ones last; their own order stays."""
    ways = tuple(FoundWay(channel, "x") for channel in ("espa", "push", "sms", "email", "voice"))
    faults = {"espa": "no line", "email": None, "voice": None}
    assert [way.channel for way in working_first(ways, faults)] == ["email", "voice", "push", "sms", "espa"]


def test_the_next_turn_of_a_rota_is_the_next_time_to_look():
    """None where nobody takes turns within the days looked ahead."""
    assert next_turnover(READY, NOW) == datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    assert next_turnover(with_duty(), NOW) is None


def test_a_site_whose_cases_nobody_but_administrators_may_take_is_grave():
    """An administrator may sit at no console."""
    (finding,) = findings(replace(READY, without_log_in=("Depot",)), NOW)
    assert (finding.code, finding.gravity) == ("no_log_in", "grave")
    assert "'Depot'" in finding.sentence
