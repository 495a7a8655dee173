"""Duties over HTTP: roles, the plan, changes of it, absences.

Decides who may: a supervisor, in all of it. Hours are local times of the duty's site; moments carry their
offset from UTC.
"""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field

from basestation.web.forms import Id, Line, Seen
from basestation.web.part import Web
from basestation.web.responders import HoursForm
from basestation.web.sessions import Supervisor
from basestation.web.sight import seen

router = APIRouter(prefix="/api/v1", tags=["rescue"])

#: Further away no calendar of ours reaches.
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]

#: The word in an address, and what it is called inside.
_KINDS = {
    "roles": "duty_role",
    "plan": "duty_plan",
    "overrides": "duty_override",
    "absences": "absence",
}


class RoleForm(BaseModel):
    """A duty that people have by turns."""

    name: Line
    site_id: Id = 1
    #: The version that was seen, of one that is changed.
    version: Seen = None


class PlanForm(HoursForm):
    """When a line of the plan counts."""

    first_day: Day
    last_day: Day | None = None
    every_weeks: int = 1
    #: The version that was seen, of one that is changed.
    version: Seen = None


class NewPlanForm(PlanForm):
    """A line of the plan."""

    role_id: Id
    responder_id: Id


class AbsenceForm(BaseModel):
    """Somebody is away; why is not asked."""

    responder_id: Id
    from_at: AwareDatetime
    until_at: AwareDatetime


class OverrideForm(AbsenceForm):
    """Somebody has a duty for some time, instead of the plan or beside it."""

    role_id: Id
    is_instead: bool


@router.get("/rota")
async def rota(user: Supervisor, web: Web) -> dict[str, list[dict[str, Any]]]:
    """Return roles, plan, changes and absences."""
    found = await web.engine.rescue.duties.all()
    roles = seen(found["roles"], user)
    of_roles = {role["id"] for role in roles}
    people = {one["id"] for one in seen(await web.engine.rescue.responders.all(), user)}
    return {
        "roles": roles,
        "plan": [one for one in found["plan"] if one["role_id"] in of_roles],
        "overrides": [one for one in found["overrides"] if one["role_id"] in of_roles],
        "absences": [one for one in found["absences"] if one["responder_id"] in people],
    }


@router.post("/rota/roles", status_code=201)
async def add_role(form: RoleForm, user: Supervisor, web: Web) -> dict[str, Any]:
    """Add a duty."""
    return await web.engine.rescue.duties.add_role(form.name, form.site_id, user.display_name)


@router.put("/rota/roles/{role_id}")
async def change_role(role_id: Id, form: RoleForm, user: Supervisor, web: Web) -> dict[str, Any]:
    """Change a duty, or bring back one that was retired."""
    duties = web.engine.rescue.duties
    return await duties.change_role(role_id, form.name, form.site_id, user.display_name, form.version)


@router.post("/rota/plan", status_code=201)
async def plan(form: NewPlanForm, user: Supervisor, web: Web) -> dict[str, Any]:
    """Add a line to the plan."""
    days = form.first_day, form.last_day, form.every_weeks
    duties, by = web.engine.rescue.duties, user.display_name
    return await duties.plan(form.role_id, form.responder_id, form.hours(), *days, by)


@router.put("/rota/plan/{plan_id}")
async def change_plan(plan_id: Id, form: PlanForm, user: Supervisor, web: Web) -> dict[str, Any]:
    """Change when a line of the plan counts."""
    days = form.first_day, form.last_day, form.every_weeks
    return await web.engine.rescue.duties.change_plan(
        plan_id, form.hours(), *days, user.display_name, form.version
    )


@router.post("/rota/overrides", status_code=201)
async def override(form: OverrideForm, user: Supervisor, web: Web) -> dict[str, Any]:
    """Change the plan for some time."""
    return await web.engine.rescue.duties.override(
        form.role_id, form.responder_id, form.from_at, form.until_at,
        is_instead=form.is_instead, by=user.display_name,
    )  # fmt: skip


@router.post("/rota/absences", status_code=201)
async def note_absence(form: AbsenceForm, user: Supervisor, web: Web) -> dict[str, Any]:
    """Note that somebody is away."""
    duties, by = web.engine.rescue.duties, user.display_name
    return await duties.note_absence(form.responder_id, form.from_at, form.until_at, by)


@router.post("/rota/{what}/{number}/retire")
async def retire(
    what: Literal["roles", "plan", "overrides", "absences"], number: Id, user: Supervisor, web: Web
) -> dict[str, Any]:
    """Take something of the rota back."""
    await web.engine.rescue.duties.retire(_KINDS[what], number, user.display_name)
    return {"id": number}
