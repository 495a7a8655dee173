"""The notes of a case: append-only, each with who wrote it and when.

Decides that a note that is sent again, because its answer was lost, stands once (`key`, chosen by the page),
and how much is taken. A note may be added after the end too: what came out later belongs to the case.
"""

from typing import Any, Final

from sqlalchemy import RowMapping, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.casefile.pages import Pages, case_of
from basestation.clock import iso_of_ms
from basestation.errors import EntryRefused
from basestation.store.casefile_tables import case_notes
from basestation.store.committer import Work

#: Of one note, in characters, and of one case, in notes.
NOTE_CHARACTERS_MAX: Final = 2000
NOTES_MAX: Final = 500


class Notes:
    """Takes notes."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def add(self, case_id: int, text: str, key: str, by: str) -> dict[str, Any]:
        """Keep a note and return it; the same key again returns what stands. Raises Refused."""
        if not text.strip():
            raise EntryRefused("Write something.")
        if len(text) > NOTE_CHARACTERS_MAX:
            raise EntryRefused(f"A note may have {NOTE_CHARACTERS_MAX} characters at most: write two.")

        async def job(work: Work) -> dict[str, Any]:
            await case_of(work.connection, case_id)
            stands = case_notes.c.case_id == case_id, case_notes.c.key == key
            query = select(case_notes).where(*stands)
            if (before := (await work.connection.execute(query)).mappings().first()) is not None:
                return _known(before, text, by)
            await self._check_room(work.connection, case_id)
            values = {"case_id": case_id, "key": key, "text": text.strip(), "by": by}
            row = {**values, "at_ms": self._pages.now_ms()}
            added = (
                await work.connection.execute(insert(case_notes).values(row).returning(case_notes))
            ).mappings()
            await self._pages.note(work, "note_added", {"user": by, "text": text.strip()}, case_id)
            return _view(added.one())

        added: dict[str, Any] = await self._pages.committer.run(job)
        return added

    async def _check_room(self, connection: AsyncConnection, case_id: int) -> None:
        query = select(func.count()).select_from(case_notes).where(case_notes.c.case_id == case_id)
        if (await connection.execute(query)).scalar_one() >= NOTES_MAX:
            raise EntryRefused(f"Case {case_id} has {NOTES_MAX} notes: write the rest into its report.")


async def notes_of(connection: AsyncConnection, case_id: int) -> list[dict[str, Any]]:
    """Return the notes of a case, oldest first."""
    query = select(case_notes).where(case_notes.c.case_id == case_id).order_by(case_notes.c.id)
    return [_view(row) for row in (await connection.execute(query)).mappings()]


def _known(row: RowMapping, text: str, by: str) -> dict[str, Any]:
    if (row["text"], row["by"]) != (text.strip(), by):
        raise EntryRefused(
            "Another note was sent under this key: load the page again; what you wrote is kept."
        )
    return _view(row)


def _view(row: RowMapping) -> dict[str, Any]:
    return {"id": row["id"], "text": row["text"], "by": row["by"], "at": iso_of_ms(row["at_ms"])}
