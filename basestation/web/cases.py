"""The cases over HTTP: the snapshot, one case with its timeline, and the verbs.

Decides nothing about a case: which verb is offered is the case step's, and a verb that is not
offered (any more) comes back as 409 with the step's own sentence.
"""

from typing import Any, Literal

from fastapi import APIRouter, WebSocket
from pydantic import BaseModel

from basestation.casework.pressing import Said
from basestation.web.forms import Id, Text
from basestation.web.live import LOGGED_OUT
from basestation.web.part import Web, WebPart
from basestation.web.sessions import Operator

router = APIRouter(prefix="/api", tags=["cases"])

Verb = Literal[
    "accept",
    "decline",
    "on_the_way",
    "on_scene",
    "still_here",
    "need_more",
    "escalate",
    "hand_over",
    "contact",
    "all_clear",
    "false_alarm",
    "confirm",
    "acknowledge",
]


class Press(BaseModel):
    """What goes with a verb: a reason or other words, minutes until arrival, who is to take over."""

    reason: Text = ""
    minutes: int | None = None
    to: Text = ""


@router.get("/snapshot")
async def snapshot(user: Operator, web: Web) -> dict[str, Any]:
    """Return everything the console shows: open cases in their order, people at work, the station."""
    del user
    return await web.engine.snapshot()


@router.get("/cases/{case_id}")
async def case(case_id: Id, user: Operator, web: Web) -> dict[str, Any]:
    """Return one case, open or closed, with its timeline."""
    del user
    return {**await web.engine.case(case_id), "timeline": await web.engine.timeline(case_id)}


@router.post("/cases/{case_id}/{verb}")
async def press(
    case_id: Id, verb: Verb, user: Operator, web: Web, body: Press | None = None
) -> dict[str, Any]:
    """Carry out a verb and return the case as it is after the commit."""
    body = body or Press()
    return await web.engine.press(case_id, verb, user, Said(body.reason, body.minutes), body.to)


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
