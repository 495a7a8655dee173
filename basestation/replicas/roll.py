"""The roll of base stations on this database: each says that it is there, and the one on duty who is missing.

Decides when one that has not ended in order counts as missing, and that a program whose tables are no longer
served ends itself. Written every few seconds; times by the clock of whoever writes.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.casework.conditions import STATION, Conditions
from basestation.clock import from_ms, iso, to_ms
from basestation.store.committer import GroupCommitter, Work
from basestation.store.database import upsert
from basestation.store.replica_tables import replicas
from basestation.store.serving import fault_of_service
from basestation.store.tables import REVISION

#: Between two entries of one base station.
ENTRY: Final = timedelta(seconds=5)
#: One that was not heard of for so long does not count as hearing, or is missing.
FRESH, MISSING = timedelta(seconds=12), timedelta(seconds=30)

_log = structlog.get_logger("rufweite.replicas")


class Roll:
    """Keeps our own entry, and reads those of the others."""

    def __init__(
        self,
        database: AsyncEngine,
        committer: GroupCommitter,
        conditions: Conditions,
        replica: str,
        started_at: datetime,
        is_hearing: Callable[[], bool],
    ) -> None:
        self._database = database
        self._committer = committer
        self._conditions = conditions
        self._replica = replica
        self._started_at = started_at
        self._is_hearing = is_hearing
        self._missing: set[str] = set()
        #: Since when we have looked without a break: who stood still sees all others stand still.
        self._looking_since = self._looked_at = started_at
        self._is_outdated = asyncio.Event()

    async def enter(self, now: datetime) -> datetime:
        """Write that we are there; raises nothing but what the store does."""
        await self._committer.run(lambda work: self._write(work, now, None))
        async with self._database.connect() as connection:
            fault = await connection.run_sync(fault_of_service)
        if fault:
            _log.critical("tables_serve_newer_programs", sentence=fault)
            self._is_outdated.set()
        return now + ENTRY

    async def outdated(self) -> None:
        """Return once the tables no longer serve this program."""
        await self._is_outdated.wait()

    async def leave(self, now: datetime) -> None:
        """Write that we have ended in order."""
        await self._committer.run(lambda work: self._write(work, now, now))

    async def is_heard_by_others(self, now: datetime) -> bool:
        """Tell whether another base station hears devices now."""
        query = select(func.count()).where(
            replicas.c.name != self._replica,
            replicas.c.is_hearing,
            replicas.c.ended_at_ms.is_(None),
            replicas.c.seen_at_ms > to_ms(now - FRESH),
        )
        async with self._database.connect() as connection:
            return bool((await connection.execute(query)).scalar())

    async def check(self, now: datetime) -> datetime:
        """Raise and end the technical alarms about base stations that are missing."""
        if now - self._looked_at > FRESH:
            self._looking_since = now
        self._looked_at = now
        query = select(replicas.c.name, replicas.c.seen_at_ms, replicas.c.ended_at_ms).where(
            replicas.c.name != self._replica
        )
        async with self._database.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        for row in rows:
            name, seen_at = row["name"], from_ms(row["seen_at_ms"])
            silent_for = now - max(seen_at, self._looking_since)
            is_missing = row["ended_at_ms"] is None and silent_for > MISSING
            if is_missing and name not in self._missing:
                cause = f"base station {name} has not been heard of since {iso(seen_at)}"
                await self._committer.run(
                    lambda work, name=name, cause=cause: self._conditions.began(  # type: ignore[misc]
                        work, STATION, condition_of(name), cause, now
                    )
                )
                self._missing.add(name)
            elif not is_missing and name in self._missing:
                await self._end(name, now)
        return now + ENTRY

    async def load(self, work: Work) -> None:
        """Find the alarms that stand; call whenever a duty begins."""
        self._missing = set()
        for name in (await work.connection.execute(select(replicas.c.name))).scalars():
            if await self._conditions.open_case(work, STATION, condition_of(name)) is not None:
                self._missing.add(name)

    async def _end(self, name: str, now: datetime) -> None:
        await self._committer.run(lambda work: self._conditions.ended(work, STATION, condition_of(name), now))
        self._missing.discard(name)

    async def _write(self, work: Work, now: datetime, ended_at: datetime | None) -> None:
        entry: dict[str, Any] = {
            "name": self._replica,
            "revision": REVISION,
            "started_at_ms": to_ms(self._started_at),
            "seen_at_ms": to_ms(now),
            "ended_at_ms": None if ended_at is None else to_ms(ended_at),
            "is_hearing": ended_at is None and self._is_hearing(),
        }
        await upsert(work.connection, replicas, [entry])


async def take_off(work: Work, name: str) -> bool:
    """Note that a base station will not come back; return whether there was one."""
    changed = await work.connection.execute(
        update(replicas).where(replicas.c.name == name).values(ended_at_ms=replicas.c.seen_at_ms)
    )
    return bool(changed.rowcount)


def condition_of(name: str) -> str:
    """Return the condition that this base station is missing; no name is the beginning of another."""
    return f"replica.{name}."
