"""A control room for tests: the real engine on SQLite, the real web part, and a radio made of queues."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import uvicorn
from prometheus_client import CollectorRegistry
from pwdlib.hashers.argon2 import Argon2Hasher

from basestation.cases.vigilance import ConsoleSigns
from basestation.clock import Clock, SystemClock
from basestation.engine import Engine
from basestation.mqtt.events import LinkUp
from basestation.mqtt.inbox import AckToken, Inbound
from basestation.parts import EngineSettings
from basestation.store.database import open_database
from basestation.trust.link_key import link_key
from basestation.web.settings import WebSettings
from basestation.web.site import build_web
from protocol import codec, messages, topics
from tests.stores import store_url

#: No wait in a test is longer than this.
WAIT_S_MAX = 20.0
PASSWORD = "correct horse battery"
#: Its cost stands in the hash: this one is checked in no time; those of users cost what `test_login.py` says.
PASSWORD_HASH = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
ORIGIN = "http://console.test"


class Radio:
    """The link to the devices: what a test lets them say, and what the base told them."""

    def __init__(self, clock: Clock):
        self._clock = clock
        self._alarms: asyncio.Queue[Inbound] = asyncio.Queue()
        self._heartbeats: asyncio.Queue[Inbound] = asyncio.Queue()
        self._seq = 0
        self.told: list[tuple[str, dict]] = []

    def say(self, device: str, kind: str, mark: str = "real", **fields) -> str:
        """Let a device send one message, and return its id, which is that of the alarm it opens."""
        self._seq += 1
        alarm = f"1-{self._seq}"
        if kind in {"raised", "pre-alarm", "cancelled", "gone", "reset"}:
            fields.setdefault("alarm", alarm)
        payload = codec.encode(kind, device, 1, self._seq, mark, fields)
        channel = messages.KINDS[kind].channel
        queue = self._heartbeats if kind == "heartbeat" else self._alarms
        topic = topics.device_topic(device, channel)
        token = None if kind == "heartbeat" else AckToken(1, self._seq)
        queue.put_nowait(Inbound(topic, payload, topics.QOS[channel], self._clock.now(), token))
        return alarm

    def raise_alarm(self, device: str, alarm_kind: str = "manual", mark: str = "real", **fields) -> str:
        return self.say(device, "raised", mark, alarm_kind=alarm_kind, repeat=0, **fields)

    async def alarm_batches(self) -> AsyncIterator[list[Inbound]]:
        while True:
            yield [await self._alarms.get()]

    async def heartbeat_batches(self) -> AsyncIterator[list[Inbound]]:
        while True:
            yield [await self._heartbeats.get()]

    def ack(self, tokens: Iterable[AckToken | None]) -> None:
        pass

    def publish_command(self, device: str, payload: bytes) -> bool:
        self.told.append((device, codec.decode(payload, "command", device)))
        return True


class ControlRoom:
    """Engine, web part and radio of one test."""

    def __init__(
        self,
        folder: Path,
        clock: Clock | None = None,
        settings: WebSettings | None = None,
        *,
        is_attended: bool = True,
    ):
        self.clock = clock or SystemClock()
        # Who comes back to a database comes back to the links that were sent.
        its = EngineSettings(link_key=link_key(folder))
        database = open_database(store_url(folder / "station.db"))
        self.engine = Engine(database, self.clock, CollectorRegistry(), its)
        self.web = build_web(self.engine, self.clock, settings)
        self.radio = Radio(self.clock)
        if is_attended:
            # Whoever sits at a further console, so that a test can be about something else.
            self.engine.attendance.consoles = lambda: (ConsoleSigns(self.clock.now(), self.clock.now()),)

    async def start(self, *, is_new: bool = True) -> None:
        """Run the engine with a healthy message path; a new one gets a user of each role."""
        await self.engine.start()
        self.engine.connect(self.radio)
        for connection in ("alarms", "heartbeats"):
            self.engine.take(LinkUp(self.clock.now(), connection))
        if not is_new:
            return
        for login, name, role in (
            ("olga", "Olga Operator", "operator"),
            ("otto", "Otto Officer", "safety_officer"),
            ("ada", "Ada Admin", "admin"),
        ):
            await self.engine.add_user(login, name, PASSWORD_HASH, role)

    async def start_shift(self, worker: str, device: str, workplace: str, directions: str = "") -> int:
        """Register worker, device and workplace, and let the shift begin."""
        user = (await self.engine.user_by_login("olga")).user
        worker_id = (await self.engine.add_worker(worker))["id"]
        await self.engine.add_device(device)
        workplace_id = (await self.engine.add_workplace(workplace, directions))["id"]
        shift = await self.engine.start_shift(
            worker_id=worker_id,
            device=device,
            workplace_id=workplace_id,
            planned_end=self.clock.now() + timedelta(hours=8),
            user=user,
        )
        return shift["id"]

    async def cases(self, count: int) -> list[dict]:
        """Return the open cases as soon as there are `count` of them."""
        changes = self.engine.changes()
        async with asyncio.timeout(WAIT_S_MAX):
            while len(cases := (await self.engine.snapshot())["cases"]) != count:
                await anext(changes)
        return cases

    def client(self, origin: str | None = ORIGIN) -> httpx.AsyncClient:
        """Return a client that talks to the web part without a network, as the page's own origin."""
        headers = {} if origin is None else {"Origin": origin}
        transport = httpx.ASGITransport(self.web, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)

    async def logged_in(self, login: str = "olga") -> httpx.AsyncClient:
        """Return a client with a session."""
        client = self.client()
        answer = await client.post("/api/v1/login", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return client


@asynccontextmanager
async def serving(web, port: int = 0) -> AsyncIterator[int]:
    """Serve `web` on loopback in this loop and yield the port."""
    config = uvicorn.Config(
        web, host="127.0.0.1", port=port, log_config=None, server_header=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    config.load()
    task = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(WAIT_S_MAX):
            while not server.started:
                await asyncio.wait((task,), timeout=0.02)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task
