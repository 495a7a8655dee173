"""Which notice gets the next free line.

Decides the order: a person's alarm, other calls that are real, then tests and drills; among equals whoever
asked first, over all attempts. Bound: WAITING_MAX; beyond it the least urgent is refused, the newest of them
first. Pure but for the futures it keeps.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from basestation.outgoing.channels.channel import Delivery, Notice

WAITING_MAX: Final = 64
#: Notices whose first attempt is remembered; the oldest is forgotten first.
REMEMBERED_MAX: Final = 512
_NEWS: Final = frozenset({"place", "taken", "closed"})


class Urgency(IntEnum):
    """The lower, the sooner."""

    PERSON = 0
    OTHER = 1
    TEST = 2


def urgency_of(notice: Notice) -> Urgency:
    """Return how urgent a call is."""
    if notice.mark != "real":
        return Urgency.TEST
    return Urgency.PERSON if notice.is_person and notice.text_key not in _NEWS else Urgency.OTHER


@dataclass(order=True, slots=True)
class Request:
    """A notice that wants a line; `told` becomes what its first attempt came to."""

    urgency: Urgency
    order: int
    notice: Notice = field(compare=False)
    told: asyncio.Future[Delivery] = field(compare=False)


class Waiting:
    """The notices that wait for a line."""

    def __init__(self) -> None:
        self._requests: list[Request] = []
        self._orders: OrderedDict[str, int] = OrderedDict()
        self._last_order = 0
        self._came = asyncio.Event()

    def add(self, notice: Notice) -> tuple[Request, Request | None]:
        """Return the request of a notice, and whoever is refused since too many wait."""
        if notice.key not in self._orders:
            self._last_order += 1
            self._orders[notice.key] = self._last_order
            if len(self._orders) > REMEMBERED_MAX:
                self._orders.popitem(last=False)
        told: asyncio.Future[Delivery] = asyncio.get_running_loop().create_future()
        request = Request(urgency_of(notice), self._orders[notice.key], notice, told)
        self._requests.append(request)
        self._came.set()
        if len(self._requests) <= WAITING_MAX:
            return request, None
        refused = max(self._requests)
        self.remove(refused)
        return request, refused

    def count_of_real(self) -> int:
        """Return how many wait that are neither test nor drill."""
        return sum(one.urgency is not Urgency.TEST for one in self._requests)

    def put_back(self, request: Request) -> None:
        """Let a request wait on; its line could not call."""
        self._requests.append(request)
        self._came.set()

    def remove(self, request: Request) -> bool:
        """Forget a request, and tell whether it still waited."""
        count = len(self._requests)
        self._requests = [one for one in self._requests if one is not request]
        return len(self._requests) < count

    def forget(self, notice: Notice) -> None:
        """Forget when a notice was first tried: it has been told, or never will be."""
        self._orders.pop(notice.key, None)

    async def next(self) -> Request:
        """Return the most urgent request, once there is one."""
        while not self._requests:
            self._came.clear()
            await self._came.wait()
        chosen = min(self._requests)
        self.remove(chosen)
        return chosen
