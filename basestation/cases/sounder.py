"""How a case sounds in the control room, and for how long somebody has silenced it.

Pure. Four classes, and a fifth for a person whom nobody reached in time; a console plays the gravest. Only
taking a case ends its sound. A deliberate silence lasts 60 s and covers the cases that it names, as they
sounded then: a case that came later, or sounds otherwise by now, is heard at once. It touches no timer of the
case. The 60 s are a convention [D]: long enough for one call, too short to forget the case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from basestation.cases.case import Case, CaseState

#: A person; a person who must not be called; taken, and nobody arrived; protection is gone; no emergency.
PERSON, SILENT, OVERDUE, TECHNICAL, TEST = "person", "silent", "overdue", "technical", "test"
#: How long one silence lasts, in seconds.
SILENCE_S: Final = 60


@dataclass(frozen=True, slots=True)
class Silence:
    """One press of somebody who silenced what sounded."""

    by: str
    at: datetime
    until: datetime
    #: Number of each case that it covers, with the class in which it sounded.
    sounds: Mapping[int, str]


def sound_of(case: Case) -> str | None:
    """Return the class in which a case sounds now; None while it is quiet."""
    if not case.is_loud:
        return None
    if case.mark != "real":
        return TEST
    if not case.is_person:
        return TECHNICAL
    if case.state is not CaseState.RECEIVED:
        return OVERDUE
    return SILENT if case.is_silent else PERSON


def is_covered(case: Case, silence: Silence, now: datetime) -> bool:
    """Tell whether this silence keeps the case quiet at `now`."""
    sound = sound_of(case)
    return sound is not None and silence.at <= now < silence.until and silence.sounds.get(case.id) == sound


def to_silence(cases: Iterable[Case], silences: Iterable[Silence], now: datetime) -> dict[int, str]:
    """Return which of `cases` sound now, with their class; a silence is not prolonged."""
    running = tuple(silences)
    sounding = {case.id: sound_of(case) for case in cases if not _is_quiet(case, running, now)}
    return {number: sound for number, sound in sounding.items() if sound is not None}


def _is_quiet(case: Case, silences: Iterable[Silence], now: datetime) -> bool:
    return any(is_covered(case, silence, now) for silence in silences)
