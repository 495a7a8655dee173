"""The facts of a site's month: its alarms against the yardsticks, what is open at its end, protected hours.

Decides which cases and shifts belong to it: those of the site's workplaces, by the moment at which they
opened, from midnight of the first to midnight after the last in the site's own zone. Reads only. What is
judged is `cases.figures`', what was protected `protected_time`'s.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import BASE_ALARM_PREFIX, Case
from basestation.cases.figures import figures
from basestation.cases.protection import Protection
from basestation.casework.conditions import SILENCE, SWITCHED_OFF
from basestation.casework.months import bounds_of
from basestation.clock import from_ms, iso, to_ms
from basestation.errors import EntryRefused
from basestation.reports.protected_time import ShiftTime, Span, protected_time
from basestation.store import case_rows
from basestation.store.responder_tables import sites
from basestation.store.tables import cases, device_messages, shifts, workplaces


@dataclass(frozen=True, slots=True)
class Site:
    """Whose month it is; without a number: all sites together, in UTC."""

    id: int | None
    name: str
    zone: str

    @property
    def zone_name(self) -> str:
        """Return its time zone by name; one that this machine does not know is UTC."""
        return str(self.zoneinfo) if self.zone else "UTC"

    @property
    def zoneinfo(self) -> tzinfo:
        """Return its time zone; one that this machine does not know is UTC."""
        try:
            return ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            return UTC


ALL_SITES = Site(None, "", "UTC")


async def site_of(connection: AsyncConnection, site_id: int | None) -> Site:
    """Return a site by its number; raises EntryRefused. The only one there is stands for all."""
    rows = (await connection.execute(select(sites).order_by(sites.c.id))).all()
    if site_id is None:
        return Site(None, rows[0].name, rows[0].zone) if len(rows) == 1 else ALL_SITES
    found = [Site(row.id, row.name, row.zone) for row in rows if row.id == site_id]
    if not found:
        raise EntryRefused(f"There is no site {site_id}.")
    return found[0]


async def month_facts(
    connection: AsyncConnection, month: str, site_id: int | None, now: datetime
) -> dict[str, Any]:
    """Return the facts of "YYYY-MM", ready for JSON; raises EntryRefused."""
    bounds_of(month)
    site = await site_of(connection, site_id)
    span = local_month(month, site.zoneinfo)
    ours = await _shifts_of(connection, site)
    opened = cases.c.opened_at_ms >= to_ms(span.begin), cases.c.opened_at_ms < to_ms(span.end)
    of_month = await _cases(connection, opened)
    mine, without_site = _of_site(of_month, ours, site)
    persons = [case for case in mine if case.is_person]
    ended = [case for case in persons if not case.is_open]
    asked = Span(span.begin, min(span.end, max(now, span.begin)))
    return {
        "month": month,
        "site": {"id": site.id, "name": site.name, "zone": site.zone_name},
        "from": iso(span.begin),
        "until": iso(span.end),
        "made_at": iso(now),
        "is_over": now >= span.end,
        # Judging many cases must not hold up an alarm.
        "marks": await asyncio.to_thread(figures, ended),
        "still_open": len(persons) - len(ended),
        "without_site": without_site,
        "technical": _technical([case for case in mine if not case.is_person]),
        "open_at_end": await _open_at_end(connection, asked.end, ours, site),
        "protected": protected_time(await _shift_times(connection, asked, site, now)).view(),
    }


def local_month(month: str, zone: tzinfo) -> Span:
    """Return the month from midnight to midnight in a zone, in UTC."""
    begin, end = (edge.replace(tzinfo=zone).astimezone(UTC) for edge in bounds_of(month))
    return Span(begin, end)


async def _shifts_of(connection: AsyncConnection, site: Site) -> set[int]:
    if site.id is None:
        return set()
    query = select(shifts.c.id).join(workplaces, workplaces.c.id == shifts.c.workplace_id)
    return set((await connection.execute(query.where(workplaces.c.site_id == site.id))).scalars())


async def _cases(connection: AsyncConnection, wanted: Sequence[ColumnElement[bool]]) -> list[Case]:
    query = select(cases.c.body).where(*wanted).order_by(cases.c.id)
    bodies = (await connection.execute(query)).scalars().all()
    return await asyncio.to_thread(lambda: [case_rows.case_of(body) for body in bodies])


def _of_site(found: list[Case], ours: set[int], site: Site) -> tuple[list[Case], int]:
    """Return the cases of the site, and how many alarms of people belong to none."""
    if site.id is None:
        return found, 0
    nowhere = sum(case.shift_id is None and case.is_person for case in found)
    return [case for case in found if case.shift_id in ours], nowhere


def _technical(found: list[Case]) -> list[dict[str, Any]]:
    counted = Counter((case.mark, case.cause or "") for case in found)
    return [{"mark": mark, "cause": cause, "cases": count} for (mark, cause), count in counted.most_common()]


async def _open_at_end(
    connection: AsyncConnection, end: datetime, ours: set[int], site: Site
) -> list[dict[str, Any]]:
    """Return the cases that were open then, oldest first; one changed since may have been."""
    changed = or_(cases.c.is_open, cases.c.updated_at_ms >= to_ms(end))
    found = await _cases(connection, (cases.c.opened_at_ms < to_ms(end), changed))
    mine, _ = _of_site(found, ours, site)
    return [
        {"id": case.id, "kind": case.kind, "mark": case.mark, "opened_at": iso(case.opened_at)}
        for case in mine
        if case.is_open or (case.closed_at is not None and case.closed_at >= end)
    ]


async def _shift_times(
    connection: AsyncConnection, asked: Span, site: Site, now: datetime
) -> list[ShiftTime]:
    query = select(shifts).where(
        shifts.c.started_at_ms < to_ms(asked.end),
        or_(shifts.c.ended_at_ms.is_(None), shifts.c.ended_at_ms > to_ms(asked.begin)),
    )
    if site.id is not None:
        query = query.join(workplaces, workplaces.c.id == shifts.c.workplace_id)
        query = query.where(workplaces.c.site_id == site.id)
    rows = (await connection.execute(query.order_by(shifts.c.id))).all()
    return [await _shift_time(connection, row, asked, now) for row in rows]


async def _shift_time(connection: AsyncConnection, row: Row[Any], asked: Span, now: datetime) -> ShiftTime:
    started_at = from_ms(row.started_at_ms)
    ended_at = now if row.ended_at_ms is None else from_ms(row.ended_at_ms)
    part = Span(max(started_at, asked.begin), min(ended_at, asked.end))
    whole = Span(started_at, part.end)
    return ShiftTime(
        started_at,
        part,
        await _statements(connection, row.device, whole),
        await _silences(connection, row.device, whole, now),
    )


async def _statements(connection: AsyncConnection, device: str, span: Span) -> list[Protection]:
    message = device_messages.c
    query = (
        select(device_messages)
        .where(message.device == device, message.kind == "protection")
        .where(message.received_at_ms >= to_ms(span.begin), message.received_at_ms < to_ms(span.end))
        .order_by(message.received_at_ms, message.boot, message.seq)
    )
    return [_statement(row) for row in (await connection.execute(query)).all()]


def _statement(row: Row[Any]) -> Protection:
    said = json.loads(row.payload)
    at = from_ms(row.received_at_ms)
    remaining_ms = said.get("remaining_ms")
    until = None if remaining_ms is None else from_ms(row.received_at_ms + remaining_ms)
    return Protection(said["state"], said.get("reason"), at, at, until, row.boot, row.seq)


async def _silences(connection: AsyncConnection, device: str, span: Span, now: datetime) -> list[Span]:
    """Return when the device was known to be silent: from the technical case to the word that it is back."""
    of_silence = [cases.c.alarm.startswith(f"{BASE_ALARM_PREFIX}{one}-") for one in (SILENCE, SWITCHED_OFF)]
    wanted = (
        cases.c.device == device,
        or_(*of_silence),
        cases.c.opened_at_ms < to_ms(span.end),
        or_(cases.c.is_open, cases.c.updated_at_ms >= to_ms(span.begin)),
    )
    found = await _cases(connection, wanted)
    return [Span(case.opened_at, case.gone_at or case.closed_at or now) for case in found]
