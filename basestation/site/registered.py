"""A kind of thing in the register that carries a version: added, changed, retired, brought back, undone.

Decides that every change goes into the history and the log with whoever made it, and that one made from an
old version is refused. Names are unique by the tables; what is in use is refused by whoever knows its uses.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.clock import to_ms
from basestation.errors import EntryRefused
from basestation.site.bookkeeping import Bookkeeping
from basestation.site.history import before_last, check_version, history_of, note_change, note_found
from basestation.store.committer import Work

#: Called within the transaction, with the row as it is; raises EntryRefused.
Check = Callable[[AsyncConnection, Mapping[str, Any]], Awaitable[None]]
#: The same after the change, for what else belongs to it.
Then = Callable[[Work, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


async def _nothing_else(work: Work, row: Mapping[str, Any]) -> Mapping[str, Any]:
    del work
    return row


async def _no_check(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    del connection, row


class Registered:
    """Keeps the rows of one table with `id`, `is_active` and `version`."""

    def __init__(self, book: Bookkeeping, table: Table, subject: str) -> None:
        self._book = book
        self._table = table
        self._subject = subject

    async def add(
        self, values: Mapping[str, Any], by: str, *, check: Check = _no_check, then: Then = _nothing_else
    ) -> dict[str, Any]:
        """Add a row and return it; raises EntryRefused."""

        async def job(work: Work) -> dict[str, Any]:
            await check(work.connection, values)
            query = insert(self._table).values(**values).returning(self._table)
            row = (await work.connection.execute(query)).mappings().one()
            return await self._noted(work, await then(work, dict(row)), "added", by)

        added: dict[str, Any] = await self._book.once(job, str(values["name"]))
        return added

    async def change(
        self,
        number: int,
        values: Mapping[str, Any],
        version: int | None,
        by: str,
        kind: str = "changed",
        *,
        check: Check = _no_check,
        then: Then = _nothing_else,
    ) -> dict[str, Any]:
        """Change a row of this version (None: whatever it is) and return it; raises EntryRefused."""

        async def job(work: Work) -> dict[str, Any]:
            before = await self._newest(work.connection, number, version)
            await check(work.connection, {**before, **values})
            query = update(self._table).where(self._table.c.id == number)
            query = query.values(version=before["version"] + 1, **values)
            row = (await work.connection.execute(query.returning(self._table))).mappings().one()
            return await self._noted(work, await then(work, dict(row)), kind, by)

        changed: dict[str, Any] = await self._book.once(job, str(values.get("name", "")))
        return changed

    async def retire(
        self, number: int, version: int, by: str, *, check: Check = _no_check, then: Then = _nothing_else
    ) -> dict[str, Any]:
        """Take a row out of service; raises EntryRefused."""
        return await self.change(number, {"is_active": False}, version, by, "retired", check=check, then=then)

    async def bring_back(
        self, number: int, version: int, by: str, *, then: Then = _nothing_else
    ) -> dict[str, Any]:
        """Take a row into service again; raises EntryRefused."""
        return await self.change(number, {"is_active": True}, version, by, "brought_back", then=then)

    async def undo(
        self,
        number: int,
        names: tuple[str, ...],
        version: int,
        by: str,
        *,
        check: Check = _no_check,
        then: Then = _nothing_else,
    ) -> dict[str, Any]:
        """Make of a row what it was before the last change, in these columns; raises EntryRefused."""
        before = await self.before_last(number)
        values = {name: before[name] for name in (*names, "is_active")}
        return await self.change(number, values, version, by, "undone", check=check, then=then)

    async def before_last(self, number: int) -> dict[str, Any]:
        """Return what a row was before its last change; raises EntryRefused."""
        async with self._book.database.connect() as connection:
            return await before_last(connection, self._subject, number)

    async def history(self, number: int) -> list[dict[str, Any]]:
        """Return what was done to a row, newest first."""
        async with self._book.database.connect() as connection:
            return await history_of(connection, self._subject, number)

    async def _newest(
        self, connection: AsyncConnection, number: int, version: int | None
    ) -> Mapping[str, Any]:
        query = select(self._table).where(self._table.c.id == number).with_for_update()
        found = (await connection.execute(query)).mappings().first()
        if found is None:
            raise EntryRefused(f"There is no {self._subject} {number}.")
        row = dict(found)
        if version is not None:
            await check_version(connection, self._subject, row, version)
        await note_found(connection, self._subject, row, to_ms(self._book.clock.now()))
        return row

    async def _noted(self, work: Work, row: Mapping[str, Any], kind: str, by: str) -> dict[str, Any]:
        at_ms = to_ms(self._book.clock.now())
        await note_change(work.connection, self._subject, row, kind, at_ms, by)
        content = {**row, self._subject: row["id"]}
        await self._book.note(work, f"{self._subject}_{kind}", content, by)
        return dict(row)
