"""The note for helpers: what somebody on the spot must know of the worker, such as an allergy.

Decides that it opens with a person's raised case and closes with it, as number and picture do. It is
personal and stands in no notice and in no log.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case
from basestation.store.tables import workers


async def note_of(connection: AsyncConnection, case: Case) -> str:
    """Return the note about whom an open case is; empty where there is none, or nobody is in danger."""
    if not (case.is_open and case.is_person and case.raised_at) or case.worker_id is None:
        return ""
    query = select(workers.c.note).where(workers.c.id == case.worker_id)
    return (await connection.execute(query)).scalar() or ""
