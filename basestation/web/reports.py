"""Reports over HTTP: the month of a site and one incident, as JSON for the page, as PDF and as CSV.

Decides who: whoever handles cases may read of them; the desk logs it. A file is never kept by a browser's
cache, and never shown inside a page of ours.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Response
from sqlalchemy import select
from starlette.requests import HTTPConnection

from basestation.cases.authority import EVERYWHERE, SEE, may
from basestation.engine import User
from basestation.reports.csv_sheet import csv_of
from basestation.reports.desk import CSV, PAGE, PDF, ReportDesk
from basestation.reports.document import Document
from basestation.reports.press import Press
from basestation.store.responder_tables import sites
from basestation.web.forms import Id
from basestation.web.part import Web
from basestation.web.sessions import Operator
from basestation.web.sight import seen

router = APIRouter(prefix="/api/v1", tags=["reports"])

Language = Annotated[Literal["en", "de"], Query(description="The language of the report.")]
SiteId = Annotated[int | None, Query(ge=1, le=2**62, description="Number of the site; without it all.")]


@dataclass(frozen=True, slots=True)
class ReportPart:
    """What the routes of reports work with."""

    desk: ReportDesk
    press: Press


def _part_of(connection: HTTPConnection) -> ReportPart:
    part: ReportPart = connection.app.state.reports
    return part


Reports = Annotated[ReportPart, Depends(_part_of)]


@router.get("/reports/sites")
async def report_sites(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return the sites that a month can be asked for, by name and number."""
    async with web.engine.database.connect() as connection:
        query = select(sites.c.id, sites.c.name).where(sites.c.is_active).order_by(sites.c.name)
        return seen([dict(row) for row in (await connection.execute(query)).mappings()], user, "id")


@router.get("/reports/months/{month}")
async def month_page(
    month: str, user: Operator, reports: Reports, site: SiteId = None, language: Language = "en"
) -> dict[str, Any]:
    """Return the figures of a month ("YYYY-MM") of a site, as facts and as a document in words."""
    facts, document = await reports.desk.month(month, _seen(user, site), language, user, PAGE)
    return {"facts": facts, "document": document.view()}


@router.get("/reports/months/{month}/pdf", response_class=Response)
async def month_pdf(
    month: str, user: Operator, reports: Reports, site: SiteId = None, language: Language = "en"
) -> Response:
    """Return the same as PDF."""
    _, document = await reports.desk.month(month, _seen(user, site), language, user, PDF)
    return _pdf(await reports.press.pdf(document), f"rufweite-month-{month}.pdf")


@router.get("/reports/months/{month}/csv", response_class=Response)
async def month_csv(
    month: str, user: Operator, reports: Reports, site: SiteId = None, language: Language = "en"
) -> Response:
    """Return the same as CSV."""
    _, document = await reports.desk.month(month, _seen(user, site), language, user, CSV)
    return _csv(document, f"rufweite-month-{month}.csv")


@router.get("/cases/{case_id}/report")
async def incident_page(
    case_id: Id, user: Operator, reports: Reports, language: Language = "en"
) -> dict[str, Any]:
    """Return one incident as facts and as a document in words; that it was made is logged."""
    facts, document = await reports.desk.incident(case_id, language, user, PAGE)
    return {"facts": facts, "document": document.view()}


@router.get("/cases/{case_id}/report/pdf", response_class=Response)
async def incident_pdf(case_id: Id, user: Operator, reports: Reports, language: Language = "en") -> Response:
    """Return the same as PDF."""
    _, document = await reports.desk.incident(case_id, language, user, PDF)
    return _pdf(await reports.press.pdf(document), f"rufweite-incident-{case_id}.pdf")


@router.get("/cases/{case_id}/report/csv", response_class=Response)
async def incident_csv(case_id: Id, user: Operator, reports: Reports, language: Language = "en") -> Response:
    """Return the same as CSV."""
    _, document = await reports.desk.incident(case_id, language, user, CSV)
    return _csv(document, f"rufweite-incident-{case_id}.csv")


def _seen(user: User, site: int | None) -> int | None:
    """Return the site; raises HTTPException unless all of it is seen: without a number that is every site."""
    if not may(user.grants, SEE, EVERYWHERE if site is None else site):
        raise HTTPException(403, "This concerns sites where your log-in does not count: name one of yours.")
    return site


def _pdf(content: bytes, name: str) -> Response:
    return Response(content, media_type="application/pdf", headers=_headers(name))


def _csv(document: Document, name: str) -> Response:
    return Response(csv_of(document), media_type="text/csv; charset=utf-8", headers=_headers(name))


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
