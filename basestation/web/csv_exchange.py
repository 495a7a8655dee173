"""Import and export as CSV over HTTP: the file is the body of its request, and of the answer.

Decides who may: a safety officer, and of devices only an administrator. Without `dry_run=false` nothing is
carried out: the answer says what would be.
"""

from http import HTTPStatus
from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from basestation.cases.authority import EVERYWHERE, KEEP_STATION, may
from basestation.web.part import Web
from basestation.web.sessions import WholeSafetyOfficer

router = APIRouter(prefix="/api/v1", tags=["csv"])

CsvKind = Literal["workers", "workplaces", "beacons", "devices", "responders"]
_ADMIN = "Devices are brought by an administrator."


@router.get(
    "/csv/{kind}",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}, "description": "UTF-8 with its mark, parted by ;"}},
)
async def export_csv(kind: CsvKind, user: WholeSafetyOfficer, web: Web) -> Response:
    """Return what is in service as CSV, without secrets."""
    del user
    content = await web.engine.exchange.export(kind)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.post(
    "/csv/{kind}",
    openapi_extra={
        "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}
    },
)
async def import_csv(
    kind: CsvKind, request: Request, user: WholeSafetyOfficer, web: Web, *, dry_run: bool = True
) -> dict[str, Any]:
    """Say line by line what a file would do; with `dry_run=false` do all of it, or nothing."""
    if kind == "devices" and not may(user.grants, KEEP_STATION, EVERYWHERE):
        raise HTTPException(HTTPStatus.FORBIDDEN, _ADMIN)
    content = await request.body()
    if dry_run:
        return {"is_dry_run": True, **await web.engine.exchange.preview(kind, content)}
    done = await web.engine.exchange.bring(kind, content, user.display_name)
    if kind == "devices" and done["created"]:
        await web.engine.let_devices_in()
    return {"is_dry_run": False, **done}
