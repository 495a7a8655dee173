"""Builds a base station anew from a copy, into a folder and a database that are empty; never over anything.

Decides what a restored base station must know: that it is one, since when something may be missing, and
numbers beyond all that the one before may have given after the copy: commands to devices, and cases that
links name.
"""

import json
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.clock import iso
from basestation.repair.errors import RepairRefused
from basestation.repair.folder import place_in
from basestation.repair.marks import GAP, RESTORED, UNFINISHED
from basestation.repair.reading import build_database, read_copy
from basestation.store.database import open_database, upsert, writer_of
from basestation.store.tables import station


async def restore(
    file: Path, passphrase: bytes | None, data_dir: Path, database_url: str, now: datetime
) -> dict[str, Any]:
    """Build everything anew in `data_dir` and the database, and return the manifest; raises RepairRefused."""
    was_there = _prepare(data_dir)
    url = database_url or f"sqlite+aiosqlite:///{data_dir / 'rufweite.db'}"
    try:
        await _refuse_used(url)
        manifest = await build_database(read_copy(file, passphrase), url, _Keeper(data_dir), GAP)
        await _note(url, manifest, now)
        _close(data_dir)
    except BaseException:
        _clear(data_dir, was_there=was_there)
        raise
    _finish(data_dir)
    return manifest


def _prepare(data_dir: Path) -> bool:
    """Make the folder and mark it as unfinished; return whether it was there."""
    if data_dir.exists() and not data_dir.is_dir():
        raise RepairRefused(f"{data_dir} is a file, and the data need a folder: name a new one.")
    if data_dir.exists() and any(data_dir.iterdir()):
        raise RepairRefused(
            f"The folder {data_dir} is not empty, a base station may be using it: name a new one. Nothing "
            "was changed."
        )
    was_there = data_dir.exists()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    data_dir.chmod(0o700)
    (data_dir / UNFINISHED).touch(mode=0o600)
    return was_there


def _finish(data_dir: Path) -> None:
    (data_dir / UNFINISHED).unlink()


class _Keeper:
    """Writes the files of a copy into the folder, readable by their owner only."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def __call__(self, name: str, content: bytes) -> None:
        path = place_in(self._data_dir, name)
        if path is None:
            raise RepairRefused(f"The copy has a file {name!r} that belongs nowhere.")
        for folder in reversed(path.relative_to(self._data_dir).parents):
            (self._data_dir / folder).mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


async def _refuse_used(url: str) -> None:
    database = open_database(url)
    try:
        async with database.connect() as connection:
            names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    except OSError as error:
        raise RepairRefused(f"The database cannot be reached: {error.strerror or error}.") from error
    finally:
        await database.dispose()
    if names:
        raise RepairRefused("The database is not empty: name an empty one. Nothing was changed.")


async def _note(url: str, manifest: dict[str, Any], now: datetime) -> None:
    database = open_database(url)
    try:
        async with writer_of(database).begin() as connection:
            await _pass_over_boots(connection)
            facts = {
                "made_at": manifest["made_at"],
                "restored_at": iso(now),
                "log_head": manifest["log_head"],
            }
            await upsert(connection, station, [{"key": RESTORED, "value": json.dumps(facts)}])
    finally:
        await database.dispose()


async def _pass_over_boots(connection: AsyncConnection) -> None:
    boot = (await connection.execute(select(station.c.value).where(station.c.key == "boot"))).scalar() or "0"
    await upsert(connection, station, [{"key": "boot", "value": str(int(boot) + GAP)}])


def _close(data_dir: Path) -> None:
    """Let only the owner read what was built."""
    for path in data_dir.iterdir():
        path.chmod(0o700 if path.is_dir() else 0o600)


def _clear(data_dir: Path, *, was_there: bool) -> None:
    for path in data_dir.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    if not was_there:
        data_dir.rmdir()
