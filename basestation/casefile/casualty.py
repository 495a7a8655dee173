"""Who a case is about: name, telephone and picture, for as long as they are in danger.

Decides that both open with a raised case and close with it, that every look is logged, and that the number is
refused while any silent or duress case of the same worker or device is open: whoever rings them up betrays
them. A picture is a small PNG or JPEG of which only what is drawn is kept: no place or time of a photograph.
"""

import asyncio
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.casefile.pages import Pages, case_of
from basestation.cases.case import Case
from basestation.clock import iso_of_ms
from basestation.errors import EntryRefused, Refused
from basestation.plans import bitmap
from basestation.plans.errors import NoPlan
from basestation.store import case_rows, log
from basestation.store.casefile_tables import worker_pictures
from basestation.store.committer import Work
from basestation.store.database import upsert
from basestation.store.tables import workers

#: Largest file, in bytes, and its longest side, in pixels: a face is recognised in far less.
PICTURE_BYTES_MAX: Final = 60_000
SIDE_PIXELS_MAX: Final = 2048
_STARTS: Final = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}
SILENT: Final = "Nobody may call them: a silent alarm of this worker is open."


class Casualty:
    """Shows who is in danger, and keeps the pictures."""

    def __init__(self, database: AsyncEngine, pages: Pages) -> None:
        self._database = database
        self._pages = pages

    async def open(self, case_id: int, by: str) -> dict[str, Any]:
        """Return who a raised, open case is about; the number None where nobody may call. Raises Refused."""

        async def job(work: Work) -> dict[str, Any]:
            case = await _in_danger(work.connection, case_id)
            query = select(workers).where(workers.c.id == case.worker_id)
            worker = (await work.connection.execute(query)).mappings().one()
            is_silent = await _is_silent(work.connection, case)
            phone = "" if is_silent else worker["phone"]
            shown = {"user": by, "is_phone_shown": bool(phone), "is_note_shown": bool(worker["note"])}
            self._log(work, "casualty_opened", shown, case)
            picture = select(worker_pictures.c.set_at_ms).where(worker_pictures.c.worker_id == case.worker_id)
            set_at_ms = (await work.connection.execute(picture)).scalar()
            return {
                "worker": worker["name"],
                "is_wearer_confirmed": case.is_wearer_confirmed,
                "phone": phone or None,
                "note": worker["note"] or None,
                "is_silent": is_silent,
                "picture_at": None if set_at_ms is None else iso_of_ms(set_at_ms),
            }

        opened: dict[str, Any] = await self._pages.committer.run(job)
        return opened

    async def picture(self, case_id: int, by: str) -> tuple[str, bytes]:
        """Return kind and content of the picture of whom a raised, open case is about. Raises Refused."""

        async def job(work: Work) -> tuple[str, bytes]:
            case = await _in_danger(work.connection, case_id)
            query = select(worker_pictures).where(worker_pictures.c.worker_id == case.worker_id)
            row = (await work.connection.execute(query)).mappings().first()
            if row is None:
                raise Refused("There is no picture of this worker.")
            self._log(work, "picture_opened", {"user": by}, case)
            return row["kind"], bytes(row["content"])

        found: tuple[str, bytes] = await self._pages.committer.run(job)
        return found

    async def set_picture(self, worker_id: int, data: bytes, by: str) -> dict[str, Any]:
        """Keep a picture in place of the one before; raises EntryRefused."""
        kind, content = await asyncio.to_thread(portrait, data)

        async def job(work: Work) -> dict[str, Any]:
            await _check_worker(work.connection, worker_id)
            now_ms = self._pages.now_ms()
            row = {
                "worker_id": worker_id,
                "kind": kind,
                "content": content,
                "set_at_ms": now_ms,
                "set_by": by,
            }
            await upsert(work.connection, worker_pictures, [row])
            await self._pages.note(
                work, "picture_set", {"worker": worker_id, "bytes": len(content), "by": by}
            )
            return {"worker_id": worker_id, "kind": kind, "set_at": iso_of_ms(now_ms), "set_by": by}

        kept: dict[str, Any] = await self._pages.committer.run(job)
        return kept

    async def remove_picture(self, worker_id: int, by: str) -> None:
        """Forget a picture; raises EntryRefused where there is none."""

        async def job(work: Work) -> None:
            gone = delete(worker_pictures).where(worker_pictures.c.worker_id == worker_id)
            if (await work.connection.execute(gone)).rowcount == 0:
                raise EntryRefused(f"There is no picture of worker {worker_id}.")
            await self._pages.note(work, "picture_removed", {"worker": worker_id, "by": by})

        await self._pages.committer.run(job)

    async def pictured(self) -> list[dict[str, Any]]:
        """Return of whom there is a picture, since when and by whom; not the pictures."""
        columns = worker_pictures.c.worker_id, worker_pictures.c.set_at_ms, worker_pictures.c.set_by
        async with self._database.connect() as connection:
            rows = (await connection.execute(select(*columns).order_by(columns[0]))).mappings().all()
        return [
            {"worker_id": row["worker_id"], "set_at": iso_of_ms(row["set_at_ms"]), "set_by": row["set_by"]}
            for row in rows
        ]

    def _log(self, work: Work, kind: str, content: dict[str, Any], case: Case) -> None:
        work.log(log.entry(self._pages.now_ms(), kind, content, case_id=case.id, device=case.device))


def portrait(data: bytes) -> tuple[str, bytes]:
    """Return "png" or "jpeg", by its first bytes, and what of the file is drawn; raises EntryRefused."""
    if len(data) > PICTURE_BYTES_MAX:
        raise EntryRefused(
            f"The picture has {len(data)} bytes: {PICTURE_BYTES_MAX} are the most. Make it smaller."
        )
    kind = next((name for name, start in _STARTS.items() if data.startswith(start)), None)
    if kind is None:
        raise EntryRefused("The file is no picture: use a PNG or a JPEG.")
    try:
        width, height, content, _ = (bitmap.png if kind == "png" else bitmap.jpeg)(data)
    except NoPlan as damaged:
        raise EntryRefused(str(damaged)) from damaged
    if max(width, height) > SIDE_PIXELS_MAX:
        raise EntryRefused(
            f"The picture is {width} by {height}: {SIDE_PIXELS_MAX} pixels a side are the most."
        )
    return kind, content


async def _in_danger(connection: AsyncConnection, case_id: int) -> Case:
    case = await case_of(connection, case_id)
    if case.raised_at is None or not case.is_open or not case.is_person:
        raise Refused(
            "Picture and number open with the alarm of a person, not before, and close with its end."
        )
    if case.worker_id is None:
        raise Refused("Nobody is known to have worn this device.")
    return case


async def _is_silent(connection: AsyncConnection, case: Case) -> bool:
    open_cases = await case_rows.all_open(connection)
    return case.is_silent or any(
        other.is_silent and (other.worker_id == case.worker_id or other.device == case.device)
        for other in open_cases
    )


async def _check_worker(connection: AsyncConnection, worker_id: int) -> None:
    query = select(workers.c.id).where(workers.c.id == worker_id)
    if (await connection.execute(query)).first() is None:
        raise EntryRefused(f"There is no worker {worker_id}.")
