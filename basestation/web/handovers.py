"""The duty of the control room and its handover over HTTP, and control calls.

Decides who may: an operator. What a press means, and whether it counts, is decided in `cases.handover`; what
is refused comes back as 409 with its sentence. Lists are what the consoles' snapshot shows at that moment.
"""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, StringConstraints

from basestation.web.forms import Id, OptionalLine
from basestation.web.part import Web
from basestation.web.sessions import Operator

router = APIRouter(prefix="/api/v1", tags=["handover"])


class ConfirmForm(BaseModel):
    """The thing that is confirmed, as the page showed it."""

    key: Annotated[str, StringConstraints(pattern=r"^(case|shift)/[0-9]{1,18}$")]
    mark: Annotated[str, StringConstraints(max_length=200)]


class BreakOffForm(BaseModel):
    """Why, in a line, and the version that the page showed."""

    version: Id
    reason: OptionalLine = ""


@router.get("/handovers")
async def past(user: Operator, web: Web) -> list[dict[str, Any]]:
    """Return the handovers that are over, newest first, with every confirmation."""
    del user
    return await web.engine.crew.handovers.past()


@router.post("/handovers", status_code=201)
async def begin(user: Operator, web: Web) -> dict[str, Any]:
    """Begin to hand over one's own duty."""
    await web.engine.crew.handovers.begin(user)
    return await _shown(web)


@router.post("/room-duty")
async def take_free(user: Operator, web: Web) -> dict[str, Any]:
    """Take the duty of the control room where nobody has it."""
    await web.engine.crew.handovers.take_free(user)
    return await _shown(web)


@router.post("/handovers/{number}/join")
async def join(number: Id, user: Operator, web: Web) -> dict[str, Any]:
    """Be the one who takes over."""
    await web.engine.crew.handovers.join(number, user)
    return await _shown(web)


@router.post("/handovers/{number}/confirm")
async def confirm(number: Id, form: ConfirmForm, user: Operator, web: Web) -> dict[str, Any]:
    """Confirm one open case, or one worker who is not protected."""
    snapshot = await web.engine.snapshot()
    await web.engine.crew.handovers.confirm(number, form.key, form.mark, user, snapshot)
    return await _shown(web)


@router.post("/handovers/{number}/take")
async def take(number: Id, user: Operator, web: Web) -> dict[str, Any]:
    """Take the duty over; the outgoing person is released."""
    await web.engine.crew.handovers.take(number, user, await web.engine.snapshot())
    return await _shown(web)


@router.post("/handovers/{number}/break-off")
async def break_off(number: Id, form: BreakOffForm, user: Operator, web: Web) -> dict[str, Any]:
    """End the handover without it; the duty stays where it is."""
    await web.engine.crew.handovers.break_off(number, form.version, form.reason, user)
    return await _shown(web)


@router.post("/shifts/{shift_id}/control-call", status_code=201)
async def control_call(shift_id: Id, user: Operator, web: Web) -> dict[str, Any]:
    """Ask the worker of a shift to confirm that all is well."""
    return await web.engine.crew.calls.start(shift_id, user)


async def _shown(web: Web) -> dict[str, Any]:
    room_duty: dict[str, Any] = (await web.engine.snapshot())["room_duty"]
    return room_duty
