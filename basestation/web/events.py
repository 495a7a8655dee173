"""The log as it grows, as a stream of events: GET /api/v1/events, for programs that follow the site.

Decides who gets which entry: cases, people at work and devices by the scope of a token or the role of a
person, the rest with the log. An event carries the number of its entry; who comes back with `Last-Event-ID`
goes on right behind it, whatever happened meanwhile. Nothing piles up here: a stream reads the store when its
reader has taken what was sent; a reader that takes nothing in time is dropped, and counted.
"""

import asyncio
import contextlib
import json
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, HTTPException, Query, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from basestation.cases.authority import EVERYWHERE, KEEP_SITE, may
from basestation.site.people import User
from basestation.store import log_reading
from basestation.web.part import Web, WebPart
from basestation.web.sessions import WholeOperator

router = APIRouter(prefix="/api/v1", tags=["events"])

#: What an event is about -> the scope it needs.
CASES, PEOPLE, DEVICES, LOG = "cases", "people", "devices", "log"
_SCOPES: Final = {
    CASES: "cases:read",
    PEOPLE: "people:read",
    DEVICES: "devices:read",
    LOG: "log:read",
}
#: Entries about people at work, by the beginning of their kind.
_OF_PEOPLE: Final = ("shift_", "end_", "protection_", "handover_")
#: Entries that are read at a time, and how long at most until the store is asked again, in seconds.
_READ, _LOOK_S = 200, 1.0
_NUMBER_MAX: Final = 2**62

_AHEAD = "The log ends at {head}, before {after}: the base station was restored. Begin without a number."
_TOO_MANY = "Too many streams are open: {count}. Close one, or try again later."


def about(entry: dict[str, Any]) -> str:
    """Return what an entry of the log is about."""
    if entry["case_id"] is not None:
        return CASES
    if entry["kind"].startswith(_OF_PEOPLE):
        return PEOPLE
    return DEVICES if entry["device"] is not None else LOG


@router.get(
    "/events",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {}}, "description": "Events until the stream ends."}},
)
async def events(
    request: Request,
    user: WholeOperator,
    web: Web,
    after: Annotated[int | None, Query(ge=0, le=_NUMBER_MAX)] = None,
    last_event_id: Annotated[int | None, Header(ge=0, le=_NUMBER_MAX)] = None,
) -> Response:
    """Follow what happens, from now on, or behind the number in `Last-Event-ID` or `after`."""
    topics = _topics(request, web, user)
    async with web.engine.database.connect() as connection:
        head = await log_reading.head(connection)
    begin = last_event_id if last_event_id is not None else after
    if begin is not None and begin > head:
        raise HTTPException(HTTPStatus.CONFLICT, _AHEAD.format(head=head, after=begin))
    if web.counts.streams_open >= web.settings.streams_max:
        web.counts.streams_refused += 1
        sentence = _TOO_MANY.format(count=web.settings.streams_max)
        raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, sentence)
    return EventStream(web, request, topics, head if begin is None else begin)


def _topics(request: Request, web: WebPart, user: User) -> frozenset[str]:
    """Return what the reader may follow; raises HTTPException where that is nothing."""
    by_role = {CASES, PEOPLE, DEVICES} | ({LOG} if may(user.grants, KEEP_SITE, EVERYWHERE) else set())
    if not web.programs.is_one(request):
        return frozenset(by_role)
    scopes = web.programs.scopes(request)
    topics = frozenset(topic for topic in by_role if _SCOPES[topic] in scopes)
    if not topics:
        needed = ", ".join(sorted(_SCOPES.values()))
        raise HTTPException(HTTPStatus.FORBIDDEN, f"This token has none of the scopes {needed}.")
    return topics


class EventStream(Response):
    """One open stream."""

    media_type = "text/event-stream"

    def __init__(self, web: WebPart, request: Request, topics: frozenset[str], after: int) -> None:
        super().__init__(headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._web, self._request, self._topics, self._after = web, request, topics, after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the reader goes, is no longer let in, or does not take what is sent."""
        del scope
        counts = self._web.counts
        counts.streams_open += 1
        sending = asyncio.create_task(self._send(send))
        going = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait((sending, going), return_when=asyncio.FIRST_COMPLETED)
        finally:
            counts.streams_open -= 1
            sending.cancel()
            going.cancel()
            results = await asyncio.gather(sending, going, return_exceptions=True)
            counts.streams_dropped += isinstance(results[0], TimeoutError)

    async def _send(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await self._put(send, start)
        await self._text(send, "retry: 2000\n\n")
        changes, loop = self._web.engine.changes(), asyncio.get_running_loop()
        beat_due = loop.time() + self._web.settings.stream_beat_s
        while True:
            is_more = await self._send_news(send)
            if loop.time() >= beat_due:
                if not await self._is_let_in():
                    await self._put(send, {"type": "http.response.body", "body": b""})
                    return
                # A number without data: what was not for this reader need not be looked at again.
                await self._text(send, f": beat\nid: {self._after}\n\n")
                beat_due = loop.time() + self._web.settings.stream_beat_s
            if not is_more:
                wait_s = max(0.0, min(_LOOK_S, beat_due - loop.time()))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await anext(changes)

    async def _send_news(self, send: Send) -> bool:
        """Send what is new; return whether there may be more."""
        async with self._web.engine.database.connect() as connection:
            entries = await log_reading.onward(connection, self._after, _READ)
        text = "".join(_event(entry) for entry in entries if about(entry) in self._topics)
        if text:
            await self._text(send, text)
        if entries:
            self._after = entries[-1]["seq"]
        return len(entries) == _READ

    async def _is_let_in(self) -> bool:
        """Tell whether the reader's session or token still opens what it follows."""
        try:
            is_program = self._web.programs.is_one(self._request)
            who = self._web.programs if is_program else self._web.sessions
            user: User | None = await who.user(self._request)
            return user is not None and _topics(self._request, self._web, user) >= self._topics
        except HTTPException:
            return False

    async def _text(self, send: Send, text: str) -> None:
        await self._put(send, {"type": "http.response.body", "body": text.encode(), "more_body": True})

    async def _put(self, send: Send, message: dict[str, Any]) -> None:
        async with asyncio.timeout(self._web.settings.send_s_max):
            await send(message)


def _event(entry: dict[str, Any]) -> str:
    # JSON has no line breaks of its own, so that an event is one line of data.
    return f"id: {entry['seq']}\nevent: {about(entry)}\ndata: {json.dumps(entry, ensure_ascii=False)}\n\n"


async def _gone(receive: Receive) -> None:
    """Return when the reader has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass
