"""Checks the rescue chain whenever something is set, whenever a duty may pass on, and every hour.

Decides when to look, and that what is missing is one technical alarm of the base station, which ends when
nothing is missing any more. What is missing is decided in `cases/readiness.py`. The search runs in a thread:
a long rota must not hold up an alarm.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.chain import ChainError
from basestation.cases.proof import ProofLimits
from basestation.cases.readiness import Facts, Finding, ReadinessLimits, cause_of, findings, next_turnover
from basestation.cases.rehearsal import rehearse
from basestation.casework.conditions import Conditions
from basestation.clock import iso
from basestation.errors import EntryRefused
from basestation.outgoing.channels import Health
from basestation.site.bookkeeping import Bookkeeping, check_known
from basestation.site.directory_rows import read_chains, read_directory, read_rules, read_zones
from basestation.site.finding import chain_of, situation_of
from basestation.site.places_of_work import is_known
from basestation.site.registry import FIRST_CHAIN
from basestation.site.sites_watched import unwatched
from basestation.store.committer import Work
from basestation.store.responder_tables import FIRST_SITE, duty_plan, duty_roles, responders, sites
from basestation.store.tables import chains, shifts, workers, workplaces
from protocol.messages import SILENT_KINDS

#: The condition of the technical alarm; its device is "station".
READINESS = "readiness"
STATION = "station"
EVERY = timedelta(hours=1)
#: The channels are asked again after so long, and not at every keystroke of whoever sets something; one that
#: was silent twice is missing.
_HEALTH = timedelta(seconds=60)


async def _no_channels() -> dict[str, Health]:
    return {}


class _Supposed(NamedTuple):
    """A case that has not happened."""

    id: int
    worker_id: int | None
    mark: str
    is_silent: bool


class Readiness:
    """Looks whether the chain would work."""

    def __init__(self, book: Bookkeeping, conditions: Conditions | None = None) -> None:
        self._book = book
        self._conditions = conditions
        #: What the channels said last, and the time before.
        self._faults: dict[str, str | None] = {}
        self._faults_before: dict[str, str | None] = {}
        self._asked_at: datetime | None = None
        #: None: nothing is looked at by itself, and no alarm is raised.
        self.limits: ReadinessLimits | None = None
        #: Asks every channel whether its machine answers.
        self.check_channels: Callable[[], Awaitable[Mapping[str, Health]]] = _no_channels

    async def check_due(self, now: datetime) -> datetime:
        """Raise or end the technical alarm, and return when to look again."""
        if self.limits is None:
            return now + EVERY
        facts = await self._facts(now)
        found = await asyncio.to_thread(findings, replace(facts, faults=self._lasting_faults()), now)
        await self._raise_or_end(found, now)
        turn_at = await asyncio.to_thread(next_turnover, facts, now)
        again_at = now + (_HEALTH if any(self._faults.values()) else EVERY)
        return min(again_at, turn_at or again_at)

    async def check(self) -> list[dict[str, Any]]:
        """Return what is missing now, the grave first; empty when all is well."""
        now = self._book.clock.now()
        facts = await self._facts(now)
        return [asdict(one) for one in await asyncio.to_thread(findings, facts, now)]

    async def rehearse(
        self,
        *,
        worker_id: int | None,
        workplace: str | None,
        kind: str,
        mark: str,
        at: datetime,
        silence_class: str | None = None,
    ) -> dict[str, Any]:
        """Return which chain would count and who would be called, when, without calling anyone."""
        async with self._book.database.connect() as connection:
            workplace = await _workplace(connection, worker_id, workplace)
            case = _Supposed(0, worker_id, mark, kind in SILENT_KINDS)
            directory = await read_directory(connection)
            situation = await situation_of(connection, case, directory, is_attended=True)
            chain = await chain_of(
                connection, kind=kind, mark=mark, now=at, workplace=workplace, silence_class=silence_class
            )
        steps = await asyncio.to_thread(rehearse, chain, directory, situation, at)
        facts = {"worker": situation.worker_name or None, "workplace": workplace, "kind": kind, "mark": mark}
        return {**facts, "chain": chain.name, "at": iso(at), "steps": [asdict(step) for step in steps]}

    def channel_faults(self) -> dict[str, str | None]:
        """Return what was wrong with each channel when it was asked last; None for one that answered."""
        return dict(self._faults)

    def _lasting_faults(self) -> dict[str, str | None]:
        """Return what was wrong twice in a row: at a start, or after a moment's fault, lines come back."""
        return {
            name: fault if self._faults_before.get(name) else None for name, fault in self._faults.items()
        }

    async def _raise_or_end(self, found: tuple[Finding, ...], now: datetime) -> None:
        conditions = self._conditions
        assert conditions is not None, "without conditions no limits are set"

        async def job(work: Work) -> None:
            if found:
                await conditions.began(work, STATION, READINESS, cause_of(found), now)
            else:
                await conditions.ended(work, STATION, READINESS, now)

        await self._book.committer.run(job)

    async def _facts(self, now: datetime) -> Facts:
        await self._ask_channels(now)
        async with self._book.database.connect() as connection:
            zones = await read_zones(connection)
            return Facts(
                await _chains_in_use(connection),
                await read_directory(connection),
                self._faults,
                await _proofs(connection),
                zones.get(FIRST_SITE, UTC),
                await _without_zone(connection),
                self.limits or ReadinessLimits(),
                await unwatched(connection),
            )

    async def _ask_channels(self, now: datetime) -> None:
        if self._asked_at is not None and now - self._asked_at < _HEALTH:
            return
        self._asked_at = now
        healths = await self.check_channels()
        self._faults_before, self._faults = (
            self._faults,
            {
                name: None if health.is_working else health.detail or "no reason is known"
                for name, health in healths.items()
            },
        )


