"""The one WebSocket a page: a snapshot on connect, again on every change, and a heartbeat.

Decides who gets what and when. One task reads the snapshot once for all consoles; each console
has room for exactly one unsent snapshot (a newer one replaces it, nothing piles up). A console that
does not take a message in time is dropped: its page notices and comes back. The heartbeat is sent
only after the session was found in the store again, so it also proves the store; a session that
has ended closes the socket within one beat.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from basestation.clock import Clock, iso
from basestation.engine import Engine
from basestation.web.counts import WebCounts
from basestation.web.sessions import Sessions
from basestation.web.settings import WebSettings

#: Close codes the page knows: log in again; too many consoles; the base station failed.
LOGGED_OUT = 4401
TOO_MANY = 4429
FAILED = 1011

_log = structlog.get_logger(__name__)


class Console:
    """One open WebSocket: room for one snapshot, and the reason to end."""

    def __init__(self) -> None:
        self._snapshot: str | None = None
        self._has_news = asyncio.Event()
        self.is_failed = False

    def offer(self, snapshot: str) -> None:
        """Put the newest snapshot into the console's one place."""
        self._snapshot = snapshot
        self._has_news.set()

    def fail(self) -> None:
        """Let the console end because snapshots no longer come."""
        self.is_failed = True
        self._has_news.set()

    async def take(self, wait_s: float) -> str | None:
        """Return the snapshot waiting here, or None when `wait_s` seconds brought none."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._has_news.wait(), wait_s)
        self._has_news.clear()
        snapshot, self._snapshot = self._snapshot, None
        return snapshot


class Live:
    """Keeps all open consoles up to date."""

    def __init__(
        self, engine: Engine, clock: Clock, sessions: Sessions, settings: WebSettings, counts: WebCounts
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._sessions = sessions
        self._settings = settings
        self._counts = counts
        self._consoles: set[Console] = set()
        self._watch: asyncio.Task[None] | None = None

    async def serve(self, socket: WebSocket) -> None:
        """Serve one console until it goes, is logged out or is dropped."""
        await socket.accept()
        if len(self._consoles) >= self._settings.consoles_max:
            self._counts.consoles_refused += 1
            await socket.close(TOO_MANY, "Too many consoles are open.")
            return
        console = Console()
        self._consoles.add(console)
        self._counts.consoles_open = len(self._consoles)
        sender = asyncio.create_task(self._send(socket, console))
        listener = asyncio.create_task(_listen(socket))
        try:
            await asyncio.wait((sender, listener), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._leave(console)
            await _end(sender, listener)
            await _close(socket)

    def _leave(self, console: Console) -> None:
        self._consoles.discard(console)
        self._counts.consoles_open = len(self._consoles)
        if not self._consoles and self._watch is not None:
            self._watch.cancel()
            self._watch = None

    async def _send(self, socket: WebSocket, console: Console) -> None:
        # Watching starts before the first snapshot is read, so that no change falls between.
        self._start_watching()
        await self._send_snapshot(socket, _text(await self._engine.snapshot()))
        loop = asyncio.get_running_loop()
        beat, beat_due = 0, loop.time()
        while not console.is_failed:
            snapshot = await console.take(max(0.0, beat_due - loop.time()))
            if snapshot is not None:
                await self._send_snapshot(socket, snapshot)
            if loop.time() >= beat_due:
                if await self._sessions.user(socket) is None:
                    self._counts.consoles_logged_out += 1
                    await socket.close(LOGGED_OUT, "The session has ended.")
                    return
                beat += 1
                await self._put(socket, json.dumps({"beat": beat, "now": iso(self._clock.now())}))
                beat_due = loop.time() + self._settings.beat_s
        await socket.close(FAILED, "The base station cannot read its state.")

    async def _send_snapshot(self, socket: WebSocket, text: str) -> None:
        await self._put(socket, f'{{"snapshot":{text}}}')
        self._counts.snapshots_sent += 1

    async def _put(self, socket: WebSocket, text: str) -> None:
        try:
            async with asyncio.timeout(self._settings.send_s_max):
                await socket.send_text(text)
        except TimeoutError:
            self._counts.consoles_dropped += 1
            raise WebSocketDisconnect(FAILED) from None

    def _start_watching(self) -> None:
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._watch_engine(self._engine.changes()))

    async def _watch_engine(self, changes: AsyncIterator[None]) -> None:
        try:
            await self._offer_changes(changes)
        except Exception:  # noqa: BLE001 - whatever it was, nobody may go on watching an old picture
            # Consoles that hear nothing show it and come back; they must never look up to date.
            _log.exception("snapshots_ended")
            for console in tuple(self._consoles):
                console.fail()

    async def _offer_changes(self, changes: AsyncIterator[None]) -> None:
        last: dict[str, Any] = {}
        async for _ in self._wakes(changes):
            snapshot = dict(await self._engine.snapshot())
            facts = {name: value for name, value in snapshot.items() if name != "now"}
            if facts != last:
                last = facts
                text = _text(snapshot)
                for console in tuple(self._consoles):
                    console.offer(text)

    async def _wakes(self, changes: AsyncIterator[None]) -> AsyncIterator[None]:
        """Yield at every change, never faster than the least interval, at the latest after the longest."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(anext(changes), self._settings.snapshot_s_max)
            yield
            await asyncio.sleep(self._settings.snapshot_s_min)


def _text(snapshot: Any) -> str:
    return json.dumps(snapshot, ensure_ascii=False, separators=(",", ":"))


async def _listen(socket: WebSocket) -> None:
    """Wait for the console to go; what it sends is nothing to us and is dropped."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def _end(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
            _log.error("console_failed", exc_info=result)


async def _close(socket: WebSocket) -> None:
    if socket.application_state is WebSocketState.CONNECTED:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(FAILED)
