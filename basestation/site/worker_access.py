"""The workers' own access: a number with a PIN, and a personal link; and the kiosks at which a PIN counts.

Decides who a worker's session belongs to and when it is over: at its time, when the access is given anew or
withdrawn, when the worker or the kiosk is out of service. A PIN leaves once, to the officer who gives it.
Such a session carries no role: it opens the worker's own page and nothing else.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.clock import Clock, iso_of_ms, to_ms
from basestation.errors import EntryRefused
from basestation.site.people import User
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.database import upsert
from basestation.store.people_tables import kiosks, worker_accesses, worker_sessions
from basestation.store.tables import workers

PIN_DIGITS: Final = 6
LINK_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class OwnSelf:
    """A worker who has identified themselves."""

    worker_id: int
    name: str
    #: The kiosk they stand at; None: their own phone.
    kiosk: str | None = None

    @property
    def user(self) -> User:
        """Return them as whoever starts and ends a shift is named in the log."""
        where = "" if self.kiosk is None else f" (kiosk {self.kiosk})"
        return User(0, "", f"{self.name}{where}", "worker")


@dataclass(frozen=True, slots=True)
class Given:
    """What a worker logs in with; shown once."""

    worker_id: int
    pin: str = field(repr=False)
    link: str = field(repr=False)


def new_pin() -> str:
    """Return a PIN of six random digits, none that people try first."""
    while True:
        pin = f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"
        steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
        if len(steps) > 1:
            return pin


class WorkerAccess:
    """Gives, checks and withdraws workers' access, and keeps the kiosks."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter, clock: Clock) -> None:
        self._database = database
        self._committer = committer
        self._clock = clock

    async def give(self, worker_id: int, pin_hash: str, link_digest: str, user: User) -> None:
        """Give a worker access in place of what they had; their sessions end. Raises EntryRefused."""

        async def job(work: Work) -> None:
            query = select(workers.c.id).where(workers.c.id == worker_id, workers.c.is_active)
            if (await work.connection.execute(query)).first() is None:
                raise EntryRefused(f"There is no worker {worker_id}: add the worker first.")
            row = {
                "worker_id": worker_id, "pin_hash": pin_hash, "link_digest": link_digest, "is_active": True,
                "given_by": user.display_name, "given_at_ms": to_ms(self._clock.now()),
            }  # fmt: skip
            await upsert(work.connection, worker_accesses, [row])
            await self._end_sessions(work, worker_id)
            self._note(work, "worker_access_given", worker_id, user)

        await self._committer.run(job)

    async def withdraw(self, worker_id: int, user: User) -> None:
        """Let nobody in as this worker any more; raises EntryRefused if nobody could."""

        async def job(work: Work) -> None:
            table = worker_accesses
            query = update(table).where(table.c.worker_id == worker_id, table.c.is_active)
            if (await work.connection.execute(query.values(is_active=False))).rowcount == 0:
                raise EntryRefused(f"Worker {worker_id} has no access of their own.")
            await self._end_sessions(work, worker_id)
            self._note(work, "worker_access_withdrawn", worker_id, user)

        await self._committer.run(job)

    async def all(self) -> list[dict[str, Any]]:
        """Return which workers have access, given by whom and when; nothing that lets anybody in."""
        table = worker_accesses
        query = select(table.c.worker_id, table.c.given_by, table.c.given_at_ms).where(table.c.is_active)
        async with self._database.connect() as connection:
            rows = (await connection.execute(query.order_by(table.c.worker_id))).mappings().all()
        return [
            {
                "worker_id": row["worker_id"],
                "given_by": row["given_by"],
                "given_at": iso_of_ms(row["given_at_ms"]),
            }
            for row in rows
        ]

    async def pin_hash_of(self, worker_id: int) -> str | None:
        """Return what a PIN of this worker is checked against; None: they have no access."""
        query = _in_force(worker_accesses.c.pin_hash).where(workers.c.id == worker_id)
        async with self._database.connect() as connection:
            return (await connection.execute(query)).scalar()

    async def worker_of_link(self, link_digest: str) -> int | None:
        """Return whose personal link this is."""
        query = _in_force(workers.c.id).where(worker_accesses.c.link_digest == link_digest)
        async with self._database.connect() as connection:
            return (await connection.execute(query)).scalar()

    async def open_session(
        self, worker_id: int, token_digest: str, expires_at: datetime, kiosk_id: int | None
    ) -> None:
        """Open a session; those that are over are removed."""

        async def job(work: Work) -> None:
            now_ms = to_ms(self._clock.now())
            over = delete(worker_sessions).where(worker_sessions.c.expires_at_ms <= now_ms)
            await work.connection.execute(over)
            row = {
                "token_digest": token_digest, "worker_id": worker_id, "kiosk_id": kiosk_id,
                "expires_at_ms": to_ms(expires_at),
            }  # fmt: skip
            await work.connection.execute(insert(worker_sessions).values(row))

        await self._committer.run(job)

    async def whose(self, token_digest: str) -> OwnSelf | None:
        """Return whose open session this is."""
        query = (
            _in_force(
                workers.c.id, workers.c.name, kiosks.c.name, worker_sessions.c.kiosk_id, kiosks.c.is_active
            )
            .join(worker_sessions, worker_sessions.c.worker_id == workers.c.id)
            .outerjoin(kiosks, kiosks.c.id == worker_sessions.c.kiosk_id)
            .where(worker_sessions.c.token_digest == token_digest)
            .where(worker_sessions.c.expires_at_ms > to_ms(self._clock.now()))
        )
        async with self._database.connect() as connection:
            row = (await connection.execute(query)).first()
        if row is None or (row[3] is not None and not row[4]):
            return None
        return OwnSelf(row[0], row[1], row[2])

    async def end_session(self, token_digest: str) -> None:
        """End a session; harmless when there is none."""

        async def job(work: Work) -> None:
            table = worker_sessions
            await work.connection.execute(delete(table).where(table.c.token_digest == token_digest))

        await self._committer.run(job)

    async def add_kiosk(self, name: str, token_digest: str, user: User) -> int:
        """Add a kiosk and return its number."""

        async def job(work: Work) -> int:
            now_ms = to_ms(self._clock.now())
            made = {"made_by": user.display_name, "made_at_ms": now_ms}
            row = {"name": name, "token_digest": token_digest, **made}
            number = (
                await work.connection.execute(insert(kiosks).values(row).returning(kiosks.c.id))
            ).scalar_one()
            work.log(log.entry(now_ms, "kiosk_added", {"kiosk": name, "by": user.display_name}))
            return int(number)

        return await self._committer.run(job)

    async def retire_kiosk(self, number: int, user: User) -> None:
        """Take a kiosk out of service: its token opens nothing any more; raises EntryRefused."""

        async def job(work: Work) -> None:
            query = update(kiosks).where(kiosks.c.id == number, kiosks.c.is_active).values(is_active=False)
            if (await work.connection.execute(query)).rowcount == 0:
                raise EntryRefused(f"There is no kiosk {number} in service.")
            content = {"kiosk": number, "by": user.display_name}
            work.log(log.entry(to_ms(self._clock.now()), "kiosk_retired", content))

        await self._committer.run(job)

    async def kiosks(self) -> list[dict[str, Any]]:
        """Return the kiosks in service, without their tokens."""
        query = select(kiosks).where(kiosks.c.is_active).order_by(kiosks.c.name)
        async with self._database.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [
            {
                "id": row["id"],
                "name": row["name"],
                "made_by": row["made_by"],
                "made_at": iso_of_ms(row["made_at_ms"]),
            }
            for row in rows
        ]

    async def kiosk_of(self, token_digest: str) -> tuple[int, str] | None:
        """Return number and name of the kiosk that has this token."""
        query = select(kiosks.c.id, kiosks.c.name).where(
            kiosks.c.token_digest == token_digest, kiosks.c.is_active
        )
        async with self._database.connect() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else (row[0], row[1])

    async def _end_sessions(self, work: Work, worker_id: int) -> None:
        table = worker_sessions
        await work.connection.execute(delete(table).where(table.c.worker_id == worker_id))

    def _note(self, work: Work, kind: str, worker_id: int, user: User) -> None:
        content = {"worker": worker_id, "by": user.display_name}
        work.log(log.entry(to_ms(self._clock.now()), kind, content))


def _in_force(*columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(workers)
        .join(worker_accesses, worker_accesses.c.worker_id == workers.c.id)
        .where(worker_accesses.c.is_active, workers.c.is_active)
    )
