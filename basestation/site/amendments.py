"""What was changed in the registers: kept beside each row, counted, shown; a late change is refused.

Decides that whoever changes a row must have seen its newest version, and what of a row is kept of it: never
a device's secret. What is personal beyond a name stands here only, and in the chained log just by the name of
its field, so that it can be erased.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, RowMapping, Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.clock import from_ms, iso_of_ms, to_ms
from basestation.errors import ChangedMeanwhile
from basestation.store.amendment_tables import amendments

ADDED, CHANGED, RETIRED, UNDONE = "added", "changed", "retired", "undone"
#: Somebody's addresses were set: that it was is kept, what they are is not, for secrets may stand in them.
ADDRESSES_SET = "addresses_set"
#: Where not every column is kept: secrets, and what the life of a device writes.
_KEPT = {"devices": ("label", "lent_to", "withdrawn_because")}
#: Columns that the chained log names without their values.
PRIVATE = {
    "workers": ("phone", "note"),
    "records": ("about", "result", "issuer", "note", "conditions"),
}
#: Entries of a history that are shown.
SHOWN_MAX = 100


def key_of(table: Table) -> Column[Any]:
    """Return the column that tells the rows of a register apart."""
    (column,) = table.primary_key.columns
    return column


def kept_of(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a row is kept in its history."""
    names = _KEPT.get(table.name) or [one.name for one in table.c if not one.primary_key]
    return {name: row[name] for name in names}


def public_of(register: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as the chained log has them: private ones by name only."""
    hidden = PRIVATE.get(register, ())
    shown = {name: value for name, value in values.items() if name not in hidden}
    named = [name for name in values if name in hidden]
    return {**shown, "also": named} if named else shown


async def newest(connection: AsyncConnection, register: str, key: object) -> RowMapping | None:
    """Return the newest amendment of a row; None where nothing was changed since there are histories."""
    query = _of(register, key).order_by(amendments.c.version.desc()).limit(1)
    return (await connection.execute(query)).mappings().first()


async def check_version(connection: AsyncConnection, register: str, key: object, seen: int | None) -> int:
    """Return the version of a row; raises ChangedMeanwhile unless it is `seen` (None: whoever it was)."""
    last = await newest(connection, register, key)
    version = 0 if last is None else int(last["version"])
    if seen is None or seen == version:
        return version
    if last is None:
        raise ChangedMeanwhile("This is another one than the one you had opened: open it again.")
    at = from_ms(last["at_ms"]).strftime("%Y-%m-%d %H:%M:%S UTC")
    raise ChangedMeanwhile(
        f"NOT SAVED: {last['by']} changed this at {at}, after you had opened it. "
        "Look at both, then save again."
    )


async def record(
    connection: AsyncConnection,
    register: str,
    key: object,
    kind: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    by: str,
    at: datetime,
) -> int:
    """Keep an amendment and return its version, one more than the one before."""
    last = await newest(connection, register, key)
    version = 1 if last is None else last["version"] + 1
    values = {"register": register, "key": str(key), "version": version, "kind": kind, "at_ms": to_ms(at)}
    values |= {"by": by, "before": _json(before), "after": _json(after)}
    await connection.execute(insert(amendments).values(values))
    return version


async def newest_of_all(connection: AsyncConnection, register: str) -> dict[str, RowMapping]:
    """Return the newest amendment of every row of a register, by key."""
    last = (
        select(amendments.c.key, func.max(amendments.c.version).label("version"))
        .where(amendments.c.register == register)
        .group_by(amendments.c.key)
        .subquery()
    )
    query = select(amendments).join(
        last, (amendments.c.key == last.c.key) & (amendments.c.version == last.c.version)
    )
    rows = await connection.execute(query.where(amendments.c.register == register))
    return {row["key"]: row for row in rows.mappings()}


async def history(connection: AsyncConnection, register: str, key: object) -> list[dict[str, Any]]:
    """Return what was changed of a row, the newest first: `fields` is {name: [before, after]}."""
    return [_shown(row) for row in await rows_of(connection, register, key)]


async def rows_of(connection: AsyncConnection, register: str, key: object) -> list[RowMapping]:
    """Return the amendments of a row as they stand, the newest first."""
    query = _of(register, key).order_by(amendments.c.version.desc()).limit(SHOWN_MAX)
    return list((await connection.execute(query)).mappings())


def differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> dict[str, tuple[Any, Any]]:
    """Return what differs, {name: (before, after)}."""
    old, new = before or {}, after or {}
    names = dict.fromkeys((*old, *new))
    pairs = {name: (old.get(name), new.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _of(register: str, key: object) -> Any:
    return select(amendments).where(amendments.c.register == register, amendments.c.key == str(key))


def _shown(row: RowMapping) -> dict[str, Any]:
    before, after = (None if row[name] is None else json.loads(row[name]) for name in ("before", "after"))
    fields = {name: list(pair) for name, pair in differences(before, after).items()}
    facts = {name: row[name] for name in ("version", "kind", "by")}
    return {**facts, "at": iso_of_ms(row["at_ms"]), "fields": fields}


def _json(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else json.dumps(dict(values), ensure_ascii=False)
