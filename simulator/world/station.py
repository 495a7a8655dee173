"""One base station of a world: the real engine on the real store, that can end at any moment and start again.

Decides nothing that the engine decides. A crash takes the power first (nothing more is stored, sent or heard)
and then whatever ran. Times are ms of the loop.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import CollectorRegistry

from basestation.engine import Engine, EngineSettings
from basestation.intake.memory_link import MemoryLink
from basestation.mqtt.events import LinkDown, LinkUp
from basestation.mqtt.inbox import AckToken
from basestation.outgoing.channels import Channel
from protocol import topics
from simulator.world.disk import Disk
from simulator.world.virtual_time import VirtualClock, VirtualLoop

#: A station that could not start, or whose loop ended, is started again after this.
AGAIN_MS = 5000


class StationLink(MemoryLink):
    """The station's end of the broker."""

    def __init__(
        self,
        clock: VirtualClock,
        down: Callable[[str, bytes], None],
        acknowledge: Callable[[Iterable[AckToken | None]], None],
    ) -> None:
        super().__init__(clock)
        self._down = down
        self._acknowledge = acknowledge

    def ack(self, tokens: Iterable[AckToken | None]) -> None:
        """Tell the broker that messages are kept."""
        tokens = list(tokens)
        super().ack(tokens)
        if self.is_up:
            self._acknowledge(tokens)

    def take(self, device: str, channel: str, payload: bytes) -> AckToken | None:
        """Take a message of a device; return by which token it is acknowledged, None for not at all."""
        self.put(device, channel, payload)
        return AckToken(1, self._packet_id) if topics.QOS[channel] else None

    def publish_command(self, device: str, payload: bytes) -> bool:
        """Hand over what goes to a device."""
        if self.is_up:
            self._down(device, payload)
        return self.is_up


class Station:
    """The base station, its lives one after the other."""

    def __init__(self, loop: VirtualLoop, disk: Disk, channel: Channel) -> None:
        self._loop = loop
        self.disk = disk
        self.clock = VirtualClock(loop)
        self._channel = channel
        self.engine: Engine | None = None
        self.link: StationLink | None = None
        #: Since when it has run and heard without a break; None while it does not.
        self.up_since_ms: int | None = None
        self.lives = 0
        self._main: asyncio.Task[Any] | None = None
        self.down: Callable[[str, bytes], None] = lambda _device, _payload: None
        self.acknowledge: Callable[[Iterable[AckToken | None]], None] = lambda _tokens: None
        #: Called when it hears again, and with a sentence when one of its loops ended.
        self.came_up: Callable[[], None] = lambda: None
        self.ended: Callable[[str], None] = lambda _words: None

    def start(self) -> None:
        """Begin a life, unless one is under way."""
        if self._main is None:
            self._main = self._loop.create_task(self._live(), name="base station")

    def crash(self, down_ms: int) -> None:
        """End at once, and start again after `down_ms`."""
        if self._main is None:
            return
        self.disk.cut_power()
        if self.link is not None:
            self.link.is_up = False
        self.engine = self.link = self.up_since_ms = self._main = None
        self._loop.create_task(self._bury(down_ms), name="world: bury")

    def hear(self, *, is_hearing: bool) -> None:
        """Lose the connection to the broker, or have it again."""
        if self.engine is None or self.link is None:
            return
        self.link.is_up = is_hearing
        self.up_since_ms = self._loop.now_ms() if is_hearing else None
        for connection in ("alarms", "heartbeats"):
            at = self.clock.now()
            self.engine.take(LinkUp(at, connection) if is_hearing else LinkDown(at, connection, "cut"))
        if is_hearing:
            self.came_up()

    async def _live(self) -> None:
        self.lives += 1
        engine = Engine(
            self.disk.database(), self.clock, CollectorRegistry(), EngineSettings(), {"memory": self._channel}
        )
        try:
            await engine.start()
        except Exception as error:  # noqa: BLE001 -- whatever it was: its supervisor starts it again
            self.ended(f"the start failed: {type(error).__name__}: {error}")
            self.crash(AGAIN_MS)
            return
        self.engine, self.link = engine, StationLink(self.clock, self.down, self.acknowledge)
        engine.connect(self.link)
        self.hear(is_hearing=True)
        self.ended(f"ended by itself: {await engine.wait_failed()}")
        self.crash(AGAIN_MS)

    async def _bury(self, down_ms: int) -> None:
        me = asyncio.current_task()
        while True:
            others = sorted(
                (
                    one
                    for one in asyncio.all_tasks()
                    if one is not me and not one.get_name().startswith("world")
                ),
                key=lambda one: one.get_name(),
            )
            if not others:
                break
            for task in others:
                task.cancel()
            await asyncio.sleep(0)
        self._loop.at(self._loop.now_ms() + down_ms, self.start)
