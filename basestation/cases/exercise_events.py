"""What ends a case that is no real alarm. A value; what it does is decided in `stopping`."""

from dataclasses import dataclass
from typing import Final

#: Who has ended what a real alarm cut short; the sentences of notices go by it.
CUT_SHORT_BY: Final = "REAL ALARM"


@dataclass(frozen=True, slots=True)
class ExerciseStopped:
    """A test or drill is over: passed, failed, stopped by a person, or cut short by a real alarm."""

    #: A person, or what stopped it.
    user: str
    reason: str
