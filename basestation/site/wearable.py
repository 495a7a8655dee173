"""Whether somebody may go to work with a device.

Decides that a device which is unknown, retired, not ready or withdrawn protects nobody.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.errors import ShiftRefused
from basestation.store.tables import devices


async def check_wearable(connection: AsyncConnection, device: str) -> None:
    """Raise ShiftRefused, with a sentence, for a device that nobody may wear."""
    columns = (devices.c.state, devices.c.withdrawn_because)
    query = select(*columns).where(devices.c.name == device, devices.c.is_active)
    row = (await connection.execute(query)).first()
    if row is None:
        raise ShiftRefused(f"There is no device {device!r}: add the device first.")
    if row.state == "not_ready":
        raise ShiftRefused(f"{device} is not ready: finish `rufweite device add {device} --port …` first.")
    if row.withdrawn_because:
        raise ShiftRefused(
            f"{device} is withdrawn ({row.withdrawn_because}): take another one, or bring it back to service."
        )
