"""The stream of events: who gets what, and that nothing is lost to whoever comes back."""

import asyncio
import contextlib
import json

import httpx
from starlette.requests import Request

from basestation.web.events import CASES, EventStream, about
from basestation.web.settings import WebSettings
from tests.basestation.web.control_room import WAIT_S_MAX, ControlRoom, serving
from tests.basestation.web.test_tokens import token

QUICK = WebSettings(stream_beat_s=0.1, streams_max=2)


@contextlib.asynccontextmanager
async def open_room(tmp_path, settings: WebSettings = QUICK):
    """Serve a room on a port."""
    room = ControlRoom(tmp_path, settings=settings)
    await room.start()
    async with serving(room.web) as port:
        yield room, f"http://127.0.0.1:{port}"
    await room.engine.stop()


async def read(url: str, made: str, count: int, last: int | None = None) -> list[dict]:
    """Return so many events, from where `last` says."""
    headers = {"Authorization": f"Bearer {made}"} | ({} if last is None else {"Last-Event-ID": str(last)})
    found = []
    async with (
        asyncio.timeout(WAIT_S_MAX),
        httpx.AsyncClient(timeout=WAIT_S_MAX) as client,
        client.stream("GET", f"{url}/api/v1/events", headers=headers) as answer,
    ):
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                found.append(json.loads(line[6:]))
            if len(found) == count:
                break
    return found


async def test_whoever_comes_back_goes_on_right_behind_the_last_event(tmp_path):
    """By the number of the log: nothing is skipped and nothing comes twice, whatever came meanwhile."""
    async with open_room(tmp_path) as (room, url):
        made = await token(room, "cases:read", "people:read", "devices:read", "log:read")
        await room.start_shift("Anna Beispiel", "png-01", "Hall 3")
        first = await read(url, made, 2, last=0)
        room.radio.raise_alarm("png-01")
        await room.cases(1)
        rest = await read(url, made, 8, last=first[-1]["seq"])
        numbers = [event["seq"] for event in first + rest]
        assert numbers == list(range(1, 11))
        assert "alarm_reported" in {event["kind"] for event in rest}


async def test_a_stream_brings_what_its_scopes_open_and_ends_with_its_token(tmp_path):
    """Cases only, live; after the revocation the stream ends within a beat."""
    async with open_room(tmp_path) as (room, url):
        made = await token(room, "cases:read")
        none = await token(room, "rescue:read")
        await room.start_shift("Anna Beispiel", "png-01", "Hall 3")
        reading = asyncio.create_task(read(url, made, 9999, last=0))
        room.radio.raise_alarm("png-01")
        await room.cases(1)
        ada = (await room.engine.user_by_login("ada")).user
        await _until(lambda: room.web.state.web.counts.streams_open == 1)
        await room.engine.access_tokens.revoke((await room.engine.access_tokens.all())[1]["id"], ada)
        events = await reading
        async with httpx.AsyncClient(timeout=WAIT_S_MAX) as client:
            headers = {"Authorization": f"Bearer {none}"}
            refused = await client.get(f"{url}/api/v1/events", headers=headers)
        assert events
        assert {about(event) for event in events} == {CASES}
        assert (refused.status_code, "none of the scopes" in refused.json()["detail"]) == (403, True)
        assert room.web.state.web.counts.streams_open == 0


async def test_streams_are_bounded_and_a_number_beyond_the_log_is_refused(tmp_path):
    """A further one is refused and counted; after a restore the reader is told to begin anew."""
    async with open_room(tmp_path) as (room, url):
        made, counts = await token(room, "cases:read"), room.web.state.web.counts
        headers = {"Authorization": f"Bearer {made}"}
        async with httpx.AsyncClient(timeout=WAIT_S_MAX) as client, contextlib.AsyncExitStack() as stack:
            for _ in range(QUICK.streams_max):
                await stack.enter_async_context(client.stream("GET", f"{url}/api/v1/events", headers=headers))
            more = await client.get(f"{url}/api/v1/events", headers=headers)
            beyond = await client.get(f"{url}/api/v1/events?after=99999", headers=headers)
        assert (more.status_code, counts.streams_refused) == (429, 1)
        assert (beyond.status_code, "Begin without a number" in beyond.json()["detail"]) == (409, True)
        await _until(lambda: counts.streams_open == 0)


async def test_a_reader_that_takes_nothing_is_dropped_and_counted(tmp_path):
    """It costs no memory, and loses nothing: it comes back with the number of its last event."""
    room = ControlRoom(tmp_path, settings=WebSettings(send_s_max=0.05))
    await room.start()
    never = asyncio.Event()

    async def stuck(_message) -> None:
        await never.wait()

    async def silent() -> dict:
        await never.wait()
        return {"type": "http.disconnect"}

    request = Request({"type": "http", "headers": []})
    stream = EventStream(room.web.state.web, request, frozenset({CASES}), 0)
    async with asyncio.timeout(WAIT_S_MAX):
        await stream({"type": "http"}, silent, stuck)
    await room.engine.stop()
    counts = room.web.state.web.counts
    assert (counts.streams_dropped, counts.streams_open) == (1, 0)


async def _until(is_so) -> None:
    """Wait until a counter says so; it tells nobody when it changes."""
    never = asyncio.create_task(asyncio.Event().wait())
    async with asyncio.timeout(WAIT_S_MAX):
        while not is_so():
            await asyncio.wait((never,), timeout=0.02)
    never.cancel()
