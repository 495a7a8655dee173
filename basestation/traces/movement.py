"""The movement around a case's alarm as its page shows it: samples, what the detectors saw, limits and marks.

Decides by which settings: those the device had as the alarm was raised, as far as known, else the defaults.
Every reading is logged as that of the file is. Times in ms from the raise of the alarm the trace belongs to.
"""

import asyncio
import json
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case
from basestation.clock import to_ms
from basestation.errors import NoTrace
from basestation.site.people import User
from basestation.store import case_rows
from basestation.store.committer import GroupCommitter, Work
from basestation.traces.keeping import Traces
from basestation.traces.seen import Sample, seen
from basestation.tuning.history import in_force, rows_of, settings_in
from protocol.samples import unpack


class Movement:
    """Reads the movement of a case."""

    def __init__(self, committer: GroupCommitter, traces: Traces) -> None:
        self._committer = committer
        self._traces = traces

    async def read(self, case_id: int, user: User) -> dict[str, Any]:
        """Return samples, tracks and marks of a case, and log who read them; raises NoTrace."""

        async def job(work: Work) -> tuple[RowMapping, list[Sample], Case | None, RowMapping | None]:
            row, pieces = await self._traces.open_case(work, case_id, user)
            raised = await case_rows.find(work.connection, row["device"], row["alarm"])
            samples = [sample for piece in pieces for sample in _samples(piece)]
            return row, samples, raised, await _settings_at(work.connection, row, raised)

        row, samples, raised, setting = await self._committer.run(job)
        if not samples:
            raise NoTrace(f"The movement kept with case {case_id} holds no samples.")
        upright = None if row["upright_mg"] is None else json.loads(row["upright_mg"])
        values = {} if setting is None else settings_in(setting)
        tracks, falls = await asyncio.to_thread(seen, samples, values, upright)
        return {
            "settings_version": 0 if setting is None else setting["version"],
            "upright_mg": upright,
            "samples": {
                name: [sample[at] for sample in samples]
                for at, name in enumerate(("t_ms", "x_mg", "y_mg", "z_mg"))
            },
            "tracks": tracks,
            "marks": _marks(raised, falls),
        }


def _samples(piece: RowMapping) -> list[Sample]:
    first_ms, interval_ms = piece["first_ms"], piece["interval_ms"]
    return [(first_ms + at * interval_ms, *mg) for at, mg in enumerate(unpack(piece["samples"]))]


async def _settings_at(
    connection: AsyncConnection, row: RowMapping, raised: Case | None
) -> RowMapping | None:
    """Return the settings the device ran with when the alarm of the trace was raised."""
    at_ms = row["began_at_ms"] if raised is None or raised.raised_at is None else to_ms(raised.raised_at)
    rows = [one for one in await rows_of(connection, row["device"]) if one["ordered_at_ms"] <= at_ms]
    return in_force(rows, None)


def _marks(raised: Case | None, falls: list[int]) -> list[dict[str, Any]]:
    """Return when the condition and the pre-alarm began, and what a fall was found at, beside the alarm."""
    marks = [{"name": "alarm", "t_ms": 0}, *({"name": "fall", "t_ms": t_ms} for t_ms in falls)]
    if raised is not None and raised.raised_at is not None:
        for name, at in (("condition", raised.condition_at), ("pre_alarm", raised.announced_at)):
            if at is not None:
                marks.append({"name": name, "t_ms": _apart_ms(raised.raised_at, at)})
    return sorted(marks, key=lambda mark: int(str(mark["t_ms"])))


def _apart_ms(raised_at: datetime, at: datetime) -> int:
    return to_ms(at) - to_ms(raised_at)
