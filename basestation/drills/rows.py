"""The rows of drills: read for a page, locked for a change, and what was noted of them.

Decides that a change carries the version that was read, and says who was first where it is an old one.
Decides nothing about a drill (`cases.drill` does).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import RowMapping, Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case
from basestation.cases.drill import Noted, Staged, stages
from basestation.clock import from_ms, iso_of_ms
from basestation.errors import ChangedMeanwhile, EntryRefused
from basestation.store import case_rows
from basestation.store.committer import Work
from basestation.store.drill_tables import drill_lessons, drill_notes, drill_observers, drills, hard_places
from basestation.store.tables import cases, workplaces

#: What raises the alarm: the base station, a named device, any virtual device.
STATION, DEVICE, VIRTUAL = "station", "device", "virtual"
#: How the names of virtual devices begin (`training/sessions.py`, which needs the engine).
VIRTUAL_PREFIX: Final = "training-"
#: A note that is words only.
REMARK: Final = "remark"
_NAMES: Final[dict[str, str]] = {
    drills.name: "drill", drill_lessons.name: "lesson", hard_places.name: "place",
}  # fmt: skip


async def locked(work: Work, table: Table, key: int, version: int | None) -> dict[str, Any]:
    """Return a row for its change; raises EntryRefused, or ChangedMeanwhile for a version that is old."""
    query = select(table).where(table.c.id == key).with_for_update()
    row = (await work.connection.execute(query)).mappings().first()
    if row is None:
        raise EntryRefused(f"There is no {_NAMES[table.name]} {key}.")
    if version is not None and version != row["version"]:
        at = from_ms(row["changed_at_ms"]).strftime("%Y-%m-%d %H:%M:%S UTC")
        raise ChangedMeanwhile(
            f"NOT SAVED: {row['changed_by']} changed this at {at}, after you had opened it. "
            "Look at both, then save again."
        )
    return dict(row)


async def put(
    work: Work, table: Table, row: Mapping[str, Any], values: Mapping[str, Any], by: str, now_ms: int
) -> dict[str, Any]:
    """Write values into a locked row and return it."""
    changed = {**values, "version": row["version"] + 1, "changed_at_ms": now_ms, "changed_by": by}
    query = update(table).where(table.c.id == row["id"]).values(changed).returning(table)
    return dict((await work.connection.execute(query)).mappings().one())


async def drill_row(connection: AsyncConnection, drill_id: int) -> dict[str, Any] | None:
    """Return a drill with the name of its workplace; None: there is none."""
    row = (await connection.execute(_joined().where(drills.c.id == drill_id))).mappings().first()
    return None if row is None else dict(row)


def _joined() -> Any:
    named = select(drills, workplaces.c.name.label("workplace"))
    return named.join(workplaces, workplaces.c.id == drills.c.workplace_id)


async def drill_rows(connection: AsyncConnection, *where: Any) -> list[dict[str, Any]]:
    """Return drills, the latest planned first."""
    query = _joined().where(*where).order_by(drills.c.planned_for_ms.desc(), drills.c.id.desc())
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def case_of(connection: AsyncConnection, row: Mapping[str, Any]) -> Case | None:
    """Return the case of a drill; where a device raises it, the first of that device since it was begun."""
    if row["case_id"] is not None:
        return await case_rows.load(connection, row["case_id"])
    if row["begun_at_ms"] is None or row["source"] == STATION:
        return None
    is_its = cases.c.device == row["device"]
    if row["source"] == VIRTUAL:
        is_its = cases.c.device.like(f"{VIRTUAL_PREFIX}%")
    since = cases.c.mark == "drill", cases.c.is_person, cases.c.opened_at_ms >= row["begun_at_ms"]
    until = () if row["ended_at_ms"] is None else (cases.c.opened_at_ms <= row["ended_at_ms"],)
    query = select(cases.c.id).where(is_its, *since, *until).order_by(cases.c.id).limit(1)
    found = (await connection.execute(query)).scalar()
    return None if found is None else await case_rows.load(connection, found)


async def notes_of(connection: AsyncConnection, drill_id: int) -> list[RowMapping]:
    """Return everything that observers noted, corrected or not, in the order in which it was taken."""
    query = (
        select(drill_notes, drill_observers.c.name.label("observer"))
        .join(drill_observers, drill_observers.c.id == drill_notes.c.observer_id)
        .where(drill_notes.c.drill_id == drill_id)
        .order_by(drill_notes.c.id)
    )
    return list((await connection.execute(query)).mappings())


async def observers_of(connection: AsyncConnection, drill_id: int) -> list[dict[str, Any]]:
    """Return number and name of each observer."""
    query = select(drill_observers.c.id, drill_observers.c.name).where(drill_observers.c.drill_id == drill_id)
    rows = (await connection.execute(query.order_by(drill_observers.c.id))).mappings()
    return [dict(row) for row in rows]


def standing(notes: list[RowMapping]) -> tuple[Noted, ...]:
    """Return what was noted of stages as it stands after every correction."""
    corrected = {row["corrects"] for row in notes}
    return tuple(
        Noted(row["stage"], row["observer"], from_ms(row["at_ms"]))
        for row in notes
        if row["at_ms"] is not None and row["stage"] != REMARK and row["key"] not in corrected
    )


async def staged(connection: AsyncConnection, row: Mapping[str, Any]) -> tuple[Staged, ...]:
    """Return the stages of a drill as they are known now."""
    notes = await notes_of(connection, row["id"])
    return stages(await case_of(connection, row), standing(notes), json.loads(row["limits"]))


def note_view(row: RowMapping, corrected: set[str]) -> dict[str, Any]:
    """Return a note as JSON; `offset_s`: by how much the phone's clock was behind, where that is known."""
    is_known = row["offset_ms"] is not None
    return {
        "key": row["key"], "stage": row["stage"], "observer": row["observer"], "words": row["words"],
        "observer_id": row["observer_id"],
        "at": _iso(row["at_ms"]), "noted_by_phone_at": _iso(row["phone_at_ms"]),
        "offset_s": timedelta(milliseconds=row["offset_ms"]).total_seconds() if is_known else None,
        "taken_at": iso_of_ms(row["taken_at_ms"]), "corrects": row["corrects"],
        "is_corrected": row["key"] in corrected,
    }  # fmt: skip


def drill_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a drill as JSON, without what was noted."""
    same = (
        "id", "site_id", "workplace_id", "workplace", "shift", "scenario", "place", "hard_place_id", "kind",
        "source", "device", "state", "version", "planned_by", "begun_by", "case_id", "ended_by", "end_words",
        "cut_short_by", "is_measured", "help_s", "help_stage",
    )  # fmt: skip
    times = ("planned_for", "planned_at", "begun_at", "ended_at")
    moments = {name: _iso(row[f"{name}_ms"]) for name in times}
    return {**{name: row[name] for name in same}, **moments, "limits": json.loads(row["limits"])}


def stage_view(one: Staged) -> dict[str, Any]:
    """Return a stage as JSON."""
    return {**asdict(one), "at": None if one.at is None else one.at.isoformat()}


def _iso(at_ms: int | None) -> str | None:
    return None if at_ms is None else iso_of_ms(at_ms)
