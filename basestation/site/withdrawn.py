"""Log-ins that are no longer in force here and may still be at brokers of others: open tasks until gone.

Decides when one is gone: its broker refuses it, or an administrator says so of a broker that gives no answer
about it; never while the broker still lets it in. Asks each broker at once, and every `CHECK_S` after that.
What comes by such a log-in is refused elsewhere (`intake/retired.py`). Times are aware UTC.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.broker import probe
from basestation.broker.credential import Credential
from basestation.clock import Clock, from_ms, iso_of_ms, to_ms
from basestation.errors import EntryRefused
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.log_in_tables import withdrawn_log_ins as table
from basestation.trust.trust import Trust

#: How often a broker is asked whether it still lets a log-in in; an operator sees no more than that.
CHECK_S = 600
#: Log-ins that are tried at once.
_TRIES_MAX = 8

#: Tries a log-in: host, port, user, secret, trust -> one of `probe`'s answers.
LogIn = Callable[[str, int, str, str, Trust | None], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class BrokerElsewhere:
    """A broker beside our first: its users are its operator's to let in, or ours once it can be reached."""

    host: str
    port: int
    trust: Trust | None = None
    #: Of our own: the base station removes a log-in there itself.
    is_ours: bool = False

    @property
    def place(self) -> str:
        """Where it is, as people write it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_asked(self) -> bool:
        """Whether a try tells anything: where we show a certificate, the broker may take us for ourselves."""
        return self.trust is None or self.trust.certificate is None


class WithdrawnLogIns:
    """The log-ins that others have yet to remove."""

    def __init__(self, database: AsyncEngine, committer: GroupCommitter, clock: Clock) -> None:
        self._database = database
        self._committer = committer
        self._clock = clock
        #: The brokers beside our first that this base station knows.
        self.elsewhere: Sequence[BrokerElsewhere] = ()
        self.log_in: LogIn = probe.log_in

    async def add(self, work: Work, log_in: Credential, *, is_retired: bool) -> None:
        """Note that a log-in was withdrawn here; it is a task for each broker of others."""
        for broker in self.elsewhere:
            row = {
                "device": log_in.name,
                "broker": broker.place,
                "secret": log_in.secret,
                "is_retired": is_retired,
                "withdrawn_at_ms": to_ms(self._clock.now()),
            }
            await work.connection.execute(insert(table).values(row))

    async def left(self) -> list[dict[str, Any]]:
        """Return what is left to be removed, oldest first, without secrets."""
        async with self._database.connect() as connection:
            rows = await _left(connection)
        ours = {broker.place for broker in self.elsewhere if broker.is_ours}
        return [_view(row) | {"is_ours": row["broker"] in ours} for row in rows]

    async def look(self, device: str) -> None:
        """Ask the brokers about one device now."""
        async with self._database.connect() as connection:
            rows = [row for row in await _left(connection) if row["device"] == device]
        await self._ask_about(rows)

    async def check(self, now: datetime) -> datetime | None:
        """Ask about what is due, and return when to do so again; None: nothing is left to ask."""
        known = {broker.place for broker in self.elsewhere if broker.is_asked}
        async with self._database.connect() as connection:
            rows = [row for row in await _left(connection) if row["broker"] in known]
        await self._ask_about([row for row in rows if _due_at(row) <= now][:_TRIES_MAX])
        async with self._database.connect() as connection:
            due = [_due_at(row) for row in await _left(connection) if row["broker"] in known]
        return min(due, default=None)

    async def confirm(self, device: str, place: str, by: str) -> None:
        """Take the word of `by` that the log-ins of a device are removed at a broker; raises EntryRefused."""
        async with self._database.connect() as connection:
            left = await _left(connection)
        rows = [row for row in left if row["device"] == device and row["broker"] == place]
        if not rows:
            raise EntryRefused(
                f"No log-in of {device} is to be removed at {place}: `rufweite device left` shows what is."
            )
        for row, answer in zip(rows, await self._answers(rows), strict=True):
            if answer == probe.ACCEPTED:
                raise EntryRefused(
                    f"The broker at {place} still lets {device} in with the log-in that was withdrawn on "
                    f"{from_ms(row['withdrawn_at_ms']):%Y-%m-%d}: have it removed there first."
                )
            await self._note(row, answer, by)

    async def _ask_about(self, rows: Sequence[RowMapping]) -> None:
        for row, answer in zip(rows, await self._answers(rows), strict=True):
            await self._note(row, answer, "")

    async def _answers(self, rows: Sequence[RowMapping]) -> list[str]:
        return await asyncio.gather(*[self._answer(row) for row in rows])

    async def _answer(self, row: RowMapping) -> str:
        broker = next((one for one in self.elsewhere if one.place == row["broker"]), None)
        if broker is None or not broker.is_asked:
            return probe.UNREACHABLE
        return await self.log_in(broker.host, broker.port, row["device"], row["secret"], broker.trust)

    async def _note(self, row: RowMapping, answer: str, by: str) -> None:
        """Write what a broker said of a log-in; it is gone when refused, or on the word of `by`."""
        now_ms = to_ms(self._clock.now())
        is_let_in = {probe.ACCEPTED: True, probe.REFUSED: False}.get(answer)
        is_gone = answer == probe.REFUSED or by != ""
        values: dict[str, Any] = {"checked_at_ms": now_ms, "is_let_in": is_let_in}
        if is_gone:
            values |= {"gone_at_ms": now_ms, "gone_by": by, "secret": ""}

        async def note(work: Work) -> None:
            mine = (table.c.id == row["id"], table.c.gone_at_ms.is_(None))
            changed = await work.connection.execute(update(table).where(*mine).values(values))
            if is_gone and changed.rowcount:
                content = {"broker": row["broker"], "user": by, "is_refused_there": is_let_in is False}
                work.log(log.entry(now_ms, "log_in_gone", content, device=row["device"]))

        await self._committer.run(note)


async def places_left(connection: AsyncConnection) -> dict[str, list[str]]:
    """Return for each device the brokers at which a log-in of it is left."""
    places: dict[str, list[str]] = {}
    for row in await _left(connection):
        found = places.setdefault(row["device"], [])
        if row["broker"] not in found:
            found.append(row["broker"])
    return places


async def _left(connection: AsyncConnection) -> Sequence[RowMapping]:
    query = select(table).where(table.c.gone_at_ms.is_(None)).order_by(table.c.id)
    return (await connection.execute(query)).mappings().all()


def _due_at(row: RowMapping) -> datetime:
    if row["checked_at_ms"] is None:
        return from_ms(row["withdrawn_at_ms"])
    return from_ms(row["checked_at_ms"]) + timedelta(seconds=CHECK_S)


def _view(row: RowMapping) -> dict[str, Any]:
    return {
        "device": row["device"],
        "broker": row["broker"],
        "is_retired": row["is_retired"],
        "since": iso_of_ms(row["withdrawn_at_ms"]),
        "is_let_in": row["is_let_in"],
        "checked_at": iso_of_ms(row["checked_at_ms"]),
    }
