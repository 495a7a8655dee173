"""Drills over HTTP: kept by safety officers, read by whoever sees their site, on record as page, PDF and CSV.

Decides who may; what the engine refuses comes back as 409 with its sentence. The page of an observer has no
log-in and stands in `observer.py`.
"""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from basestation.cases.authority import KEEP_SITE, SEE, may, sites_for
from basestation.cases.drill import PLANNED, RUNNING
from basestation.cases.response_time import EV_MAX, FIGURE_MAX, FIGURE_MIN
from basestation.drills.planning import OBSERVERS_MAX, Plan
from basestation.drills.report_desk import DrillReports
from basestation.drills.times import times_view
from basestation.reports.csv_sheet import csv_of
from basestation.reports.desk import CSV, PAGE, PDF
from basestation.reports.document import Document
from basestation.web.forms import DeviceName, Id, Line, OptionalLine, Text
from basestation.web.part import Web
from basestation.web.reports import Language, Reports, SiteId
from basestation.web.sessions import Operator, SafetyOfficer
from basestation.web.sight import seen

router = APIRouter(prefix="/api/v1", tags=["drills"])

Version = Annotated[int, Field(ge=1, le=2**31)]
Shift = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Figure = Annotated[int | None, Query(ge=FIGURE_MIN, le=FIGURE_MAX)]
Quarter = Annotated[str, StringConstraints(max_length=20)]


class DrillForm(BaseModel):
    """What is to be drilled; limits are the site's own, in seconds from the alarm, by stage."""

    workplace_id: Id
    shift: Shift
    scenario: Line
    place: Text
    planned_for: AwareDatetime
    observers: Annotated[list[Line], Field(max_length=OBSERVERS_MAX)] = []
    kind: OptionalLine = "manual"
    source: OptionalLine = "station"
    device: DeviceName | Annotated[str, StringConstraints(max_length=0)] = ""
    hard_place_id: Id | None = None
    limits: Annotated[dict[str, int], Field(max_length=8)] = {}


class Move(BaseModel):
    """The version that was read, and how it ended where it ends."""

    version: Version
    words: Text = ""


class PlaceForm(BaseModel):
    """A place that is hard to find, and why."""

    workplace_id: Id
    name: Line
    why: Text = ""


class LessonForm(BaseModel):
    """What was learned, whose it is and until when."""

    words: Annotated[Text, StringConstraints(min_length=3)]
    owner: Line
    due_on: date


class Proof(BaseModel):
    """What shows that a lesson was done, and the version that was read."""

    proof: Text
    version: Version


