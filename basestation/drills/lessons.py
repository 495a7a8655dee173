"""What was learned from a drill: whose it is, until when, and the proof that it was done.

Decides that a lesson is done only with a proof in words, and that an overdue one is put into the log once a
day until it is. Days are those of the base station in UTC.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.clock import Clock, iso_of_ms, to_ms
from basestation.drills import rows
from basestation.errors import EntryRefused
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.drill_tables import drill_lessons, drills
from basestation.store.tables import workplaces

_DAY: Final = timedelta(days=1)
PROOF_CHARACTERS_MIN: Final = 3


class Lessons:
    """Keeps lessons."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter, clock: Clock) -> None:
        self._database, self._committer, self._clock = database, committer, clock

    async def all(self) -> list[dict[str, Any]]:
        """Return every lesson, open ones first by their day, with the site of its drill."""
        async with self._database.connect() as connection:
            return await self._read(connection)

    async def of_workplace(self, connection: AsyncConnection, workplace_id: int) -> list[dict[str, Any]]:
        """Return the lessons of all drills of a workplace."""
        return await self._read(connection, drills.c.workplace_id == workplace_id)

    async def add(self, drill_id: int, words: str, owner: str, due_on: date, by: str) -> dict[str, Any]:
        """Keep a lesson of a drill; raises EntryRefused."""

        async def job(work: Work) -> int:
            await rows.locked(work, drills, drill_id, None)
            now_ms = to_ms(self._clock.now())
            values = {"drill_id": drill_id, "words": words, "owner": owner, "due_on": due_on.isoformat()}
            kept = {**values, "changed_at_ms": now_ms, "changed_by": by}
            query = insert(drill_lessons).values(kept).returning(drill_lessons.c.id)
            key: int = (await work.connection.execute(query)).scalar_one()
            facts = {"lesson": key, "drill": drill_id, "owner": owner, "due_on": values["due_on"], "by": by}
            work.log(log.entry(now_ms, "lesson_added", facts))
            return key

        return await self._one(await self._committer.run(job))

    async def done(self, key: int, proof: str, version: int, by: str) -> dict[str, Any]:
        """Put on record that a lesson was done, and what shows it; raises EntryRefused."""

        async def job(work: Work) -> None:
            row = await rows.locked(work, drill_lessons, key, version)
            if row["done_at_ms"] is not None:
                raise EntryRefused(f"Lesson {key} is done already.")
            if len(proof.strip()) < PROOF_CHARACTERS_MIN:
                raise EntryRefused("Write what shows that it was done.")
            now_ms = to_ms(self._clock.now())
            values = {"done_at_ms": now_ms, "done_by": by, "proof": proof.strip()}
            await rows.put(work, drill_lessons, row, values, by, now_ms)
            work.log(log.entry(now_ms, "lesson_done", {"lesson": key, "proof": proof.strip(), "by": by}))

        await self._committer.run(job)
        return await self._one(key)

    async def remind(self, now: datetime) -> datetime:
        """Log each lesson that is overdue, once a day; return when to look again."""
        today = now.date()
        midnight = datetime.combine(today, time(), UTC)
        is_due = drill_lessons.c.due_on < today.isoformat(), drill_lessons.c.done_at_ms.is_(None)
        is_new = or_(
            drill_lessons.c.reminded_at_ms.is_(None), drill_lessons.c.reminded_at_ms < to_ms(midnight)
        )
        query = select(drill_lessons).where(*is_due, is_new).order_by(drill_lessons.c.id)

        async def job(work: Work) -> None:
            for row in (await work.connection.execute(query.with_for_update())).mappings().all():
                values = {"reminded_at_ms": to_ms(now)}
                its = drill_lessons.c.id == row["id"]
                await work.connection.execute(update(drill_lessons).where(its).values(values))
                facts = {"lesson": row["id"], "drill": row["drill_id"], "owner": row["owner"]}
                work.log(log.entry(to_ms(now), "lesson_overdue", {**facts, "due_on": row["due_on"]}))

        async with self._database.connect() as connection:
            is_any = (await connection.execute(query)).first() is not None
        if is_any:
            await self._committer.run(job)
        return midnight + _DAY

    async def _one(self, key: int) -> dict[str, Any]:
        return next(one for one in await self.all() if one["id"] == key)

    async def _read(self, connection: AsyncConnection, *where: Any) -> list[dict[str, Any]]:
        query = (
            select(drill_lessons, drills.c.site_id, workplaces.c.name.label("workplace"))
            .join(drills, drills.c.id == drill_lessons.c.drill_id)
            .join(workplaces, workplaces.c.id == drills.c.workplace_id)
            .where(*where)
            .order_by(drill_lessons.c.done_at_ms.is_not(None), drill_lessons.c.due_on, drill_lessons.c.id)
        )
        today = self._clock.now().date().isoformat()
        return [_view(dict(row), today) for row in (await connection.execute(query)).mappings()]


def _view(row: dict[str, Any], today: str) -> dict[str, Any]:
    same = (
        "id",
        "drill_id",
        "site_id",
        "workplace",
        "words",
        "owner",
        "due_on",
        "done_by",
        "proof",
        "version",
    )
    done_at = None if row["done_at_ms"] is None else iso_of_ms(row["done_at_ms"])
    is_overdue = done_at is None and row["due_on"] < today
    return {**{name: row[name] for name in same}, "done_at": done_at, "is_overdue": is_overdue}
