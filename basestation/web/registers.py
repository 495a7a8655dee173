"""Every register over HTTP by the same verbs: its rows with versions, add, change, retire, undo, history.

Decides who may read and who may change each register, and what its form takes. `version` is the one that
whoever changes has seen; a change after somebody else's is refused with 409 and says who was first. What is
noted of a worker for helpers is read by those who keep it, not by everybody at a console.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Body, HTTPException, Path, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from basestation.cases.authority import KEEP_ROTA, KEEP_SITE, KEEP_STATION, SEE, may_somewhere
from basestation.web.forms import DeviceName, Id, Line, OptionalLine, Seen, Text
from basestation.web.part import Web
from basestation.web.responders import ResponderForm
from basestation.web.sessions import Operator
from basestation.web.sight import rows_seen
from basestation.web.whereabouts import check_sites

router = APIRouter(prefix="/api/v1/registers", tags=["register"])

Form = TypeVar("Form", bound=BaseModel)
#: Rows are numbered; devices have names.
Key = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,32}$")]
Name = Literal[
    "workers", "workplaces", "beacons", "responders", "devices", "roles", "plan", "overrides", "absences"
]


class WorkerForm(BaseModel):
    """Somebody who may wear a device, and what a helper has to know of them."""

    name: Line
    phone: OptionalLine = ""
    language: Literal["en", "de"] = "en"
    #: Only what a helper needs on the spot, such as an allergy; it is personal.
    note: Text = ""
    site_id: Id = 1


class WorkplaceForm(BaseModel):
    """A place of work, and the way there for helpers."""

    name: Line
    directions: Text = ""
    site_id: Id = 1


class BeaconForm(BaseModel):
    """A beacon or access point, and what is where it hangs."""

    name: DeviceName
    zone: Line
    note: OptionalLine = ""


class KeepingForm(BaseModel):
    """What is kept of a device by hand."""

    label: OptionalLine = ""
    #: Who has it outside the site; empty: it is here.
    lent_to: OptionalLine = ""
    #: Why nobody may wear it; empty: it may be worn.
    withdrawn_because: OptionalLine = ""
    site_id: Id = 1


class SeenForm(BaseModel):
    """Which version somebody had before them."""

    version: Seen = None


@dataclass(frozen=True, slots=True)
class _Rights:
    """Who reads and who changes a register, and by which form."""

    reads: str
    writes: str
    form: type[BaseModel] | None = None


_RIGHTS: dict[str, _Rights] = {
    "workers": _Rights(SEE, KEEP_SITE, WorkerForm),
    "workplaces": _Rights(SEE, KEEP_SITE, WorkplaceForm),
    "beacons": _Rights(SEE, KEEP_SITE, BeaconForm),
    "responders": _Rights(KEEP_ROTA, KEEP_SITE, ResponderForm),
    "devices": _Rights(SEE, KEEP_STATION, KeepingForm),
    **dict.fromkeys(("roles", "plan", "overrides", "absences"), _Rights(KEEP_ROTA, KEEP_ROTA)),
}
#: What only those read who may change it.
_FOR_KEEPERS = {"workers": ("note",)}


@router.get("/{register}")
async def rows(register: Name, user: Operator, web: Web, asked: Request) -> list[dict[str, Any]]:
    """Return every row of the sites that one sees, the retired ones too, each with its version."""
    await check_sites(asked, web.engine.database, user, _RIGHTS[register].reads)
    found = await rows_seen(
        web.engine.database, register, await web.engine.rescue.registrar.rows(register), user
    )
    if may_somewhere(user.grants, _RIGHTS[register].writes):
        return found
    hidden = _FOR_KEEPERS.get(register, ())
    return [{name: value for name, value in row.items() if name not in hidden} for row in found]


@router.post("/{register}", status_code=201)
async def add(
    register: Name, form: Annotated[dict[str, Any], Body()], user: Operator, web: Web, asked: Request
) -> dict[str, Any]:
    """Add a row; a device is added under `/devices`, where its log-in is handed over."""
    await check_sites(asked, web.engine.database, user, _RIGHTS[register].writes)
    if register == "devices":
        raise HTTPException(409, "A device is added under /api/v1/devices: its log-in is handed over there.")
    values = _values(register, form, is_new=True)
    return await web.engine.rescue.registrar.add(register, values, user.display_name)


@router.put("/{register}/{key}")
async def change(
    register: Name,
    key: Key,
    form: Annotated[dict[str, Any], Body()],
    user: Operator,
    web: Web,
    asked: Request,
) -> dict[str, Any]:
    """Change a row; `version` in the form is the one that was seen."""
    await check_sites(asked, web.engine.database, user, _RIGHTS[register].writes)
    seen = _parsed(SeenForm, {"version": form.get("version")}).version
    values = _values(register, form, is_new=False)
    return await web.engine.rescue.registrar.change(
        register, _key(register, key), values, user.display_name, seen
    )


@router.get("/{register}/{key}/history")
async def history(register: Name, key: Key, user: Operator, web: Web, asked: Request) -> list[dict[str, Any]]:
    """Return what was changed of a row, by whom and when, before and after; the newest first."""
    await check_sites(asked, web.engine.database, user, _RIGHTS[register].writes)
    return await web.engine.rescue.registrar.history(register, key)


@router.post("/{register}/{key}/retire")
async def retire(
    register: Name, key: Key, form: SeenForm, user: Operator, web: Web, asked: Request
) -> dict[str, Any]:
    """Take a row out of service; refused with what uses it."""
    await check_sites(asked, web.engine.database, user, _RIGHTS[register].writes)
    return await web.engine.rescue.registrar.retire(
        register, _key(register, key), user.display_name, form.version
    )


@router.post("/{register}/{key}/undo")
async def undo(
    register: Name, key: Key, form: SeenForm, user: Operator, web: Web, asked: Request
) -> dict[str, Any]:
    """Undo the newest change of a row, a retirement too; refused where that is not safe."""
    await check_sites(asked, web.engine.database, user, _RIGHTS[register].writes)
    return await web.engine.rescue.registrar.undo(
        register, _key(register, key), user.display_name, form.version
    )


def _key(register: str, key: str) -> int | str:
    if register == "devices":
        return key
    if not key.isdecimal() or len(key) > 18:
        raise HTTPException(404, f"There is nothing of the number {key!r} in this register.")
    return int(key)


def _values(register: str, form: dict[str, Any], *, is_new: bool) -> dict[str, Any]:
    taken = _RIGHTS[register].form
    if taken is None:
        raise HTTPException(409, "The rota has forms of its own, under /api/v1/rota.")
    values = _parsed(taken, {name: value for name, value in form.items() if name != "version"}).model_dump()
    # Whoever changes something else moves nothing to another site.
    return (
        values
        if is_new or "site_id" in form
        else {name: values[name] for name in values if name != "site_id"}
    )


def _parsed(form: type[Form], values: dict[str, Any]) -> Form:
    try:
        return form.model_validate(values)
    except ValidationError as refused:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in refused.errors()]
        raise RequestValidationError(faults) from None
