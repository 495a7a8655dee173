"""A virtual device over one WebSocket: what the page does goes in, what the device shows comes out.

Decides who (whoever handles cases), and what a page may say; anything else ends the connection. The device
ends with it. Nothing it says is real: `basestation.training` sees to that.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, WebSocket
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.websockets import WebSocketDisconnect, WebSocketState

from basestation.cases.authority import ACT, may_somewhere
from basestation.errors import Refused
from basestation.training.pose import TILT_DEG_MAX
from basestation.training.sessions import Session, Training
from basestation.web.live import FAILED, LOGGED_OUT
from basestation.web.part import WebPart

router = APIRouter(prefix="/api/v1", tags=["training"])

#: The page said what no page says.
NOT_UNDERSTOOD = 4400
#: How often it is looked whether whoever opened it is still logged in, in s.
LOOK_S = 10.0


class Switch(BaseModel):
    """The key, the clip or the charger."""

    do: Literal["key", "clip", "charger"]
    is_on: bool


class Move(BaseModel):
    """How the figure leans and moves."""

    do: Literal["move"]
    tilt_deg: Annotated[int, Field(ge=0, le=TILT_DEG_MAX)]
    movement: Literal["still", "stand", "walk", "shake"]


class Fall(BaseModel):
    """The figure falls."""

    do: Literal["fall"]


_DEED: TypeAdapter[Switch | Move | Fall] = TypeAdapter(
    Annotated[Switch | Move | Fall, Field(discriminator="do")]
)


@router.websocket("/virtual")
async def virtual(socket: WebSocket, mark: str = "test") -> None:
    """Run a virtual device for one page; `mark` is test or drill."""
    web: WebPart = socket.app.state.web
    training: Training = socket.app.state.training
    user = await web.sessions.user(socket)
    await socket.accept()
    if user is None or not may_somewhere(user.grants, ACT):
        await socket.close(LOGGED_OUT, "Log in first.")
        return
    try:
        async with training.session(mark, user) as session:
            await _until_one_ends(_show(socket, session), _hear(socket, session), _watch(socket, web))
    except Refused as refused:
        await _end(socket, {"kind": "ended", "reason": str(refused)}, FAILED)
    except (WebSocketDisconnect, RuntimeError):
        return
    else:
        await _end(socket, {"kind": "ended", "reason": ""}, 1000)


async def _until_one_ends(*works: Any) -> None:
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _show(socket: WebSocket, session: Session) -> None:
    await socket.send_text(json.dumps({"kind": "device", "name": session.name, "mark": session.mark}))
    async with contextlib.aclosing(session.serve()) as shown:
        async for one in shown:
            await socket.send_text(json.dumps(one))


async def _hear(socket: WebSocket, session: Session) -> None:
    switches: dict[str, Callable[[bool], None]] = {
        "key": lambda is_on: session.key(is_down=is_on),
        "clip": lambda is_on: session.clip(is_closed=is_on),
        "charger": lambda is_on: session.charger(is_on=is_on),
    }
    while True:
        try:
            deed = _DEED.validate_json(await socket.receive_text())
        except (ValidationError, KeyError):
            await socket.close(NOT_UNDERSTOOD, "This page said what no page says.")
            return
        if isinstance(deed, Switch):
            switches[deed.do](deed.is_on)
        elif isinstance(deed, Move):
            session.move(deed.tilt_deg, deed.movement)
        else:
            session.fall()


async def _watch(socket: WebSocket, web: WebPart) -> None:
    """Return when nobody is logged in there any more."""
    while await web.sessions.user(socket) is not None:  # noqa: ASYNC110 - no event tells of its end
        await asyncio.sleep(LOOK_S)


async def _end(socket: WebSocket, last: dict[str, Any], code: int) -> None:
    if socket.application_state is WebSocketState.CONNECTED:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await socket.send_text(json.dumps(last))
            await socket.close(code)
