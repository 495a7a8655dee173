"""The site's floor plans: added, marked, retired; with who did it and when.

Decides that a workplace or beacon stands on one plan and at one place of it, that every point lies on its
plan, and that nothing is deleted: what is placed anew or retired ends, and stays readable as it was.
"""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.clock import Clock, iso_of_ms, to_ms
from basestation.errors import EntryRefused
from basestation.plans.picture import picture_of
from basestation.plans.shown import Drawing, Mark
from basestation.site.bookkeeping import check_known, named
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.location_tables import beacons
from basestation.store.plan_tables import plan_marks, plan_pictures, plans
from basestation.store.responder_tables import sites
from basestation.store.tables import workplaces

#: Kind of a mark -> how many points it has, at least and at most.
KINDS: Final = {"workplace": (1, 1), "beacon": (1, 1), "assembly": (1, 1), "way": (2, 100)}
#: Marks of one plan that stand.
MARKS_MAX: Final = 500
_CHARACTERS_MAX: Final = 120
Point = tuple[float, float]


class FloorPlans:
    """Keeps the plans."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter, clock: Clock) -> None:
        self._database = database
        self._committer = committer
        self._clock = clock

    async def add(self, name: str, level: str, site_id: int, data: bytes, by: str) -> dict[str, Any]:
        """Keep a plan and return it with what was left out of its file; raises EntryRefused."""
        picture = await asyncio.to_thread(picture_of, data)
        values = {
            "site_id": site_id, "name": named(name), "level": level.strip(), "kind": picture.kind,
            "width": picture.width, "height": picture.height, "bytes": len(picture.content),
            "digest": hashlib.sha256(picture.content).hexdigest(),
        }  # fmt: skip

        async def job(work: Work) -> dict[str, Any]:
            await check_known(work.connection, sites, site_id, "site")
            now_ms = to_ms(self._clock.now())
            row = {**values, "added_at_ms": now_ms, "added_by": by}
            added = (await work.connection.execute(insert(plans).values(row).returning(plans))).mappings()
            plan = dict(added.one())
            content = {"plan_id": plan["id"], "content": picture.content}
            await work.connection.execute(insert(plan_pictures).values(content))
            work.log(log.entry(now_ms, "plan_added", {"plan": plan["id"], **values, "by": by}))
            return plan

        try:
            plan: dict[str, Any] = await self._committer.run(job)
        except IntegrityError:
            raise EntryRefused(
                f"There is a plan {values['name']!r}, level {values['level']!r}, in service: retire it first."
            ) from None
        return {**_view(plan), "left_out": picture.left_out}

    async def place(
        self,
        plan_id: int,
        kind: str,
        points: Sequence[Point],
        by: str,
        *,
        workplace_id: int | None = None,
        beacon: str = "",
        label: str = "",
    ) -> dict[str, Any]:
        """Place a workplace, a beacon, a way in or an assembly point; raises EntryRefused.

        A workplace or beacon that stands somewhere moves: `moved_from` is that mark. A way in may lead to one
        workplace only.
        """
        label = label.strip()
        if kind not in KINDS:
            raise EntryRefused(f"{kind!r} cannot be placed: a plan takes {', '.join(KINDS)}.")
        if len(label) > _CHARACTERS_MAX:
            raise EntryRefused(f"The words for a mark may have {_CHARACTERS_MAX} characters at most.")

        async def job(work: Work) -> dict[str, Any]:
            plan = await _in_service(work.connection, plan_id)
            _check_points(kind, points, plan)
            subject = await _subject(work.connection, kind, workplace_id, beacon)
            now_ms = to_ms(self._clock.now())
            ends, moved = {"ended_at_ms": now_ms, "ended_by": by}, None
            if kind in ("workplace", "beacon"):
                same = [plan_marks.c[name] == value for name, value in subject.items() if value is not None]
                stands = plan_marks.c.kind == kind, plan_marks.c.ended_at_ms.is_(None), *same
                ending = update(plan_marks).where(*stands).values(ends).returning(plan_marks)
                moved = (await work.connection.execute(ending)).mappings().first()
            await _check_room(work.connection, plan_id)
            values = {"plan_id": plan_id, "kind": kind, "label": label, **subject}
            row = {**values, "points": _json(points), "placed_at_ms": now_ms, "placed_by": by}
            made = await work.connection.execute(insert(plan_marks).values(row).returning(plan_marks))
            mark = dict(made.mappings().one())
            mark["moved_from"] = None if moved is None else _mark_view(dict(moved))
            content = {"mark": mark["id"], **values, "points": [list(one) for one in points], "by": by}
            work.log(log.entry(now_ms, "plan_marked", content))
            return mark

        placed: dict[str, Any] = await self._committer.run(job)
        return _mark_view(placed)

    async def end_mark(self, plan_id: int, mark_id: int, by: str) -> None:
        """Take a mark off a plan; cases of its time keep it. Raises EntryRefused."""
        stands = (
            plan_marks.c.id == mark_id,
            plan_marks.c.plan_id == plan_id,
            plan_marks.c.ended_at_ms.is_(None),
        )

        async def job(work: Work) -> None:
            now_ms = to_ms(self._clock.now())
            query = update(plan_marks).where(*stands).values(ended_at_ms=now_ms, ended_by=by)
            if (await work.connection.execute(query)).rowcount == 0:
                raise EntryRefused(f"There is no mark {mark_id} on plan {plan_id}.")
            work.log(log.entry(now_ms, "plan_mark_ended", {"plan": plan_id, "mark": mark_id, "by": by}))

        await self._committer.run(job)

    async def retire(self, plan_id: int, by: str) -> None:
        """Take a plan out of service; open cases keep it until they close. Raises EntryRefused."""

        async def job(work: Work) -> None:
            await _in_service(work.connection, plan_id)
            now_ms = to_ms(self._clock.now())
            ends = {"retired_at_ms": now_ms, "retired_by": by}
            await work.connection.execute(update(plans).where(plans.c.id == plan_id).values(ends))
            # Its workplaces and beacons are free for the plan that comes in its place.
            left = plan_marks.c.plan_id == plan_id, plan_marks.c.ended_at_ms.is_(None)
            ends = {"ended_at_ms": now_ms, "ended_by": by}
            await work.connection.execute(update(plan_marks).where(*left).values(ends))
            work.log(log.entry(now_ms, "plan_retired", {"plan": plan_id, "by": by}))

        await self._committer.run(job)

    async def all(self, *, with_retired: bool = False) -> list[dict[str, Any]]:
        """Return the plans in service, or all that ever were, by name and level."""
        query = select(plans).order_by(plans.c.name, plans.c.level, plans.c.id)
        if not with_retired:
            query = query.where(plans.c.retired_at_ms.is_(None))
        async with self._database.connect() as connection:
            return [_view(dict(row)) for row in (await connection.execute(query)).mappings()]

    async def show(self, plan_id: int, *, with_history: bool = False) -> dict[str, Any]:
        """Return a plan with its marks, those that ended too if asked for; raises EntryRefused."""
        query = select(plan_marks).where(plan_marks.c.plan_id == plan_id).order_by(plan_marks.c.id)
        if not with_history:
            query = query.where(plan_marks.c.ended_at_ms.is_(None))
        query = query.add_columns(workplaces.c.name.label("workplace"), beacons.c.name.label("beacon"))
        query = query.outerjoin(workplaces, workplaces.c.id == plan_marks.c.workplace_id)
        query = query.outerjoin(beacons, beacons.c.id == plan_marks.c.beacon_id)
        async with self._database.connect() as connection:
            plan = await _plan(connection, plan_id)
            marks = [_mark_view(dict(row)) for row in (await connection.execute(query)).mappings()]
        return {**_view(plan), "marks": marks}

    async def drawing(self, plan_id: int) -> Drawing:
        """Return a plan as it is drawn, with everything that stands on it; raises EntryRefused."""
        found = await self.show(plan_id)
        about, content = await self.picture(plan_id)
        marks = tuple(
            Mark(one["kind"], _name(one), tuple((x, y) for x, y in one["points"])) for one in found["marks"]
        )
        markup = content.decode() if about["kind"] == "svg" else ""
        names = str(about["name"]), str(about["level"]), str(about["kind"])
        size = float(about["width"]), float(about["height"])
        return Drawing(plan_id, *names, *size, marks, is_wearer_confirmed=True, markup=markup)

    async def picture(self, plan_id: int) -> tuple[dict[str, Any], bytes]:
        """Return a plan and its picture as it is kept; raises EntryRefused."""
        async with self._database.connect() as connection:
            plan = await _plan(connection, plan_id)
            query = select(plan_pictures.c.content).where(plan_pictures.c.plan_id == plan_id)
            return _view(plan), bytes((await connection.execute(query)).scalar_one())


async def _plan(connection: AsyncConnection, plan_id: int) -> dict[str, Any]:
    row = (await connection.execute(select(plans).where(plans.c.id == plan_id))).mappings().first()
    if row is None:
        raise EntryRefused(f"There is no plan {plan_id}.")
    return dict(row)


async def _in_service(connection: AsyncConnection, plan_id: int) -> dict[str, Any]:
    plan = await _plan(connection, plan_id)
    if plan["retired_at_ms"] is not None:
        raise EntryRefused(f"Plan {plan_id} is retired: place things on the one that came after it.")
    return plan


async def _subject(
    connection: AsyncConnection, kind: str, workplace_id: int | None, beacon: str
) -> dict[str, int | None]:
    """Return what a mark stands for, by number; raises EntryRefused."""
    if kind == "beacon":
        query = select(beacons.c.id).where(beacons.c.name == beacon, beacons.c.is_active)
        number = (await connection.execute(query)).scalar()
        if number is None:
            raise EntryRefused(f"There is no beacon {beacon!r} on the list: put it there first.")
        return {"workplace_id": None, "beacon_id": number}
    if kind == "workplace" and workplace_id is None:
        raise EntryRefused("Say which workplace it is.")
    if kind == "assembly" or workplace_id is None:
        return {"workplace_id": None, "beacon_id": None}
    query = select(workplaces.c.id).where(workplaces.c.id == workplace_id)
    if (await connection.execute(query)).scalar() is None:
        raise EntryRefused(f"There is no workplace {workplace_id}.")
    return {"workplace_id": workplace_id, "beacon_id": None}


async def _check_room(connection: AsyncConnection, plan_id: int) -> None:
    stands = plan_marks.c.plan_id == plan_id, plan_marks.c.ended_at_ms.is_(None)
    query = select(func.count()).select_from(plan_marks).where(*stands)
    if (await connection.execute(query)).scalar_one() >= MARKS_MAX:
        raise EntryRefused(f"Plan {plan_id} has {MARKS_MAX} marks: more could not be told apart.")


def _check_points(kind: str, points: Sequence[Point], plan: dict[str, Any]) -> None:
    least, most = KINDS[kind]
    if not least <= len(points) <= most:
        wanted = "one point" if most == 1 else f"{least} to {most} points"
        raise EntryRefused(f"A mark of this kind ({kind}) has {wanted}, and not {len(points)}.")
    for x, y in points:
        # Also refuses what is no number.
        if not (0 <= x <= plan["width"] and 0 <= y <= plan["height"]):
            size = f"{plan['width']:g} by {plan['height']:g}"
            raise EntryRefused(f"The point {x:g},{y:g} is not on the plan, which is {size} in its own units.")


def _json(points: Sequence[Point]) -> str:
    return json.dumps([[round(x, 2), round(y, 2)] for x, y in points])


def _name(mark: dict[str, Any]) -> str:
    return str(mark["label"] or mark["workplace"] or mark["beacon"] or "")


def _view(plan: dict[str, Any]) -> dict[str, Any]:
    ended_ms = plan.pop("retired_at_ms")
    added_at = iso_of_ms(plan.pop("added_at_ms"))
    return {**plan, "added_at": added_at, "retired_at": None if ended_ms is None else iso_of_ms(ended_ms)}


def _mark_view(mark: dict[str, Any]) -> dict[str, Any]:
    ended_ms = mark.pop("ended_at_ms")
    placed_at = iso_of_ms(mark.pop("placed_at_ms"))
    points = json.loads(mark.pop("points"))
    ended_at = None if ended_ms is None else iso_of_ms(ended_ms)
    return {**mark, "points": points, "placed_at": placed_at, "ended_at": ended_at}
