"""Joins the safety officer's records and clearance with the shifts; knows which needs which, nothing else."""

from datetime import datetime
from typing import Any

from basestation.casework.conditions import Conditions
from basestation.intake.device_states import DeviceStates
from basestation.records.clearing import ClearanceDesk, Planned
from basestation.records.desk import RecordDesk
from basestation.site.bookkeeping import Bookkeeping
from basestation.site.shifts import Shifts
from basestation.store.committer import Work


class RecordParts:
    """Records and clearance of one base station."""

    def __init__(
        self, book: Bookkeeping, conditions: Conditions, states: DeviceStates, shifts: Shifts
    ) -> None:
        self.desk = RecordDesk(book)
        self.clearing = ClearanceDesk(book, conditions, states)
        shifts.clear = self._clear

    async def look(self, now: datetime) -> datetime:
        """Delete and remind, look at the open shifts, and return when to look again."""
        return min(await self.desk.look(now), await self.clearing.look(now))

    async def _clear(self, work: Work, view: dict[str, Any]) -> dict[str, Any]:
        end = datetime.fromisoformat(view["planned_end"])
        planned = Planned(view["worker_id"], view["workplace_id"], view["device"], end)
        return await self.clearing.start(work, planned, view["id"])
