"""The cases over HTTP: the snapshot, one case with its timeline, the verbs, and who else is called.

Decides nothing about a case: which verb is offered is the case step's, and a verb that is not
offered (any more) comes back as 409 with the step's own sentence.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, WebSocket
from pydantic import BaseModel, StringConstraints

from basestation.casework.pressing import Said
from basestation.web.forms import Id, Line, Text
from basestation.web.live import LOGGED_OUT
from basestation.web.masking import masked_case
from basestation.web.part import Web, WebPart
from basestation.web.responders import AddressText, ChannelName
from basestation.web.sessions import Called, Operator
from basestation.web.sight import shown_to, sight_of, snapshot_for

router = APIRouter(prefix="/api/v1", tags=["cases"])

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
    """What goes with a verb: a reason and its code or other words, minutes until arrival, a successor."""

    reason: Text = ""
    minutes: int | None = None
    to: Text = ""
    #: What an end is put down to, of `/outcome-codes`.
    code: Text = ""


class NewRecipient(BaseModel):
    """One more to be called."""

    name: Line


class NewAddress(BaseModel):
    """Where somebody who is called is reached in this case."""

    #: As the case names them in `called`.
    key: Annotated[str, StringConstraints(max_length=300)]
    channel: ChannelName
    address: AddressText


@router.get("/snapshot")
async def snapshot(user: Called, web: Web) -> dict[str, Any]:
    """Return everything the console shows: open cases in their order, people at work, the station."""
    return snapshot_for(await web.engine.snapshot(), await sight_of(web.engine.database, user))


@router.get("/cases/{case_id}")
async def case(case_id: Id, user: Called, web: Web) -> dict[str, Any]:
    """Return one case, open or closed, with its timeline."""
    found = await web.engine.case(case_id)
    unaware = await web.engine.test_alarms.unaware(web.clock.now(), [found])
    shown = shown_to(
        masked_case(found, user.display_name, unaware), await sight_of(web.engine.database, user)
    )
    return {**shown, "timeline": await web.engine.timeline(case_id)}


@router.get("/cases/{case_id}/candidates")
async def candidates(case_id: Id, user: Operator, web: Web) -> dict[str, Any]:
    """Return who could be called, or take over, by name; no addresses."""
    del user
    return await web.engine.candidates(case_id)


@router.post("/cases/{case_id}/recipients")
async def add_recipient(case_id: Id, body: NewRecipient, user: Operator, web: Web) -> dict[str, Any]:
    """Call one more person in an open case."""
    return await web.engine.desk.add_recipient(case_id, user.display_name, body.name)


@router.post("/cases/{case_id}/addresses")
async def correct_address(case_id: Id, body: NewAddress, user: Operator, web: Web) -> dict[str, Any]:
    """Call somebody at another address from now on, in this case only."""
    return await web.engine.desk.correct_address(
        case_id, user.display_name, body.key, body.channel, body.address
    )


@router.post("/cases/{case_id}/{verb}")
async def press(case_id: Id, verb: Verb, user: Called, web: Web, body: Press | None = None) -> dict[str, Any]:
    """Carry out a verb and return the case as it is after the commit."""
    body = body or Press()
    return await web.engine.press(
        case_id, verb, user, Said(body.reason, body.minutes, code=body.code), body.to
    )


@router.websocket("/ws")
async def live(socket: WebSocket, *, changes: bool = False) -> None:
    """Keep one console up to date, with `changes` by what is new; closes with 4401 if nobody is logged in."""
    web: WebPart = socket.app.state.web
    user = await web.sessions.user(socket)
    if user is None:
        # Accepted first: a browser shows its page the code only of a socket that was open.
        await socket.accept()
        await socket.close(LOGGED_OUT, "Log in first.")
        return
    await web.live.serve(socket, user, takes_changes=changes)
