"""What the console shows: open cases in their order, people at work, the station. JSON-ready.

Decides the order of the cases: not accepted first, then gravity, time and number. What the database
says is read again only after a change; what heartbeats say is taken from memory.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.cases.budget import overspent
from basestation.cases.case import Case, gravity
from basestation.cases.protection import SelfTest
from basestation.cases.shift import ShiftSettings
from basestation.cases.sounder import Silence, sound_of
from basestation.casework.called_view import called_views
from basestation.casework.case_view import case_view, linked_ids
from basestation.casework.locating import tones
from basestation.casework.person_facts import PeopleFacts, facts_view, read_people_facts
from basestation.casework.sounder import silence_views, silences
from basestation.changes import Changes
from basestation.clock import from_ms, iso, iso_of_ms, to_ms
from basestation.intake.device_states import DeviceState, DeviceStates
from basestation.site.fleet_view import pairs_of_devices
from basestation.site.walks import walks_due
from basestation.store import case_rows, casefile_token
from basestation.store.case_sites import sites_of_open_cases
from basestation.store.tables import devices, log, log_contents, quarantine, shifts, workers, workplaces
from basestation.supervision.devices import Supervision
from basestation.supervision.protection import ProtectionSupervision
from basestation.supervision.station import StationWatch

#: What is said of a wearer whose device was retired: nobody listens to it any more.
NOT_PROTECTED, RETIRED_DEVICE = "not_protected", "device_retired"
#: A heartbeat may be under way for a while; a clock that is off by more is one that is wrong.
CLOCK_MS_MAX = 5000
#: Causes of a start that nobody has asked for.
UNASKED_STARTS = ("watchdog", "brown_out", "exception")


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the database says, as of one version of it."""

    version: int
    cases: list[tuple[Case, dict[str, Any]]]
    shifts: Sequence[RowMapping]
    quarantined: int
    #: Workplaces with the day from which they need a new coverage walk.
    walks_due: list[dict[str, Any]]
    #: New whenever something was written of a case.
    casefile: str | None
    people: PeopleFacts
    silences: list[Silence]


class SnapshotReader:
    """Reads what consoles show."""

    def __init__(
        self,
        database: AsyncEngine,
        changes: Changes,
        states: DeviceStates,
        supervision: Supervision,
        protection: ProtectionSupervision,
        station: StationWatch,
        settings: ShiftSettings,
    ) -> None:
        self._database = database
        self._changes = changes
        self._states = states
        self._supervision = supervision
        self._protection = protection
        self._station = station
        self._settings = settings
        self._facts: _Facts | None = None
        self._reading = asyncio.Lock()
        self._views: dict[int, tuple[Case, list[int], dict[str, Any]]] = {}

    async def read(self, now: datetime) -> dict[str, Any]:
        """Return the snapshot as it is at `now`."""
        # Whoever asks while it is being read gets what is read, not a second reading.
        async with self._reading:
            facts = self._facts
            if facts is None or facts.version != self._changes.version:
                facts = self._facts = await self._read_facts(now)
        return {
            "now": iso(now),
            "cases": [{**view, "overspent": overspent(case, now)} for case, view in facts.cases],
            "silences": silence_views(facts.silences, [case for case, _ in facts.cases], now),
            "people": [self._person(row, facts.people, now) for row in facts.shifts],
            "station": self._station.view(facts.quarantined),
            "casefile": facts.casefile,
            "coverage_due": [
                {**due, "due_at": iso(due["due_at"])} for due in facts.walks_due if due["due_at"] <= now
            ],
        }

    async def _read_facts(self, now: datetime) -> _Facts:
        # Before reading, so that a change meanwhile makes the facts old.
        version = self._changes.version
        async with self._database.connect() as connection:
            cases = await case_rows.all_open(connection)
            open_shifts = await _open_shifts(connection)
            pairs = await pairs_of_devices(connection)
            quarantined = (
                await connection.execute(select(func.count()).select_from(quarantine))
            ).scalar_one()
            ordered = await tones(connection, [case.id for case in cases])
            called = await called_views(connection, cases)
            due, casefile = await walks_due(connection), await casefile_token.current(connection)
            sites = await sites_of_open_cases(connection)
            people, silent = await read_people_facts(connection), await silences(connection, now)
        views = self._views = {case.id: self._view(case, linked_ids(case, cases, pairs)) for case in cases}
        shown = [
            (
                case,
                {
                    **views[case.id][-1],
                    "sound": sound_of(case),
                    "site_id": sites.get(case.id),
                    "tone": ordered.get(case.id),
                    "called": called[case.id],
                },
            )
            for case in sorted(cases, key=_rank)
        ]
        return _Facts(version, shown, open_shifts, quarantined, due, casefile, people, silent)

    def _view(self, case: Case, linked: list[int]) -> tuple[Case, list[int], dict[str, Any]]:
        """Return the view of a case with what it was made of; one that is as it was is not made again."""
        kept = self._views.get(case.id)
        if kept is not None and kept[0] is case and kept[1] == linked:
            return kept
        return case, linked, case_view(case, linked)

    def _person(self, row: RowMapping, people: PeopleFacts, now: datetime) -> dict[str, Any]:
        state = self._states.of(row["device"])
        shown = self._protection.shown(row["device"], from_ms(row["started_at_ms"]), now)
        is_asked = row["ask"] is not None and row["asked_at_ms"] is not None
        ask_until = (
            from_ms(row["asked_at_ms"]) + timedelta(seconds=self._settings.ask_s) if is_asked else None
        )
        return {
            "shift_id": row["id"],
            "worker": row["worker"],
            "device": row["device"],
            "workplace": row["workplace"],
            "site_id": row["site_id"],
            "started_at": iso_of_ms(row["started_at_ms"]),
            "planned_end": iso_of_ms(row["planned_end_at_ms"]),
            "ask_until": _iso(ask_until),
            "seen_at": _iso(state.seen_at),
            "presence": state.presence,
            "mode": state.mode,
            "battery_percent": state.battery_percent,
            "battery_until": _iso(state.battery.until),
            "is_silent": self._supervision.is_silent(row["device"]),
            "protection": shown.state if row["is_active"] else NOT_PROTECTED,
            "protection_reason": shown.reason if row["is_active"] else RETIRED_DEVICE,
            "protection_since": _iso(shown.since),
            "protection_until": _iso(shown.until),
            "link": None if state.link is None else state.link.view(),
            "clock": clock_fault(state.wall_offset_s, state.wall_error_ms),
            "foretold": state.foretold,
            "restart": _restart_view(state, row["started_at_ms"]),
            "self_test": None if state.self_test is None else _test_view(state.self_test),
            "firmware": state.firmware,
            **facts_view(people, row, state, shown, now),
        }


