"""Floor plans over HTTP: kept by a safety officer, read by operators, shown with the cases they belong to.

Decides who may, and that a picture comes with a policy under which nothing in it could run. What the engine
refuses comes back as 409 with its sentence. A file is the body of its request, and no form.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse

from basestation.plans.drawn import figures, svg
from basestation.plans.floor_plans import KINDS
from basestation.plans.shown import Drawing
from basestation.store.responder_tables import FIRST_SITE
from basestation.web.forms import DeviceName, Id, Line, OptionalLine
from basestation.web.part import Web
from basestation.web.sessions import Operator, SafetyOfficer
from basestation.web.sight import seen

router = APIRouter(prefix="/api/v1", tags=["plans"])

MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png", "jpeg": "image/jpeg"}
_POINTS_MAX = KINDS["way"][1]
#: For a picture that somebody opens by itself.
PICTURE_POLICY = {"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'"}


class MarkForm(BaseModel):
    """What stands where on a plan: x and y in the plan's own units, from its top left."""

    kind: Literal["workplace", "beacon", "way", "assembly"]
    points: Annotated[
        list[
            tuple[Annotated[float, Field(allow_inf_nan=False)], Annotated[float, Field(allow_inf_nan=False)]]
        ],
        Field(min_length=1, max_length=_POINTS_MAX),
    ]
    workplace_id: Id | None = None
    beacon: DeviceName | Literal[""] = ""
    label: OptionalLine = ""


@router.get("/plans")
async def plans(user: Operator, web: Web, *, retired: bool = False) -> list[dict[str, Any]]:
    """Return the plans in service; with `retired` all that ever were."""
    return seen(await web.engine.plans.all(with_retired=retired), user)


@router.post("/plans", status_code=201)
async def add_plan(
    user: SafetyOfficer,
    web: Web,
    request: Request,
    name: Annotated[Line, Query()],
    level: Annotated[OptionalLine, Query()] = "",
    site_id: Annotated[Id, Query()] = FIRST_SITE,
) -> dict[str, Any]:
    """Keep a plan: the body is the file (SVG, PNG or JPEG); tells what was left out of it."""
    return await web.engine.plans.add(name, level, site_id, await request.body(), user.display_name)


@router.get("/plans/{plan_id}")
async def plan(plan_id: Id, user: Operator, web: Web, *, history: bool = False) -> dict[str, Any]:
    """Return a plan with its marks; with `history` also those that ended."""
    del user
    return await web.engine.plans.show(plan_id, with_history=history)


@router.get("/plans/{plan_id}/drawing", response_class=HTMLResponse)
async def drawing(plan_id: Id, user: Operator, web: Web, language: str = "en") -> HTMLResponse:
    """Return a plan with all that stands on it as inline SVG, as cases show it."""
    del user
    found = await web.engine.plans.drawing(plan_id)
    return _as_page(svg(found, language, _picture_of(found)))


@router.get("/plans/{plan_id}/picture")
async def picture(plan_id: Id, user: Operator, web: Web) -> Response:
    """Return the picture of a plan as it is kept."""
    del user
    return picture_response(*await web.engine.plans.picture(plan_id))


@router.post("/plans/{plan_id}/marks", status_code=201)
async def place(plan_id: Id, form: MarkForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Place something; a workplace or beacon that stands somewhere moves."""
    return await web.engine.plans.place(
        plan_id,
        form.kind,
        form.points,
        user.display_name,
        workplace_id=form.workplace_id,
        beacon=form.beacon,
        label=form.label,
    )


@router.post("/plans/{plan_id}/marks/{mark_id}/retire")
async def end_mark(plan_id: Id, mark_id: Id, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Take a mark off a plan."""
    await web.engine.plans.end_mark(plan_id, mark_id, user.display_name)
    return {"id": mark_id}


@router.post("/plans/{plan_id}/retire")
async def retire_plan(plan_id: Id, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Take a plan out of service; open cases keep it."""
    await web.engine.plans.retire(plan_id, user.display_name)
    return {"id": plan_id}


@router.get("/cases/{case_id}/plans", response_class=HTMLResponse)
async def plans_of_case(case_id: Id, user: Operator, web: Web, language: str = "en") -> HTMLResponse:
    """Return the plans of a case as figures of HTML, as its responders see them; nothing before it is one."""
    del user
    drawings = await web.engine.drawings(case_id)
    return _as_page(figures(drawings, language, _picture_of, _picture_of))


def picture_response(found: dict[str, Any], content: bytes) -> Response:
    """Return the answer with a picture; a drawing becomes a file of its own."""
    if found["kind"] == "svg":
        box = f'viewBox="0 0 {found["width"]:g} {found["height"]:g}"'
        content = f'<svg xmlns="http://www.w3.org/2000/svg" {box}>'.encode() + content + b"</svg>"
    return Response(content, media_type=MEDIA_TYPES[found["kind"]], headers=PICTURE_POLICY)


def _as_page(text: str) -> HTMLResponse:
    return HTMLResponse(f'<!doctype html><html><body><div id="plans">{text}</div></body></html>')


def _picture_of(drawing: Drawing) -> str:
    return f"/api/v1/plans/{drawing.plan_id}/picture"
