"""The rota as a calendar (RFC 5545): who has which duty when, from values only.

Decides what a reader of the calendar sees: role and name, never a number or why somebody is away. Times are
UTC. A calendar changes only when the rota does, or the day; an entry keeps its UID while role, person and
begin are the same.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from icalendar import Calendar, Event

from basestation.cases.rota import Absence, Rota, on_duty, turnovers

#: Days before today and after it that a calendar covers.
PAST_DAYS, FUTURE_DAYS = 14, 90
_PRODUCT: Final = "-//Rufweite//Duties//EN"


@dataclass(frozen=True, slots=True)
class DutyEntry:
    """Somebody has a duty for some time."""

    role: str
    person: int
    name: str
    from_at: datetime
    until_at: datetime
    #: They have it by a change of the plan.
    is_override: bool


def today_of(now: datetime) -> datetime:
    """Return the begin of the day, UTC; a calendar is made as of then."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def entries_of(
    role: str,
    rota: Rota,
    absences: tuple[Absence, ...],
    names: Mapping[int, str],
    from_at: datetime,
    until_at: datetime,
) -> tuple[DutyEntry, ...]:
    """Return who has one duty between two moments; times that follow each other are one entry."""
    plan = replace(rota, overrides=())
    open_entries: dict[tuple[int, bool], DutyEntry] = {}
    done: list[DutyEntry] = []
    for begin, end in pairwise((from_at, *turnovers(rota, absences, from_at, until_at), until_at)):
        planned = on_duty(plan, absences, begin)
        now = {(person, person not in planned) for person in on_duty(rota, absences, begin)}
        done += [open_entries.pop(place) for place in sorted(open_entries.keys() - now)]
        for place in sorted(now):
            person, is_override = place
            name = names.get(person, "?")
            known = open_entries.get(place, DutyEntry(role, person, name, begin, end, is_override))
            open_entries[place] = replace(known, until_at=end)
    done += open_entries.values()
    return tuple(sorted(done, key=lambda one: (one.from_at, one.role, one.person)))


def calendar_of(title: str, entries: Iterable[DutyEntry], as_of: datetime) -> bytes:
    """Return entries as a calendar; the same for the same entries, title and `as_of`."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", _plain(title))
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, as_of))
    text: bytes = calendar.to_ical()
    return text


def _event(entry: DutyEntry, as_of: datetime) -> Event:
    event = Event()
    event.add("uid", _uid(entry))
    event.add("dtstamp", as_of.astimezone(UTC))
    event.add("dtstart", entry.from_at.astimezone(UTC))
    event.add("dtend", entry.until_at.astimezone(UTC))
    change = " (changed)" if entry.is_override else ""
    event.add("summary", f"{_plain(entry.role)}: {_plain(entry.name)}{change}")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event


def _uid(entry: DutyEntry) -> str:
    said = "\n".join((entry.role, str(entry.person), entry.from_at.astimezone(UTC).isoformat()))
    digest = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{digest[:32]}@rufweite"


def _plain(text: str) -> str:
    """Return text without what no line of a calendar can carry."""
    return "".join(one if one.isprintable() else " " for one in text)
