"""Looks at every part every few seconds and keeps what it found; whoever asks gets that, and its age.

Decides when a technical alarm about space on the disk or the outside signal begins and ends; `judgement`
decides all else. A commit is proven by one: a row that nothing reads. Asking costs nothing: no database is
read.
"""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import text

from basestation.casework.conditions import STATION
from basestation.clock import Clock, from_ms, iso, to_ms
from basestation.engine import Engine
from basestation.health import judgement
from basestation.health.dead_man import DeadMan
from basestation.health.judgement import Facts, Part
from basestation.health.machine_clock import ClockSteps, is_synchronised
from basestation.store import case_rows
from basestation.store.committer import Work
from basestation.store.database import upsert
from basestation.store.tables import REVISION, station

EVERY_S = 5
#: Between two commits that prove the store, in seconds; what reading the database may take.
PROVE_S, READ_S_MAX = 15, 5.0
#: Conditions of technical alarms of the station.
DISK, DEAD_MAN = "disk", "dead-man"
#: An alarm about space ends when there is so much more than is wanted, in per cent.
SPACE_BACK_PERCENT = 120

_log = structlog.get_logger(__name__)


class StationHealth:
    """What is known of the station's health."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        folders: Sequence[Path],
        disk_wanted_bytes: int,
        canary_s: float,
        replica: str,
    ) -> None:
        self._engine, self._clock, self._folders = engine, clock, folders
        self._disk_wanted_bytes, self._canary_s, self._replica = disk_wanted_bytes, canary_s, replica
        self._steps = ClockSteps()
        self._proof_due_at = self._proven_at = self._looked_at = None  # type: datetime | None
        self._proving: asyncio.Task[None] | None = None
        self._alarms: dict[str, str | None] = {}
        #: The signal to the outside; None where none is set.
        self.dead_man: DeadMan | None = None
        #: Ages of the canaries of all brokers, in seconds; set where the canaries are.
        self.canary_ages_s: Callable[[], tuple[float | None, ...]] = lambda: ()
        self.parts: tuple[Part, ...] = ()
        self.disk_free_bytes: int | None = None

    async def look(self, now: datetime) -> datetime:
        """Look at every part, raise and end alarms, and return when to look again."""
        self._prove(now)
        late_s, fault = await self._read(now)
        self.disk_free_bytes = await asyncio.to_thread(_free_bytes, self._folders)
        self.parts = judgement.parts_of(self._facts(now, late_s, fault))
        self._looked_at = now
        await self._tell(DISK, self._space_short(), now)
        if self.dead_man is not None:
            await self._tell(DEAD_MAN, self.dead_man.alarm(now), now)
        return now + timedelta(seconds=EVERY_S)

    def unproven(self) -> str:
        """Return why the way of an alarm is not proven now, "" if it is."""
        return judgement.unproven(self.now_parts())

    def now_parts(self) -> tuple[Part, ...]:
        """Return the parts as of now: what was looked at too long ago is no proof."""
        committer = self._engine.committer
        store = judgement.store_part(is_failing=committer.is_failing, waiting_s=committer.age_of_oldest_s)
        age_s = _age_s(self._looked_at, self._clock.now())
        is_fresh = age_s is not None and age_s <= judgement.LOOK_S_MAX
        detail = "nothing was looked at yet" if age_s is None else f"looked at {age_s:.0f} s ago"
        health = Part("health", is_fresh, is_needed=True, detail=detail, age_s=age_s)
        return (health, store, *self.parts)

    def view(self) -> dict[str, Any]:
        """Return what /health/ready says."""
        parts = self.now_parts()
        wrong = judgement.reasons(parts, needed=True)
        return {
            "is_ready": not wrong,
            "reasons": wrong,
            "warnings": judgement.reasons(parts, needed=False),
            "now": iso(self._clock.now()),
            "parts": {part.name: _without_name(part) for part in parts},
        }

    def _facts(self, now: datetime, late_s: float | None, schema_fault: str | None) -> Facts:
        counters, dead_man = self._engine.counters, self.dead_man
        return Facts(
            commit_age_s=_age_s(self._proven_at, now),
            timer_late_s=late_s,
            schema_fault=schema_fault,
            standing=self._engine.watchdog.standing,
            canary_ages_s=self.canary_ages_s(),
            canary_interval_s=self._canary_s,
            notices_waiting=int(_value(counters.notices_waiting)),
            notices_oldest_s=_value(counters.notices_oldest_s),
            channels={
                name: not is_wrong
                for name, is_wrong in self._engine.rescue.readiness.channel_faults().items()
            },
            disk_free_bytes=self.disk_free_bytes,
            disk_wanted_bytes=self._disk_wanted_bytes,
            is_clock_synchronised=is_synchronised(),
            clock_step_s=self._steps.look(now),
            dead_man_fault=None if dead_man is None else dead_man.fault,
            dead_man_age_s=None if dead_man is None else _age_s(dead_man.taken_at, now),
        )

    def _prove(self, now: datetime) -> None:
        """Try a commit beside the look: one that hangs must not hang the look."""
        is_under_way = self._proving is not None and not self._proving.done()
        if is_under_way or (self._proof_due_at is not None and now < self._proof_due_at):
            return
        self._proof_due_at = now + timedelta(seconds=PROVE_S)
        self._proving = asyncio.create_task(self._proven(), name="commit proof")

    async def _proven(self) -> None:
        begun_at = self._clock.now()
        row = {"key": f"proof:{self._replica}"[:64], "value": str(to_ms(begun_at))}
        try:
            await self._engine.committer.run(lambda work: upsert(work.connection, station, [row]))
        except Exception as error:  # noqa: BLE001 -- whatever it was, nothing is proven
            _log.warning("commit_not_proven", error=type(error).__name__)
            return
        self._proven_at = begun_at

    async def _read(self, now: datetime) -> tuple[float | None, str | None]:
        """Return how late the oldest timer is, and what is wrong with the schema; None: not known."""
        try:
            async with asyncio.timeout(READ_S_MAX), self._engine.database.connect() as connection:
                # The oldest of all.
                due_at = await case_rows.next_due_at(connection, from_ms(0))
                found = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
        except Exception as error:  # noqa: BLE001 -- what cannot be read is not known
            _log.warning("health_not_read", error=type(error).__name__)
            return None, None
        late_s = 0.0 if due_at is None else max(0.0, (now - due_at).total_seconds())
        return late_s, "" if found == REVISION else f"version {found}, the program expects {REVISION}"

    def _space_short(self) -> str | None:
        free, wanted = self.disk_free_bytes, self._disk_wanted_bytes
        if free is None:
            return self._alarms.get(DISK)
        is_told = self._alarms.get(DISK) is not None
        if free * 100 >= wanted * (SPACE_BACK_PERCENT if is_told else 100):
            return None
        # The same words while it lasts: an alarm is not to change with every megabyte.
        return f"the disk with the data is nearly full: less than {wanted // 1_000_000} MB free"

    async def _tell(self, condition: str, cause: str | None, now: datetime) -> None:
        if condition in self._alarms and self._alarms[condition] == cause:
            return
        write = partial(self._write, condition=condition, cause=cause, now=now)
        try:
            await asyncio.wait_for(self._engine.committer.run(write), READ_S_MAX)
        except Exception as error:  # noqa: BLE001 -- the next look tries again
            _log.warning("health_alarm_not_stored", condition=condition, error=type(error).__name__)
            return
        self._alarms[condition] = cause

    async def _write(self, work: Work, condition: str, cause: str | None, now: datetime) -> None:
        if cause is None:
            await self._engine.conditions.ended(work, STATION, condition, now)
        else:
            await self._engine.conditions.began(work, STATION, condition, cause, now)


def _without_name(part: Part) -> dict[str, Any]:
    facts = asdict(part)
    del facts["name"]
    return facts | {"age_s": None if part.age_s is None else round(part.age_s, 1)}


def _age_s(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else max(0.0, (now - at).total_seconds())


def _free_bytes(folders: Sequence[Path]) -> int | None:
    try:
        return min(shutil.disk_usage(folder).free for folder in folders)
    except (OSError, ValueError):
        return None


def _value(gauge: Any) -> float:
    for metric in gauge.collect():
        for sample in metric.samples:
            return float(sample.value)
    return 0.0
