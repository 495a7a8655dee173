"""Reads a copy piece by piece, and builds a database from it; what is not as it was written is refused.

Decides what has to be true of a database that was built: every row of the manifest and no other, foreign
keys, and the chain of the log up to the head of the copy. Holds some rows at a time, however large the copy
is.
"""

import hashlib
import json
import tarfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.repair import rows
from basestation.repair.errors import RepairRefused
from basestation.repair.seal import OpeningReader
from basestation.store import log, migrations
from basestation.store.database import open_database, writer_of
from basestation.store.errors import DatabaseTooNew

_CHANGED = "The copy is damaged: {}. Nothing was put back; take another copy."
#: What a copy says of itself before its rows.
HEAD = "head.json"
MANIFEST = "manifest.json"

Member = tuple[str, bytes]
KeepFile = Callable[[str, bytes], None]


def read_copy(file: Path, passphrase: bytes | None) -> Iterator[Member]:
    """Yield what is in a copy, in its order; raises RepairRefused."""
    try:
        with (
            file.open("rb") as raw,
            OpeningReader(raw, passphrase) as opened,
            tarfile.open(fileobj=opened, mode="r|gz") as archive,
        ):
            for member in archive:
                content = archive.extractfile(member)
                if content is not None:
                    yield member.name, content.read()
            # The last piece proves that nothing was cut off.
            while opened.read(65536):
                pass
    except FileNotFoundError:
        raise RepairRefused(f"There is no file {file}.") from None
    except OSError as error:
        raise RepairRefused(f"{file} cannot be read: {error.strerror or error}.") from error
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise RepairRefused(_CHANGED.format("it cannot be unpacked")) from error


async def build_database(
    members: Iterator[Member], url: str, keep_file: KeepFile | None, gap: int = 0
) -> dict[str, Any]:
    """Build the database at `url` from a copy and check it; hand over the files, and return the manifest."""
    database = open_database(url)
    try:
        name, content = next(members, ("", b""))
        if name != HEAD:
            raise RepairRefused(_CHANGED.format("it has no head"))
        head = json.loads(content)
        async with writer_of(database).begin() as connection:
            await connection.run_sync(partial(migrations.upgrade, to=head["revision"]))
            manifest, files = await _put_all(connection, members, keep_file)
            await _check(connection, manifest, files)
            await rows.count_on(connection, await rows.tables_in(connection), gap)
    except DatabaseTooNew as error:
        raise RepairRefused(str(error)) from error
    except DBAPIError as error:
        raise RepairRefused(_CHANGED.format(f"its rows do not fit ({type(error).__name__})")) from error
    except (ValueError, KeyError, TypeError) as error:
        raise RepairRefused(_CHANGED.format(f"it does not say what it must ({error})")) from error
    finally:
        await database.dispose()
    return manifest


async def _put_all(
    connection: AsyncConnection, members: Iterator[Member], keep_file: KeepFile | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    tables = {table.name: table for table in await rows.tables_in(connection)}
    await _empty(connection, list(tables.values()))
    manifest: dict[str, Any] = {}
    files: dict[str, Any] = {}
    for name, content in members:
        folder, _, rest = name.partition("/")
        if folder == "rows":
            await _put_batch(connection, tables, rest, content)
        elif folder == "files":
            files[rest] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            if keep_file is not None:
                keep_file(rest, content)
        elif name == MANIFEST:
            manifest = json.loads(content)
    return manifest, files


async def _put_batch(
    connection: AsyncConnection, tables: dict[str, Table], place: str, content: bytes
) -> None:
    columns, *lines = content.decode().split("\n")
    await rows.put(connection, tables[place.partition("/")[0]], json.loads(columns), lines)


async def _empty(connection: AsyncConnection, tables: list[Table]) -> None:
    """Take out what migrations put in themselves: the copy has it."""
    for table in reversed(tables):
        await connection.execute(table.delete())


async def _check(connection: AsyncConnection, manifest: dict[str, Any], files: dict[str, Any]) -> None:
    if not manifest:
        raise RepairRefused(_CHANGED.format("its end is missing"))
    if files != manifest["files"]:
        raise RepairRefused(_CHANGED.format("its files are not those that were copied"))
    for table in await rows.tables_in(connection):
        count = rows.Count()
        async for _ in rows.batches(connection, table, count):
            pass
        if count.facts() != manifest["tables"].get(table.name):
            raise RepairRefused(_CHANGED.format(f"table {table.name} is not what was copied"))
    if connection.dialect.name == "sqlite":
        broken = (await connection.execute(text("PRAGMA foreign_key_check"))).first()
        sound = (await connection.execute(text("PRAGMA integrity_check"))).scalar()
        if broken is not None or sound != "ok":
            raise RepairRefused(_CHANGED.format("the database built from it is not sound"))
    faults = await log.verify(connection)
    if faults:
        raise RepairRefused(f"The log in the copy is not whole: {faults[0].sentence}")
