"""How a thing that a site keeps is added, changed and retired: one transaction, one entry in the log.

Decides what is refused for being there already, not at all, or changed by somebody else meanwhile. Rows are
retired and never deleted, because cases and the log name them; what they were before is kept (`amendments`).
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.clock import Clock, to_ms
from basestation.errors import EntryRefused
from basestation.site import amendments
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
            await self._amend(work, table, amendments.ADDED, None, row, by)
            content = {what: row[amendments.key_of(table).name], **amendments.public_of(table.name, values)}
            await self.note(work, f"{what}_added", content, by)
            return row

        row: dict[str, Any] = await self.once(job, str(values.get("name", "")))
        return row

    async def change(
        self,
        table: Table,
        key: int | str,
        values: Mapping[str, Any],
        what: str,
        by: str,
        *,
        version: int | None = None,
    ) -> dict[str, Any]:
        """Change a row, also one that was retired, and return it; raises EntryRefused.

        With `version` it must be the newest one of the row.
        """

        async def job(work: Work) -> dict[str, Any]:
            before = await self.row(work, table, key, what)
            await amendments.check_version(work.connection, table.name, key, version)
            return await self.put(work, table, before, values, what, by, amendments.CHANGED)

        row: dict[str, Any] = await self.once(job, str(values.get("name", "")))
        return row

    async def retire(
        self, table: Table, key: int | str, what: str, by: str, *, version: int | None = None
    ) -> None:
        """Take a row out of service; raises EntryRefused if it is not in service."""

        async def job(work: Work) -> None:
            before = await self.row(work, table, key, what)
            if not before["is_active"]:
                raise EntryRefused(f"There is no {words(what)} {key} in service.")
            await amendments.check_version(work.connection, table.name, key, version)
            await self.put(work, table, before, {"is_active": False}, what, by, amendments.RETIRED)

        await self.committer.run(job)

    async def row(self, work: Work, table: Table, key: int | str, what: str) -> dict[str, Any]:
        """Return a row for its change, locked; raises EntryRefused."""
        query = select(table).where(amendments.key_of(table) == key).with_for_update()
        row = (await work.connection.execute(query)).mappings().first()
        if row is None:
            raise EntryRefused(f"There is no {words(what)} {key}.")
        return dict(row)

    async def put(
        self,
        work: Work,
        table: Table,
        before: Mapping[str, Any],
        values: Mapping[str, Any],
        what: str,
        by: str,
        kind: str,
    ) -> dict[str, Any]:
        """Write values into a row inside a job, with their amendment and log entry; return the row."""
        column = amendments.key_of(table)
        key = before[column.name]
        query = update(table).where(column == key).values(**values).returning(table)
        row = dict((await work.connection.execute(query)).mappings().one())
        await self._amend(work, table, kind, before, row, by)
        content = {} if kind == amendments.RETIRED else amendments.public_of(table.name, values)
        await self.note(work, f"{what}_{kind}", {what: key, **content}, by)
        return row

    async def _amend(
        self,
        work: Work,
        table: Table,
        kind: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any],
        by: str,
    ) -> None:
        old = None if before is None else amendments.kept_of(table, before)
        new = amendments.kept_of(table, after)
        key = after[amendments.key_of(table).name]
        await amendments.record(work.connection, table.name, key, kind, old, new, by, self.clock.now())

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
        device = content.get("device")
        work.log(log.entry(to_ms(self.clock.now()), kind, {**content, "by": by}, device=device))
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
