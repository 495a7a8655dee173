"""Records as the safety officer keeps them: added, changed with their version, ended, held, deleted in time.

Decides that a subject is known and of the site, that results and purposes are those of the kind, how long it
is valid unless somebody sets less, and that no free text names an illness or a pregnancy (see `keeping.py`
for how far that goes). Deletion takes the row and its history; the log keeps number, rule and date.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update

from basestation.clearance.keeping import (
    COPY_DUE,
    DUE,
    Standing,
    fate_of,
    is_reminder_due,
    months_after,
    newer_than,
    personal_word,
)
from basestation.clearance.kinds import KINDS, valid_months
from basestation.clearance.risk import Estimate, FigureRefused, risk_of
from basestation.clearance.vocabulary import CONDITIONS, WORKS
from basestation.clock import from_ms, to_ms
from basestation.errors import EntryRefused
from basestation.records.rows import record_of, view
from basestation.site import amendments
from basestation.site.bookkeeping import Bookkeeping
from basestation.store.amendment_tables import amendments as amendment_rows
from basestation.store.committer import Work
from basestation.store.record_tables import records
from basestation.store.responder_tables import sites
from basestation.store.tables import cases, devices, workers, workplaces

WHAT: Final = "record"
EVERY: Final = timedelta(hours=6)
#: Measures stand in the order of the three steps (ISO 12100).
STEPS: Final = ("design", "safeguard", "information")
_SUBJECTS: Final = {
    "worker": (workers, workers.c.id, workers.c.site_id),
    "workplace": (workplaces, workplaces.c.id, workplaces.c.site_id),
    "device": (devices, devices.c.name, devices.c.site_id),
    "site": (sites, sites.c.id, sites.c.id),
}


class RecordDesk:
    """Keeps records."""

    def __init__(self, book: Bookkeeping) -> None:
        self._book = book

    async def all(self, *, with_ended: bool = False) -> list[dict[str, Any]]:
        """Return the records, what runs out first in front, with whether somebody is to be reminded."""
        query = select(records).order_by(records.c.valid_until_ms.is_(None), records.c.valid_until_ms)
        if not with_ended:
            query = query.where(records.c.is_active)
        now = self._book.clock.now()
        async with self._book.database.connect() as connection:
            rows = [dict(row) for row in (await connection.execute(query)).mappings()]
            newest = await amendments.newest_of_all(connection, records.name)
        kept = [(row, newest.get(str(row["id"]))) for row in rows]
        return [
            {
                **view(row, 0 if last is None else last["version"]),
                "is_due": is_reminder_due(record_of(row), now),
            }
            for row, last in kept
        ]

    async def add(self, site_id: int, entry: Mapping[str, Any], by: str) -> dict[str, Any]:
        """Keep a record and return it; raises EntryRefused."""
        values = {**_judged(entry), "site_id": site_id}
        await self._check_subject(site_id, values["subject"], values["subject_key"])
        return view(await self._book.add(records, values, WHAT, by), 1)

    async def change(
        self, number: int, site_id: int, entry: Mapping[str, Any], by: str, version: int
    ) -> dict[str, Any]:
        """Change a record that was seen in this version; raises EntryRefused, ChangedMeanwhile."""
        values = _judged(entry)
        await self._check_subject(site_id, values["subject"], values["subject_key"])
        row = await self._book.change(
            records, number, {**values, "site_id": site_id}, WHAT, by, version=version
        )
        return view(row, version + 1)

    async def end(self, number: int, by: str, version: int) -> None:
        """Take a record out of force; it is kept as long as it has to be."""
        await self._book.retire(records, number, WHAT, by, version=version)

    async def hold(self, number: int, because: str, by: str, version: int) -> dict[str, Any]:
        """Suspend the deletion of a record, or with no reason let it go on."""
        values = {"hold_because": because.strip()}
        return view(await self._book.change(records, number, values, WHAT, by, version=version), version + 1)

    async def copy(self, number: int, by: str) -> dict[str, Any]:
        """Return the copy for the person concerned, and note that it was given; raises EntryRefused."""

        async def job(work: Work) -> dict[str, Any]:
            row = await self._book.row(work, records, number, WHAT)
            given = {"copy_given_at_ms": to_ms(self._book.clock.now())}
            await work.connection.execute(update(records).where(records.c.id == number).values(given))
            await self._book.note(work, "record_copied", {WHAT: number}, by)
            return {**row, **given}

        row: dict[str, Any] = await self._book.committer.run(job)
        async with self._book.database.connect() as connection:
            newest = await amendments.newest(connection, records.name, number)
        return view(row, 0 if newest is None else newest["version"])

    async def history(self, number: int) -> list[dict[str, Any]]:
        """Return what was changed of a record, newest first."""
        async with self._book.database.connect() as connection:
            return await amendments.history(connection, records.name, number)

    async def look(self, now: datetime) -> datetime:
        """Delete what is due, note what runs out and whose copy is due, and return when to look again."""

        async def job(work: Work) -> None:
            rows = [dict(row) for row in (await work.connection.execute(select(records))).mappings()]
            kept = [record_of(row) for row in rows]
            busy = await _sites_with_cases(work)
            employed = await _employed(work)
            for row, record in zip(rows, kept, strict=True):
                is_worker = record.subject == "worker"
                standing = Standing(
                    not is_worker or record.key in employed,
                    newer_than(record, kept),
                    is_worker and bool(busy & {row["site_id"], None}),
                    row["hold_because"],
                    row["copy_given_at_ms"] is not None,
                )
                fate = fate_of(record, standing, now)
                if fate == DUE:
                    await self._delete(work, row)
                elif row["reminded_at_ms"] is None:
                    await self._remind(work, row, now, is_copy=fate == COPY_DUE)

        await self._book.committer.run(job)
        return now + EVERY

    async def _delete(self, work: Work, row: Mapping[str, Any]) -> None:
        gone = amendment_rows.c.register == records.name, amendment_rows.c.key == str(row["id"])
        await work.connection.execute(delete(amendment_rows).where(*gone))
        await work.connection.execute(delete(records).where(records.c.id == row["id"]))
        kind = KINDS[row["kind"]]
        rule = {"kept_months": kind.kept_months, "source": kind.source, "tag": kind.tag}
        await self._book.note(
            work, "record_deleted", {WHAT: row["id"], "kind": row["kind"], **rule}, "retention"
        )

    async def _remind(self, work: Work, row: Mapping[str, Any], now: datetime, *, is_copy: bool) -> None:
        if not is_copy and not (row["is_active"] and is_reminder_due(record_of(row), now)):
            return
        reminded = update(records).where(records.c.id == row["id"]).values(reminded_at_ms=to_ms(now))
        await work.connection.execute(reminded)
        what = "record_copy_due" if is_copy else "record_runs_out"
        await self._book.note(work, what, {WHAT: row["id"], "kind": row["kind"]}, "reminder")

    async def _check_subject(self, site_id: int, subject: str, key: str) -> None:
        if subject == "activity":
            return
        _, column, site = _SUBJECTS[subject]
        is_number = column.type.python_type is int
        if is_number and not key.isdecimal():
            raise EntryRefused(f"There is no {subject} {key!r} at this site.")
        async with self._book.database.connect() as connection:
            wanted = select(site).where(column == (int(key) if is_number else key))
            found = (await connection.execute(wanted)).scalar()
        if found != site_id:
            raise EntryRefused(f"There is no {subject} {key!r} at this site.")


def _judged(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of an entry; raises EntryRefused with what is wrong."""
    kind = KINDS[entry["kind"]]
    if entry["subject"] not in kind.subjects:
        raise EntryRefused(f"This kind of record is about: {', '.join(kind.subjects)}.")
    if entry["result"] not in kind.results:
        raise EntryRefused(f"The result of this kind of record is one of: {', '.join(kind.results)}.")
    if kind.abouts and entry["about"] not in kind.abouts:
        raise EntryRefused(f"This kind of record is for one of: {', '.join(filter(None, kind.abouts))}.")
    for text in (entry["about"], entry["note"], entry["issuer"], entry["subject_key"]):
        if personal_word(text) is not None:
            raise EntryRefused(
                "No illness and no pregnancy is recorded here: say only what follows for the work."
            )
    if not set(entry["conditions"]) <= set(CONDITIONS):
        raise EntryRefused("These conditions are not among those that can be recorded.")
    issued_at: datetime = entry["issued_at"]
    return {
        **{
            name: entry[name]
            for name in ("kind", "subject", "subject_key", "about", "result", "note", "issuer")
        },
        "issued_at_ms": to_ms(issued_at),
        "valid_until_ms": _valid_until_ms(entry, issued_at),
        "conditions": json.dumps(sorted(entry["conditions"])),
        "figures": _figures(entry),
        "measures": _measures(entry),
    }


