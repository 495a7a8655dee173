"""Who wears a device now, and how a shift goes over from one device to another.

Decides nothing about a shift itself: `shifts` does, and tells the new device how things stand.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.site.shifts import Shifts
from basestation.store.committer import Work
from basestation.store.tables import shifts, workers, workplaces

_OPEN = (
    select(
        shifts.c.id,
        shifts.c.device,
        workers.c.name.label("worker"),
        workplaces.c.name.label("workplace"),
    )
    .join(workers, workers.c.id == shifts.c.worker_id)
    .join(workplaces, workplaces.c.id == shifts.c.workplace_id)
    .where(shifts.c.ended_at_ms.is_(None))
)


async def open_shift_of(connection: AsyncConnection, device: str) -> RowMapping | None:
    """Return `id`, `device`, `worker` and `workplace` of the open shift of a device, or None."""
    return (await connection.execute(_OPEN.where(shifts.c.device == device))).mappings().first()


async def open_shifts(connection: AsyncConnection) -> dict[str, dict[str, Any]]:
    """Return the same of all open shifts, by device."""
    return {row["device"]: dict(row) for row in (await connection.execute(_OPEN)).mappings()}


async def move_shift(site_shifts: Shifts, work: Work, old: str, new: str, now: datetime) -> bool:
    """Let the wearer of `old` wear `new` from now on; return whether there was one."""
    if await open_shift_of(work.connection, old) is None:
        return False
    await work.connection.execute(
        update(shifts).where(shifts.c.device == old, shifts.c.ended_at_ms.is_(None)).values(device=new)
    )
    await site_shifts.tell_again(work, new, now)
    work.after_commit(lambda: site_shifts.on_shift(old, None))
    work.after_commit(lambda: site_shifts.on_shift(new, now))
    return True
