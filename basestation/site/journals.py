"""The journals of devices: asked for, taken in piece by piece, kept as they came, shown in words.

Decides when a read-out is complete. Keeps the raw records with their SHA-256, because they are evidence: who
asked and who read them stands in the log, and in a read-out's name which way it came (`read-`: over the air,
`cable-`: from whoever had the device at a cable). A piece that nobody asked for is not kept. While a silent
alarm is open its device is not asked: nothing goes there then.
"""

import base64
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from basestation.clock import Clock, iso_of_ms, to_ms
from basestation.errors import EntryRefused
from basestation.outgoing.commands import Commands
from basestation.site.journal_words import decoded
from basestation.site.people import User
from basestation.site.registry import Registry
from basestation.site.worn import open_shift_of
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.database import insert_new
from basestation.store.tables import journal_pieces, journal_reads

SLOT = "read-journal"
_AIR, _CABLE = "read-", "cable-"
#: Read-outs of one device that are listed, newest first.
LISTED_MAX = 50

_ABOUT = (
    journal_reads.c.read,
    journal_reads.c.device,
    journal_reads.c.asked_at_ms,
    journal_reads.c.asked_by,
    journal_reads.c.pieces,
    journal_reads.c.completed_at_ms,
    journal_reads.c.digest,
)


