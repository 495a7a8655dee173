"""Coverage walks: who walked which workplace when, with what device, and how well it was heard there.

Decides when a walk can begin (no open alarm of a person, one walk of a device at a time), what is kept, and
when a workplace needs a new one: after its building changed (radio coverage is then re-measured, DGUV Regel
112-139), or when the last is older than 12 months, which is a convention of the site.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.clock import Clock, from_ms, iso_of_ms, to_ms
from basestation.errors import EntryRefused
from basestation.outgoing.commands import UNTIL, Commands
from basestation.site.coverage_map import Measurement, coverage_map
from basestation.store import case_rows, log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.location_tables import walk_points, walks
from basestation.store.tables import devices, workplaces

#: A walk lasts so long unless somebody says otherwise; the device ends it after two hours.
WALK_MIN_DEFAULT, WALK_MIN_MAX = 30, 120
#: A map is good for so long.
VALID_FOR = timedelta(days=365)
#: Measurements of one walk that are kept: two hours of them, every 5 s, and the presses.
MEASUREMENTS_MAX = 4000
NAME_PREFIX = "walk-"
SLOT = "walk"


class Walks:
    """Keeps the walks and makes their maps."""

    def __init__(
        self, database: AsyncEngine, committer: GroupCommitter, commands: Commands, clock: Clock
    ) -> None:
        self._database = database
        self._committer = committer
        self._commands = commands
        self._clock = clock

    async def start(self, device: str, workplace_id: int, minutes: int, user: str) -> dict[str, Any]:
        """Begin a walk and return it; raises EntryRefused with a sentence."""
        if not 1 <= minutes <= WALK_MIN_MAX:
            raise EntryRefused(f"A walk lasts 1 to {WALK_MIN_MAX} minutes.")

        async def job(work: Work) -> dict[str, Any]:
            now = self._clock.now()
            await _refuse_start(work.connection, device, workplace_id, now)
            until = now + timedelta(minutes=minutes)
            values = {
                "device": device, "workplace_id": workplace_id, "started_by": user,
                "started_at_ms": to_ms(now), "until_at_ms": to_ms(until),
            }  # fmt: skip
            added = await work.connection.execute(insert(walks).values(values).returning(walks.c.id))
            walk_id = int(added.scalar_one())
            fields = {"walk": f"{NAME_PREFIX}{walk_id}", "is_on": True, UNTIL: to_ms(until)}
            await self._commands.order(work, device, "walk", SLOT, fields, now)
            content = {"walk": walk_id, "workplace": workplace_id, "user": user}
            work.log(log.entry(to_ms(now), "walk_started", content, device=device))
            work.after_commit(self._commands.answer_changed)
            return await _view_of(work.connection, walk_id)

        return await self._committer.run(job)

    async def stop(self, walk_id: int, user: str) -> dict[str, Any]:
        """End a walk and return it; raises EntryRefused."""

        async def job(work: Work) -> dict[str, Any]:
            now = self._clock.now()
            view = await _view_of(work.connection, walk_id)
            if view["ended_at"] is not None:
                raise EntryRefused(f"Walk {walk_id} has ended already.")
            await work.connection.execute(
                update(walks).where(walks.c.id == walk_id).values(ended_at_ms=to_ms(now))
            )
            fields = {"walk": f"{NAME_PREFIX}{walk_id}", "is_on": False}
            await self._commands.order(work, view["device"], "walk", SLOT, fields, now)
            content = {"walk": walk_id, "user": user}
            work.log(log.entry(to_ms(now), "walk_ended", content, device=view["device"]))
            work.after_commit(self._commands.answer_changed)
            return await _view_of(work.connection, walk_id)

        return await self._committer.run(job)

    async def take(self, work: Work, device: str, message: Mapping[str, Any], at: datetime) -> None:
        """Keep one measurement of a walk of this device; others belong to nobody and are left out."""
        number = message["walk"].removeprefix(NAME_PREFIX)
        if not number.isascii() or not number.isdigit() or len(number) > 18:
            return
        query = select(walks.c.id).where(walks.c.id == int(number), walks.c.device == device)
        count = select(func.count()).where(walk_points.c.walk_id == int(number))
        if (await work.connection.execute(query)).first() is None:
            return
        if (await work.connection.execute(count)).scalar_one() >= MEASUREMENTS_MAX:
            return
        row = {
            "walk_id": int(number), "point": message["point"], "rssi_dbm": message.get("rssi_dbm"),
            "round_trip_ms": message.get("round_trip_ms"),
            "beacons": json.dumps(message.get("beacons", {})), "received_at_ms": to_ms(at),
        }  # fmt: skip
        await work.connection.execute(insert(walk_points).values(row))

    async def name_points(self, walk_id: int, names: Sequence[str]) -> dict[str, Any]:
        """Say what the points are, in their order; raises EntryRefused."""

        async def job(work: Work) -> dict[str, Any]:
            await _view_of(work.connection, walk_id)
            kept = json.dumps([name.strip() for name in names], ensure_ascii=False)
            await work.connection.execute(update(walks).where(walks.c.id == walk_id).values(point_names=kept))
            return await _view_of(work.connection, walk_id)

        return await self._committer.run(job)

    async def all(self) -> list[dict[str, Any]]:
        """Return the walks, newest first."""
        async with self._database.connect() as connection:
            rows = await connection.execute(_query().order_by(walks.c.id.desc()).limit(500))
            return [_view(row) for row in rows.mappings()]

    async def show(self, walk_id: int) -> dict[str, Any]:
        """Return one walk with its map, the worst places first; raises EntryRefused."""
        async with self._database.connect() as connection:
            view = await _view_of(connection, walk_id)
            query = select(walk_points).where(walk_points.c.walk_id == walk_id).order_by(walk_points.c.id)
            rows = (await connection.execute(query)).mappings().all()
        measured = [
            Measurement(row["point"], row["rssi_dbm"], row["round_trip_ms"], json.loads(row["beacons"]))
            for row in rows
        ]
        return {**view, "map": coverage_map(measured, view["point_names"])}

    async def building_changed(self, workplace_id: int, user: str) -> None:
        """Note that a workplace must be walked anew; raises EntryRefused."""

        async def job(work: Work) -> None:
            now_ms = to_ms(self._clock.now())
            changed = await work.connection.execute(
                update(workplaces)
                .where(workplaces.c.id == workplace_id)
                .values(building_changed_at_ms=now_ms)
            )
            if changed.rowcount == 0:
                raise EntryRefused(f"There is no workplace {workplace_id}.")
            content = {"workplace": workplace_id, "user": user}
            work.log(log.entry(now_ms, "building_changed", content))
            work.after_commit(self._commands.answer_changed)

        await self._committer.run(job)


async def walks_due(connection: AsyncConnection) -> list[dict[str, Any]]:
    """Return the workplaces that were walked or have changed: when each needs a new walk, and why."""
    last = func.max(walks.c.started_at_ms)
    query = (
        select(
            workplaces.c.id,
            workplaces.c.name,
            workplaces.c.site_id,
            workplaces.c.building_changed_at_ms,
            last.label("last"),
        )
        .outerjoin(walks, walks.c.workplace_id == workplaces.c.id)
        .where(workplaces.c.is_active)
        .group_by(
            workplaces.c.id, workplaces.c.name, workplaces.c.site_id, workplaces.c.building_changed_at_ms
        )
        .order_by(workplaces.c.name)
    )
    found = []
    for row in (await connection.execute(query)).all():
        changed_ms = row.building_changed_at_ms
        is_changed = changed_ms is not None and (row.last is None or row.last < changed_ms)
        if not is_changed and row.last is None:
            continue
        due_at = from_ms(changed_ms) if is_changed else from_ms(row.last) + VALID_FOR
        found.append(
            {
                "workplace_id": row.id, "site_id": row.site_id, "workplace": row.name, "due_at": due_at,
                "reason": "building_changed" if is_changed else "old", "walked_at": iso_of_ms(row.last),
            }
        )  # fmt: skip
    return found


async def _refuse_start(connection: AsyncConnection, device: str, workplace_id: int, now: datetime) -> None:
    query = select(devices.c.name).where(devices.c.name == device, devices.c.is_active)
    if (await connection.execute(query)).first() is None:
        raise EntryRefused(f"There is no device {device!r}: add the device first.")
    if (
        await connection.execute(select(workplaces.c.id).where(workplaces.c.id == workplace_id))
    ).first() is None:
        raise EntryRefused(f"There is no workplace {workplace_id}: add the workplace first.")
    if any(case.is_person for case in await case_rows.open_of_device(connection, device)):
        raise EntryRefused(f"An alarm of {device} is open: it goes before any walk.")
    running = select(walks.c.id).where(
        walks.c.device == device, walks.c.ended_at_ms.is_(None), walks.c.until_at_ms > to_ms(now)
    )
    other = (await connection.execute(running)).scalar()
    if other is not None:
        raise EntryRefused(f"Walk {other} goes on with {device}: end it first.")


def _query() -> Any:
    return select(walks, workplaces.c.name.label("workplace"), workplaces.c.site_id).join(
        workplaces, workplaces.c.id == walks.c.workplace_id
    )


async def _view_of(connection: AsyncConnection, walk_id: int) -> dict[str, Any]:
    row = (await connection.execute(_query().where(walks.c.id == walk_id))).mappings().first()
    if row is None:
        raise EntryRefused(f"There is no walk {walk_id}.")
    return _view(row)


def _view(row: RowMapping) -> dict[str, Any]:
    return {
        "id": row["id"], "device": row["device"], "workplace_id": row["workplace_id"],
        "site_id": row["site_id"], "workplace": row["workplace"], "started_by": row["started_by"],
        "started_at": iso_of_ms(row["started_at_ms"]), "until": iso_of_ms(row["until_at_ms"]),
        "ended_at": iso_of_ms(row["ended_at_ms"]), "point_names": json.loads(row["point_names"]),
    }  # fmt: skip
