"""Place, tone, beacons and coverage walks over HTTP.

Decides who may: an operator switches the tone, walks the site and reads; a safety officer keeps the list of
beacons and says that a building has changed. What the engine refuses comes back as 409 with its sentence.
"""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from basestation.site.walks import WALK_MIN_DEFAULT
from basestation.web.forms import DeviceName, Id, Line, OptionalLine
from basestation.web.part import Web
from basestation.web.sessions import Operator, SafetyOfficer
from basestation.web.sight import seen

router = APIRouter(prefix="/api/v1", tags=["location"])


class BeaconForm(BaseModel):
    """A beacon or access point, and what is where it hangs."""

    name: DeviceName
    zone: Line
    note: OptionalLine = ""


class ToneForm(BaseModel):
    """Whether the device is to sound."""

    is_tone_on: bool


class WalkForm(BaseModel):
    """Who carries which device over which workplace, for how long at most."""

    device: DeviceName
    workplace_id: Id
    minutes: int = WALK_MIN_DEFAULT


class PointsForm(BaseModel):
    """What the points of a walk are, from the first on."""

    names: Annotated[list[OptionalLine], Field(max_length=1000)]


@router.get("/beacons")
async def beacons(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return the beacons in use."""
    del user
    return await web.engine.beacons.all()


@router.post("/beacons", status_code=201)
async def add_beacon(form: BeaconForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Put a beacon on the list."""
    del user
    return await web.engine.beacons.add(form.name, form.zone, form.note)


@router.post("/beacons/{name}/retire")
async def retire_beacon(name: DeviceName, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Take a beacon off the list."""
    del user
    await web.engine.beacons.retire(name)
    return {"name": name}


@router.post("/cases/{case_id}/tone")
async def tone(case_id: Id, form: ToneForm, user: Operator, web: Web) -> dict[str, Any]:
    """Switch the location tone; the device's answer stands in the case when it has come."""
    return await web.engine.locating.order(case_id, user.display_name, is_tone_on=form.is_tone_on)


@router.get("/walks")
async def walks(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return the coverage walks, newest first."""
    return seen(await web.engine.walks.all(), user)


@router.post("/walks", status_code=201)
async def start_walk(form: WalkForm, user: Operator, web: Web) -> dict[str, Any]:
    """Begin a coverage walk."""
    return await web.engine.walks.start(form.device, form.workplace_id, form.minutes, user.display_name)


@router.get("/walks/{walk_id}")
async def walk(walk_id: Id, user: Operator, web: Web) -> dict[str, Any]:
    """Return one walk with its map, the worst places first."""
    del user
    return await web.engine.walks.show(walk_id)


@router.post("/walks/{walk_id}/stop")
async def stop_walk(walk_id: Id, user: Operator, web: Web) -> dict[str, Any]:
    """End a coverage walk."""
    return await web.engine.walks.stop(walk_id, user.display_name)


@router.put("/walks/{walk_id}/points")
async def name_points(walk_id: Id, form: PointsForm, user: Operator, web: Web) -> dict[str, Any]:
    """Say what the points of a walk are."""
    del user
    return await web.engine.walks.name_points(walk_id, form.names)


@router.post("/workplaces/{workplace_id}/building-changed")
async def building_changed(workplace_id: Id, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Say that the building has changed: the workplace needs a new coverage walk."""
    await web.engine.walks.building_changed(workplace_id, user.display_name)
    return {"workplace_id": workplace_id}
