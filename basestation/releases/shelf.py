"""The releases that this base station has: imported once, checked then, kept as they came.

Decides that a version means one content for good: a second import of it must be the same file.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.clock import Clock, iso_of_ms, to_ms
from basestation.errors import EntryRefused
from basestation.releases.archive import ARCHIVE_BYTES_MAX, Image, contents, image_of, unpacked
from basestation.releases.errors import ReleaseRefused
from basestation.site.people import User
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.release_tables import releases

#: Where a command of this machine lays a release for the base station, below the data folder.
INCOMING = "incoming-releases"
_ABOUT = [column for column in releases.c if column.name != "archive"]


class Shelf:
    """The releases of this site."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter, clock: Clock) -> None:
        self._database = database
        self._committer = committer
        self._clock = clock
        #: Where the trusted keys lie; None where there is no data folder.
        self.data_dir: Path | None = None

    async def take(self, name: str, user: User) -> dict[str, Any]:
        """Import the file `name` of the incoming folder, and remove it; raises EntryRefused."""
        if self.data_dir is None:
            raise EntryRefused("This base station has no data folder, and so trusts no release key.")
        path = self.data_dir / INCOMING / name
        try:
            data = await asyncio.to_thread(_read, path)
            release = await asyncio.to_thread(unpacked, data, self.data_dir)
        except (OSError, ReleaseRefused) as error:
            raise EntryRefused(str(error)) from error
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)

        async def job(work: Work) -> dict[str, Any]:
            now_ms = to_ms(self._clock.now())
            stored = await self._row(work.connection, release.version)
            if stored is not None:
                if stored["archive"] != data:
                    raise EntryRefused(
                        f"There is another release {release.version} already: number this one anew."
                    )
                return _view(stored)
            row = {
                "version": release.version, "imported_at_ms": now_ms, "imported_by": user.display_name,
                "key": release.key, "boards": json.dumps(sorted(release.boards)), "archive": data,
            }  # fmt: skip
            await work.connection.execute(insert(releases).values(row))
            content = {"release": release.version, "key": release.key, "user": user.display_name}
            work.log(log.entry(now_ms, "release_imported", content))
            return _view(row)

        return await self._committer.run(job)

    async def all(self) -> list[dict[str, Any]]:
        """Return the releases, newest first."""
        async with self._database.connect() as connection:
            query = select(*_ABOUT).order_by(releases.c.imported_at_ms.desc(), releases.c.version)
            return [_view(row) for row in (await connection.execute(query)).mappings()]

    async def image(self, connection: AsyncConnection, version: str, board: str) -> Image:
        """Return what a board gets of a release; raises EntryRefused."""
        row = await self._row(connection, version)
        if row is None:
            raise EntryRefused(f"There is no release {version!r}: `rufweite release list` shows them.")
        if board not in json.loads(row["boards"]):
            raise EntryRefused(f"The release {version} holds nothing for the board {board}.")
        files = (await asyncio.to_thread(contents, row["archive"])).boards[board]
        return image_of(board, files)

    async def _row(self, connection: AsyncConnection, version: str) -> RowMapping | None:
        query = select(releases).where(releases.c.version == version)
        return (await connection.execute(query)).mappings().first()


def _read(path: Path) -> bytes:
    if path.stat().st_size > ARCHIVE_BYTES_MAX:
        raise ReleaseRefused("The file is larger than any release.")
    return path.read_bytes()


def _view(row: Any) -> dict[str, Any]:
    return {
        "version": row["version"],
        "boards": json.loads(row["boards"]),
        "key": row["key"],
        "imported_at": iso_of_ms(row["imported_at_ms"]),
        "imported_by": row["imported_by"],
    }