@router.get("/drills")
async def drills(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return the drills, the latest planned first."""
    return [_shown(one, user) for one in seen(await web.engine.drills.all(), user)]


@router.post("/drills", status_code=201)
async def plan(form: DrillForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Plan a drill; its observers get a link each."""
    return await web.engine.drills.plan(Plan(**dict(form)), user.display_name)


@router.get("/drills/places")
async def places(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return the places that are hard to find, the least recently drilled first."""
    return seen(await web.engine.drills.places.all(), user)


@router.post("/drills/places", status_code=201)
async def add_place(form: PlaceForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Put a place on the list."""
    return await web.engine.drills.places.add(form.workplace_id, form.name, form.why, user.display_name)


@router.post("/drills/places/{place_id}/retire")
async def retire_place(place_id: Id, form: Move, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Take a place off the list."""
    await web.engine.drills.places.retire(place_id, form.version, user.display_name)
    return {"id": place_id}


@router.get("/drills/lessons")
async def lessons(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return every lesson, open ones first by their day."""
    return seen(await web.engine.drills.lessons.all(), user)


@router.post("/drills/lessons/{lesson_id}/done")
async def lesson_done(lesson_id: Id, form: Proof, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Put on record that a lesson was done, and what shows it."""
    return await web.engine.drills.lessons.done(lesson_id, form.proof, form.version, user.display_name)


@router.get("/drills/times")
async def times(
    user: Operator,
    web: Web,
    workplace_id: Annotated[Id, Query()],
    shift: Annotated[Shift, Query()],
    gz: Figure = None,
    nw: Figure = None,
    ev: Annotated[int | None, Query(ge=0, le=EV_MAX)] = None,
) -> dict[str, Any]:
    """Return the worst of the last three measured times to help; with GZ, EV and NW what it makes of them."""
    del user
    figures = None if gz is None or nw is None or ev is None else (gz, ev, nw)
    async with web.engine.database.connect() as connection:
        return await times_view(connection, workplace_id, shift, figures)


@router.get("/drills/quarters/{quarter}")
async def quarter_page(
    quarter: Quarter, user: Operator, web: Web, site: SiteId = None, language: Language = "en"
) -> dict[str, Any]:
    """Return the drills of a quarter ("2026-1") as a document in words."""
    return {"document": (await _quarter(web, quarter, site, language, user, PAGE)).view()}


@router.get("/drills/quarters/{quarter}/pdf", response_class=Response)
async def quarter_pdf(
    quarter: Quarter,
    user: Operator,
    web: Web,
    reports: Reports,
    site: SiteId = None,
    language: Language = "en",
) -> Response:
    """Return the same as PDF."""
    document = await _quarter(web, quarter, site, language, user, PDF)
    return _file(await reports.press.pdf(document), f"drills-{quarter}.pdf")


@router.get("/drills/quarters/{quarter}/csv", response_class=Response)
async def quarter_csv(
    quarter: Quarter, user: Operator, web: Web, site: SiteId = None, language: Language = "en"
) -> Response:
    """Return the same as CSV."""
    return _file(csv_of(await _quarter(web, quarter, site, language, user, CSV)), f"drills-{quarter}.csv")


@router.get("/drills/{drill_id}")
async def drill(drill_id: Id, user: Operator, web: Web) -> dict[str, Any]:
    """Return a drill with its stages, what was noted and its lessons; to whoever keeps it also the links."""
    return _shown(await web.engine.drills.read(drill_id), user)


@router.post("/drills/{drill_id}/begin")
async def begin(drill_id: Id, form: Move, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Begin a drill: its alarm runs along the chain of its workplace."""
    return await web.engine.drills.start(drill_id, form.version, user.display_name)


@router.post("/drills/{drill_id}/end")
async def end(drill_id: Id, form: Move, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """End a drill and keep what it measured."""
    return await web.engine.drills.end(drill_id, form.version, form.words, user.display_name)


@router.post("/drills/{drill_id}/cancel")
async def cancel(drill_id: Id, form: Move, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Call a drill off, begun or not."""
    return await web.engine.drills.call_off(drill_id, form.version, form.words, user.display_name)


@router.post("/drills/{drill_id}/lessons", status_code=201)
async def add_lesson(drill_id: Id, form: LessonForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Keep what was learned from a drill."""
    lessons = web.engine.drills.lessons
    return await lessons.add(drill_id, form.words, form.owner, form.due_on, user.display_name)


@router.get("/drills/{drill_id}/protocol")
async def protocol_page(drill_id: Id, user: Operator, web: Web, language: Language = "en") -> dict[str, Any]:
    """Return the protocol of a drill as a document in words."""
    desk = DrillReports(web.engine, web.clock)
    return {"document": (await desk.protocol(drill_id, language, user, PAGE)).view()}


@router.get("/drills/{drill_id}/protocol/pdf", response_class=Response)
async def protocol_pdf(
    drill_id: Id, user: Operator, web: Web, reports: Reports, language: Language = "en"
) -> Response:
    """Return the same as PDF."""
    document = await DrillReports(web.engine, web.clock).protocol(drill_id, language, user, PDF)
    return _file(await reports.press.pdf(document), f"drill-{drill_id}.pdf")


@router.get("/drills/{drill_id}/protocol/csv", response_class=Response)
async def protocol_csv(drill_id: Id, user: Operator, web: Web, language: Language = "en") -> Response:
    """Return the same as CSV."""
    document = await DrillReports(web.engine, web.clock).protocol(drill_id, language, user, CSV)
    return _file(csv_of(document), f"drill-{drill_id}.csv")


def _shown(drill: dict[str, Any], user: Operator) -> dict[str, Any]:
    """Return what of a drill its reader may know: whoever is drilled reads neither links nor the place."""
    if may(user.grants, KEEP_SITE, drill["site_id"]):
        return drill
    told = dict(drill)
    if drill["state"] in (PLANNED, RUNNING):
        told["place"] = ""
    if "observers" in told:
        told["observers"] = [{"id": one["id"], "name": one["name"]} for one in told["observers"]]
    return told


async def _quarter(
    web: Web, name: str, site: int | None, language: str, user: Operator, form: str
) -> Document:
    sites = sites_for(user.grants, SEE)
    if site is not None and sites is not None and site not in sites:
        raise HTTPException(403, "This belongs to a site where your log-in does not allow it.")
    desk = DrillReports(web.engine, web.clock)
    return await desk.quarter(name, site, sites, language, user, form)


def _file(content: bytes | str, name: str) -> Response:
    media_type = "application/pdf" if isinstance(content, bytes) else "text/csv; charset=utf-8"
    headers = {"Content-Disposition": f'attachment; filename="rufweite-{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
