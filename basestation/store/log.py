"""The log: append-only, each entry chained to the one before by SHA-256.

hash = sha256(JSON [previous, seq, at_ms, kind, case_id, device, digest]) and
digest = sha256(salt || content). The content stands beside the chain, so that it can be erased
and the chain still verifies; the salt keeps an erased name from being guessed out of its digest.
The head stands in `station`, so that a log cut off at its end is found out too. Only the
committer appends, once per transaction.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.store.database import upsert
from basestation.store.tables import log, log_contents, station

#: What the first entry is chained to.
GENESIS = "0" * 64
_HEAD = "log_head"
_SEE_HEAD = select(station.c.value).where(station.c.key == _HEAD)
#: The lock makes one chain of what several replicas append (SQLite has one writer anyway).
_TAKE_HEAD = _SEE_HEAD.with_for_update()
_INSERT, _INSERT_CONTENTS = insert(log), insert(log_contents)
#: Entries that are read at a time while verifying.
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, not yet chained."""

    at_ms: int
    #: A word in the past tense, e.g. `alarm_reported`; never personal.
    kind: str
    case_id: int | None
    device: str | None
    #: JSON; may be personal, so it can be erased.
    content: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the log is not what was written, and why."""

    seq: int
    sentence: str


def entry(
    at_ms: int,
    kind: str,
    content: Mapping[str, Any],
    *,
    case_id: int | None = None,
    device: str | None = None,
) -> Entry:
    """Return an entry with its content as JSON; raises if the content is none."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    # A lone surrogate would only be found by the database, in everybody's transaction.
    text.encode()
    return Entry(at_ms, kind, case_id, device, text)


async def append(connection: AsyncConnection, entries: Sequence[Entry]) -> None:
    """Chain and store `entries` in their order."""
    if not entries:
        return
    seq, previous = await _head(connection, _TAKE_HEAD)
    rows: list[dict[str, Any]] = []
    contents: list[dict[str, Any]] = []
    for added in entries:
        seq += 1
        salt = secrets.token_hex(16)
        row = {
            "seq": seq,
            "at_ms": added.at_ms,
            "kind": added.kind,
            "case_id": added.case_id,
            "device": added.device,
            "digest": _digest(salt, added.content),
            "previous": previous,
        }
        previous = row["hash"] = _hash(row)
        rows.append(row)
        contents.append({"seq": seq, "salt": salt, "content": added.content})
    await connection.execute(_INSERT, rows)
    await connection.execute(_INSERT_CONTENTS, contents)
    await upsert(connection, station, [{"key": _HEAD, "value": f"{seq}:{previous}"}])


async def erase(connection: AsyncConnection, seqs: Sequence[int]) -> None:
    """Erase the contents of these entries for good; the chain stays valid."""
    await connection.execute(delete(log_contents).where(log_contents.c.seq.in_(seqs)))


async def verify(connection: AsyncConnection) -> list[Fault]:
    """Return every place where the log was tampered with; empty when it is whole."""
    faults: list[Fault] = []
    last_seq, previous = 0, GENESIS
    while True:
        while rows := await _page(connection, last_seq):
            for row in rows:
                faults += _faults_of(row, last_seq, previous)
                last_seq, previous = row["seq"], row["hash"]
        head_seq, head_hash = await _head(connection, _SEE_HEAD)
        # On PostgreSQL every statement sees what was appended meanwhile: then there are entries to read, too.
        if (last_seq, previous) == (head_seq, head_hash) or not await _page(connection, last_seq):
            break
    if (last_seq, previous) != (head_seq, head_hash):
        faults.append(Fault(head_seq, f"The log ends at entry {last_seq}, but entry {head_seq} was written."))
    return faults


def _faults_of(row: RowMapping, last_seq: int, previous: str) -> list[Fault]:
    seq = row["seq"]
    faults = []
    if seq != last_seq + 1:
        faults.append(Fault(seq, f"Entries {last_seq + 1} to {seq - 1} are missing."))
    if row["previous"] != previous:
        faults.append(Fault(seq, f"Entry {seq} does not follow the one before it."))
    if row["hash"] != _hash(row):
        faults.append(Fault(seq, f"Entry {seq} was changed."))
    if row["content"] is not None and row["digest"] != _digest(row["salt"], row["content"]):
        faults.append(Fault(seq, f"The content of entry {seq} was changed."))
    return faults


async def _page(connection: AsyncConnection, after_seq: int) -> Sequence[RowMapping]:
    query = (
        select(log, log_contents.c.salt, log_contents.c.content)
        .outerjoin(log_contents, log.c.seq == log_contents.c.seq)
        .where(log.c.seq > after_seq)
        .order_by(log.c.seq)
        .limit(_PAGE)
    )
    return (await connection.execute(query)).mappings().all()


async def _head(connection: AsyncConnection, query: Select[Any]) -> tuple[int, str]:
    value: str | None = (await connection.execute(query)).scalar_one_or_none()
    if value is None:
        return 0, GENESIS
    seq, _, head = value.partition(":")
    return int(seq), head


def _digest(salt: str, content: str) -> str:
    return hashlib.sha256((salt + content).encode()).hexdigest()


def _hash(row: RowMapping | dict[str, Any]) -> str:
    fields = [row[name] for name in ("previous", "seq", "at_ms", "kind", "case_id", "device", "digest")]
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()
