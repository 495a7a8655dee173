"""What ends a case that is no real alarm. A value; what it does is decided in `stopping`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExerciseStopped:
    """A test or drill is over: passed, failed, stopped by a person, or cut short by a real alarm."""

    #: A person, or what stopped it.
    user: str
    reason: str
