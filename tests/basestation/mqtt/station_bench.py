"""A real broker and a real base station link for tests, with everything they say in queues."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from basestation.broker import Broker, Credential, new_credential
from basestation.broker.address import BrokerAddress
from basestation.clock import SystemClock
from basestation.mqtt import Inbound, LinkUp, StationLink

#: No wait in a test is longer than this.
WAIT_S_MAX = 20.0

NOW = SystemClock().now


class Heard:
    """Events in the order they came; `until` waits for one of a type."""

    def __init__(self):
        self.events: asyncio.Queue[object] = asyncio.Queue()

    def take(self, event: object) -> None:
        self.events.put_nowait(event)

    async def until(self, kind: type, **wanted: object):
        async with asyncio.timeout(WAIT_S_MAX):
            while True:
                event = await self.events.get()
                if isinstance(event, kind) and all(getattr(event, k) == v for k, v in wanted.items()):
                    return event


class Station:
    """A link whose messages are collected and acknowledged only when a test says so."""

    def __init__(self, address: BrokerAddress, base: Credential, user: str = ""):
        self.heard = Heard()
        self.canaries = Heard()
        self.link = StationLink(address, base, NOW, self.heard.take, self.canaries.take, user=user)
        self._alarms = self.link.alarm_batches()
        self._heartbeats = self.link.heartbeat_batches()
        self._rest: list[Inbound] = []

    async def start(self) -> None:
        self.link.start()
        await self.heard.until(LinkUp)
        await self.heard.until(LinkUp)

    async def alarm(self) -> Inbound:
        """Return the next message of the alarm channels."""
        if not self._rest:
            async with asyncio.timeout(WAIT_S_MAX):
                self._rest = await anext(self._alarms)
        return self._rest.pop(0)

    async def alarms(self, count: int) -> list[Inbound]:
        """Return the next `count` messages of the alarm channels."""
        return [await self.alarm() for _ in range(count)]

    async def heartbeat(self) -> Inbound:
        async with asyncio.timeout(WAIT_S_MAX):
            return (await anext(self._heartbeats))[0]


@asynccontextmanager
async def running_broker(data_dir: Path, devices: list[Credential], base: Credential | None = None, **more):
    """Run an embedded broker on a free port; `heard` on it collects its events."""
    heard = Heard()
    broker = Broker(data_dir, "127.0.0.1", 0, base or new_credential("main"), on_event=heard.take, **more)
    broker.heard = heard
    await broker.start(devices)
    try:
        yield broker
    finally:
        await broker.stop()


@asynccontextmanager
async def running_station(address: BrokerAddress, base: Credential, user: str = "") -> AsyncIterator[Station]:
    """Run a base station link until the end of the block."""
    station = Station(address, base, user)
    await station.start()
    try:
        yield station
    finally:
        await station.link.stop()


@asynccontextmanager
async def connected(client):
    """Log a plain client in, off the event loop, and out again at the end of the block."""
    assert await asyncio.to_thread(client.connect)
    try:
        yield client
    finally:
        await asyncio.to_thread(client.close)
