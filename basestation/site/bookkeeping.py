"""How a thing that a site keeps is added, changed and retired: one transaction, one entry in the log.

Decides what is refused for being there already or not at all. Rows are retired and never deleted, because
cases and the log name them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.clock import Clock, to_ms
from basestation.errors import EntryRefused
from basestation.store import log
from basestation.store.committer import GroupCommitter, Job, Work
from basestation.store.rescue_token import renew


class Bookkeeping:
    """Adds, changes and retires rows of tables with `id` and `is_active`."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter, clock: Clock) -> None:
        self.database = database
        self.committer = committer
        self.clock = clock
        #: Called after every change that is on disk.
        self.changed: Callable[[], None] = lambda: None

    def tell(self) -> None:
        """Call `changed`, as it is by then."""
        self.changed()

    async def rows(self, table: Table, *order: str, **wanted: Any) -> list[dict[str, Any]]:
        """Return the rows in service in this order."""
        query = select(table).where(table.c.is_active).order_by(*(table.c[name] for name in order))
        async with self.database.connect() as connection:
            rows = await connection.execute(query.filter_by(**wanted))
            return [dict(row) for row in rows.mappings()]

    async def add(self, table: Table, values: Mapping[str, Any], what: str, by: str) -> dict[str, Any]:
        """Insert a row and return it; raises EntryRefused if its name is taken."""

        async def job(work: Work) -> dict[str, Any]:
            result = await work.connection.execute(insert(table).values(**values).returning(table))
            row = dict(result.mappings().one())
            await self.note(work, f"{what}_added", {what: row["id"], **values}, by)
            return row

        row: dict[str, Any] = await self.once(job, str(values.get("name", "")))
        return row

    async def change(
        self, table: Table, number: int, values: Mapping[str, Any], what: str, by: str
    ) -> dict[str, Any]:
        """Change a row, also one that was retired, and return it; raises EntryRefused."""

        async def job(work: Work) -> dict[str, Any]:
            query = update(table).where(table.c.id == number).values(**values).returning(table)
            row = (await work.connection.execute(query)).mappings().first()
            if row is None:
                raise EntryRefused(f"There is no {words(what)} {number}.")
            await self.note(work, f"{what}_changed", {what: number, **values}, by)
            return dict(row)

        row: dict[str, Any] = await self.once(job, str(values.get("name", "")))
        return row

    async def retire(self, table: Table, number: int, what: str, by: str) -> None:
        """Take a row out of service; raises EntryRefused if it is not in service."""

        async def job(work: Work) -> None:
            query = update(table).where(table.c.id == number, table.c.is_active).values(is_active=False)
            if (await work.connection.execute(query)).rowcount == 0:
                raise EntryRefused(f"There is no {words(what)} {number} in service.")
            await self.note(work, f"{what}_retired", {what: number}, by)

        await self.committer.run(job)

    async def once(self, job: Job[Any], name: str) -> Any:
        """Run a job that gives a name; raises EntryRefused if it is given already."""
        try:
            return await self.committer.run(job)
        except IntegrityError:
            raise EntryRefused(
                f"There is a {name!r} already, in service or retired: choose another name."
            ) from None

    async def note(self, work: Work, kind: str, content: Mapping[str, Any], by: str) -> None:
        """Log what was done, and by whom."""
        work.log(log.entry(to_ms(self.clock.now()), kind, {**content, "by": by}))
        await renew(work.connection)
        work.after_commit(self.tell)


async def check_known(connection: AsyncConnection, table: Table, number: int | None, what: str) -> None:
    """Raise EntryRefused unless the row is there and in service; None is no row and right."""
    if number is None:
        return
    query = select(table.c.id).where(table.c.id == number, table.c.is_active)
    if (await connection.execute(query)).first() is None:
        raise EntryRefused(f"There is no {words(what)} {number} in service.")


def named(name: str) -> str:
    """Return the name as it is kept; raises EntryRefused for none."""
    if not name.strip():
        raise EntryRefused("It needs a name.")
    return name.strip()


def words(what: str) -> str:
    """Return what a thing is called in a sentence."""
    return what.replace("_", " ")
