"""Releases and the fleet over HTTP: what there is, who runs what, and the order to update.

Decides who may: an operator sees the fleet, an administrator imports a release and orders it. A release
itself comes as a file below the data folder, and only what a trusted key has signed is taken.
"""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from basestation.web.forms import DeviceName, Line
from basestation.web.part import Web
from basestation.web.sessions import Admin, Operator
from basestation.web.sight import seen_devices

router = APIRouter(prefix="/api/v1", tags=["releases"])

_DEVICES_MAX = 2000


class IncomingForm(BaseModel):
    """A file that a command on this machine laid down."""

    file: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class UpdateForm(BaseModel):
    """Which devices get which release; no device named means all, and so many of them go first."""

    devices: Annotated[list[DeviceName], Field(max_length=_DEVICES_MAX)] = []
    release: Line
    canaries: Annotated[int, Field(ge=0, le=_DEVICES_MAX)] = 0


@router.get("/releases")
async def releases(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return the releases, newest first."""
    del user
    return await web.engine.releases.shelf.all()


@router.post("/releases", status_code=201)
async def take(form: IncomingForm, user: Admin, web: Web) -> dict[str, Any]:
    """Import a release; refused unless a key that the site trusts has signed it."""
    return await web.engine.releases.shelf.take(form.file, user)


@router.get("/fleet")
async def fleet(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return each device with the release it runs and the one that was ordered."""
    return await seen_devices(web.engine.database, await web.engine.releases.all(), user)


@router.post("/updates", status_code=202)
async def order(form: UpdateForm, user: Admin, web: Web) -> list[dict[str, Any]]:
    """Order a release for devices; none is begun on shift or in an alarm."""
    return await web.engine.releases.order(form.devices, form.release, form.canaries, user)
