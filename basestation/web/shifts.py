"""Shifts over HTTP: who works where, with which device, until when.

Decides nothing about a shift: what the engine refuses comes back as 409 with its sentence.
"""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field

from basestation.web.forms import DeviceName, Id
from basestation.web.part import Web
from basestation.web.sessions import Operator
from basestation.web.sight import seen

router = APIRouter(prefix="/api/v1", tags=["shifts"])


class ShiftForm(BaseModel):
    """What is needed to start a shift."""

    worker_id: Id
    device: DeviceName
    workplace_id: Id
    planned_end: Annotated[AwareDatetime, Field(description="with its offset from UTC")]


@router.get("/shifts")
async def shifts(user: Operator, web: Web, *, is_open: bool = True) -> list[dict[str, Any]]:
    """Return the shifts: the open ones, or with `is_open=false` all of them."""
    return seen(await web.engine.shifts(open_only=is_open), user)


@router.post("/shifts", status_code=201)
async def start_shift(form: ShiftForm, user: Operator, web: Web) -> dict[str, Any]:
    """Start a shift; from now on the device guards this worker."""
    return await web.engine.start_shift(
        worker_id=form.worker_id,
        device=form.device,
        workplace_id=form.workplace_id,
        planned_end=form.planned_end,
        user=user,
    )


@router.post("/shifts/{shift_id}/end")
async def end_shift(shift_id: Id, user: Operator, web: Web) -> dict[str, Any]:
    """End a shift; from now on the device's silence is no alarm."""
    return await web.engine.end_shift(shift_id, user)
