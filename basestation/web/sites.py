"""Sites and their zones over HTTP.

Decides who may: everybody who sees a site reads it; a safety officer of the site changes it, and one of all
sites adds more. What is changed goes with the version it was made from, and comes back as 409 if somebody
was faster.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from basestation.web.forms import Id, Line, Text
from basestation.web.part import Web
from basestation.web.sessions import Operator, SafetyOfficer
from basestation.web.sight import seen

router = APIRouter(prefix="/api/v1", tags=["sites"])

_PARTS_MAX = 500
Ids = Annotated[list[Id], Field(max_length=_PARTS_MAX)]


class SiteForm(BaseModel):
    """A site, its time zone, and how often addresses of its people are tested."""

    name: Line
    zone: Line
    proof_days: int = 30


class VersionForm(BaseModel):
    """What a change was made from."""

    version: int


class SiteChangeForm(SiteForm, VersionForm):
    """A site as it is to be."""


class ZoneForm(BaseModel):
    """A part of a site: what is dangerous there, its beacons and workplaces, and a floor plan of it."""

    name: Line
    hazard: Text = ""
    plan_id: Id | None = None
    beacon_ids: Ids = []
    workplace_ids: Ids = []


class NewZoneForm(ZoneForm):
    """A zone of a site."""

    site_id: Id


class ZoneChangeForm(ZoneForm, VersionForm):
    """A zone as it is to be."""


@router.get("/sites")
async def sites(user: Operator, web: Web, *, retired: bool = False) -> list[dict[str, Any]]:
    """Return the sites in service, or all that ever were."""
    return seen(await web.engine.rescue.sites.all(with_retired=retired), user, "id")


@router.post("/sites", status_code=201)
async def add_site(form: SiteForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Add a site."""
    return await web.engine.rescue.sites.add(form.name, form.zone, form.proof_days, user.display_name)


@router.put("/sites/{site_id}")
async def change_site(site_id: Id, form: SiteChangeForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Change a site; the hours of its duties are then those of the new zone."""
    kept = web.engine.rescue.sites
    return await kept.change(site_id, form.name, form.zone, form.proof_days, user.display_name, form.version)


@router.post("/sites/{site_id}/{verb}")
async def do_to_site(
    site_id: Id,
    verb: Literal["retire", "bring-back", "undo"],
    form: VersionForm,
    user: SafetyOfficer,
    web: Web,
) -> dict[str, Any]:
    """Retire a site that nothing belongs to, bring it back, or undo its last change."""
    kept = web.engine.rescue.sites
    act = {"retire": kept.retire, "bring-back": kept.bring_back, "undo": kept.undo}[verb]
    return await act(site_id, form.version, user.display_name)


@router.get("/sites/{site_id}/history")
async def site_history(site_id: Id, user: SafetyOfficer, web: Web) -> list[dict[str, Any]]:
    """Return what was done to a site, newest first."""
    del user
    return await web.engine.rescue.sites.history(site_id)


@router.get("/zones")
async def zones(user: Operator, web: Web, *, retired: bool = False) -> list[dict[str, Any]]:
    """Return the zones in service with what is in them, or all that ever were."""
    return seen(await web.engine.rescue.zones.all(with_retired=retired), user)


@router.post("/zones", status_code=201)
async def add_zone(form: NewZoneForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Add a zone."""
    return await web.engine.rescue.zones.add(
        form.site_id, form.name, form.hazard, form.plan_id, form.beacon_ids, form.workplace_ids,
        user.display_name,
    )  # fmt: skip


@router.put("/zones/{zone_id}")
async def change_zone(zone_id: Id, form: ZoneChangeForm, user: SafetyOfficer, web: Web) -> dict[str, Any]:
    """Change a zone."""
    return await web.engine.rescue.zones.change(
        zone_id, form.name, form.hazard, form.plan_id, form.beacon_ids, form.workplace_ids,
        form.version, user.display_name,
    )  # fmt: skip


@router.post("/zones/{zone_id}/{verb}")
async def do_to_zone(
    zone_id: Id, verb: Literal["retire", "undo"], form: VersionForm, user: SafetyOfficer, web: Web
) -> dict[str, Any]:
    """Retire a zone, or undo its last change, retiring too."""
    kept = web.engine.rescue.zones
    act = {"retire": kept.retire, "undo": kept.undo}[verb]
    return await act(zone_id, form.version, user.display_name)


@router.get("/zones/{zone_id}/history")
async def zone_history(zone_id: Id, user: SafetyOfficer, web: Web) -> list[dict[str, Any]]:
    """Return what was done to a zone, newest first."""
    del user
    return await web.engine.rescue.zones.history(zone_id)
