"""The journals of devices over HTTP: ask for one, see how far it is, read it.

Decides who may: a safety officer, because a journal says when somebody worked and raised alarms. Every
reading stands in the log.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field, StringConstraints

from basestation.web.forms import DeviceName
from basestation.web.part import Web
from basestation.web.sessions import SafetyOfficer

router = APIRouter(prefix="/api/v1", tags=["journals"])

#: Records of 32 bytes as Base64, and how many pieces a journal of some megabytes has.
_PIECE_CHARACTERS_MAX, _PIECES_MAX = 48_000, 256
ReadName = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,32}$")]


class PieceForm(BaseModel):
    """A piece of a journal that was read out at a cable; Base64."""

    piece: Annotated[int, Field(ge=0, lt=_PIECES_MAX)]
    pieces: Annotated[int, Field(ge=1, le=_PIECES_MAX)]
    records: Annotated[
        str,
        StringConstraints(
            pattern=r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
            max_length=_PIECE_CHARACTERS_MAX,
        ),
    ]


@router.get("/devices/{device}/journals")
async def journals(device: DeviceName, user: SafetyOfficer, web: Web) -> list[dict[str, Any]]:
    """Return the read-outs of a device, newest first, without their contents."""
    del user
    return await web.engine.journals.reads(device)


@router.post("/devices/{device}/journals", status_code=202)
async def ask(device: DeviceName, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Ask a device for its journal; it comes piece by piece, as soon as the device is there."""
    return await web.engine.journals.ask(device, user)


@router.post("/devices/{device}/journals/cable", status_code=201)
async def begin_at_cable(device: DeviceName, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Begin the read-out of a device that somebody has at a cable; refused while it is worn."""
    return await web.engine.journals.begin_at_cable(device, user)


@router.post("/devices/{device}/journals/{read}", status_code=204)
async def take_at_cable(
    device: DeviceName, read: ReadName, form: PieceForm, user: SafetyOfficer, web: Web
) -> None:
    """Take a piece of a read-out that was begun at a cable; the last one completes it."""
    del user
    await web.engine.journals.take_at_cable(device, {"read": read, **form.model_dump()})


@router.get("/devices/{device}/journals/{read}")
async def journal(device: DeviceName, read: ReadName, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Return a complete read-out: the records as they came, and in words."""
    return await web.engine.journals.read(device, read, user)
