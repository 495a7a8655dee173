"""Messages nobody understood: kept as they came, counted by reason, shown with their device.

Decides how many are kept of one device, and when they are a technical alarm: when they came on an
event topic, where alarms travel. One open case per device and reason, which counts the rest.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.casework.conditions import MESSAGE, Conditions
from basestation.clock import iso_of_ms, to_ms
from basestation.counters import Counters
from basestation.intake import retired
from basestation.intake.hearing import RETIRED_ALARM, RETIRED_DEVICE, UNKNOWN_DEVICE, Misheard
from basestation.store.committer import Work
from basestation.store.tables import quarantine

#: Rows kept per device; more are counted only.
ROWS_MAX = 1000
#: Characters of a topic that are kept.
_TOPIC_MAX = 500


class Quarantine:
    """Keeps what nobody understood."""

    def __init__(self, conditions: Conditions, counters: Counters) -> None:
        self._conditions = conditions
        self._counters = counters

    async def keep(self, work: Work, misheard: Misheard, topic: str, payload: bytes, at: datetime) -> None:
        """Store a message and, if somebody must know of it, raise a technical alarm."""
        work.after_commit(self._counters.quarantined.labels(misheard.reason).inc)
        count = await _count(work.connection, misheard.device)
        if count >= ROWS_MAX:
            work.after_commit(self._counters.quarantine_full.inc)
        else:
            row = {
                "topic": topic[:_TOPIC_MAX],
                "device": misheard.device,
                "reason": misheard.reason,
                "field": misheard.field,
                "payload": payload,
                "received_at_ms": to_ms(at),
            }
            await work.connection.execute(insert(quarantine).values(row))
        if misheard.is_told and misheard.device is not None:
            await self._raise(work, misheard.device, misheard, at)

    async def _raise(self, work: Work, device: str, misheard: Misheard, at: datetime) -> None:
        condition = f"{MESSAGE}-{misheard.reason}"
        case = await self._conditions.open_case(work, device, condition)
        since = at if case is None else case.opened_at
        count = await _count(work.connection, device, misheard.reason, since)
        await self._conditions.began(work, device, condition, _cause(misheard, max(count, 1)), at)


async def newest(database: AsyncEngine, count_max: int) -> list[dict[str, Any]]:
    """Return the newest quarantined messages; payloads as text, what is no text replaced."""
    query = select(quarantine).order_by(quarantine.c.id.desc()).limit(count_max)
    async with database.connect() as connection:
        rows = (await connection.execute(query)).mappings().all()
    return [
        {
            "id": row["id"],
            "device": row["device"],
            "topic": row["topic"],
            "reason": row["reason"],
            "field": row["field"],
            "payload": row["payload"].decode(errors="replace"),
            "received_at": iso_of_ms(row["received_at_ms"]),
        }
        for row in rows
    ]


async def _count(
    connection: AsyncConnection, device: str | None, reason: str | None = None, since: datetime | None = None
) -> int:
    query = select(func.count()).select_from(quarantine).where(quarantine.c.device == device)
    if reason is not None and since is not None:
        query = query.where(quarantine.c.reason == reason, quarantine.c.received_at_ms >= to_ms(since))
    return int((await connection.execute(query)).scalar_one())


def _cause(misheard: Misheard, count: int) -> str:
    if misheard.reason in {RETIRED_ALARM, RETIRED_DEVICE}:
        return retired.cause(misheard, count)
    what = "message" if count == 1 else "messages"
    if misheard.reason == UNKNOWN_DEVICE:
        return f"{count} {what} of a device that is not registered here"
    at_fault = f"{misheard.reason} {misheard.field}".strip()
    alarm = ", the last one an alarm" if misheard.kind in {"raised", "pre-alarm"} else ""
    return f"{count} {what} of this device not understood ({at_fault}){alarm}"
