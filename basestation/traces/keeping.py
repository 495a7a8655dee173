"""The traces of the black boxes: kept piece by piece, complete or not, each with its digest.

Decides what is kept: a trace of a raised alarm, with the alarm; one of a cancelled pre-alarm only while trial
operation is on, and never as part of its case. Decides not who may read one; every reading is logged.
Times in ms relative to the alarm, samples in mg. The digest is the SHA-256 of the CSV file that leaves.
"""

import hashlib
import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, insert, not_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.clock import Clock, iso_of_ms, to_ms
from basestation.errors import NoTrace
from basestation.site.people import User
from basestation.store import log
from basestation.store.committer import GroupCommitter, Work
from basestation.store.database import insert_new
from basestation.store.tables import cases, trace_pieces, traces
from basestation.traces.trial import TrialOperation
from protocol.samples import WORD_BYTES, unpack

#: The columns of a recording, as `simulator.trace` reads them.
HEADER = "t_ms,x_mg,y_mg,z_mg"
#: A trace goes so far back, and on, from its alarm; one fall is often several alarms.
MINUTE_MS = 60000


class Traces:
    """Keeps and returns the movement around alarms."""

    def __init__(
        self, database: AsyncEngine, committer: GroupCommitter, trial: TrialOperation, clock: Clock
    ) -> None:
        self._database = database
        self._committer = committer
        self._trial = trial
        self._clock = clock

    async def keep(self, work: Work, device: str, message: Mapping[str, Any], at: datetime) -> None:
        """Keep one piece; a piece that is here already changes nothing."""
        alarm, is_trial = message["alarm"], message.get("is_trial", False)
        if is_trial and not await self._trial.is_on(work.connection, at):
            if not message["piece"]:
                work.log(log.entry(to_ms(at), "trial_trace_refused", {"alarm": alarm}, device=device))
            return
        row = await _find(work.connection, device, alarm, is_trial=is_trial)
        if row is None:
            row = await _begin(work, device, message, at)
        piece = {
            "trace_id": row["id"],
            "piece": message["piece"],
            "first_ms": message["first_ms"],
            "interval_ms": message["interval_ms"],
            "samples": _bytes(message["samples"]),
        }
        if not await insert_new(work.connection, trace_pieces, piece) or row["completed_at_ms"]:
            return
        await self._count(work, row, message, at)

    async def of_case(self, connection: AsyncConnection, device: str, alarm: str) -> dict[str, Any] | None:
        """Return what there is of a case's trace, without its samples, or None."""
        row = await _find_around(connection, device, alarm)
        return None if row is None else await _view(connection, row)

    async def read_case(self, case_id: int, user: User) -> str:
        """Return the trace of a case as CSV (`HEADER`), and log who read it; raises NoTrace."""

        async def job(work: Work) -> str:
            return _csv((await self.open_case(work, case_id, user))[1])

        return await self._committer.run(job)

    async def open_case(
        self, work: Work, case_id: int, user: User
    ) -> tuple[RowMapping, Sequence[RowMapping]]:
        """Return the trace of a case and its pieces in order, and log who read them; raises NoTrace."""
        query = select(cases.c.device, cases.c.alarm).where(cases.c.id == case_id)
        case = (await work.connection.execute(query)).mappings().first()
        row = case and await _find_around(work.connection, case["device"], case["alarm"])
        if not row:
            raise NoTrace(f"No movement was kept with case {case_id}.")
        self._log_reading(work, row, user, case_id)
        return row, await _pieces(work.connection, row["id"])

    async def of_trial(self) -> list[dict[str, Any]]:
        """Return the traces of trial operation, newest first, without their samples."""
        async with self._database.connect() as connection:
            query = select(traces).where(traces.c.is_trial).order_by(traces.c.id.desc()).limit(1000)
            rows = (await connection.execute(query)).mappings().all()
            return [await _view(connection, row) for row in rows]

    async def read_trial(self, trace_id: int, user: User) -> str:
        """Return a trace of trial operation as CSV, and log who read it; raises NoTrace."""

        async def job(work: Work) -> str:
            query = select(traces).where(traces.c.id == trace_id, traces.c.is_trial)
            row = (await work.connection.execute(query)).mappings().first()
            if row is None:
                raise NoTrace(f"There is no trace {trace_id} of trial operation.")
            self._log_reading(work, row, user, None)
            return _csv(await _pieces(work.connection, trace_id))

        return await self._committer.run(job)

    def _log_reading(self, work: Work, row: RowMapping, user: User, case_id: int | None) -> None:
        content = {"user": user.display_name, "alarm": row["alarm"]}
        at_ms = to_ms(self._clock.now())
        work.log(log.entry(at_ms, "trace_read", content, case_id=case_id, device=row["device"]))

    async def _count(self, work: Work, row: RowMapping, message: Mapping[str, Any], at: datetime) -> None:
        """Note what a new piece says of the whole, and whether that is complete now."""
        kept = await _pieces(work.connection, row["id"])
        # Where pieces differ about their number, the last one knows best.
        is_last = message["piece"] == kept[-1]["piece"]
        changes: dict[str, Any] = {"pieces": message["pieces"] if is_last else row["pieces"]}
        if "upright_mg" in message:
            changes["upright_mg"] = json.dumps(message["upright_mg"])
        if len(kept) == changes["pieces"]:
            changes |= {"completed_at_ms": to_ms(at), "sha256": _digest(_csv(kept))}
            content = {"alarm": row["alarm"], "pieces": len(kept), "sha256": changes["sha256"]}
            case_id = None if row["is_trial"] else await _case_of(work.connection, row)
            work.log(log.entry(to_ms(at), "trace_kept", content, case_id=case_id, device=row["device"]))
        await work.connection.execute(update(traces).where(traces.c.id == row["id"]).values(changes))


