"""Asks for one notice of a test whether its recipient is to see that it is one; `unaware` decides."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from basestation.cases.case import Case
from basestation.cases.effects import Notify
from basestation.exercises import keeping
from basestation.exercises.unaware import is_mark_withheld

TEST: Final = "test"


async def is_withheld_from(connection: AsyncConnection, case: Case, notice: Notify, now: datetime) -> bool:
    """Tell whether this notice of a test case does not show the mark."""
    number = keeping.number_of(case.cause)
    row = None if number is None else await keeping.row_of(connection, number)
    if row is None or row["device"] != case.device:
        return False
    return is_mark_withheld(keeping.unaware_of(row), notice.recipient, notice.channel, now)
