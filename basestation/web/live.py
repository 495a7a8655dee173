"""The one WebSocket a page: a snapshot on connect, on every change what is new, and a heartbeat.

Decides who gets what and when. One task reads the snapshot once for all consoles; each console
has room for exactly one unsent snapshot (a newer one replaces it, nothing piles up), and whoever asks
for changes is sent what differs from the one sent last. A console that
does not take a message in time is dropped: its page notices and comes back. The heartbeat is sent
only after the session was found in the store again, so it also proves the store; a session that
has ended closes the socket within one beat. What consoles tell of themselves is kept here while they
are open: by it the engine knows whether somebody sits in the control room, and has seen a case.
"""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from typing import Any

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from basestation.cases.vigilance import ConsoleSigns, heard, is_attended
from basestation.clock import Clock, iso
from basestation.engine import Engine, User
from basestation.store.errors import StoreError
from basestation.web.counts import WebCounts
from basestation.web.sessions import Sessions
from basestation.web.settings import WebSettings
from basestation.web.sight import Sight, SnapshotTexts, sight_of
from basestation.web.snapshot_text import Snapshot, changes_between

#: Close codes the page knows: log in again; too many consoles; the base station failed.
LOGGED_OUT = 4401
TOO_MANY = 4429
FAILED = 1011
#: A console that was left alone for longer says so; a week, in seconds.
IDLE_S_MAX = 604_800

_log = structlog.get_logger(__name__)