async def _begin(work: Work, device: str, message: Mapping[str, Any], at: datetime) -> RowMapping:
    values = {
        "device": device,
        "alarm": message["alarm"],
        "mark": message["mark"],
        "is_trial": message.get("is_trial", False),
        "pieces": message["pieces"],
        "began_at_ms": to_ms(at),
    }
    row = (await work.connection.execute(insert(traces).values(values).returning(*traces.c))).mappings().one()
    case_id = None if row["is_trial"] else await _case_of(work.connection, row)
    content = {"alarm": row["alarm"], "is_trial": row["is_trial"]}
    work.log(log.entry(to_ms(at), "trace_begun", content, case_id=case_id, device=device))
    return row


async def _find(connection: AsyncConnection, device: str, alarm: str, *, is_trial: bool) -> RowMapping | None:
    is_wanted: ColumnElement[bool] = and_(
        traces.c.device == device, traces.c.alarm == alarm, traces.c.is_trial == is_trial
    )
    return (await connection.execute(select(traces).where(is_wanted))).mappings().first()


async def _find_around(connection: AsyncConnection, device: str, alarm: str) -> RowMapping | None:
    """Return the trace of an alarm, or that of an alarm before it in whose minute it fell."""
    own = await _find(connection, device, alarm, is_trial=False)
    if own is not None:
        return own
    query = (
        select(traces)
        .join(cases, and_(cases.c.device == traces.c.device, cases.c.alarm == alarm))
        .where(
            traces.c.device == device,
            traces.c.mark == cases.c.mark,
            not_(traces.c.is_trial),
            cases.c.opened_at_ms >= traces.c.began_at_ms - MINUTE_MS,
            cases.c.opened_at_ms <= traces.c.began_at_ms + MINUTE_MS,
        )
        .order_by(traces.c.began_at_ms.desc())
    )
    return (await connection.execute(query)).mappings().first()


async def _case_of(connection: AsyncConnection, row: RowMapping) -> int | None:
    query = select(cases.c.id).where(cases.c.device == row["device"], cases.c.alarm == row["alarm"])
    return (await connection.execute(query)).scalar()


async def _pieces(connection: AsyncConnection, trace_id: int) -> Sequence[RowMapping]:
    query = select(trace_pieces).where(trace_pieces.c.trace_id == trace_id).order_by(trace_pieces.c.piece)
    return (await connection.execute(query)).mappings().all()


async def _view(connection: AsyncConnection, row: RowMapping) -> dict[str, Any]:
    pieces = await _pieces(connection, row["id"])
    is_complete = row["completed_at_ms"] is not None
    return {
        "id": row["id"],
        "device": row["device"],
        "alarm": row["alarm"],
        "began_at": iso_of_ms(row["began_at_ms"]),
        "is_complete": is_complete,
        "pieces": len(pieces),
        "pieces_expected": row["pieces"],
        "samples": sum(len(piece["samples"]) // WORD_BYTES for piece in pieces),
        "sha256": row["sha256"] if is_complete else _digest(_csv(pieces)),
        "upright_mg": None if row["upright_mg"] is None else json.loads(row["upright_mg"]),
    }


def _bytes(text: str) -> bytes:
    """Return what base64 says; of text that is none, nothing: the piece is there, and empty."""
    try:
        return b64decode(text, validate=True)
    except NotBase64:
        return b""


def _csv(pieces: Sequence[RowMapping]) -> str:
    lines = [HEADER]
    for piece in pieces:
        for count, sample in enumerate(unpack(piece["samples"])):
            t_ms = piece["first_ms"] + count * piece["interval_ms"]
            lines.append(f"{t_ms},{sample[0]},{sample[1]},{sample[2]}")
    return "\n".join(lines) + "\n"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
