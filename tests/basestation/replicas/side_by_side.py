"""Two base stations in one process on one PostgreSQL: each with links, channel and clock of a test's own."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from prometheus_client import CollectorRegistry

from basestation.clock import FakeClock
from basestation.engine import Engine, EngineSettings
from basestation.intake.memory_link import MemoryLink
from basestation.mqtt.events import LinkUp
from basestation.outgoing.channels.memory import MemoryChannel
from basestation.store.database import open_database
from tests.basestation.site_bench import CHAIN, DEVICE, NOW, OPERATOR

#: For what an event of the other base station has to bring about, on a busy machine.
WAIT_S = 60


class BaseStation:
    """One of the two."""

    def __init__(self, name, url, clock, channel):
        self.name, self.clock, self.channel = name, clock, channel
        self.database = open_database(url)
        self.metrics = CollectorRegistry()
        self.engine = Engine(
            self.database, clock, self.metrics, EngineSettings(replica=name), {"memory": channel}
        )
        self.link = MemoryLink(clock)
        self.parts, self.sharing = self.engine._parts, self.engine._sharing

    async def open(self, *, is_hearing=True):
        await self.engine.start()
        self.engine.connect(self.link)
        if is_hearing:
            self.hear()
        await self.until(lambda: self.sharing._session.is_joined)

    def hear(self):
        for connection in ("alarms", "heartbeats"):
            self.engine.take(LinkUp(self.clock.now(), connection))

    async def say(self, kind, seq, *, device=DEVICE, boot=1, **fields):
        await self.link.say(device, kind, boot, seq, **fields)

    async def raise_alarm(self, seq=1, alarm="1-100"):
        await self.say("raised", seq, alarm=alarm, alarm_kind="manual", repeat=0)

    async def beat(self, seq, mode="guarding"):
        own = {"uptime_s": 1, "firmware": "1.0", "settings_version": 0, "alarms_due": 0}
        await self.say("heartbeat", seq, mode=mode, **own)

    async def until(self, is_so):
        """Return when `is_so`, looking again at every change and, since not all is one, now and then."""
        changes = self.engine.changes()
        async with asyncio.timeout(WAIT_S):
            while not (found := is_so()):
                try:
                    await asyncio.wait_for(anext(changes), 0.05)
                except TimeoutError:
                    continue
        return found

    async def until_later(self, is_so, step_s=1.0):
        """Let time pass, a step after the other, until `is_so`."""
        changes = self.engine.changes()
        async with asyncio.timeout(WAIT_S):
            while not await is_so():
                self.clock.jump(step_s)
                with suppress(TimeoutError):
                    await asyncio.wait_for(anext(changes), 0.05)

    async def until_shown(self, is_so):
        changes = self.engine.changes()
        async with asyncio.timeout(WAIT_S):
            while not is_so(snapshot := await self.engine.snapshot()):
                await anext(changes)
        return snapshot

    async def cases(self):
        return (await self.engine.snapshot())["cases"]

    async def crash(self):
        """End as SIGKILL would: nothing is said, and no transaction ends in order."""
        await self.engine.running.end_all()
        await self.engine.dispatch.stop()
        await self.database.dispose()


@asynccontextmanager
async def two(url, *, is_hearing=True):
    """Run both; they share clock and channel, as they would share the world."""
    clock, channel = FakeClock(NOW), MemoryChannel()
    north, south = (BaseStation(name, url, clock, channel) for name in ("north", "south"))
    await north.open(is_hearing=is_hearing)
    await south.open(is_hearing=is_hearing)
    try:
        await north.engine.set_chain(CHAIN)
        await north.engine.add_device(DEVICE)
        await south.until(lambda: south.parts.registry.is_device(DEVICE))
        yield north, south
    finally:
        for one in (north, south):
            await one.engine.stop()


async def start_shift(station, worker="Willi Werker"):
    """Let somebody wear the device."""
    worker = await station.engine.add_worker(worker)
    workplace = await station.engine.add_workplace("Pump house", "Gate 3")
    return await station.engine.start_shift(
        worker_id=worker["id"], device=DEVICE, workplace_id=workplace["id"],
        planned_end=station.clock.now() + timedelta(hours=8), user=OPERATOR,
    )  # fmt: skip