def _valid_until_ms(entry: Mapping[str, Any], issued_at: datetime) -> int | None:
    months = valid_months(entry["kind"], entry["about"], entry["age"])
    latest = None if months is None else months_after(from_ms(to_ms(issued_at)), months)
    chosen: datetime | None = entry["valid_until"]
    if chosen is None:
        return None if latest is None else to_ms(latest)
    if chosen <= issued_at:
        raise EntryRefused("It would run out before it was issued: choose a later end.")
    if latest is not None and chosen > latest:
        raise EntryRefused(
            f"This kind of record is valid for {months} months at most: choose an earlier end."
        )
    return to_ms(chosen)


def _figures(entry: Mapping[str, Any]) -> str | None:
    figures = entry["figures"]
    if (figures is None) != (entry["kind"] != "risk_assessment"):
        raise EntryRefused("A risk assessment has its figures GZ, NW and time until help, nothing else has.")
    if figures is None:
        return None
    if not set(figures["works"]) <= set(WORKS):
        raise EntryRefused("These kinds of work are not among those that can be recorded.")
    try:
        risk_of(Estimate(figures["hazard"], figures["probability"], figures["help_s"]))
    except FigureRefused as refused:
        raise EntryRefused(str(refused)) from None
    return json.dumps(figures)


def _measures(entry: Mapping[str, Any]) -> str:
    return json.dumps(sorted(entry["measures"], key=lambda one: STEPS.index(one["step"])), ensure_ascii=False)


async def _sites_with_cases(work: Work) -> set[int | None]:
    """Return the sites with an open case, None among them for one of no known site; it holds everybody's."""
    query = select(cases.c.site_id).where(cases.c.is_open)
    return set((await work.connection.execute(query)).scalars())


async def _employed(work: Work) -> set[str]:
    query = select(workers.c.id).where(workers.c.is_active)
    return {str(number) for number in (await work.connection.execute(query)).scalars()}
