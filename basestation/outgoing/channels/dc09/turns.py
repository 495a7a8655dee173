"""Who speaks to a receiver next: one transaction at a time.

Decides the order: the most urgent first, among equals who waited longest. A person's alarm does not wait for
anything less to end: that gives way, and may ask again. Bound: WAITING_MAX; beyond it the least urgent is
refused, the newest of them first.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final, TypeVar

WAITING_MAX: Final = 64

Result = TypeVar("Result")


class Urgency(IntEnum):
    """The lower, the sooner."""

    PERSON = 0
    TECHNICAL = 1
    TEST = 2
    SUPERVISION = 3


class GaveWay(Exception):
    """A person's alarm went first."""


class Crowded(Exception):
    """Too many wait already."""


@dataclass(order=True, slots=True)
class _Waiting:
    urgency: Urgency
    order: int
    turn: asyncio.Future[None] = field(compare=False)


class Turns:
    """The turns at one receiver."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._order = 0
        self._running: tuple[Urgency, asyncio.Task[Any]] | None = None
        self._is_taken = False

    async def run(self, urgency: Urgency, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """Return what `work` returns, when its turn has come; raises GaveWay or Crowded."""
        await self._turn(urgency)
        try:
            return await self._work(urgency, work)
        finally:
            self._running = None
            self._hand_on()

    async def _turn(self, urgency: Urgency) -> None:
        if not self._is_taken:
            self._is_taken = True
            return
        self._order += 1
        waiting = _Waiting(urgency, self._order, asyncio.get_running_loop().create_future())
        self._queue(waiting)
        self._interrupt(urgency)
        await self._until(waiting)

    async def _until(self, waiting: _Waiting) -> None:
        try:
            await waiting.turn
        except asyncio.CancelledError:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            elif not waiting.turn.cancelled() and waiting.turn.exception() is None:
                # The turn had been handed to us already.
                self._hand_on()
            raise

    def _queue(self, waiting: _Waiting) -> None:
        self._waiting.append(waiting)
        if len(self._waiting) > WAITING_MAX:
            refused = max(self._waiting)
            self._waiting.remove(refused)
            refused.turn.set_exception(Crowded())

    def _interrupt(self, urgency: Urgency) -> None:
        if urgency is Urgency.PERSON and self._running is not None and self._running[0] > urgency:
            self._running[1].cancel()

    async def _work(self, urgency: Urgency, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        if urgency is not Urgency.PERSON and any(one.urgency is Urgency.PERSON for one in self._waiting):
            raise GaveWay
        task = asyncio.create_task(work())
        self._running = (urgency, task)
        try:
            return await task
        except asyncio.CancelledError:
            us = asyncio.current_task()
            if us is not None and us.cancelling():
                raise
            raise GaveWay from None

    def _hand_on(self) -> None:
        # Whoever was cancelled a moment ago has not left yet.
        self._waiting = [one for one in self._waiting if not one.turn.done()]
        if not self._waiting:
            self._is_taken = False
            return
        chosen = min(self._waiting)
        self._waiting.remove(chosen)
        chosen.turn.set_result(None)
