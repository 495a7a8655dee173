"""The cases over HTTP: the snapshot, one case with its timeline, and the verbs.

Decides nothing about a case: which verb is offered is the case step's, and a verb that is not
offered (any more) comes back as 409 with the step's own sentence.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Path, WebSocket
from pydantic import BaseModel, StringConstraints

from basestation.web.live import LOGGED_OUT
from basestation.web.part import WebPart, Web
from basestation.web.sessions import Operator

router = APIRouter(prefix="/api", tags=["cases"])

Verb = Literal["accept", "dispatched", "on_scene", "all_clear", "acknowledge"]
CaseId = Annotated[int, Path(ge=1, le=2**62)]

#: Longest reason of an all clear, in characters.
REASON_CHARACTERS_MAX = 500


class Press(BaseModel):
    """What goes with a verb: the reason of an all clear."""

    reason: Annotated[str, StringConstraints(max_length=REASON_CHARACTERS_MAX, strip_whitespace=True)] = ""


@router.get("/snapshot")
async def snapshot(user: Operator, web: Web) -> dict[str, Any]:
    """Return everything the console shows: open cases in their order, people at work, the station."""
    del user
    return await web.engine.snapshot()


@router.get("/cases/{case_id}")
async def case(case_id: CaseId, user: Operator, web: Web) -> dict[str, Any]:
    """Return one case, open or closed, with its timeline."""
    del user
    return {**await web.engine.case(case_id), "timeline": await web.engine.timeline(case_id)}


@router.post("/cases/{case_id}/{verb}")
async def press(
    case_id: CaseId, verb: Verb, user: Operator, web: Web, body: Press | None = None
) -> dict[str, Any]:
    """Carry out a verb and return the case as it is after the commit."""
    reason = body.reason if body else ""
    if verb == "all_clear" and not reason:
        raise HTTPException(422, "All clear needs a reason: what happened, and how is the worker?")
    return await web.engine.press(case_id, verb, user, reason or None)


@router.websocket("/ws")
async def live(socket: WebSocket) -> None:
    """Keep one console up to date; closes with 4401 where nobody is logged in."""
    web: WebPart = socket.app.state.web
    if await web.sessions.user(socket) is None:
        # Accepted first: a browser shows its page the code only of a socket that was open.
        await socket.accept()
        await socket.close(LOGGED_OUT, "Log in first.")
        return
    await web.live.serve(socket)
