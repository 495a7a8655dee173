"""A link without a broker: takes messages from whoever calls `send`, keeps what goes to devices.

For tests and virtual time. Has the face of `mqtt.StationLink`, as far as the engine knows it.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any

from basestation.clock import Clock
from basestation.mqtt.inbox import AckToken, Inbound
from protocol import codec, messages, topics


class MemoryLink:
    """Messages in and out, in memory."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._packet_id = 0
        self._alarms: asyncio.Queue[Inbound] = asyncio.Queue()
        self._heartbeats: asyncio.Queue[Inbound] = asyncio.Queue()
        self._awaited: dict[AckToken, asyncio.Event] = {}
        #: Decoded messages to devices, in order: receipts, replies and commands.
        self.sent: deque[dict[str, Any]] = deque()
        self._news = asyncio.Event()
        self.is_up = True

    async def alarm_batches(self) -> AsyncIterator[list[Inbound]]:
        """Yield what was sent, all that waits at a time."""
        while True:
            yield await _batch(self._alarms)

    async def heartbeat_batches(self) -> AsyncIterator[list[Inbound]]:
        """Yield the heartbeats that were sent."""
        while True:
            yield await _batch(self._heartbeats)

    def ack(self, tokens: Iterable[AckToken | None]) -> None:
        """Note that messages were acknowledged."""
        for token in tokens:
            if token is not None:
                self._awaited[token].set()

    def publish_command(self, device: str, payload: bytes) -> bool:
        """Keep what goes to a device."""
        if self.is_up:
            self.sent.append(codec.decode(payload, "command", device))
            self._news.set()
        return self.is_up

    def put(self, device: str, channel: str, payload: bytes, at: datetime | None = None) -> asyncio.Event:
        """Deliver a payload and return the event of its acknowledgement; heartbeats have none."""
        self._packet_id += 1
        token = AckToken(1, self._packet_id) if topics.QOS[channel] else None
        topic = f"{topics.PREFIX}/device/{device}/{channel}"
        inbound = Inbound(topic, payload, topics.QOS[channel], at or self._clock.now(), token)
        acknowledged = asyncio.Event()
        if token is None:
            self._heartbeats.put_nowait(inbound)
        else:
            self._awaited[token] = acknowledged
            self._alarms.put_nowait(inbound)
        return acknowledged

    async def say(
        self, device: str, kind: str, boot: int, seq: int, *, mark: str = "real", **fields: Any
    ) -> None:
        """Send one message of a device; return when it is acknowledged, or answered if a heartbeat."""
        payload = codec.encode(kind, device, boot, seq, mark, fields)
        channel = messages.KINDS[kind].channel
        acknowledged = self.put(device, channel, payload)
        if channel == "heartbeat":
            await self.told(device, "heartbeat-reply", acked_seq=seq)
        else:
            await asyncio.wait_for(acknowledged.wait(), 10)

    async def told(self, device: str, kind: str, wait_s: float = 5.0, **fields: Any) -> dict[str, Any]:
        """Return, and take, the first message of this kind and these fields to the device."""
        async with asyncio.timeout(wait_s):
            while True:
                for message in self.sent:
                    wanted = {"device": device, "kind": kind, **fields}
                    if all(message.get(name) == value for name, value in wanted.items()):
                        self.sent.remove(message)
                        return message
                self._news.clear()
                await self._news.wait()

    def kinds_sent(self, device: str) -> list[str]:
        """Return the kinds of what went to a device and was not taken."""
        return [message["kind"] for message in self.sent if message["device"] == device]


async def _batch(queue: asyncio.Queue[Inbound]) -> list[Inbound]:
    batch = [await queue.get()]
    while not queue.empty():
        batch.append(queue.get_nowait())
    return batch
