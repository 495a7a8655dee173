"""What a device has lived through: who wore it, which alarms it raised, what was done with it.

Decides nothing; the newest first, so many of each. Journals and movement are not here: they have readers of
their own.
"""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.clock import iso_of_ms
from basestation.store.tables import cases, log, log_contents, shifts, workers, workplaces

SHOWN_MAX = 20
#: What is done with a device, in the log.
_KINDS = (
    "device_added", "device_setup_began", "device_checked", "device_replacement_ordered", "device_replaced",
    "device_retired", "device_changed", "device_undone", "device_settings_ordered",
)  # fmt: skip
#: Of their contents: never the report of a test, never a value that is not listed here.
_SAID = ("by", "user", "label", "lent_to", "withdrawn_because", "is_passed", "replaces")


async def life_of(connection: AsyncConnection, device: str) -> dict[str, Any]:
    """Return `shifts`, `cases` and `log` of a device."""
    return {
        "shifts": await _shifts(connection, device),
        "cases": await _cases(connection, device),
        "log": await _log(connection, device),
    }


async def _shifts(connection: AsyncConnection, device: str) -> list[dict[str, Any]]:
    query = (
        select(
            shifts.c.id,
            shifts.c.started_at_ms,
            shifts.c.ended_at_ms,
            workers.c.name.label("worker"),
            workplaces.c.name.label("workplace"),
        )
        .join(workers, workers.c.id == shifts.c.worker_id)
        .join(workplaces, workplaces.c.id == shifts.c.workplace_id)
        .where(shifts.c.device == device)
        .order_by(shifts.c.id.desc())
        .limit(SHOWN_MAX)
    )
    return [_timed(row) for row in (await connection.execute(query)).mappings()]


async def _cases(connection: AsyncConnection, device: str) -> list[dict[str, Any]]:
    columns = (cases.c.id, cases.c.kind, cases.c.mark, cases.c.state, cases.c.is_open, cases.c.opened_at_ms)
    query = select(*columns).where(cases.c.device == device).order_by(cases.c.id.desc()).limit(SHOWN_MAX)
    return [_timed(row) for row in (await connection.execute(query)).mappings()]


async def _log(connection: AsyncConnection, device: str) -> list[dict[str, Any]]:
    query = (
        select(log.c.seq, log.c.at_ms, log.c.kind, log_contents.c.content)
        .outerjoin(log_contents, log_contents.c.seq == log.c.seq)
        .where(log.c.device == device, log.c.kind.in_(_KINDS))
        .order_by(log.c.seq.desc())
        .limit(SHOWN_MAX)
    )
    rows = (await connection.execute(query)).mappings()
    return [{"kind": row["kind"], "at": iso_of_ms(row["at_ms"]), **_said(row["content"])} for row in rows]


def _said(content: str | None) -> dict[str, Any]:
    told = {} if content is None else json.loads(content)
    return {name: told[name] for name in _SAID if name in told}


def _timed(row: Any) -> dict[str, Any]:
    times = {name[:-3]: iso_of_ms(row[name]) for name in row if name.endswith("_at_ms")}
    return {name: row[name] for name in row if not name.endswith("_at_ms")} | times
