"""The settings of the devices over HTTP.

Decides who may: an operator reads, a safety officer changes. What the firmware's rules or the engine refuse
comes back as 409 with its sentence.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from basestation.web.forms import DeviceName
from basestation.web.part import Web
from basestation.web.sessions import Operator, SafetyOfficer
from protocol.messages import INT_MAX

router = APIRouter(prefix="/api/v1", tags=["settings"])

#: A device in the path of a request.
Named = Annotated[DeviceName, Path()]
_Number = Annotated[int, Field(strict=True, ge=-INT_MAX, le=INT_MAX)]


class SettingsForm(BaseModel):
    """What is to change; as the whole set: everything that differs from the defaults."""

    values: Annotated[dict[str, _Number], Field(max_length=64)]
    is_whole: bool = False
    #: The newest version that whoever orders has seen, 0 for none.
    seen: Annotated[int, Field(strict=True, ge=0, le=INT_MAX)] | None = None


@router.get("/devices/{name}/settings")
async def settings(name: Named, user: Operator, web: Web) -> dict[str, Any]:
    """Return what a device has, with limits, and the history of its settings, newest first."""
    del user
    return await web.engine.tuning.show(name)


@router.put("/devices/{name}/settings", status_code=202)
async def change_settings(name: Named, form: SettingsForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Order a change; what became of it stands in the history once the device has said it."""
    tuning = web.engine.tuning
    return await tuning.order(name, form.values, user.display_name, is_whole=form.is_whole, seen=form.seen)
