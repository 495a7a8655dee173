"""What is on record about a worker, and how their clearance was judged with every reason: for them to read.

Decides nothing. What is about a workplace or a device is not theirs; of others nothing is told. Times are
ISO 8601 UTC; what rules say is there in every language.
"""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.clock import iso_of_ms
from basestation.store.record_tables import clearances, records
from basestation.store.tables import workplaces


async def records_of(connection: AsyncConnection, worker_id: int) -> list[dict[str, Any]]:
    """Return the records about a worker, newest first."""
    query = (
        select(records)
        .where(records.c.subject == "worker", records.c.subject_key == str(worker_id))
        .order_by(records.c.issued_at_ms.desc(), records.c.id.desc())
    )
    return [
        {
            "kind": row["kind"], "about": row["about"], "result": row["result"],
            "issued_at": iso_of_ms(row["issued_at_ms"]), "valid_until": iso_of_ms(row["valid_until_ms"]),
            "issuer": row["issuer"], "note": row["note"], "is_active": row["is_active"],
        }
        for row in (await connection.execute(query)).mappings()
    ]  # fmt: skip


async def clearances_of(connection: AsyncConnection, worker_id: int) -> list[dict[str, Any]]:
    """Return how a worker's shifts were judged, newest first: a row for each reason, or one without."""
    query = (
        select(clearances, workplaces.c.name.label("workplace"))
        .outerjoin(workplaces, workplaces.c.id == clearances.c.workplace_id)
        .where(clearances.c.worker_id == worker_id)
        .order_by(clearances.c.id.desc())
    )
    told = []
    for row in (await connection.execute(query)).mappings():
        judged = {
            "judged_at": iso_of_ms(row["judged_at_ms"]), "workplace": row["workplace"],
            "result": row["result"], "cleared_by": row["override_by"],
        }  # fmt: skip
        reasons = json.loads(row["answer"])["reasons"] or [{"text": None, "remedy": None, "source": None}]
        told += [
            {**judged, "reason": one["text"], "remedy": one["remedy"], "source": one["source"]}
            for one in reasons
        ]
    return told
