"""Makes a copy of a base station while it runs, and proves it by building a database from it at once.

Decides what is in it: every row of every table as of one moment, the files of the data folder, the settings.
Nothing is written into the database. The file appears under its name only when it was proven; until then, and
if that fails, there is none.
"""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.clock import iso
from basestation.config import Settings
from basestation.repair import rows
from basestation.repair.errors import RepairRefused
from basestation.repair.folder import files_of
from basestation.repair.reading import build_database, read_copy
from basestation.repair.seal import SealingWriter
from basestation.store.database import open_database
from basestation.store.tables import station

FORMAT = 1
MANIFEST = "manifest.json"
#: Where the note about the last copy lies in the data folder.
NOTE = "backup.json"


@dataclass(frozen=True, slots=True)
class Origin:
    """What is copied beside rows and files."""

    settings: Settings
    settings_file: Path | None
    environment: Mapping[str, str]


async def back_up(origin: Origin, target: Path, passphrase: bytes | None, now: datetime) -> dict[str, Any]:
    """Write a copy to `target`, prove it, and return its manifest; raises RepairRefused."""
    if target.exists():  # noqa: ASYNC240 -- a command of its own, with nothing beside it
        raise RepairRefused(f"{target} is there already: name a new file, nothing is overwritten.")
    part = target.with_name(target.name + ".part")
    try:
        with _private(part) as file:
            manifest = await _write(origin, file, passphrase, now)
        await prove(part, passphrase)
        part.rename(target)
    except OSError as error:
        raise RepairRefused(f"The copy cannot be written to {target}: {error.strerror}.") from error
    except DBAPIError as error:
        raise RepairRefused("The database cannot be read: start the base station once.") from error
    finally:
        part.unlink(missing_ok=True)
    _note(origin.settings.data_dir, target, now)
    return manifest


async def prove(file: Path, passphrase: bytes | None) -> dict[str, Any]:
    """Build a database from a copy in a folder of its own, check all of it, and return the manifest."""
    with tempfile.TemporaryDirectory(prefix="rufweite-proof-", dir=file.parent) as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'proof.db'}"
        return await build_database(read_copy(file, passphrase), url, None)


async def _write(origin: Origin, file: Any, passphrase: bytes | None, now: datetime) -> dict[str, Any]:
    database = open_database(origin.settings.database)
    try:
        async with database.connect() as plain:
            connection = await _at_one_moment(plain)
            with (
                SealingWriter(file, passphrase) as sealed,
                tarfile.open(fileobj=sealed, mode="w|gz") as archive,
            ):
                manifest = {
                    "format": FORMAT,
                    "made_at": iso(now),
                    "revision": await rows.revision_of(connection),
                    "log_head": await _log_head(connection),
                    "store": connection.dialect.name,
                }
                # What reads the copy must know the version before the first row.
                _add(archive, "head.json", json.dumps(manifest).encode())
                manifest |= {"tables": await _add_rows(archive, connection)}
                manifest |= {"files": _add_files(archive, origin)}
                _add(archive, MANIFEST, json.dumps(manifest, indent=1).encode())
        file.flush()
        os.fsync(file.fileno())
    finally:
        await database.dispose()
    return manifest


async def _at_one_moment(connection: AsyncConnection) -> AsyncConnection:
    """Return the connection in a transaction that sees one moment; a writer is held up by neither store."""
    if connection.dialect.name == "postgresql":
        return await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection


async def _log_head(connection: AsyncConnection) -> str:
    query = select(station.c.value).where(station.c.key == "log_head")
    return str((await connection.execute(query)).scalar() or "")


async def _add_rows(archive: tarfile.TarFile, connection: AsyncConnection) -> dict[str, Any]:
    facts = {}
    for table in await rows.tables_in(connection):
        count, number = rows.Count(), 0
        columns = [column.name for column in table.columns]
        async for lines in rows.batches(connection, table, count):
            content = "\n".join([json.dumps(columns), *lines])
            _add(archive, f"rows/{table.name}/{number:08}", content.encode())
            number += 1
        facts[table.name] = count.facts()
    return facts


def _add_files(archive: tarfile.TarFile, origin: Origin) -> dict[str, Any]:
    facts = {}
    for name, data in _contents(origin):
        _add(archive, f"files/{name}", data)
        facts[name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return facts


def _contents(origin: Origin) -> Iterator[tuple[str, bytes]]:
    for name, path in files_of(origin.settings.data_dir):
        try:
            yield name, path.read_bytes()
        except FileNotFoundError:
            # A running base station writes one beside the other and renames it.
            continue
    if origin.settings_file is not None:
        yield "restored/settings.toml", origin.settings_file.read_bytes()
    if origin.environment:
        lines = [f"{name}={value}" for name, value in sorted(origin.environment.items())]
        yield "restored/environment", ("\n".join(lines) + "\n").encode()
    for name, path in _files_named_by(origin.settings):
        yield f"restored/{name}", path.read_bytes()


def _files_named_by(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Yield the files outside the data folder that settings name."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, Path) and value.is_file() and not value.is_relative_to(settings.data_dir):
            yield name, value


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    archive.addfile(member, io.BytesIO(data))


@contextmanager
def _private(path: Path) -> Iterator[Any]:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file


def _note(data_dir: Path, target: Path, now: datetime) -> None:
    """Leave when the last proven copy was made, for `doctor`."""
    with _private(data_dir / NOTE) as file:
        file.write(json.dumps({"made_at": iso(now), "file": str(target), "is_proven": True}).encode())
