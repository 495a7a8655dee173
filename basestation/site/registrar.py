"""Keeps the registers of a site: shown with their versions, changed, retired, and a last change undone.

Decides what is refused, each with the sentence that says what to do first: a row that is used is not retired,
a change that somebody else has followed is not written over, and nothing is undone under a running shift or
an open case. What the registers are is in `registers`.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.clock import iso_of_ms
from basestation.errors import EntryRefused
from basestation.site import amendments
from basestation.site.bookkeeping import Bookkeeping, check_known, named, words
from basestation.site.registers import REGISTERS, Register
from basestation.site.uses import Use
from basestation.store.committer import Work
from basestation.store.responder_tables import sites
from basestation.store.tables import users, workers
from protocol import topics

LANGUAGES = ("en", "de")
#: Columns that name a row of another register, which must be in service.
_NAMING = {"user_id": (users, "user"), "worker_id": (workers, "worker"), "site_id": (sites, "site")}
_NOT_SHOWN = frozenset({"secret", "client_id", "setup_report"})


class Registrar:
    """Keeps the registers."""

    def __init__(self, book: Bookkeeping) -> None:
        self._book = book

    async def rows(self, name: str) -> list[dict[str, Any]]:
        """Return every row of a register, the retired ones too, with its version and its last change."""
        table = REGISTERS[name].table
        async with self._book.database.connect() as connection:
            query = select(table).order_by(table.c[REGISTERS[name].order])
            found = (await connection.execute(query)).mappings().all()
            last = await amendments.newest_of_all(connection, table.name)
        key = amendments.key_of(table).name
        return [_row(row, last.get(str(row[key]))) for row in found]

    async def history(self, name: str, key: str) -> list[dict[str, Any]]:
        """Return what was changed of a row, the newest first."""
        async with self._book.database.connect() as connection:
            return await amendments.history(connection, REGISTERS[name].table.name, key)

    async def add(self, name: str, values: Mapping[str, Any], by: str) -> dict[str, Any]:
        """Add a row; raises EntryRefused."""
        register = REGISTERS[name]
        wanted = await self._checked(register, values)
        row = await self._book.add(register.table, wanted, register.what, by)
        return {**_shown(row), "version": 1}

    async def change(
        self, name: str, key: int | str, values: Mapping[str, Any], by: str, version: int | None
    ) -> dict[str, Any]:
        """Change a row in service and return it with its new version; raises EntryRefused."""
        register = REGISTERS[name]
        wanted = await self._checked(register, values)

        async def job(work: Work) -> dict[str, Any]:
            before = await self._seen(work, register, key, version)
            if not before["is_active"]:
                raise EntryRefused(f"This {words(register.what)} is retired: undo that first.")
            changed = {one: value for one, value in wanted.items() if before[one] != value}
            if any(one in changed for one in register.held):
                await self._refuse_uses(work.connection, register.running, before)
            return await self._put(work, register, before, changed, by, amendments.CHANGED)

        row: dict[str, Any] = await self._book.once(job, str(wanted.get("name", "")))
        return row

    async def retire(self, name: str, key: int | str, by: str, version: int | None) -> dict[str, Any]:
        """Take a row out of service; raises EntryRefused with what uses it."""
        register = REGISTERS[name]
        if register.is_retired_for_good:
            raise EntryRefused(f"A {words(register.what)} is retired on its own page, and for good.")

        async def job(work: Work) -> dict[str, Any]:
            before = await self._seen(work, register, key, version)
            if not before["is_active"]:
                raise EntryRefused(f"This {words(register.what)} is retired already.")
            await self._refuse_uses(work.connection, (*register.running, *register.named), before)
            return await self._put(work, register, before, {"is_active": False}, by, amendments.RETIRED)

        row: dict[str, Any] = await self._book.committer.run(job)
        return row

    async def undo(self, name: str, key: int | str, by: str, version: int | None) -> dict[str, Any]:
        """Undo the newest change of a row, its retirement too; raises EntryRefused where that is not safe."""
        register = REGISTERS[name]

        async def job(work: Work) -> dict[str, Any]:
            row = await self._seen(work, register, key, version)
            last = await amendments.newest(work.connection, register.table.name, key)
            values = _undone(register, row, last)
            await self._refuse_uses(work.connection, register.running, row)
            await self._check_named(work.connection, values)
            return await self._put(work, register, row, values, by, amendments.UNDONE)

        try:
            row: dict[str, Any] = await self._book.committer.run(job)
        except IntegrityError:
            raise EntryRefused("Its name is given to another one now: change that one first.") from None
        return row

    async def _seen(
        self, work: Work, register: Register, key: int | str, version: int | None
    ) -> dict[str, Any]:
        """Return a row, locked, that nobody has changed since `version`."""
        row = await self._book.row(work, register.table, key, register.what)
        await amendments.check_version(work.connection, register.table.name, key, version)
        return row

    async def _put(
        self,
        work: Work,
        register: Register,
        before: dict[str, Any],
        values: dict[str, Any],
        by: str,
        kind: str,
    ) -> dict[str, Any]:
        table = register.table
        key = before[amendments.key_of(table).name]
        if not values:
            # Saved as it was: there is nothing to tell anybody.
            version = await amendments.check_version(work.connection, table.name, key, None)
            return {**_shown(before), "version": version}
        row = await self._book.put(work, table, before, values, register.what, by, kind)
        version = await amendments.check_version(work.connection, table.name, key, None)
        return {**_shown(row), "version": version}

    async def _checked(self, register: Register, values: Mapping[str, Any]) -> dict[str, Any]:
        wanted = {one: value for one, value in values.items() if one in register.fields}
        if "name" in wanted:
            wanted["name"] = named(wanted["name"])
        if register.what == "beacon" and not topics.is_name(wanted.get("name", "-")):
            raise EntryRefused(f"{wanted['name']!r} cannot name a beacon: use 1 to 32 of a-z, 0-9 and -.")
        if wanted.get("language", "en") not in LANGUAGES:
            given = wanted["language"]
            raise EntryRefused(f"{given!r} is no language of ours: choose one of {', '.join(LANGUAGES)}.")
        async with self._book.database.connect() as connection:
            await self._check_named(connection, wanted)
        return wanted

    async def _check_named(self, connection: AsyncConnection, values: Mapping[str, Any]) -> None:
        for column, (table, what) in _NAMING.items():
            await check_known(connection, table, values.get(column), what)

    async def _refuse_uses(
        self, connection: AsyncConnection, uses: tuple[Use, ...], row: Mapping[str, Any]
    ) -> None:
        found = [sentence for use in uses for sentence in await use(connection, row)]
        if found:
            raise EntryRefused(" ".join(found))


def _undone(register: Register, row: Mapping[str, Any], last: RowMapping | None) -> dict[str, Any]:
    """Return what a row has to be again; raises EntryRefused where nobody can say."""
    if last is None:
        raise EntryRefused("There is nothing to undo: nobody has changed this.")
    before, after = (None if last[one] is None else json.loads(last[one]) for one in ("before", "after"))
    if before is None:
        raise EntryRefused(
            f"There is nothing to undo: this {words(register.what)} was added. Retire it instead."
        )
    pairs = amendments.differences(before, after)
    if not pairs or any(one not in row for one in pairs):
        raise EntryRefused("This change cannot be undone: what it was before is not kept. Set it again.")
    if any(row[one] != new for one, (_old, new) in pairs.items()):
        raise EntryRefused("This was changed by other means since: look at it, then set it by hand.")
    return {one: old for one, (old, _new) in pairs.items()}


def _row(row: RowMapping, last: RowMapping | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"version": 0, "changed_by": None, "changed_at": None, "last_change": None}
    if last is not None:
        facts = {"version": last["version"], "changed_by": last["by"], "last_change": last["kind"]}
        facts["changed_at"] = iso_of_ms(last["at_ms"])
    is_retired = last is not None and not row["is_active"]
    return {**_shown(dict(row)), **facts, "retired_at": facts["changed_at"] if is_retired else None}


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _NOT_SHOWN}