class Console:
    """One open WebSocket: room for one snapshot, what it told of itself, and the reason to end."""

    def __init__(self, sight: Sight, *, takes_changes: bool) -> None:
        self._snapshot: Snapshot | None = None
        self._takes_changes = takes_changes
        self._sent: Snapshot | None = None
        self._sent_count = 0
        #: What whoever sits here sees.
        self.sight = sight
        self.signs = ConsoleSigns(sites=sight.acting)
        #: Numbers of the open cases in the newest snapshot it has taken that no attended console had shown.
        self.unseen: tuple[int, ...] = ()
        self._has_news = asyncio.Event()
        self.is_failed = False

    def offer(self, snapshot: Snapshot) -> None:
        """Put the newest snapshot into the console's one place."""
        self._snapshot = snapshot
        self._has_news.set()

    def message(self, snapshot: Snapshot) -> str:
        """Return what brings the console this snapshot, which it has from then on."""
        before, self._sent = self._sent, snapshot
        self._sent_count += 1
        if before is None or not self._takes_changes:
            return f'{{"snapshot":{snapshot.whole}}}'
        return f'{{"after":{self._sent_count - 1},"changes":{changes_between(before, snapshot)}}}'

    def fail(self) -> None:
        """Let the console end because snapshots no longer come."""
        self.is_failed = True
        self._has_news.set()

    async def take(self, wait_s: float) -> Snapshot | None:
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
        #: The newest snapshot that was offered.
        self._texts: SnapshotTexts | None = None
        #: Cases that are being noted as shown.
        self._noting: set[int] = set()
        engine.attendance.consoles = self.signs

    def signs(self) -> Iterable[ConsoleSigns]:
        """Return what the open consoles have told of themselves."""
        return [console.signs for console in self._consoles]

    async def serve(self, socket: WebSocket, user: User, *, takes_changes: bool = False) -> None:
        """Serve one console until it goes, is logged out or is dropped.

        With `takes_changes` only its first snapshot is whole.
        """
        await socket.accept()
        sight = await sight_of(self._engine.database, user)
        if len(self._consoles) >= self._settings.consoles_max:
            self._counts.consoles_refused += 1
            await socket.close(TOO_MANY, "Too many consoles are open.")
            return
        console = Console(sight, takes_changes=takes_changes)
        self._consoles.add(console)
        self._counts.consoles_open = len(self._consoles)
        sender = asyncio.create_task(self._send(socket, console))
        listener = asyncio.create_task(self._listen(socket, console))
        try:
            await asyncio.wait((sender, listener), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._leave(console)
            await _end(sender, listener)
            await _close(socket)

    def _leave(self, console: Console) -> None:
        self._consoles.discard(console)
        if self._is_attended(console):
            self._engine.attendance.wake()
        self._counts.consoles_open = len(self._consoles)
        if not self._consoles and self._watch is not None:
            self._watch.cancel()
            self._watch = None

    async def _send(self, socket: WebSocket, console: Console) -> None:
        # Watching starts before the first snapshot is read, so that no change falls between.
        self._start_watching()
        await self._send_snapshot(socket, console, await self._newest(console))
        loop = asyncio.get_running_loop()
        beat, beat_due = 0, loop.time()
        while not console.is_failed:
            snapshot = await console.take(max(0.0, beat_due - loop.time()))
            if snapshot is not None:
                await self._send_snapshot(socket, console, snapshot)
            if loop.time() >= beat_due:
                user = await self._sessions.user(socket)
                if user is None:
                    self._counts.consoles_logged_out += 1
                    await socket.close(LOGGED_OUT, "The session has ended.")
                    return
                await self._look_again(socket, console, user)
                beat += 1
                await self._put(socket, json.dumps({"beat": beat, "now": iso(self._clock.now())}))
                # Spread: twenty consoles of a room that all look at once are a tenth of a second for alarms.
                beat_due = loop.time() + self._settings.beat_s * random.uniform(0.75, 1)  # noqa: S311
        await socket.close(FAILED, "The base station cannot read its state.")

    async def _newest(self, console: Console) -> Snapshot:
        return SnapshotTexts(await self._engine.snapshot(), self._texts).of(console.sight)

    async def _look_again(self, socket: WebSocket, console: Console, user: User) -> None:
        """Let a console see what its user may see by now: roles change while it is open."""
        sight = await sight_of(self._engine.database, user)
        if sight != console.sight:
            console.sight = sight
            console.signs = replace(console.signs, sites=sight.acting)
            self._engine.attendance.wake()
            await self._send_snapshot(socket, console, await self._newest(console))

    async def _send_snapshot(self, socket: WebSocket, console: Console, snapshot: Snapshot) -> None:
        await self._put(socket, console.message(snapshot))
        self._counts.snapshots_sent += 1
        console.unseen = snapshot.unseen
        await self._note_shown(console)

    async def _listen(self, socket: WebSocket, console: Console) -> None:
        """Take what the console tells of itself, until it goes; anything else is counted and dropped."""
        while (message := await socket.receive())["type"] != "websocket.disconnect":
            told = told_by(message.get("text"))
            if told is None:
                self._counts.signs_refused += 1
                continue
            was_attended = self._is_attended(console)
            is_sounding, idle_s = told
            signs = heard(self._clock.now(), is_sounding=is_sounding, idle_s=idle_s)
            console.signs = replace(signs, sites=console.sight.acting)
            if self._is_attended(console) != was_attended:
                self._engine.attendance.wake()
            await self._note_shown(console)

    def _is_attended(self, console: Console) -> bool:
        return is_attended((console.signs,), self._clock.now(), self._engine.attendance.act_s)

    async def _note_shown(self, console: Console) -> None:
        """Note the cases that somebody can see now for the first time."""
        seen = [case_id for case_id in console.unseen if case_id not in self._noting]
        if not seen or not self._is_attended(console):
            return
        console.unseen = ()
        self._noting.update(seen)
        try:
            await self._engine.desk.note_shown(seen)
        except StoreError:
            # The console goes on showing them; the next sign tries again.
            console.unseen = tuple(seen)
        finally:
            self._noting.difference_update(seen)

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
                self._texts = texts = SnapshotTexts(snapshot, self._texts)
                for console in tuple(self._consoles):
                    console.offer(texts.of(console.sight))

    async def _wakes(self, changes: AsyncIterator[None]) -> AsyncIterator[None]:
        """Yield at every change, never faster than the least interval, at the latest after the longest."""
        clock_s = asyncio.get_running_loop().time
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(anext(changes), self._settings.snapshot_s_max)
            began_s = clock_s()
            yield
            # Half of the time is for the alarms, however many there are to show.
            await asyncio.sleep(max(self._settings.snapshot_s_min, clock_s() - began_s))


def told_by(text: str | None) -> tuple[bool, int | None] | None:
    """Return whether a console's sound is proven and the seconds since an act there; None: nonsense."""
    try:
        told = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("is_sounding"), bool):
        return None
    idle_s = told.get("idle_s")
    is_time = type(idle_s) is int and 0 <= idle_s <= IDLE_S_MAX
    return (told["is_sounding"], idle_s) if is_time or idle_s is None else None


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
