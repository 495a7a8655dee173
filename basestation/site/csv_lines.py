"""Tables as CSV: read as spreadsheets of either tradition write them, written so that no cell is a formula.

Decides that text is UTF-8 with or without its mark, that `;`, `,` and tabs part the columns, and that columns
are known by their names in the first line, in any order. Lines are numbered as an editor does.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from basestation.errors import EntryRefused

#: Lines of one file, beside the first.
LINES_MAX: Final = 2000
_MARK: Final = "\ufeff"
_DELIMITERS: Final = ";,\t"
#: What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_GUARD: Final = "'"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: where it stands, and what it says by column."""

    number: int
    values: Mapping[str, str]


def read(content: bytes, columns: Sequence[str], needed: Sequence[str]) -> list[Line]:
    """Return the lines of a file; columns it does not have are left out. Raises EntryRefused."""
    try:
        text = content.decode("utf-8").removeprefix(_MARK)
    except UnicodeDecodeError:
        raise EntryRefused("The file is not UTF-8: save it as CSV UTF-8 and try again.") from None
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        head = next(rows, [])
        names = _names(head, columns, needed)
        return _lines(rows, names)
    except csv.Error as error:
        raise EntryRefused(f"The file is no CSV, line {rows.line_num}: {error}.") from None


def write(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return a file with these columns: UTF-8 with its mark, `;`, no cell a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_guarded(row[name]) for name in columns])
    return (_MARK + out.getvalue()).encode("utf-8")


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(_DELIMITERS, key=head.count)


def _names(head: Sequence[str], columns: Sequence[str], needed: Sequence[str]) -> list[str]:
    names = [cell.strip().casefold() for cell in head]
    known = ", ".join(columns)
    for name in names:
        if name not in columns:
            raise EntryRefused(f"There is no column {name[:40]!r}: the first line may name {known}.")
        if names.count(name) > 1:
            raise EntryRefused(f"The column {name!r} is there twice.")
    missing = [name for name in needed if name not in names]
    if missing:
        raise EntryRefused(f"The column {missing[0]!r} is missing: the first line names {known}.")
    return names


def _lines(rows: Any, names: Sequence[str]) -> list[Line]:
    lines: list[Line] = []
    number = rows.line_num + 1
    for cells in rows:
        if any(cell.strip() for cell in cells):
            if len(cells) != len(names):
                raise EntryRefused(f"Line {number} has {len(cells)} cells, the first line has {len(names)}.")
            values = {name: _unguarded(cell.strip()) for name, cell in zip(names, cells, strict=True)}
            lines.append(Line(number, values))
        if len(lines) > LINES_MAX:
            raise EntryRefused(f"The file has more than {LINES_MAX} lines: bring it in parts.")
        # A cell may have line breaks: the next line begins behind them.
        number = rows.line_num + 1
    return lines


def _guarded(cell: str) -> str:
    return _GUARD + cell if cell.lstrip(_GUARD).startswith(_FORMULA) else cell


def _unguarded(cell: str) -> str:
    is_guarded = cell.startswith(_GUARD) and cell.lstrip(_GUARD).startswith(_FORMULA)
    return cell[1:].strip() if is_guarded else cell
