"""Who has which duty on the days of a calendar page, and when nobody has: for the console.

Decides nothing: `cases/rota.py` does. A calendar page is six weeks at most; times are UTC.
"""

from datetime import datetime, timedelta
from typing import Any

from basestation.cases.directory import Directory
from basestation.cases.rota import gaps
from basestation.clock import iso
from basestation.errors import EntryRefused
from basestation.site.duty_calendar import entries_of

DAYS_MAX = 42


def duty_weeks(directory: Directory, from_at: datetime, days: int) -> list[dict[str, Any]]:
    """Return each duty with its entries and its gaps in so many days from a moment; raises EntryRefused."""
    if not 1 <= days <= DAYS_MAX:
        raise EntryRefused(f"A calendar of {days} days: ask for 1 to {DAYS_MAX}.")
    until_at = from_at + timedelta(days=days)
    names = {person.id: person.name for person in directory.people}
    found = []
    for role in sorted(directory.duties):
        rota = directory.duties[role]
        entries = entries_of(role, rota, directory.absences, names, from_at, until_at)
        found.append(
            {
                "role": role,
                "entries": [
                    {
                        "name": one.name,
                        "from_at": iso(one.from_at),
                        "until_at": iso(one.until_at),
                        "is_override": one.is_override,
                    }
                    for one in entries
                ],
                "gaps": [
                    {"from_at": iso(gap.from_at), "until_at": iso(gap.until_at)}
                    for gap in gaps(rota, directory.absences, from_at, until_at)
                ],
            }
        )
    return found
