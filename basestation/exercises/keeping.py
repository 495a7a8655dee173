"""Rows of test alarms: read into what the pure parts know, and written back."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.clock import from_ms, iso, iso_of_ms, to_ms
from basestation.exercises.run import Limits, Run, RunState
from basestation.exercises.unaware import Unaware
from basestation.store.exercise_tables import test_alarms

Row = dict[str, Any]

#: The name of a test on the wire: it comes back as the cause of the device's alarm.
NAME_PREFIX: Final = "test-"
#: Runs that a list shows.
SHOWN_MAX: Final = 500

_OF_ID = select(test_alarms).where(test_alarms.c.id == bindparam("of_id"))
_OPEN_OF_DEVICE = select(test_alarms).where(
    test_alarms.c.device == bindparam("of_device"), test_alarms.c.is_open
)
_ALL_OPEN = select(test_alarms).where(test_alarms.c.is_open).order_by(test_alarms.c.id)
_SAVE = update(test_alarms).where(test_alarms.c.id == bindparam("of_id"))


def name_of(number: int) -> str:
    """Return what a test is called on the wire."""
    return f"{NAME_PREFIX}{number}"


def number_of(cause: str | None) -> int | None:
    """Return the number of the test that an alarm with this cause belongs to, or None."""
    digits = (cause or "").removeprefix(NAME_PREFIX)
    is_one = cause == NAME_PREFIX + digits and digits.isascii() and digits.isdigit() and len(digits) < 16
    return int(digits) if is_one else None


async def add(connection: AsyncConnection, values: Mapping[str, Any], limits: Limits) -> Row:
    """Insert a run that was just ordered, and return its row."""
    row = {
        "state": RunState.ORDERED.value, "is_open": True, "reached": "{}", "answered_by": "",
        "ended_by": "", "reason": "", "limits": json.dumps(asdict(limits)), **values,
    }  # fmt: skip
    row["due_at_ms"] = row["ordered_at_ms"] + 1000 * limits.stored_s
    query = insert(test_alarms).values(row).returning(test_alarms)
    return dict((await connection.execute(query)).mappings().one())


async def row_of(connection: AsyncConnection, number: int) -> Row | None:
    """Return the row of a run, or None."""
    row = (await connection.execute(_OF_ID, {"of_id": number})).mappings().first()
    return None if row is None else dict(row)


async def open_of_device(connection: AsyncConnection, device: str) -> Row | None:
    """Return the row of the test that runs on a device, or None."""
    row = (await connection.execute(_OPEN_OF_DEVICE, {"of_device": device})).mappings().first()
    return None if row is None else dict(row)


async def all_open(connection: AsyncConnection) -> list[Row]:
    """Return every run under way."""
    return [dict(row) for row in (await connection.execute(_ALL_OPEN)).mappings()]


async def newest(connection: AsyncConnection, since_ms: int, until_ms: int) -> list[Row]:
    """Return the runs ordered in this time, newest first."""
    query = (
        select(test_alarms)
        .where(test_alarms.c.ordered_at_ms >= since_ms, test_alarms.c.ordered_at_ms < until_ms)
        .order_by(test_alarms.c.id.desc())
        .limit(SHOWN_MAX)
    )
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def save(connection: AsyncConnection, run: Run, case_id: int | None, chain: str) -> None:
    """Write what has become of a run."""
    due_at = run.due_at
    values = {
        "state": run.state.value, "is_open": run.is_open, "case_id": case_id, "chain": chain,
        "due_at_ms": None if due_at is None else to_ms(due_at),
        "reached": json.dumps({name: to_ms(at) for name, at in run.reached.items()}),
        "answered_by": run.answered_by, "ended_by": run.ended_by, "reason": run.reason,
        "ended_at_ms": None if run.ended_at is None else to_ms(run.ended_at),
    }  # fmt: skip
    await connection.execute(_SAVE.values(**values), {"of_id": run.id})


def run_of(row: Mapping[str, Any]) -> Run:
    """Return a row as the core knows it."""
    return Run(
        id=row["id"], ordered_at=from_ms(row["ordered_at_ms"]), limits=Limits(**json.loads(row["limits"])),
        state=RunState(row["state"]), reached=_reached(row), answered_by=row["answered_by"],
        ended_at=None if row["ended_at_ms"] is None else from_ms(row["ended_at_ms"]),
        ended_by=row["ended_by"], reason=row["reason"],
    )  # fmt: skip


def unaware_of(row: Mapping[str, Any]) -> Unaware | None:
    """Return from whom a run's mark is withheld; None: it was announced."""
    if row["unaware"] is None or row["unaware_until_ms"] is None:
        return None
    names = frozenset(json.loads(row["unaware"]))
    answered = frozenset({row["answered_by"]} if row["answered_by"] else ())
    return Unaware(names, from_ms(row["unaware_until_ms"]), answered, not row["is_open"])


def view(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a run, JSON-ready."""
    names = (
        "id", "site_id", "device", "worker", "workplace", "alarm_kind", "chain", "started_by", "plan_id",
        "state", "is_open", "answered_by", "ended_by", "reason", "case_id",
    )  # fmt: skip
    return {
        **{name: row[name] for name in names},
        "ordered_at": iso_of_ms(row["ordered_at_ms"]),
        "ended_at": None if row["ended_at_ms"] is None else iso_of_ms(row["ended_at_ms"]),
        "reached": {name: iso(at) for name, at in _reached(row).items()},
        "limits": json.loads(row["limits"]),
        "is_announced": row["unaware"] is None,
        "unaware": [] if row["unaware"] is None else json.loads(row["unaware"]),
    }


def _reached(row: Mapping[str, Any]) -> dict[str, datetime]:
    return {name: from_ms(ms) for name, ms in json.loads(row["reached"]).items()}
