"""What a report says, in one language and before anybody sets it: facts, notes and tables of words.

Decides the shape that page, PDF and CSV share, and how a value becomes words: numbers and times as the
language writes them, times in the zone of the site, unknown ones as a dash. Pure. Cells are plain text.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

#: What stands where nobody knows.
UNKNOWN: Final = "–"  # noqa: RUF001 - a dash that no spreadsheet takes for a formula
_DATES: Final = {"en": "%Y-%m-%d", "de": "%d.%m.%Y"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    title: str
    #: Set to the right.
    is_number: bool = False
    #: Share of the width where the columns are not alike.
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: a note, a table, or both."""

    #: What it is about, for programs; the same in every language.
    key: str
    title: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    #: What the reader must know of it.
    notes: tuple[str, ...] = ()
    #: A drawing (SVG) with what it shows in words.
    drawing: str = ""
    drawing_words: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One report in one language."""

    #: "month" or "incident".
    kind: str
    language: str
    title: str
    subtitle: str
    #: What stands over everything: a rehearsal, a silent alarm, a month that goes on.
    banners: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    #: Beneath every page: who made it, when, by which version.
    footer: str
    #: "Page {page} of {pages}".
    page_words: str
    #: When it was made, in whole seconds since 1970.
    made_at_s: int

    def view(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)


class Writer:
    """Writes values in one language and one time zone."""

    def __init__(self, language: str, zone: tzinfo) -> None:
        self.language = language
        self._zone = zone

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Return a number with so many decimals."""
        if value is None:
            return UNKNOWN
        text = f"{value:.{decimals}f}"
        return text.replace(".", ",") if self.language == "de" else text

    def percent(self, permille: float | None) -> str:
        """Return a share given in per mille."""
        return UNKNOWN if permille is None else f"{self.number(permille / 10, 1)} %"

    def seconds(self, value: float | None) -> str:
        """Return a duration in seconds, from ten minutes on in minutes."""
        if value is None:
            return UNKNOWN
        return f"{self.number(value, 1)} s" if value < 600 else f"{self.number(value / 60, 1)} min"

    def hours(self, value_s: float) -> str:
        """Return a duration in hours."""
        return f"{self.number(value_s / 3600, 2)} h"

    def time(self, at: datetime | str | None) -> str:
        """Return date and time of day, to the second."""
        return UNKNOWN if at is None else self._format(at, f"{_DATES[self.language]} %H:%M:%S")

    def day(self, at: datetime | str) -> str:
        """Return the date."""
        return self._format(at, _DATES[self.language])

    def clock(self, at: datetime | str | None) -> str:
        """Return the time of day, to the second."""
        return UNKNOWN if at is None else self._format(at, "%H:%M:%S")

    def _format(self, at: datetime | str, shape: str) -> str:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        return moment.astimezone(self._zone).strftime(shape)


def table(
    key: str,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    notes: Sequence[str] = (),
    empty: str = "",
) -> Section:
    """Return a table; without a row `empty` stands in its place."""
    if not rows:
        return Section(key, title, notes=(empty, *notes) if empty else tuple(notes))
    for row in rows:
        assert len(row) == len(columns), (key, row)
    return Section(key, title, tuple(columns), tuple(map(tuple, rows)), tuple(notes))
