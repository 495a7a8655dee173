"""The settings of each device over time, read. Decides which set is the one that a device has."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.clock import from_ms, iso_of_ms
from basestation.errors import ChangedMeanwhile
from basestation.store.settings_tables import device_settings

#: BUILT: on the board when it was got ready. SENT: no answer yet. TRYING: the device runs with it and waits
#: for our word. APPLIED: it said so. REFUSED, ROLLED_BACK: not in force. REPLACED: a newer order came first.
BUILT, SENT, TRYING, APPLIED = "built", "sent", "trying", "applied"
REFUSED, ROLLED_BACK, REPLACED = "refused", "rolled_back", "replaced"
OPEN = (SENT, TRYING)
#: What a device may be running with.
_IN_FORCE = (BUILT, TRYING, APPLIED)
#: Shown beside the others: it was heard since and has not answered, so it waits for the end of an alarm.
WAITING = "waiting"
_WAITING_AFTER = timedelta(seconds=30)


async def rows_of(connection: AsyncConnection, device: str) -> list[RowMapping]:
    """Return the history of a device, newest first."""
    query = select(device_settings).where(device_settings.c.device == device)
    return list((await connection.execute(query.order_by(device_settings.c.id.desc()))).mappings())


async def newest_of_all(connection: AsyncConnection) -> dict[str, RowMapping]:
    """Return the newest row of every device that has one."""
    newest = select(func.max(device_settings.c.id)).group_by(device_settings.c.device)
    query = select(device_settings).where(device_settings.c.id.in_(newest))
    return {row["device"]: row for row in (await connection.execute(query)).mappings()}


def check_seen(rows: list[RowMapping], seen: int | None) -> None:
    """Raise ChangedMeanwhile unless `seen` is the newest version, 0 for none; None asks nothing."""
    if seen is None or seen == (rows[0]["version"] if rows else 0):
        return
    if not rows:
        raise ChangedMeanwhile("This is another one than the one you had opened: open it again.")
    at = from_ms(rows[0]["ordered_at_ms"]).strftime("%Y-%m-%d %H:%M:%S UTC")
    raise ChangedMeanwhile(
        f"NOT SAVED: {rows[0]['ordered_by']} changed this at {at}, after you had opened it. "
        "Look at both, then save again."
    )


def in_force(rows: list[RowMapping], version: int | None) -> RowMapping | None:
    """Return the row that the device runs with, `version` being what it says, None if it said nothing yet."""
    for row in rows:
        if row["state"] in _IN_FORCE and version in (None, row["version"]):
            return row
    return None


def settings_in(row: RowMapping) -> dict[str, int]:
    """Return the settings of a row that differ from the defaults."""
    found: dict[str, int] = json.loads(row["settings"])
    return found


def view(row: RowMapping, seen_at: datetime | None) -> dict[str, Any]:
    """Return what is shown of a row; `seen_at` is when its device was last heard."""
    state = row["state"]
    if state == SENT and seen_at is not None and seen_at > from_ms(row["ordered_at_ms"]) + _WAITING_AFTER:
        state = WAITING
    return {
        "version": row["version"], "state": state, "reason": row["reason"], "by": row["ordered_by"],
        "at": iso_of_ms(row["ordered_at_ms"]), "ended_at": iso_of_ms(row["ended_at_ms"]),
        "settings": json.loads(row["settings"]),
    }  # fmt: skip