async def _chains_in_use(connection: AsyncConnection) -> dict[str, Any]:
    """Return the default chain and those that rules name, or why one cannot be read."""
    known = await read_chains(connection)
    default = (await connection.execute(select(chains.c.name).where(chains.c.is_default))).scalar()
    named = [rule.chain for rule in await read_rules(connection)]
    names = dict.fromkeys(name for name in (default, *named) if name is not None)
    found = {name: known[name] for name in names}
    if default is None:
        found[FIRST_CHAIN.name] = FIRST_CHAIN
    return {name: str(one) if isinstance(one, ChainError) else one for name, one in found.items()}


async def _proofs(connection: AsyncConnection) -> dict[int, ProofLimits]:
    query = select(responders.c.id, sites.c.proof_days).join(sites, sites.c.id == responders.c.site_id)
    return {row.id: ProofLimits(row.proof_days) for row in (await connection.execute(query)).all()}


async def _without_zone(connection: AsyncConnection) -> tuple[str, ...]:
    query = (
        select(sites.c.name, sites.c.zone)
        .join(duty_roles, duty_roles.c.site_id == sites.c.id)
        .join(duty_plan, duty_plan.c.role_id == duty_roles.c.id)
        .where(duty_roles.c.is_active, duty_plan.c.is_active)
        .distinct()
    )
    return tuple(row.name for row in (await connection.execute(query)).all() if not is_known(row.zone))


async def _workplace(connection: AsyncConnection, worker_id: int | None, workplace: str | None) -> str | None:
    """Return where the worker is supposed to be: as given, else where they are on shift."""
    if worker_id is not None:
        await check_known(connection, workers, worker_id, "worker")
    if workplace is not None:
        query = select(workplaces.c.name).where(workplaces.c.name == workplace)
        if (await connection.execute(query)).first() is None:
            raise EntryRefused(f"There is no workplace {workplace!r}.")
        return workplace
    query = (
        select(workplaces.c.name)
        .join(shifts, shifts.c.workplace_id == workplaces.c.id)
        .where(shifts.c.worker_id == worker_id, shifts.c.ended_at_ms.is_(None))
    )
    found: str | None = (await connection.execute(query)).scalar()
    return found
