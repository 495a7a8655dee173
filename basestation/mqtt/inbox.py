"""Messages on their way from a network thread to the event loop, bounded.

One wake-up of the loop hands over all that came meanwhile: a wake-up a message would end at
4,000 messages/s. What happens at the bound is the owner's choice: heartbeats lose the oldest,
alarm messages stay with the broker, which delivers them again.
"""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

#: Most messages in one batch, so that one transaction stays short.
BATCH_MAX = 1000
#: Least time between two batches. The first message after a pause is handed over at once; under
#: load the two threads would otherwise take turns for every few messages.
BATCH_INTERVAL_S = 0.005


class AckToken(NamedTuple):
    """Which delivery to acknowledge; worth nothing after its connection has ended."""

    connection_number: int
    packet_id: int


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message as it came from the broker."""

    topic: str
    #: As received; may be anything.
    payload: bytes = field(repr=False)
    qos: int
    #: When the network thread took it, aware UTC.
    received_at: datetime
    #: What `StationLink.ack` takes; None for QoS 0.
    ack: AckToken | None
    #: Whether the broker says that it may have delivered this before.
    is_repeat: bool = False


class Inbox:
    """A bounded queue from one network thread into the event loop it was made in."""

    def __init__(self, size_max: int) -> None:
        self._size_max = size_max
        self._loop = asyncio.get_running_loop()
        self._messages: deque[Inbound] = deque()
        self._tokens: set[AckToken] = set()
        self._lock = threading.Lock()
        self._is_woken = False
        self._is_closed = False
        self._filled = asyncio.Event()

    def put(self, message: Inbound) -> bool:
        """Add an alarm message; False if it is here already or there is no room. Any thread."""
        with self._lock:
            if message.ack in self._tokens or len(self._messages) >= self._size_max:
                return False
            if message.ack is not None:
                self._tokens.add(message.ack)
            self._messages.append(message)
            self._wake()
        return True

    def put_newest(self, message: Inbound) -> bool:
        """Add a heartbeat; False if the oldest had to go for it. Any thread."""
        with self._lock:
            is_full = len(self._messages) >= self._size_max
            if is_full:
                self._messages.popleft()
            self._messages.append(message)
            self._wake()
        return not is_full

    async def batches(self) -> AsyncIterator[list[Inbound]]:
        """Yield what has come, in order, 1 to `BATCH_MAX` messages at a time, until closed."""
        while True:
            await self._filled.wait()
            batch = self._take()
            if batch:
                next_at_s = self._loop.time() + BATCH_INTERVAL_S
                yield batch
                await asyncio.sleep(max(0.0, next_at_s - self._loop.time()))
            elif self._is_closed:
                return

    def close(self) -> None:
        """End `batches` once it is empty. In the event loop only."""
        self._is_closed = True
        self._filled.set()

    def _take(self) -> list[Inbound]:
        with self._lock:
            batch = [self._messages.popleft() for _ in range(min(BATCH_MAX, len(self._messages)))]
            self._tokens.difference_update([message.ack for message in batch if message.ack is not None])
            if not self._messages and not self._is_closed:
                self._filled.clear()
                self._is_woken = False
        return batch

    def _wake(self) -> None:
        if not self._is_woken and not self._loop.is_closed():
            self._is_woken = True
            self._loop.call_soon_threadsafe(self._filled.set)