class Journals:
    """Keeps what devices have read out of their journals."""

    def __init__(
        self,
        database: AsyncEngine,
        committer: GroupCommitter,
        commands: Commands,
        registry: Registry,
        clock: Clock,
    ) -> None:
        self._database = database
        self._committer = committer
        self._commands = commands
        self._registry = registry
        self._clock = clock

    async def ask(self, device: str, user: User) -> dict[str, Any]:
        """Ask a device for its journal and return the read-out; raises EntryRefused."""

        async def order(work: Work, read: str, now: datetime) -> None:
            await self._commands.order(work, device, "read-journal", SLOT, {"read": read}, now)

        return await self._begin(device, user, _AIR, order)

    async def begin_at_cable(self, device: str, user: User) -> dict[str, Any]:
        """Begin the read-out of a device that somebody has at a cable; raises EntryRefused if it is worn."""

        async def check(work: Work, _read: str, _now: datetime) -> None:
            worn = await open_shift_of(work.connection, device)
            if worn is not None:
                raise EntryRefused(
                    f"{device} is worn by {worn['worker']} (shift {worn['id']}), and reading it at a "
                    f"cable stops it: end that shift first, or use `rufweite device log {device} --fetch`."
                )

        return await self._begin(device, user, _CABLE, check)

    async def _begin(
        self, device: str, user: User, way: str, act: Callable[[Work, str, datetime], Awaitable[None]]
    ) -> dict[str, Any]:
        if not self._registry.is_device(device):
            raise EntryRefused(f"There is no active device {device!r}.")
        read = way + secrets.token_hex(6)

        async def job(work: Work) -> dict[str, Any]:
            now = self._clock.now()
            await act(work, read, now)
            row = {"read": read, "device": device, "asked_at_ms": to_ms(now), "asked_by": user.display_name}
            await work.connection.execute(insert(journal_reads).values(row))
            content = {"read": read, "user": user.display_name}
            work.log(log.entry(to_ms(now), "journal_asked", content, device=device))
            return await _view(work, read)

        return await self._committer.run(job)

    async def take_at_cable(self, device: str, message: dict[str, Any]) -> None:
        """Take one piece of a read-out at the cable: `read`, `piece`, `pieces`, `records` (Base64)."""
        if not message["read"].startswith(_CABLE):
            raise EntryRefused(f"The read-out {message['read']!r} comes from the device itself.")
        await self._committer.run(lambda work: self.keep(work, device, message, self._clock.now()))

    async def keep(self, work: Work, device: str, message: dict[str, Any], at: datetime) -> None:
        """Take one piece; the last one completes the read-out."""
        query = select(journal_reads).where(
            journal_reads.c.read == message["read"],
            journal_reads.c.device == device,
            journal_reads.c.completed_at_ms.is_(None),
        )
        row = (await work.connection.execute(query)).mappings().first()
        if row is None or message["piece"] >= message["pieces"]:
            return
        if row["pieces"] != message["pieces"]:
            # The device began anew, or this is its first piece.
            await work.connection.execute(delete(journal_pieces).where(journal_pieces.c.read == row["read"]))
            await work.connection.execute(_of(row["read"]).values(pieces=message["pieces"]))
        records = base64.b64decode(message["records"])
        piece = {"read": row["read"], "piece": message["piece"], "records": records}
        await insert_new(work.connection, journal_pieces, piece)
        await self._complete(work, row, message["pieces"], at)

    async def reads(self, device: str) -> list[dict[str, Any]]:
        """Return the read-outs of a device, newest first, without their contents."""
        query = select(*_ABOUT).where(journal_reads.c.device == device)
        query = query.order_by(journal_reads.c.asked_at_ms.desc(), journal_reads.c.read).limit(LISTED_MAX)
        async with self._database.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
            return [_shown(row, await _received(connection, row)) for row in rows]

    async def read(self, device: str, read: str, user: User) -> dict[str, Any]:
        """Return a complete read-out with its records in words, and note who read it; raises EntryRefused."""

        async def job(work: Work) -> dict[str, Any]:
            query = select(journal_reads).where(
                journal_reads.c.device == device, journal_reads.c.read == read
            )
            row = (await work.connection.execute(query)).mappings().first()
            if row is None or row["records"] is None:
                raise EntryRefused(f"There is no complete read-out {read!r} of {device!r}.")
            content = {"read": read, "sha256": row["digest"], "user": user.display_name}
            work.log(log.entry(to_ms(self._clock.now()), "journal_read", content, device=device))
            shown = _shown(row, row["pieces"])
            return {**shown, "records_hex": row["records"].hex(), "records": decoded(row["records"])}

        return await self._committer.run(job)

    async def _complete(self, work: Work, row: RowMapping, pieces: int, at: datetime) -> None:
        of_read = journal_pieces.c.read == row["read"]
        query = select(journal_pieces.c.records).where(of_read).order_by(journal_pieces.c.piece)
        parts = (await work.connection.execute(query)).scalars().all()
        if len(parts) < pieces:
            return
        data = b"".join(parts)
        digest = hashlib.sha256(data).hexdigest()
        values = {"completed_at_ms": to_ms(at), "digest": digest, "records": data}
        await work.connection.execute(_of(row["read"]).values(values))
        await work.connection.execute(delete(journal_pieces).where(of_read))
        content = {"read": row["read"], "sha256": digest, "bytes": len(data)}
        work.log(log.entry(to_ms(at), "journal_kept", content, device=row["device"]))


def _of(read: str) -> Any:
    return update(journal_reads).where(journal_reads.c.read == read)


async def _received(connection: Any, row: RowMapping) -> int:
    if row["completed_at_ms"] is not None:
        return int(row["pieces"])
    query = select(func.count()).select_from(journal_pieces).where(journal_pieces.c.read == row["read"])
    return int((await connection.execute(query)).scalar_one())


async def _view(work: Work, read: str) -> dict[str, Any]:
    query = select(*_ABOUT).where(journal_reads.c.read == read)
    return _shown((await work.connection.execute(query)).mappings().one(), 0)


def _shown(row: RowMapping, received: int) -> dict[str, Any]:
    return {
        "read": row["read"],
        "device": row["device"],
        "asked_at": iso_of_ms(row["asked_at_ms"]),
        "asked_by": row["asked_by"],
        "came_by": "cable" if row["read"].startswith(_CABLE) else "air",
        "pieces": row["pieces"],
        "received": received,
        "completed_at": iso_of_ms(row["completed_at_ms"]),
        "sha256": row["digest"],
    }
