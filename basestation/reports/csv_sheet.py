"""A report as CSV: RFC 4180, UTF-8 with its mark, one block of rows a section, its key in the first column.

Decides that no cell is a formula: what a spreadsheet would calculate gets an apostrophe before it. Pure.
"""

import csv
import io

from basestation.reports.document import Document, Section

#: What begins a formula in a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: By this spreadsheets know UTF-8.
BYTE_ORDER_MARK = "\ufeff"


def csv_of(document: Document) -> str:
    """Return the document as CSV; each section's first row names its columns."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("report", *map(_cell, (document.title, document.subtitle, *document.banners))))
    for name, value in document.facts:
        writer.writerow(("facts", _cell(name), _cell(value)))
    for section in document.sections:
        writer.writerows(_rows(section))
    writer.writerow(("footer", _cell(document.footer)))
    return BYTE_ORDER_MARK + out.getvalue()


def _rows(section: Section) -> list[tuple[str, ...]]:
    rows = [tuple(column.title for column in section.columns)] if section.columns else []
    rows += list(section.rows)
    rows += [(note,) for note in section.notes]
    return [(section.key, *map(_cell, row)) for row in rows]


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