def clock_fault(offset_s: int | None, error_ms: int | None) -> dict[str, Any] | None:
    """Return what is wrong with the clock of a device: `offset_s` None where it does not know the time."""
    if offset_s is None:
        return {"offset_s": None, "error_ms": None}
    if abs(offset_s) * 1000 <= CLOCK_MS_MAX + (error_ms or 0):
        return None
    return {"offset_s": offset_s, "error_ms": error_ms}


def _restart_view(state: DeviceState, shift_started_at_ms: int) -> dict[str, Any] | None:
    """Return the start that nobody asked for, if the device made one in this shift."""
    if state.started_at is None or state.start_cause not in UNASKED_STARTS:
        return None
    if to_ms(state.started_at) < shift_started_at_ms:
        return None
    return {"cause": state.start_cause, "error": state.start_error, "at": iso(state.started_at)}


def _test_view(test: SelfTest) -> dict[str, Any]:
    return {"result": test.result, "at": iso(test.at), "parts": test.parts, "mark": test.mark}


async def timeline(connection: AsyncConnection, case_id: int) -> list[dict[str, Any]]:
    """Return what the log says of a case, oldest first; erased contents are left out."""
    query = (
        select(log.c.seq, log.c.at_ms, log.c.kind, log_contents.c.content)
        .outerjoin(log_contents, log.c.seq == log_contents.c.seq)
        .where(log.c.case_id == case_id)
        .order_by(log.c.seq)
    )
    return [
        {**json.loads(row.content or "{}"), "seq": row.seq, "at": iso_of_ms(row.at_ms), "kind": row.kind}
        for row in (await connection.execute(query)).all()
    ]


async def _open_shifts(connection: AsyncConnection) -> Sequence[RowMapping]:
    query = (
        select(
            shifts,
            workers.c.name.label("worker"),
            workplaces.c.name.label("workplace"),
            workplaces.c.site_id,
            devices.c.is_active,
        )
        .join(devices, devices.c.name == shifts.c.device)
        .join(workers, workers.c.id == shifts.c.worker_id)
        .join(workplaces, workplaces.c.id == shifts.c.workplace_id)
        .where(shifts.c.ended_at_ms.is_(None))
        .order_by(workers.c.name)
    )
    return (await connection.execute(query)).mappings().all()


def _rank(case: Case) -> tuple[bool, int, int, int]:
    at = case.raised_at or case.opened_at
    return case.is_answered, gravity(case.kind, case.mark), to_ms(at), case.id


def _iso(at: datetime | None) -> str | None:
    return None if at is None else iso(at)
