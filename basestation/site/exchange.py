"""Import and export of what a site registers, as CSV: all of a file in one transaction, or nothing of it.

Decides which tables these are, and that an export has no secret in it. Each row that is created or changed
has its entry in the log, with whoever brought the file. What a line does is `exchange_plan.py`'s.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.broker.credential import new_credential
from basestation.clock import to_ms
from basestation.errors import EntryRefused
from basestation.site.bookkeeping import Bookkeeping
from basestation.site.csv_lines import read, write
from basestation.site.exchange_plan import KINDS, ImportPlan, Known, plan_import
from basestation.site.registry import Registry
from basestation.store import log
from basestation.store.committer import Work
from basestation.store.location_tables import beacons
from basestation.store.rescue_token import renew
from basestation.store.responder_tables import FIRST_SITE, responders
from basestation.store.tables import devices, workers, workplaces

_TABLES: Final[Mapping[str, Table]] = {
    "workers": workers,
    "workplaces": workplaces,
    "beacons": beacons,
    "devices": devices,
    "responders": responders,
}
#: Their names come again after they were retired, in another row.
_NAME_COMES_AGAIN: Final = frozenset({"workers", "beacons"})
#: Refused lines that a sentence names.
_NAMED_MAX: Final = 5


class Exchange:
    """Brings and hands out files."""

    def __init__(self, registry: Registry, book: Bookkeeping) -> None:
        self._registry, self._book = registry, book

    async def export(self, kind: str) -> bytes:
        """Return what is in service as a file, by name."""
        async with self._book.database.connect() as connection:
            rows = [row.values for row in await _known(connection, kind) if row.is_in_service]
        return write(KINDS[kind].columns, sorted(rows, key=lambda row: row["name"]))

    async def preview(self, kind: str, content: bytes) -> dict[str, Any]:
        """Return what a file would do, and do nothing; raises EntryRefused for what is no file of ours."""
        lines = read(content, KINDS[kind].columns, KINDS[kind].needed)
        async with self._book.database.connect() as connection:
            return plan_import(KINDS[kind], lines, await _known(connection, kind)).view()

    async def bring(self, kind: str, content: bytes, by: str) -> dict[str, Any]:
        """Carry a file out and return what was done; raises EntryRefused if a single line is refused."""
        lines = read(content, KINDS[kind].columns, KINDS[kind].needed)

        async def job(work: Work) -> dict[str, Any]:
            plan = plan_import(KINDS[kind], lines, await _known(work.connection, kind))
            if plan.refused:
                raise EntryRefused(_refusal(plan))
            await self._create(work, kind, plan, by)
            await self._change(work, kind, plan, by)
            await renew(work.connection)
            work.after_commit(self._book.tell)
            return plan.view()

        done: dict[str, Any] = await self._book.committer.run(job)
        return done

    async def _create(self, work: Work, kind: str, plan: ImportPlan, by: str) -> None:
        now_ms = to_ms(self._book.clock.now())
        if not plan.created:
            return
        rows = [{**line.values, **_given(kind, line.values["name"], now_ms)} for line in plan.created]
        await work.connection.execute(insert(_TABLES[kind]), rows)
        for line in plan.created:
            self._note(work, kind, "added", dict(line.values), by)
        if kind == "devices":
            for line in plan.created:
                work.after_commit(partial(self._registry.note_device, line.values["name"]))

    async def _change(self, work: Work, kind: str, plan: ImportPlan, by: str) -> None:
        table = _TABLES[kind]
        key = next(iter(table.primary_key))
        for line, known, fields in plan.changed:
            values = {column: after for column, (_, after) in fields.items()}
            await work.connection.execute(update(table).where(key == known.key).values(values))
            self._note(work, kind, "changed", {"name": line.values["name"], **values}, by)

    def _note(self, work: Work, kind: str, what: str, content: dict[str, Any], by: str) -> None:
        now_ms, device = to_ms(self._book.clock.now()), content["name"] if kind == "devices" else None
        entry = log.entry(now_ms, f"{KINDS[kind].word}_{what}", {**content, "by": by}, device=device)
        work.log(entry)


def _given(kind: str, name: str, now_ms: int) -> dict[str, Any]:
    """Return what a new row has beside what its line says."""
    if kind == "responders":
        return {"site_id": FIRST_SITE}
    if kind == "devices":
        credential = new_credential(name)
        return {"secret": credential.secret, "client_id": credential.client_id, "created_at_ms": now_ms}
    return {}


async def _known(connection: AsyncConnection, kind: str) -> list[Known]:
    table = _TABLES[kind]
    key, columns = next(iter(table.primary_key)), [table.c[name] for name in KINDS[kind].columns]
    in_service = [table.c.is_active] if "is_active" in table.c else []
    rows = (await connection.execute(select(key.label("row_key"), *columns, *in_service))).mappings().all()
    known = [
        Known(
            row["row_key"],
            {name: row[name] for name in KINDS[kind].columns},
            is_in_service=bool(row["is_active"]) if in_service else True,
        )
        for row in rows
    ]
    return [row for row in known if row.is_in_service or kind not in _NAME_COMES_AGAIN]


def _refusal(plan: ImportPlan) -> str:
    named = " ".join(f"Line {number}: {sentence}" for number, sentence in plan.refused[:_NAMED_MAX])
    more = len(plan.refused) - _NAMED_MAX
    rest = f" And {more} more." if more > 0 else ""
    return f"Nothing was imported. {named}{rest}"
