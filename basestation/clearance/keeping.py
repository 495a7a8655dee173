"""How long a record is kept, when somebody is reminded of it, and which words it may not hold.

Decides when a record may be deleted and what still stands against it; deletes nothing. Periods come from
`kinds.py`. Only free text is searched, and only for the words listed: whoever means to can say the same in
others, so this is a reminder to the writer and no proof.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from basestation.clearance.kinds import KINDS
from basestation.clearance.question import Record

#: KEPT: not yet; COPY_DUE: the person concerned gets a copy first; HELD: a case or a hold stands against it.
KEPT, COPY_DUE, HELD, DUE = "kept", "copy_due", "held", "due"
#: The last certificates of one examination that stay while the worker is employed (guide to GesBergV [T]).
CYCLES_KEPT: Final = 3
_PERSONAL: Final = re.compile(
    r"pregnan|schwanger|expecting a (?:baby|child)|mutterschutz|diagnos|krankheit|illness|disease|"
    r"epileps|epilept|diabet|asthma|depress|krebs|cancer|insulin|herzinfarkt|heart attack|"
    r"\b[A-TV-Z][0-9]{2}\.[0-9]{1,2}\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a record beside itself."""

    #: The worker is still employed; true for everything else.
    is_employed: bool
    #: How many newer ones of the same kind, person and purpose there are.
    newer: int
    has_open_case: bool
    #: Why it is held; empty: it is not.
    hold: str
    is_copy_given: bool


def fate_of(record: Record, standing: Standing, now: datetime) -> str:
    """Return KEPT, COPY_DUE, HELD or DUE."""
    if not _has_passed(record, standing, now):
        return KEPT
    if standing.has_open_case or standing.hold:
        return HELD
    return DUE if standing.is_copy_given or not KINDS[record.kind].is_personal else COPY_DUE


def is_reminder_due(record: Record, now: datetime) -> bool:
    """Tell whether a record runs out so soon that the safety officer is reminded."""
    end = record.valid_until
    return end is not None and end <= now + timedelta(days=KINDS[record.kind].remind_days)


def personal_word(text: str) -> str | None:
    """Return the first word that speaks of an illness or a pregnancy; None: none of those listed."""
    found = _PERSONAL.search(text)
    return None if found is None else found.group()


def months_after(at: datetime, months: int) -> datetime:
    """Return the same day and time of day so many months later, or the last day of that month."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    for day in range(at.day, at.day - 3, -1):
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return at.replace(year=year, month=month + 1, day=at.day - 3)


def newer_than(record: Record, others: Sequence[Record]) -> int:
    """Return how many of the others are of the same kind, subject and purpose, and newer."""
    same = (record.kind, record.subject, record.key, record.about)
    age = (record.issued_at, record.number)
    return sum(
        (one.kind, one.subject, one.key, one.about) == same and (one.issued_at, one.number) > age
        for one in others
    )


def _has_passed(record: Record, standing: Standing, now: datetime) -> bool:
    kind = KINDS[record.kind]
    if kind.kept_months is None:
        return False
    is_certificate = record.kind in ("fitness", "preventive_care")
    if is_certificate and not standing.is_employed:
        return True
    if is_certificate and standing.newer < CYCLES_KEPT:
        return False
    return now >= months_after(record.valid_until or record.issued_at, kind.kept_months)
