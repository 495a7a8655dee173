"""The devices over HTTP: added, got ready, shown, replaced, retired.

Decides who may: an operator reads, an administrator does the rest. A device's log-in is in the answer to
its creation and to the begin of its set-up, for whoever writes it onto the board, and in no other.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field, StringConstraints

from basestation.broker.credential import SECRET_PATTERN, Credential
from basestation.web.forms import DeviceName, Id, OptionalLine
from basestation.web.part import Web
from basestation.web.sessions import Admin, Operator
from basestation.web.sight import seen

router = APIRouter(prefix="/api/v1", tags=["devices"])

#: A device in the path of a request.
Named = Annotated[DeviceName, Path()]
#: A secret or a client id as we give them, or nothing.
_Secret = Annotated[str, StringConstraints(pattern=rf"^({SECRET_PATTERN.pattern})?$")]
#: The parts of a self-test, at most.
_CHECKS_MAX = 32


class DeviceForm(BaseModel):
    """A device; its name is part of its topics."""

    name: DeviceName
    label: OptionalLine = ""
    site_id: Id = 1


class SetupForm(BaseModel):
    """What somebody who gets a board ready knows of it; secret and client id are those that are on it."""

    label: OptionalLine = ""
    secret: Annotated[_Secret, Field(repr=False)] = ""
    client_id: Annotated[_Secret, Field(repr=False)] = ""
    is_again: bool = False
    #: What the board is got ready with, where it is told.
    settings: Annotated[dict[str, int], Field(max_length=64)] | None = None
    #: Give it a certificate of its own before the site asks devices for one.
    is_certificate_ahead: bool = False


class CheckReport(BaseModel):
    """What a device said of itself: [part, passed or null, words] for each part."""

    firmware: Annotated[str, StringConstraints(max_length=32)]
    checks: Annotated[
        list[tuple[Annotated[str, StringConstraints(max_length=32)], bool | None, OptionalLine]],
        Field(max_length=_CHECKS_MAX),
    ]


class CheckForm(BaseModel):
    """What became of the self-test."""

    report: CheckReport
    is_passed: bool


class ReplacementForm(BaseModel):
    """The device that takes the place of another."""

    new: DeviceName


@router.get("/devices")
async def devices(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return all devices, without their credentials."""
    return seen(await web.engine.devices(), user)


@router.post("/devices", status_code=201)
async def add_device(form: DeviceForm, user: Admin, web: Web) -> dict[str, Any]:
    """Register a device and return its credential, with TLS also whom it is to believe, this once."""
    del user
    # What cannot be handed over must be known before the name is taken.
    told = await web.engine.handover(form.name)
    return await _log_in(web, await web.engine.add_device(form.name, form.label, form.site_id), told)


@router.get("/devices/{name}")
async def device(name: Named, user: Operator, web: Web) -> dict[str, Any]:
    """Return one device with its own test and its open cases."""
    del user
    return await web.engine.device(name)


@router.post("/devices/{name}/setup")
async def begin_setup(name: Named, form: SetupForm, user: Admin, web: Web) -> dict[str, Any]:
    """Begin or go on to get a device ready; return the log-in that goes onto its board."""
    held = Credential(name, form.secret, form.client_id) if form.secret and form.client_id else None
    told = await web.engine.handover(name, is_ahead=form.is_certificate_ahead)
    credential = await web.engine.begin_setup(name, form.label, held, is_again=form.is_again)
    if form.settings is not None:
        await web.engine.tuning.note_built(name, form.settings, user.display_name)
    # Now that no other board has a log-in of this name, its number is final.
    return await _log_in(web, credential, told) | {"boot": await web.engine.highest_boot(name)}


@router.post("/devices/{name}/checked")
async def checked(name: Named, form: CheckForm, user: Admin, web: Web) -> dict[str, Any]:
    """Take what the device's own test said; only a passed one makes it ready."""
    del user
    report = form.report.model_dump(mode="json")
    return {"state": await web.engine.note_device_check(name, report, is_passed=form.is_passed)}


@router.post("/devices/{name}/retire")
async def retire(name: Named, user: Admin, web: Web) -> dict[str, Any]:
    """Take a device out of service; its log-in is refused when this returns. Open cases stay."""
    del user
    return await web.engine.retire_device(name)


@router.post("/devices/{name}/replace")
async def replace(name: Named, form: ReplacementForm, user: Admin, web: Web) -> dict[str, Any]:
    """Let another device take the place of this one as soon as it is heard; return that one."""
    del user
    return await web.engine.replace_device(name, form.new)


async def _log_in(web: Web, credential: Credential, told: dict[str, Any]) -> dict[str, Any]:
    """Return what goes onto the board; from now on its certificate, if it has one, is in the list."""
    await web.engine.certificates.note(credential.name, told.get("tls_certificate", ""))
    log_in = {"name": credential.name, "secret": credential.secret, "client_id": credential.client_id}
    return log_in | await web.engine.tuning.handed_over(credential) | told
