"""The feed of the rota: GET /calendar/<token>.ics, for the calendar of a phone or an office.

Decides nothing: whoever has the secret address reads, nobody else, and what is not there is told like a wrong
address. An answer that its reader has already is 304.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response

from basestation.cases.directory import Directory
from basestation.clock import Clock
from basestation.site.calendar_links import CalendarLinks, Subject
from basestation.site.duty_calendar import (
    FUTURE_DAYS,
    PAST_DAYS,
    DutyEntry,
    calendar_of,
    entries_of,
    today_of,
)
from basestation.web.problems import problem

_NONE = "There is no calendar at this address. Ask the safety officer for the one of today."


def calendar_router(
    links: CalendarLinks, read: Callable[[], Awaitable[Directory]], clock: Clock
) -> APIRouter:
    """Return the route of the calendars; `read` returns people, duties and absences of now."""
    router = APIRouter()

    @router.get("/calendar/{token}.ics", tags=["rescue"])
    async def calendar(token: str, request: Request) -> Response:
        """Return the duties of one person or one role, as a calendar."""
        subject = links.subject(token)
        found = None
        if subject is not None:
            directory, today = await read(), today_of(clock.now())
            # Three months of a large plan would hold up the loop.
            found = await asyncio.to_thread(feed_of, subject, directory, today)
        if found is None:
            return problem(request.scope, 404, _NONE)
        tag = f'"{hashlib.sha256(found).hexdigest()[:32]}"'
        if tag in request.headers.get("if-none-match", "").replace("W/", "").split(", "):
            return Response(status_code=304, headers={"ETag": tag})
        return Response(found, media_type="text/calendar; charset=utf-8", headers={"ETag": tag})

    return router


def feed_of(subject: Subject, directory: Directory, today: datetime) -> bytes | None:
    """Return the calendar of a person or a role; None if they are not in service."""
    names = {person.id: person.name for person in directory.people}
    person = int(subject.name) if subject.kind == "person" and subject.name.isdecimal() else None
    if subject.kind == "role":
        if subject.name not in directory.duties:
            return None
        roles, title = [subject.name], subject.name
    else:
        if person not in names:
            return None
        roles, title = sorted(directory.duties), names[person]
    from_at, until_at = today - timedelta(days=PAST_DAYS), today + timedelta(days=FUTURE_DAYS)
    entries: list[DutyEntry] = []
    for role in roles:
        entries += entries_of(role, directory.duties[role], directory.absences, names, from_at, until_at)
    mine = (entry for entry in entries if person is None or entry.person == person)
    return calendar_of(title, sorted(mine, key=lambda one: (one.from_at, one.role, one.person)), today)
