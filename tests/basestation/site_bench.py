"""A base station at work without broker and web: real SQLite file, fake clock, memory link and channel."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry

from basestation.cases.chain import Chain, Level, Recipient, Way
from basestation.cases.vigilance import ConsoleSigns
from basestation.clock import FakeClock
from basestation.engine import Engine, EngineSettings, User
from basestation.intake.memory_link import MemoryLink
from basestation.log_lines import configure
from basestation.mqtt.events import LinkUp
from basestation.outgoing.channels.memory import MemoryChannel
from basestation.store.database import open_database
from tests.stores import store_url

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
CHAIN = Chain(
    "Plant",
    (
        Level("Desk", (Recipient("person", "Mara Muster", (Way("memory", 1, 300, "mara"),)),), 30),
        Level("Shift lead", (Recipient("person", "Lea Leiter", (Way("memory", 1, 300, "lea"),)),), 60),
    ),
)
OPERATOR = User(1, "otto", "Otto Operator", "operator")
DEVICE = "pna-01"

configure()


class Site:
    """Everything a story needs; `engine`, `link`, `clock` and `channel` are the real faces."""

    def __init__(self, path, clock=None, channels=None):
        self.path = path
        self.clock = clock or FakeClock(NOW)
        self.channel = MemoryChannel()
        self.database = open_database(store_url(path / "site.db"))
        self.metrics = CollectorRegistry()
        self.engine = Engine(
            self.database,
            self.clock,
            self.metrics,
            EngineSettings(),
            {"memory": self.channel, **(channels or {})},
        )
        self.link = MemoryLink(self.clock)
        self._seq = 0

    async def open(self):
        """Start the engine with a link that is up."""
        await self.engine.start()
        self.engine.connect(self.link)
        for connection in ("alarms", "heartbeats"):
            self.engine.take(LinkUp(self.clock.now(), connection))

    def sit_down(self):
        """Let somebody sit at a console, for as long as the test says nothing else."""
        self.engine.attendance.consoles = lambda: (ConsoleSigns(self.clock.now(), self.clock.now()),)
        self.engine.attendance.wake()

    async def furnish(self):
        """Add a chain, a device, a worker and a workplace."""
        await self.engine.set_chain(CHAIN)
        await self.engine.add_device(DEVICE)
        await self.engine.add_worker("Willi Werker")
        await self.engine.add_workplace("Pump house", "Gate 3, then left")

    async def start_shift(self, hours=8.0, device=DEVICE, worker_id=1):
        """Start a shift and take the device's command for it."""
        shift = await self.engine.start_shift(
            worker_id=worker_id,
            device=device,
            workplace_id=1,
            planned_end=self.clock.now() + timedelta(hours=hours),
            user=OPERATOR,
        )
        command = await self.link.told(device, "shift", state="on")
        await self.answer(command)
        return shift

    async def say(self, kind, *, device=DEVICE, boot=1, seq=None, **fields):
        """Let a device say something with the next number, until it is acknowledged."""
        if seq is None:
            self._seq += 1
            seq = self._seq
        await self.link.say(device, kind, boot, seq, **fields)

    async def answer(self, command, result="done"):
        """Let the device answer a command."""
        await self.say(
            "answer",
            device=command["device"],
            answers_boot=command["boot"],
            answers_seq=command["seq"],
            result=result,
        )

    async def raise_alarm(self, alarm="1-100", kind="manual", **fields):
        """Let the device raise an alarm."""
        await self.say("raised", alarm=alarm, alarm_kind=kind, repeat=0, **fields)

    async def beat(self, mode="guarding", **fields):
        """Let the device send a heartbeat, until it is answered."""
        own = {"uptime_s": 1, "firmware": "1.0", "settings_version": 0, "alarms_due": 0}
        await self.say("heartbeat", mode=mode, **{**own, **fields})

    async def cases(self):
        """Return the open cases as the console sees them."""
        return (await self.engine.snapshot())["cases"]

    async def until(self, is_so, wait_s=5.0):
        """Return the first snapshot of which `is_so` is true, looking again at every change."""
        changes = self.engine.changes()
        async with asyncio.timeout(wait_s):
            while True:
                snapshot = await self.engine.snapshot()
                if is_so(snapshot):
                    return snapshot
                await anext(changes)

    async def only_case(self, **facts):
        """Return the one open case once it has these facts."""

        def is_so(snapshot):
            return len(snapshot["cases"]) == 1 and all(
                snapshot["cases"][0][name] == facts[name] for name in facts
            )

        return (await self.until(is_so))["cases"][0]


@asynccontextmanager
async def running_site(path, clock=None, *, is_furnished=False):
    """Run a base station over the database in `path` until the block ends."""
    site = Site(path, clock)
    await site.open()
    try:
        if not is_furnished:
            await site.furnish()
        yield site
    finally:
        await site.engine.stop()
