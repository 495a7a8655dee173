"""The way in for virtual devices: the face of a link to a broker, without one.

Decides that only its own devices are spoken to by it; whatever goes to others it does not take.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable

from basestation.clock import Clock
from basestation.mqtt.inbox import AckToken, Inbound
from protocol import topics

#: Messages that wait for the store; a device repeats what was not receipted.
WAITING_MAX = 200


class TrainingLink:
    """Messages of virtual devices to the intake, and commands back to them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._messages: asyncio.Queue[Inbound] = asyncio.Queue(WAITING_MAX)
        self._never = asyncio.Event()
        self._count = 0
        #: By the device's name, what takes its commands.
        self.devices: dict[str, Callable[[bytes], None]] = {}
        #: Messages for which there was no room.
        self.dropped = 0

    def put(self, device: str, payload: bytes) -> None:
        """Deliver a marked payload; without room it is dropped and counted, and comes again."""
        self._count += 1
        at = self._clock.now()
        topic = topics.device_topic(device, "event")
        try:
            self._messages.put_nowait(Inbound(topic, payload, 1, at, AckToken(1, self._count)))
        except asyncio.QueueFull:
            self.dropped += 1

    async def alarm_batches(self) -> AsyncIterator[list[Inbound]]:
        """Yield what was put, one at a time."""
        while True:
            yield [await self._messages.get()]

    async def heartbeat_batches(self) -> AsyncIterator[list[Inbound]]:
        """Yield nothing: heartbeats end at the edge."""
        await self._never.wait()
        yield []

    def ack(self, tokens: Iterable[AckToken | None]) -> None:
        """Do nothing: the receipt tells the device."""

    def publish_command(self, device: str, payload: bytes) -> bool:
        """Hand a command to a device of ours; false for every other."""
        take = self.devices.get(device)
        if take is None:
            return False
        take(payload)
        return True
