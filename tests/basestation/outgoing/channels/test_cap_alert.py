"""Alerts of CAP 1.2: they keep the rules of the standard, and nothing that is not real is `Actual`."""

from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from basestation.outgoing.channels.cap.alert import (
    HEADLINE_CHARACTERS_MAX,
    Origin,
    Reference,
    alert_of,
    identifier_of,
    is_sender,
    time_of,
)
from protocol.messages import PERSON_KINDS
from tests.basestation.outgoing.channels.cap_rules import NAMESPACE, broken_rules
from tests.basestation.outgoing.channels.https_site import a_notice

SENT = "2026-11-22T12:30:00-00:00"
EARLIER = (Reference("rufweite-7-a", "2026-11-22T12:00:00-00:00"), Reference("rufweite-7-b", SENT))


def told(earlier=(), **changes):
    """Return what an alert says, by the name of its element; it keeps the rules."""
    notice = a_notice(**changes)
    alert = alert_of(notice, Origin("rufweite@works.example", identifier_of(notice), SENT, earlier))
    assert broken_rules(alert) == []
    found = {}
    for element in ET.fromstring(alert).iter():
        found.setdefault(element.tag.removeprefix(f"{{{NAMESPACE}}}"), element.text)
    return found


def test_an_alarm_of_a_person_is_an_alert_of_the_gravest_kind():
    """To the one it is for, with what identifies in fields of their own."""
    alert = told()
    assert (alert["status"], alert["msgType"], alert["scope"]) == ("Actual", "Alert", "Private")
    assert (alert["urgency"], alert["severity"], alert["certainty"]) == ("Immediate", "Extreme", "Observed")
    assert (alert["category"], alert["responseType"]) == ("Rescue", "Execute")
    assert alert["addresses"] == '"Sirene Halle 3"'
    assert (alert["sent"], alert["onset"]) == (SENT, "2026-11-22T12:00:00-00:00")
    assert (alert["incidents"], alert["areaDesc"]) == ("case-7", "Halle 3")
    assert alert["headline"] == "Emergency button: Willi Werker (case 7)"
    assert "note" not in alert


@pytest.mark.parametrize(
    ("mark", "status", "word"),
    [("test", "Test", "TEST"), ("drill", "Exercise", "DRILL"), ("new", "Test", "NEW")],
)
def test_a_test_or_drill_is_never_actual_and_says_so_first_in_every_text(mark, status, word):
    """Event, headline, description and note; a mark that nobody knows is a test."""
    alert = told(mark=mark)
    assert alert["status"] == status
    assert all(alert[name].startswith(word) for name in ("event", "headline", "description", "note"))


def test_every_kind_of_a_persons_alarm_is_extreme_unknown_ones_too():
    """What a detector found is likely, what somebody pressed is observed."""
    for kind in (*PERSON_KINDS, "new"):
        alert = told(kind=kind)
        assert (alert["urgency"], alert["severity"]) == ("Immediate", "Extreme")
    assert told(kind="fall")["certainty"] == "Likely"
    assert told(kind="new")["certainty"] == "Observed"


def test_a_technical_alarm_is_less():
    """It stands in another category."""
    alert = told(kind="technical", is_person=False, language="de")
    assert (alert["urgency"], alert["severity"], alert["category"]) == ("Expected", "Moderate", "Infra")
    assert (alert["event"], alert["language"]) == ("Technischer Alarm", "de-DE")


def test_what_follows_refers_to_what_was_sent_and_the_end_cancels_it():
    """Where nothing is known of it, the end is an alert that says all clear."""
    update = told(EARLIER, text_key="alarm_again")
    assert update["msgType"] == "Update"
    assert update["references"] == (
        "rufweite@works.example,rufweite-7-a,2026-11-22T12:00:00-00:00 "
        "rufweite@works.example,rufweite-7-b,2026-11-22T12:30:00-00:00"
    )
    assert told(EARLIER, text_key="taken")["responseType"] == "Monitor"
    end = told(EARLIER, text_key="closed")
    assert (end["msgType"], end["responseType"], end["urgency"]) == ("Cancel", "AllClear", "Past")
    alone = told(text_key="closed")
    assert (alone["msgType"], alone["responseType"]) == ("Alert", "AllClear")


def test_silence_is_said_first_and_a_place_that_nobody_knows_too():
    """And as a parameter for machines."""
    alert = told(is_silent=True, place="", link="https://station.example/r/x", raised_at=None)
    assert alert["description"].startswith("SILENT - nobody near the worker may notice")
    assert alert["areaDesc"] == "Place not known"
    assert alert["web"] == "https://station.example/r/x"
    assert "onset" not in alert
    assert told(place="", language="de")["areaDesc"] == "Ort nicht bekannt"


def test_a_headline_is_cut_at_its_end_only():
    """The number of the case comes before it, also where the wording has it last."""
    last = told(subject="x" * 200 + " (case 7)", mark="drill")["headline"]
    assert last.startswith("DRILL - case 7: xxx")
    long = told(subject="Fall (case 7): " + "x" * 200)["headline"]
    assert len(long) == HEADLINE_CHARACTERS_MAX
    assert long.startswith("Fall (case 7)")


def test_times_are_written_in_utc_as_the_standard_wants_it():
    """Z is not allowed there."""
    at = datetime(2026, 11, 22, 13, 30, tzinfo=timezone(timedelta(hours=1)))
    assert time_of(at) == time_of(at.astimezone(UTC)) == SENT


def test_a_sender_has_no_spaces_commas_or_brackets():
    """Nor what XML cannot carry."""
    assert is_sender("rufweite@works.example")
    assert not any(map(is_sender, ("", "a b", "a,b", "a<b", "a&b", "a\x00")))


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_text_makes_an_alert_that_keeps_the_rules(name, place, body):
    """Also what XML cannot carry."""
    told(recipient=name, place=place, body=body, worker=body, key=name, address="x")


def test_the_rules_find_what_breaks_them():
    """A check that cannot fail is none."""
    good = alert_of(a_notice(), Origin("a@b", "id", SENT)).decode()
    for whole, part in (
        ("Actual", "Real"), (">Private<", ">Privat<"), ("<sender>a@b</sender>", ""), ("-00:00", "Z"),
        (NAMESPACE, NAMESPACE[:-1] + "1"), ("<event>", "<event>x</event><event>"), ("Alert<", "Update<"),
        ("areaDesc", "areaDescription"), ('<addresses>"Sirene Halle 3"</addresses>', ""),
    ):  # fmt: skip
        assert whole in good
        assert broken_rules(good.replace(whole, part).encode()), whole
