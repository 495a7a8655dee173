"""The file of each case: joins what is written of it with what was frozen as it opened."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from basestation.casefile.casualty import Casualty
from basestation.casefile.checklist import Checklist, checklist_of
from basestation.casefile.notes import Notes, notes_of
from basestation.casefile.outcomes import code_of
from basestation.casefile.pages import Pages
from basestation.casefile.protocols import Protocols
from basestation.casefile.reports import Reports, report_of
from basestation.cases.case import Case
from basestation.clock import Clock
from basestation.store.committer import GroupCommitter


class CaseFiles:
    """What people write, and whom it is about."""

    def __init__(
        self, database: AsyncEngine, committer: GroupCommitter, clock: Clock, tell: Callable[[], None]
    ) -> None:
        pages = Pages(committer, clock, tell)
        self.notes = Notes(pages)
        self.checklist = Checklist(pages)
        self.reports = Reports(pages)
        self.protocols = Protocols(database, pages)
        self.casualty = Casualty(database, pages)


async def file_of(connection: AsyncConnection, case: Case) -> dict[str, Any]:
    """Return `notes`, `protocol` (or None), `report` (or None) and `outcome_code` (or None) of a case."""
    return {
        "notes": await notes_of(connection, case.id),
        "protocol": await checklist_of(connection, case.id),
        "report": await report_of(connection, case.id),
        "outcome_code": await code_of(connection, case),
    }
