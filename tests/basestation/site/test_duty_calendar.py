"""The rota as a calendar: what others read of it is what the rota says, for whoever has the address."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from basestation.cases.directory import Directory, Person
from basestation.cases.rota import Absence, Override, PlannedDuty, Rota, on_duty
from basestation.cases.week import Hours
from basestation.clock import FakeClock
from basestation.site.calendar_links import TOKEN_CHARACTERS_MAX, CalendarLinks, Subject
from basestation.site.duty_calendar import DutyEntry, calendar_of, entries_of, today_of
from basestation.web.duty_calendar import calendar_router

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 27, 9, 30, tzinfo=UTC)
ANNA, BERND = 1, 2
NAMES = {ANNA: "Anna Beispiel", BERND: "Bernd Muster; Halle, 3"}
KEY = b"rufweite example, 32 bytes long!"
#: Nights, by turns of a week; the clocks go forward in the first one.
PLAN = tuple(
    PlannedDuty(person, Hours((1, 2, 3, 4, 5, 6, 7), 22 * 60, 6 * 60), first, every_weeks=2)
    for person, first in ((ANNA, date(2026, 3, 23)), (BERND, date(2026, 3, 30)))
)


def at(day, hour):
    """Return a moment of March 2026, UTC."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def entries(rota, absences=(), from_at=NOW, until_at=NOW + timedelta(days=8)):
    """Return the entries of a rota."""
    return entries_of("Night duty", rota, absences, NAMES, from_at, until_at)


def test_entries_say_who_has_the_duty_at_every_moment():
    """As the rota itself answers, over a change of the clocks, a change of the plan and an absence."""
    changes = (
        Override(BERND, at(28, 0), at(29, 3)),
        Override(BERND, at(30, 23), at(31, 2), is_instead=False),
    )
    rota = Rota(BERLIN, PLAN, changes)
    away = (Absence(ANNA, at(27, 23), at(27, 23) + timedelta(minutes=30)),)
    found = entries(rota, away)
    moment = NOW
    while moment < NOW + timedelta(days=8):
        named = sorted(one.person for one in found if one.from_at <= moment < one.until_at)
        assert named == sorted(on_duty(rota, away, moment)), moment
        moment += timedelta(minutes=15)
    changed = [(one.person, one.from_at, one.until_at) for one in found if one.is_override]
    assert changed == [(BERND, at(28, 0), at(29, 3))]


def test_the_night_in_which_the_clocks_go_forward_is_an_hour_shorter():
    """22:00 to 06:00 by the clock on the wall."""
    nights = [one.until_at - one.from_at for one in entries(Rota(BERLIN, PLAN))]
    assert sorted(set(nights)) == [timedelta(hours=7), timedelta(hours=8)]


def test_a_duty_that_somebody_has_on_and_on_is_one_entry():
    """It is not cut where the plan begins anew."""
    always = PlannedDuty(ANNA, Hours(), date(2026, 1, 1))
    (found,) = entries(Rota(BERLIN, (always,)))
    assert (found.from_at, found.until_at, found.name) == (NOW, NOW + timedelta(days=8), "Anna Beispiel")
    (unknown,) = entries(Rota(BERLIN, (PlannedDuty(9, Hours(), date(2026, 1, 1)),)))
    assert unknown.name == "?"


def test_a_calendar_is_read_back_as_it_was_written():
    """By the library, with every sign that has a meaning there; lines are no longer than 75 bytes."""
    found = entries(Rota(BERLIN, PLAN, (Override(BERND, at(28, 0), at(29, 3)),)))
    text = calendar_of("Night duty, Halle 3", found, today_of(NOW))
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    events = Calendar.from_ical(text).walk("VEVENT")
    assert [(event["dtstart"].dt, event["dtend"].dt) for event in events] == [
        (one.from_at, one.until_at) for one in found
    ]
    summaries = {str(event["summary"]) for event in events}
    assert "Night duty: Bernd Muster; Halle, 3" in summaries
    assert "Night duty: Bernd Muster; Halle, 3 (changed)" in summaries
    assert len({str(event["uid"]) for event in events}) == len(events)
    assert text == calendar_of("Night duty, Halle 3", found, today_of(NOW + timedelta(hours=5)))


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_name_can_add_a_line_to_a_calendar(role, name):
    """Whatever a role or a person is called."""
    text = calendar_of(role, [DutyEntry(role, 1, name, at(28, 0), at(28, 8), is_override=False)], NOW)
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "TRANSP", "CLASS"}


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_no_address_is_believed_but_our_own(token):
    """Nor one of another site, nor one that is too long."""
    links = CalendarLinks(KEY)
    assert links.subject(token) is None


def test_an_address_stands_for_one_subject_under_one_key():
    """A changed letter makes it worthless."""
    links = CalendarLinks(KEY)
    subject = Subject("role", "Nacht/Bereitschaft ü")
    token = links.path(subject).removeprefix("/calendar/").removesuffix(".ics")
    assert links.subject(token) == subject
    assert CalendarLinks(KEY[::-1]).subject(token) is None
    assert links.subject("A" * (TOKEN_CHARACTERS_MAX + 1)) is None
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        changed = links.subject(token[:place] + other + token[place + 1 :])
        assert changed is None or changed == subject


async def test_the_feed_is_for_whoever_has_the_address_and_is_not_sent_twice():
    """For a role all, for a person their own; 404 for everything else."""
    people = tuple(Person(number, name) for number, name in NAMES.items())
    rota = Rota(BERLIN, PLAN)
    links, app = CalendarLinks(KEY), FastAPI()

    async def read():
        return Directory(people, {"Night duty": rota, "Day duty": Rota(BERLIN)}, ())

    app.include_router(calendar_router(links, read, FakeClock(NOW)))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://station.example")
    path = links.path(Subject("person", str(ANNA)))
    answer = await client.get(path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "Anna" in answer.text
    assert "Bernd" not in answer.text
    again = await client.get(path, headers={"If-None-Match": f'"x", W/{answer.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    role = await client.get(links.path(Subject("role", "Night duty")))
    assert "Bernd" in role.text
    for subject in (Subject("role", "none"), Subject("person", "9"), Subject("person", "x")):
        assert (await client.get(links.path(subject))).status_code == 404
    assert (await client.get("/calendar/x.ics")).json()["detail"].startswith("There is no calendar")
