"""The devices as console and command line see them. JSON-ready; never a secret.

Joins what the site registered, what each device last said of itself, who wears it and which cases are open.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.clock import iso, iso_of_ms
from basestation.errors import EntryRefused
from basestation.intake.device_states import DeviceStates
from basestation.site.device_certificates import ends_of_all
from basestation.site.withdrawn import places_left
from basestation.site.worn import open_shifts
from basestation.store.tables import cases, devices
from basestation.tuning import history


class FleetView:
    """Reads the devices."""

    def __init__(self, database: AsyncEngine, states: DeviceStates) -> None:
        self._database = database
        self._states = states

    async def devices(self) -> list[dict[str, Any]]:
        """Return all devices by name, the retired ones too."""
        async with self._database.connect() as connection:
            rows = (await connection.execute(select(devices).order_by(devices.c.name))).mappings().all()
            worn = await open_shifts(connection)
            changes = await history.newest_of_all(connection)
            places = await places_left(connection)
            ends = await ends_of_all(connection)
        new_of = {row["replaces"]: row["name"] for row in rows if row["replaces"]}
        return [
            self._listed(row, worn, new_of)
            | self._change(row["name"], changes)
            | {"log_in_left_at": places.get(row["name"], []), "certificate_ends_at": ends.get(row["name"])}
            for row in rows
        ]

    async def device(self, name: str) -> dict[str, Any]:
        """Return one device with its own test and its open cases; raises EntryRefused."""
        found = [row for row in await self.devices() if row["name"] == name]
        if not found:
            raise EntryRefused(f"There is no device {name!r}: `rufweite device list` shows them.")
        async with self._database.connect() as connection:
            query = select(devices.c.setup_report, devices.c.retired_at_ms).where(devices.c.name == name)
            row = (await connection.execute(query)).one()
            open_cases = await _open_cases(connection, name)
        state = self._states.of(name)
        return found[0] | {
            "setup_report": None if row.setup_report is None else json.loads(row.setup_report),
            "retired_at": iso_of_ms(row.retired_at_ms),
            "battery_mv": state.battery_mv,
            "is_charging": state.is_charging,
            "alarms_due": state.alarms_due,
            "open_cases": open_cases,
        }

    def _change(self, device: str, changes: Mapping[str, RowMapping]) -> dict[str, Any]:
        """Return the newest change of the settings, without its values, None where there was none."""
        row = changes.get(device)
        if row is None or row["state"] == history.BUILT:
            return {"settings_change": None}
        change = history.view(row, self._states.of(device).seen_at)
        return {
            "settings_change": {name: change[name] for name in ("version", "state", "reason", "by", "at")}
        }

    def _listed(
        self, row: RowMapping, worn: Mapping[str, Mapping[str, Any]], new_of: Mapping[str, str]
    ) -> dict[str, Any]:
        state = self._states.of(row["name"])
        shift = worn.get(row["name"])
        return {
            "name": row["name"],
            "label": row["label"],
            "site_id": row["site_id"],
            "state": row["state"],
            "is_active": row["is_active"],
            "created_at": iso_of_ms(row["created_at_ms"]),
            "firmware": state.firmware,
            "settings_version": state.settings_version,
            "seen_at": None if state.seen_at is None else iso(state.seen_at),
            "presence": state.presence,
            "battery_percent": state.battery_percent,
            "worker": None if shift is None else shift["worker"],
            "shift_id": None if shift is None else shift["id"],
            "replaces": row["replaces"],
            "replaced_by": new_of.get(row["name"]),
        }


async def _open_cases(connection: AsyncConnection, device: str) -> list[int]:
    query = select(cases.c.id).where(cases.c.device == device, cases.c.is_open).order_by(cases.c.id)
    return list((await connection.execute(query)).scalars())


async def pairs_of_devices(connection: AsyncConnection) -> dict[str, set[str]]:
    """Return for each device those that it replaces or that replace it."""
    pairs: dict[str, set[str]] = {}
    query = select(devices.c.name, devices.c.replaces).where(devices.c.replaces.is_not(None))
    for row in await connection.execute(query):
        pairs.setdefault(row.name, set()).add(row.replaces)
        pairs.setdefault(row.replaces, set()).add(row.name)
    return pairs
