"""Everything between a device and the base station: radio, broker and queues, as bad as it is told to be.

Decides by its seed which message is lost, late, doubled or overtaken. A connection can break with or without
either end noticing; the broker then sends the last will. What goes up with an acknowledgement is kept for the
station until it is acknowledged, unless the broker loses its own store. Times in ms of the loop.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from protocol import topics
from simulator.world.virtual_time import VirtualLoop
from simulator.world.worn import Worn

#: What the broker waits for an acknowledgement before it delivers again.
ACK_WAIT_MS = 2000
#: Until the broker, or the device, notices that the other end is gone.
KEEP_ALIVE_MS = 30000
NOTICED_MS_MAX = 20000
RETRY_MS = 3000


@dataclass(slots=True)
class Weather:
    """How bad the way between one device and the broker is."""

    #: Shares of messages, in per cent.
    loss: int = 0
    repeat: int = 0
    delay_ms: int = 40


@dataclass(slots=True)
class Connection:
    """One connection of a device; a new one takes its place."""

    will: bytes
    is_broken: bool = False


@dataclass(slots=True)
class Reach:
    """The device's way to the broker."""

    worn: Worn
    weather: Weather = field(default_factory=Weather)
    connection: Connection | None = None
    #: Nothing comes through, and nobody has been told.
    is_cut: bool = False


