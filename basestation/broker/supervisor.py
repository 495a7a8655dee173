"""Keeps one NATS server running: starts it, reports its death, starts it again.

Decides when to start again: at once after a long life, with a growing delay after short ones,
never giving up. It writes no configuration and judges no health; `restart` is for who does.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import structlog

from basestation.broker.child import Child
from basestation.broker.errors import BrokerError, BrokerStartFailed
from basestation.broker.events import BrokerDied, BrokerEvent, BrokerUp

#: A server that does not answer log-ins after this is taken for hung.
READY_S_MAX = 20.0
READY_POLL_S = 0.02
BACK_OFF_S_MIN = 0.1
BACK_OFF_S_MAX = 5.0
#: After a life of this length the delay starts again at its minimum.
LIFE_S_GOOD = 30.0

_log = structlog.get_logger("rufweite.broker")


class Supervisor:
    """Runs the server on the configuration at `configuration`.

    `is_answering` tells whether the server takes log-ins; `on_event` is called in the event
    loop; `now` is the station clock; `prepare` is awaited before each start; the server inherits
    the descriptors `keep_open`.
    """

    def __init__(
        self,
        configuration: Path,
        is_answering: Callable[[], Awaitable[bool]],
        on_event: Callable[[BrokerEvent], None],
        now: Callable[[], datetime],
        prepare: Callable[[], Awaitable[None]],
        keep_open: tuple[int, ...],
    ) -> None:
        self._configuration = configuration
        self._is_answering = is_answering
        self._on_event = on_event
        self._now = now
        self._prepare = prepare
        self._keep_open = keep_open
        self._child: Child | None = None
        self._watching: asyncio.Task[None] | None = None
        self._is_stopping = asyncio.Event()
        self._up = asyncio.Event()
        self._end_reason = ""
        #: How often the server was started again.
        self.restarts = 0

    @property
    def pid(self) -> int | None:
        """The process id of the server, None while it is not running."""
        return self._child.pid if self._child is not None and self._child.is_running else None

    async def start(self) -> None:
        """Start the server and wait until it answers; BrokerStartFailed if it does not."""
        assert self._watching is None
        fault = await self._spawn()
        if fault:
            raise BrokerStartFailed(f"The MQTT broker did not start: {fault}.")
        self._report_up()
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """End the server for good."""
        self._is_stopping.set()
        if self._child is not None:
            await self._child.end()
        if self._watching is not None:
            await self._watching
        # Whoever waits for a restart waits no longer.
        self._up.set()

    def reload(self) -> None:
        """Make the server read its configuration again; one that is down reads it when it starts."""
        if self._child is not None:
            self._child.reload()

    async def restart(self, reason: str) -> None:
        """End a server that is not well and wait until the next one answers."""
        if self._child is not None and self._up.is_set():
            self._up.clear()
            self._end_reason = reason
            await self._child.end()
        await self._up.wait()

    async def renew(self, reason: str) -> None:
        """End the server, whatever it is at, so that it starts on a new configuration; wait no longer."""
        if self._child is not None:
            self._up.clear()
            self._end_reason = reason
            await self._child.end()

    async def _watch(self) -> None:
        delay_s = BACK_OFF_S_MIN
        while True:
            assert self._child is not None
            delay_s = await self._wait_for_death(self._child, delay_s)
            if await self._is_stopping_within(delay_s):
                return
            self.restarts += 1
            delay_s = min(delay_s * 2, BACK_OFF_S_MAX)
            fault = await self._spawn()
            if self._is_stopping.is_set():
                await self._child.end()
                return
            if fault:
                _log.error("broker_did_not_start", fault=fault)
            else:
                self._report_up()

    async def _wait_for_death(self, child: Child, delay_s: float) -> float:
        """Wait for the end of `child`, report it and return the delay before the next start."""
        loop = asyncio.get_running_loop()
        up_at_s = loop.time()
        code = await child.ended()
        self._up.clear()
        if self._is_stopping.is_set():
            return 0.0
        if loop.time() - up_at_s >= LIFE_S_GOOD:
            delay_s = BACK_OFF_S_MIN
        reason = self._end_reason or f"it ended with code {code}: {child.last_words}"
        self._end_reason = ""
        _log.error("broker_died", exit_code=code, reason=reason, restart_in_s=delay_s)
        self._on_event(BrokerDied(self._now(), code, reason, delay_s))
        return delay_s

    async def _is_stopping_within(self, delay_s: float) -> bool:
        try:
            await asyncio.wait_for(self._is_stopping.wait(), delay_s)
        except TimeoutError:
            return False
        return True

    async def _spawn(self) -> str:
        """Start a server; return "" once it answers, otherwise why it is of no use."""
        try:
            await self._prepare()
            self._child = await Child.spawn(self._configuration, self._keep_open)
        except (OSError, BrokerError) as error:
            self._end_reason = str(error)
            return self._end_reason
        try:
            async with asyncio.timeout(READY_S_MAX):
                while self._child.is_running and not self._is_stopping.is_set():
                    if await self._is_answering():
                        return ""
                    await asyncio.sleep(READY_POLL_S)
        except TimeoutError:
            await self._child.end()
            return f"no answer within {READY_S_MAX:.0f} s"
        await self._child.end()
        return self._child.last_words

    def _report_up(self) -> None:
        assert self._child is not None
        self._up.set()
        _log.info("broker_up", pid=self._child.pid, restarts=self.restarts)
        self._on_event(BrokerUp(self._now(), self._child.pid, self.restarts))
