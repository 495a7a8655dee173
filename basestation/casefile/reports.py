"""The report of a case: the operator's own text, in versions, of which the newest counts.

Decides that a version which somebody else has overtaken is refused; none is ever lost.
"""

from typing import Any, Final

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.casefile.pages import Pages, Stale, case_of, when
from basestation.clock import iso_of_ms
from basestation.errors import EntryRefused
from basestation.store.casefile_tables import case_reports
from basestation.store.committer import Work

REPORT_CHARACTERS_MAX: Final = 10_000
VERSIONS_MAX: Final = 1000


class Reports:
    """Takes reports."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def write(self, case_id: int, text: str, version: int, by: str) -> dict[str, Any]:
        """Keep a version that follows `version`, 0 for none, and return it. Raises Refused (Stale)."""
        if len(text) > REPORT_CHARACTERS_MAX:
            raise EntryRefused(f"A report may have {REPORT_CHARACTERS_MAX} characters at most.")

        async def job(work: Work) -> dict[str, Any]:
            await case_of(work.connection, case_id)
            newest = await _newest(work.connection, case_id)
            if newest is not None and (newest["text"], newest["by"]) == (text.strip(), by):
                return _view(newest)
            if version != (0 if newest is None else newest["version"]):
                raise _overtaken(newest)
            if version >= VERSIONS_MAX:
                raise EntryRefused("This report was changed too often: write a note.")
            values = {"case_id": case_id, "version": version + 1, "text": text.strip(), "by": by}
            row = {**values, "at_ms": self._pages.now_ms()}
            made = await work.connection.execute(insert(case_reports).values(row).returning(case_reports))
            content = {"user": by, "version": version + 1, "text": text.strip()}
            await self._pages.note(work, "report_written", content, case_id)
            return _view(made.mappings().one())

        written: dict[str, Any] = await self._pages.committer.run(job)
        return written


async def report_of(connection: AsyncConnection, case_id: int) -> dict[str, Any] | None:
    """Return the newest version of the report of a case, or None."""
    newest = await _newest(connection, case_id)
    return None if newest is None else _view(newest)


async def _newest(connection: AsyncConnection, case_id: int) -> RowMapping | None:
    query = select(case_reports).where(case_reports.c.case_id == case_id)
    query = query.order_by(case_reports.c.version.desc()).limit(1)
    return (await connection.execute(query)).mappings().first()


def _overtaken(newest: RowMapping | None) -> Stale:
    if newest is None:
        return Stale("There is no report yet: load the page again. What you wrote is still in the page.")
    return Stale(
        f"{newest['by']} wrote a newer report at {when(newest['at_ms'])}: it was not overwritten. "
        "Read it, then send yours."
    )


def _view(row: RowMapping) -> dict[str, Any]:
    return {"version": row["version"], "text": row["text"], "by": row["by"], "at": iso_of_ms(row["at_ms"])}
