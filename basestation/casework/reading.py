"""What pages read of one case, of those who could come, and of a month. Changes nothing."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.casefile.casefile import file_of
from basestation.casework.called_view import called_views
from basestation.casework.case_view import case_view, links_of
from basestation.casework.desk import Desk
from basestation.casework.locating import tones
from basestation.casework.months import month_figures, stages_view
from basestation.casework.notified import notified
from basestation.casework.places import places_of
from basestation.casework.snapshot import timeline
from basestation.clock import Clock
from basestation.errors import UnknownCase
from basestation.plans.shown import Drawing, drawings_of
from basestation.store import case_rows
from basestation.store.case_sites import site_of_case
from basestation.traces.keeping import Traces


class CaseReading:
    """The part of the engine that reads cases."""

    _database: AsyncEngine
    _clock: Clock
    desk: Desk
    traces: Traces

    async def case(self, case_id: int) -> dict[str, Any]:
        """Return one case, open or closed, as in the snapshot; raises UnknownCase."""
        async with self._database.connect() as connection:
            case = await case_rows.load(connection, case_id)
            if case is None:
                raise UnknownCase(f"There is no case {case_id}.")
            facts = {"places": await places_of(connection, case), **await _tone(connection, case_id)}
            facts["site_id"] = await site_of_case(connection, case_id)
            facts["called"] = (await called_views(connection, [case]))[case_id]
            facts["notified"] = await notified(connection, case)
            facts |= await file_of(connection, case)
            facts["stages"] = stages_view(case, self._clock.now())
            facts["trace"] = await self.traces.of_case(connection, case.device, case.alarm)
            return {**case_view(case, await links_of(connection, case)), **facts}

    async def drawings(self, case_id: int) -> tuple[Drawing, ...]:
        """Return the floor plans of a case, large ones too; raises UnknownCase."""
        async with self._database.connect() as connection:
            case = await case_rows.load(connection, case_id)
            if case is None:
                raise UnknownCase(f"There is no case {case_id}.")
            return await drawings_of(connection, case, self._clock.now(), is_whole=True)

    async def candidates(self, case_id: int) -> dict[str, Any]:
        """Return who could be called, or take over, in a case; raises UnknownCase."""
        async with self._database.connect() as connection:
            return await self.desk.candidates(connection, case_id)

    async def figures(self, month: str) -> dict[str, Any]:
        """Return how fast the alarms of "YYYY-MM" were answered; raises EntryRefused."""
        async with self._database.connect() as connection:
            return await month_figures(connection, month)

    async def timeline(self, case_id: int) -> list[dict[str, Any]]:
        """Return what happened in a case, oldest first: `at`, `kind` and the facts of each entry."""
        async with self._database.connect() as connection:
            return await timeline(connection, case_id)


async def _tone(connection: AsyncConnection, case_id: int) -> dict[str, Any]:
    return {"tone": (await tones(connection, [case_id])).get(case_id)}
