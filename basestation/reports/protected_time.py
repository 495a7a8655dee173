"""For how long workers on shift were protected or not, by rule or by fault, and for how long nobody knows.

Pure. What counts as what at a moment is `cases.protection`'s, the same that the console showed then; here the
time between two statements is added up. Statements count from when the base station heard them, and a device
that was known to be silent said nothing. Added up in milliseconds, told in seconds.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from basestation.cases.protection import (
    PAUSE_GRACE_S,
    PAUSE_S_MAX,
    SILENT,
    SUSPENDED,
    UNKNOWN,
    Protection,
    newest,
    shown_protection,
)
from protocol.messages import PROTECTIONS

_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, its end not included."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class ShiftTime:
    """The part of a shift that is asked about, with what is stored of its device."""

    #: When the whole shift began: what was said before says nothing of this wearer.
    started_at: datetime
    asked: Span
    #: In the order in which they were heard.
    statements: Sequence[Protection] = ()
    #: While the device was known to be silent.
    silences: Sequence[Span] = ()


@dataclass(slots=True)
class ProtectedTime:
    """Milliseconds by state, and by state and reason."""

    by_state: Counter[str] = field(default_factory=Counter)
    by_reason: Counter[tuple[str, str]] = field(default_factory=Counter)
    shifts: int = 0

    def view(self) -> dict[str, Any]:
        """Return it ready for JSON; every state is there, also without a second."""
        return {
            "shifts": self.shifts,
            "total_s": sum(self.by_state.values()) / 1000,
            "states": {state: self.by_state[state] / 1000 for state in (*PROTECTIONS, UNKNOWN)},
            "reasons": [
                {"state": state, "reason": reason, "took_s": took_ms / 1000}
                for (state, reason), took_ms in self.by_reason.most_common()
                if reason
            ],
        }


def protected_time(shifts: Iterable[ShiftTime]) -> ProtectedTime:
    """Return the sum over these parts of shifts; each second of them counts once."""
    found = ProtectedTime()
    for shift in shifts:
        found.shifts += 1
        for span in _pieces(shift):
            shown = _shown(shift, span.begin)
            took_ms = (span.end - span.begin) // _MS
            found.by_state[shown[0]] += took_ms
            found.by_reason[shown] += took_ms
    return found


def _shown(shift: ShiftTime, at: datetime) -> tuple[str, str]:
    said: Protection | None = None
    for statement in shift.statements:
        if statement.said_at <= at:
            said = newest(said, statement)
    is_silent = any(silence.begin <= at < silence.end for silence in shift.silences)
    shown = shown_protection(said, shift.started_at, at, SILENT if is_silent else None)
    return shown.state, shown.reason or ""


def _pieces(shift: ShiftTime) -> list[Span]:
    """Return the stretches within which nothing that is known changes."""
    cuts = {shift.asked.begin, shift.asked.end}
    for statement in shift.statements:
        cuts.add(statement.said_at)
        if statement.state == SUSPENDED:
            latest = statement.since + timedelta(seconds=PAUSE_S_MAX)
            end = min(statement.until or latest, latest)
            cuts.add(end + timedelta(seconds=PAUSE_GRACE_S))
    for silence in shift.silences:
        cuts |= {silence.begin, silence.end}
    within = sorted(cut for cut in cuts if shift.asked.begin <= cut <= shift.asked.end)
    return [Span(begin, end) for begin, end in pairwise(within)]
