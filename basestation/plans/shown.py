"""Which plan a case shows, and what on it: where the wearer was heard, where they work, and the way in.

Decides that the strongest beacon that stands on a plan goes before the workplace, that both are shown where
they lie on two plans, and that a case shows what stood when it closed, or stands now, else what stood when it
opened: a plan that is retired meanwhile takes nothing from helpers. Only raised alarms of people show any.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case
from basestation.clock import from_ms, to_ms
from basestation.store.location_tables import beacons, places
from basestation.store.plan_tables import plan_marks, plan_pictures, plans
from basestation.store.tables import shifts

#: What a page draws itself; larger ones are a link.
DRAWN_BYTES_MAX: Final = {"svg": 48_000, "png": 400_000, "jpeg": 400_000}


@dataclass(frozen=True, slots=True)
class Heard:
    """The beacon that was heard."""

    name: str
    #: What is there, by the site's list.
    zone: str
    dbm: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on a plan; points in the plan's own units."""

    #: "workplace", "beacon", "way" or "assembly".
    kind: str
    label: str
    points: tuple[tuple[float, float], ...]
    #: The wearer is most likely there.
    is_place: bool = False
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A plan as one case shows it."""

    plan_id: int
    name: str
    level: str
    kind: str
    width: float
    height: float
    marks: tuple[Mark, ...]
    #: The workplace is that of the last shift.
    is_wearer_confirmed: bool
    #: Of a drawing the markup inside its <svg>; empty for pictures, and where it is a link only.
    markup: str = ""
    #: Too large for a page on a phone.
    is_large: bool = False


@dataclass(frozen=True, slots=True)
class _Whereabouts:
    """What is known of where the wearer is, and as of when plans are read."""

    case: Case
    workplace_id: int | None
    heard_at: datetime | None
    heard: dict[str, int]
    at: datetime


async def drawings_of(
    connection: AsyncConnection, case: Case, now: datetime, *, is_whole: bool = False
) -> tuple[Drawing, ...]:
    """Return the plans of a case, the likelier place first; empty where nothing is placed.

    `is_whole` draws large ones too.
    """
    if not case.is_person or case.raised_at is None:
        return ()
    workplace_id = await _workplace_id(connection, case)
    heard_at, heard = await _heard(connection, case)
    for at in (case.closed_at or now, case.opened_at):
        known = _Whereabouts(case, workplace_id, heard_at, heard, at)
        found = await _subjects(connection, known)
        if found:
            plan_ids = dict.fromkeys(row["plan_id"] for row in found)
            made = [await _drawing(connection, known, one, found, is_whole=is_whole) for one in plan_ids]
            return tuple(made)
    return ()


async def _workplace_id(connection: AsyncConnection, case: Case) -> int | None:
    query = select(shifts.c.workplace_id).where(shifts.c.id == case.shift_id)
    number: int | None = (await connection.execute(query)).scalar()
    return number


async def _heard(connection: AsyncConnection, case: Case) -> tuple[datetime | None, dict[str, int]]:
    """Return when beacons were heard last, and how strongly."""
    query = (
        select(places.c.heard_at_ms, places.c.beacons)
        .where(places.c.device == case.device, places.c.alarm == case.alarm, places.c.mark == case.mark)
        .order_by(places.c.heard_at_ms.desc(), places.c.id.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).first()
    return (None, {}) if row is None else (from_ms(row.heard_at_ms), json.loads(row.beacons))


def _standing(at: datetime) -> tuple[Any, ...]:
    at_ms = to_ms(at)
    ended = or_(plan_marks.c.ended_at_ms.is_(None), plan_marks.c.ended_at_ms > at_ms)
    return plan_marks.c.placed_at_ms <= at_ms, ended


async def _subjects(connection: AsyncConnection, known: _Whereabouts) -> list[RowMapping]:
    """Return the marks of the strongest beacon that has one, and of the workplace, in this order."""
    heard, standing = known.heard, _standing(known.at)
    query = (
        select(plan_marks, beacons.c.name.label("beacon"), beacons.c.zone)
        .join(beacons, beacons.c.id == plan_marks.c.beacon_id)
        .where(plan_marks.c.kind == "beacon", beacons.c.name.in_(list(heard)), *standing)
        .order_by(beacons.c.id)
    )
    if known.case.is_open:
        # One that was taken down may hang somewhere else by now.
        query = query.where(beacons.c.is_active)
    rows = (await connection.execute(query)).mappings().all()
    strongest = max(rows, key=lambda row: heard[row["beacon"]], default=None)
    found = [] if strongest is None else [strongest]
    mine = plan_marks.c.kind == "workplace", plan_marks.c.workplace_id == known.workplace_id
    query = select(plan_marks).where(*mine, *standing).order_by(plan_marks.c.id.desc()).limit(1)
    return found + list((await connection.execute(query)).mappings())


async def _drawing(
    connection: AsyncConnection,
    known: _Whereabouts,
    plan_id: int,
    found: Sequence[RowMapping],
    *,
    is_whole: bool,
) -> Drawing:
    plan = (await connection.execute(select(plans).where(plans.c.id == plan_id))).mappings().one()
    is_large = plan["bytes"] > DRAWN_BYTES_MAX[plan["kind"]] and not is_whole
    markup = ""
    if plan["kind"] == "svg" and not is_large:
        query = select(plan_pictures.c.content).where(plan_pictures.c.plan_id == plan_id)
        markup = bytes((await connection.execute(query)).scalar_one()).decode()
    marks = [
        _subject_mark(row, known, is_place=row is found[0]) for row in found if row["plan_id"] == plan_id
    ]
    marks += await _around(connection, known, plan_id)
    size = float(plan["width"]), float(plan["height"])
    about = plan_id, str(plan["name"]), str(plan["level"]), str(plan["kind"]), *size
    return Drawing(*about, tuple(marks), known.case.is_wearer_confirmed, markup, is_large)


def _subject_mark(row: RowMapping, known: _Whereabouts, *, is_place: bool) -> Mark:
    if row["kind"] == "workplace":
        return Mark("workplace", row["label"] or known.case.workplace_name or "", _points(row), is_place)
    assert known.heard_at is not None
    name = row["beacon"]
    heard = Heard(name, row["zone"], known.heard[name], known.heard_at)
    return Mark("beacon", row["label"] or name, _points(row), is_place, heard)


async def _around(connection: AsyncConnection, known: _Whereabouts, plan_id: int) -> list[Mark]:
    """Return the ways in that lead there, or anywhere, and the assembly points."""
    is_ours = or_(plan_marks.c.workplace_id.is_(None), plan_marks.c.workplace_id == known.workplace_id)
    query = (
        select(plan_marks)
        .where(plan_marks.c.plan_id == plan_id, plan_marks.c.kind.in_(("way", "assembly")), is_ours)
        .where(*_standing(known.at))
        .order_by(plan_marks.c.kind.desc(), plan_marks.c.id)
    )
    rows = (await connection.execute(query)).mappings()
    return [Mark(row["kind"], row["label"], _points(row)) for row in rows]


def _points(row: RowMapping) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in json.loads(row["points"]))
