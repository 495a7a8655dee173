"""Sets a document as PDF with Typst, in a worker thread: one at a time, few waiting, never for long.

Decides bounds and nothing of the words. What is set is data: the template reads it as JSON, so that no name
or note can become a command. The same document gives the same bytes: the moment is the document's own, fonts
are those that Typst carries. A thread cannot be ended: one that is over its time is left alone, and until it
ends nothing else is set.
"""

import asyncio
import json
from importlib import resources
from typing import Any, Final, Literal

from basestation.errors import Refused
from basestation.reports.document import Document

#: Documents that are set, or wait, at a time.
WAITING_MAX: Final = 4
#: How long one may take, in seconds; a month of 5,000 rows takes about two on a slow core.
SET_S_MAX: Final = 20.0
#: Rows of all tables of a document; beyond that there is the CSV.
ROWS_MAX: Final = 10_000


class PdfRefused(Refused):
    """The document is not set now; the text is a sentence."""


class Press:
    """The one press of a base station."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._waiting = 0

    async def pdf(self, document: Document) -> bytes:
        """Return the document as tagged PDF; raises PdfRefused."""
        rows = sum(len(section.rows) for section in document.sections)
        if rows > ROWS_MAX:
            raise PdfRefused(
                f"This report has {rows} rows; a PDF takes {ROWS_MAX} at most. Take the CSV instead."
            )
        if self._waiting >= WAITING_MAX:
            raise PdfRefused("Other reports are being set. Try again in a minute, or take the CSV.")
        self._waiting += 1
        setting = asyncio.create_task(self._in_turn(document), name="pdf")
        try:
            return await asyncio.wait_for(asyncio.shield(setting), SET_S_MAX)
        except TimeoutError:
            # Whatever it ends with later has nobody who asks for it.
            setting.add_done_callback(lambda done: done.cancelled() or done.exception())
            raise PdfRefused(
                f"The report was not set within {SET_S_MAX:g} s. Try again later, or take the CSV."
            ) from None

    async def _in_turn(self, document: Document) -> bytes:
        try:
            async with self._turn:
                return await asyncio.to_thread(set_pdf, document)
        finally:
            self._waiting -= 1


def set_pdf(document: Document) -> bytes:
    """Return the document as PDF, in this thread; raises PdfRefused with what Typst says."""
    return _compiled(document, "pdf")[0]


def set_pictures(document: Document) -> list[bytes]:
    """Return each page of the document as PNG, to be looked at."""
    return _compiled(document, "png")


def _compiled(document: Document, shape: Literal["pdf", "png"]) -> list[bytes]:
    # Loaded with the first report: 34 MB that a base station which sets none has no use for.
    import typst  # noqa: PLC0415

    template = (resources.files("basestation.reports") / "templates" / "report.typ").read_bytes()
    data = {"document": json.dumps(document.view())}
    # First so that Typst itself refuses what would not be read aloud. A sign that no font of its own has
    # (an emoji in a name) is such a thing; the report is then tagged all the same, and claims no standard.
    standards: tuple[Literal["ua-1"] | None, ...] = ("ua-1", None) if shape == "pdf" else (None,)
    fault = ""
    for standard in standards:
        try:
            found: Any = typst.compile(
                template,
                format=shape,
                sys_inputs=data,
                timestamp=document.made_at_s,
                ignore_system_fonts=True,
                pdf_standards=standard,
            )
        except typst.TypstError as error:
            fault = str(error)
        else:
            return found if isinstance(found, list) else [found]
    raise PdfRefused(f"The report could not be set: {fault}")
