"""A channel that keeps what it is given, and can be told to fail or to hang; for tests and demonstrations."""

import asyncio

from basestation.outgoing.channels.channel import Delivery, Health, Notice, Stage


class MemoryChannel:
    """Keeps every notice, in the order it came."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        #: Attempts, failed ones included.
        self.attempts = 0
        self._arrived: asyncio.Queue[Notice] = asyncio.Queue()
        self._failures = 0
        self._works = asyncio.Event()
        self._attempted = asyncio.Event()
        self._works.set()

    def fail(self, times: int) -> None:
        """Let the next `times` attempts fail."""
        self._failures = times

    def hang(self) -> None:
        """Let every attempt from now on wait until `work`."""
        self._works.clear()

    def work(self) -> None:
        """Let attempts succeed again."""
        self._failures = 0
        self._works.set()

    async def send(self, notice: Notice) -> Delivery:
        """Keep the notice, unless it is told to fail."""
        self.attempts += 1
        self._attempted.set()
        await self._works.wait()
        if self._failures > 0:
            self._failures -= 1
            return Delivery(Stage.FAILED, "told to fail")
        self.notices.append(notice)
        self._arrived.put_nowait(notice)
        return Delivery(Stage.SENT)

    async def check(self) -> Health:
        """Work unless told to fail or to hang."""
        return Health(is_working=self._works.is_set() and self._failures == 0)

    async def attempted(self, times: int, wait_s: float = 5.0) -> None:
        """Return when it was tried that often; raises TimeoutError if it is not."""
        async with asyncio.timeout(wait_s):
            while self.attempts < times:
                self._attempted.clear()
                await self._attempted.wait()

    async def next_notice(self, wait_s: float = 5.0) -> Notice:
        """Return the next notice that nobody has taken yet; raises TimeoutError if none comes."""
        return await asyncio.wait_for(self._arrived.get(), wait_s)
