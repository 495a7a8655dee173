"""The journals of devices over HTTP: ask for one, see how far it is, read it.

Decides who may: a safety officer, because a journal says when somebody worked and raised alarms. Every
reading stands in the log.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from basestation.web.forms import DeviceName
from basestation.web.part import Web
from basestation.web.sessions import SafetyOfficer

router = APIRouter(prefix="/api", tags=["journals"])

ReadName = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,32}$")]


@router.get("/devices/{device}/journals")
async def journals(device: DeviceName, user: SafetyOfficer, web: Web) -> list[dict[str, Any]]:
    """Return the read-outs of a device, newest first, without their contents."""
    del user
    return await web.engine.journals.reads(device)


@router.post("/devices/{device}/journals", status_code=202)
async def ask(device: DeviceName, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Ask a device for its journal; it comes piece by piece, as soon as the device is there."""
    return await web.engine.journals.ask(device, user)


@router.get("/devices/{device}/journals/{read}")
async def journal(device: DeviceName, read: ReadName, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Return a complete read-out: the records as they came, and in words."""
    return await web.engine.journals.read(device, read, user)