class Air:
    """The broker and the ways to it."""

    def __init__(self, loop: VirtualLoop, random: Random) -> None:
        self._loop = loop
        self._random = random
        self.reaches: dict[str, Reach] = {}
        self.is_broker_up = True
        self._waiting: dict[int, tuple[str, str, bytes]] = {}
        self._last = 0
        self._tokens: dict[Any, int] = {}
        #: Hands a message to the station; returns its token, None while nobody is there.
        self.deliver: Callable[[str, str, bytes], Any] = lambda _device, _channel, _payload: None
        #: Called for each message that the station has acknowledged.
        self.acknowledged: Callable[[str, str, bytes], None] = lambda _device, _channel, _payload: None
        self.wake_device: Callable[[str], None] = lambda _device: None

    @property
    def waiting(self) -> int:
        """Return how many messages the broker holds for the station."""
        return len(self._waiting)

    def connect(self, device: str) -> None:
        """Let a device try to connect, and again until it is connected."""
        reach = self.reaches[device]
        core = reach.worn.core
        if core is None or reach.connection is not None:
            return
        if reach.is_cut or not self.is_broker_up:
            self._loop.at(self._loop.now_ms() + RETRY_MS, self.connect, device)
            return
        reach.connection = Connection(core.take_will())
        reach.worn.do(self._loop.now_ms(), lambda now_ms: core.on_link(now_ms, is_up=True))
        self.wake_device(device)

    def up(self, device: str, channel: str, payload: bytes) -> None:
        """Take what a device publishes."""
        reach = self.reaches[device]
        connection = reach.connection
        if connection is None:
            return
        for delay_ms in self._fates(reach.weather):
            self._loop.at(
                self._loop.now_ms() + delay_ms, self._arrive, device, channel, payload, connection, reach
            )

    def down(self, device: str, payload: bytes) -> None:
        """Take what the station publishes: nobody repeats it."""
        reach = self.reaches.get(device)
        if reach is None or not self.is_broker_up:
            return
        for delay_ms in self._fates(reach.weather):
            self._loop.at(self._loop.now_ms() + delay_ms, self._land, reach, payload, reach.connection)

    def bring(self, device: str, channel: str, payload: bytes) -> None:
        """Bring the broker something that no device said."""
        if self.is_broker_up:
            self._take(device, channel, payload)

    def acknowledge(self, tokens: Any) -> None:
        """Forget what the station has."""
        for token in tokens:
            waiting = self._waiting.pop(self._tokens.pop(token, -1), None)
            if waiting is not None:
                self.acknowledged(*waiting)

    def station_came(self) -> None:
        """Deliver again everything that the station never acknowledged."""
        self._tokens.clear()
        for number in tuple(self._waiting):
            self._offer(number)

    def cut(self, device: str) -> None:
        """Let nothing through any more; the ends notice later."""
        reach = self.reaches[device]
        reach.is_cut = True
        self._break(device, reach)

    def mend(self, device: str) -> None:
        """Let everything through again."""
        self.reaches[device].is_cut = False

    def lose_power(self, device: str) -> None:
        """Notice at the broker, after a while, that a device is gone."""
        reach = self.reaches[device]
        self._bury(device, reach, self._random.randrange(1000, KEEP_ALIVE_MS))

    def crash_broker(self, *, is_store_lost: bool) -> None:
        """End the broker; with its disk everything that waited is gone."""
        self.is_broker_up = False
        if is_store_lost:
            self._waiting.clear()
        for device, reach in self.reaches.items():
            self._break(device, reach)

    def start_broker(self) -> None:
        """Let everybody in again."""
        self.is_broker_up = True

    def _fates(self, weather: Weather) -> list[int]:
        copies = [] if self._random.randrange(100) < weather.loss else [0]
        if self._random.randrange(100) < weather.repeat:
            copies.append(1)
        return [5 + self._random.randrange(1 + weather.delay_ms) + copy * 700 for copy in copies]

    def _arrive(
        self, device: str, channel: str, payload: bytes, connection: Connection, reach: Reach
    ) -> None:
        if not self.is_broker_up or reach.is_cut or connection.is_broken:
            return
        self._take(device, channel, payload)

    def _take(self, device: str, channel: str, payload: bytes) -> None:
        if not topics.QOS[channel]:
            self.deliver(device, channel, payload)
            return
        self._last += 1
        self._waiting[self._last] = (device, channel, payload)
        self._offer(self._last)

    def _offer(self, number: int) -> None:
        waiting = self._waiting.get(number)
        if waiting is None or not self.is_broker_up:
            return
        token = self.deliver(*waiting)
        if token is not None:
            self._tokens[token] = number
            # As the real broker does while nothing is acknowledged.
            self._loop.at(self._loop.now_ms() + ACK_WAIT_MS, self._offer_again, number, token)

    def _offer_again(self, number: int, token: Any) -> None:
        if number in self._waiting and self._tokens.get(token) == number and self._random.randrange(4) == 0:
            del self._tokens[token]
            self._offer(number)

    def _land(self, reach: Reach, payload: bytes, connection: Connection | None) -> None:
        if connection is None or connection.is_broken or reach.is_cut or reach.connection is not connection:
            return
        reach.worn.hear(self._loop.now_ms(), payload)
        self.wake_device(reach.worn.name)

    def _break(self, device: str, reach: Reach) -> None:
        """Break a connection without a word; the device notices within a while, the broker too."""
        connection = reach.connection
        if connection is None or connection.is_broken:
            return
        connection.is_broken = True
        noticed_ms = self._loop.now_ms() + self._random.randrange(200, NOTICED_MS_MAX)
        self._loop.at(noticed_ms, self._notice, device, reach, connection)
        self._bury(device, reach, self._random.randrange(1000, KEEP_ALIVE_MS))

    def _notice(self, device: str, reach: Reach, connection: Connection) -> None:
        if reach.connection is not connection:
            return
        reach.connection = None
        core = reach.worn.core
        if core is not None:
            reach.worn.do(self._loop.now_ms(), lambda now_ms: core.on_link(now_ms, is_up=False))
            self.wake_device(device)
            self.connect(device)

    def _bury(self, device: str, reach: Reach, after_ms: int) -> None:
        connection = reach.connection
        if connection is not None:
            connection.is_broken = True
            self._loop.at(self._loop.now_ms() + after_ms, self._send_will, device, connection)
        if not reach.worn.is_on:
            reach.connection = None

    def _send_will(self, device: str, connection: Connection) -> None:
        if self.is_broker_up:
            self._take(device, "presence", connection.will)
