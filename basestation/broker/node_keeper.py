"""Looks after one node of the cluster: with the others, or alone, as `membership` decides.

Asks the others only while something is amiss: a quiet cluster is asked nothing. A node's line to the
others greets whoever connects (`INFO`, or a handshake), which a frozen or dead one does not. Never judges
what a broker delivers; that is the canary's.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import structlog

from basestation.broker.cluster import ClusterNode, Route
from basestation.broker.errors import BrokerError
from basestation.broker.events import ClusterJudged
from basestation.broker.membership import ALONE, JOINED, Membership, Seen, begun, step
from basestation.trust.errors import CertificateFault
from basestation.trust.trust import Trust

POLL_S = 1.0
#: A node that greets nobody for so long is frozen or away.
GREETING_S_MAX = 1.0

_FAULTS = {
    ALONE: "the cluster of brokers lacks a majority: this one goes on alone, what waits in it is nowhere else"
}

_log = structlog.get_logger("rufweite.broker")


class Groupable(Protocol):
    """A broker of ours that can be a node."""

    async def regroup(self, *, is_joined: bool) -> None:
        """Work with the others or alone from now on, by a restart of the server if it runs."""
        ...

    async def restart(self, reason: str) -> bool:
        """End and start the server."""
        ...

    async def is_answering(self) -> bool:
        """Tell whether the base station can log in."""
        ...

    def is_formed(self) -> bool:
        """Tell whether queues of the cluster lie here."""
        ...


@dataclass(frozen=True, slots=True)
class Sight:
    """What the base station's own connections say, asked at each look."""

    #: Both connections to this node stand and its canary returns.
    is_proven: Callable[[], bool]
    #: Two canaries did not return.
    is_unhealthy: Callable[[], bool]
    #: For each of the others whether the connections to it stand.
    are_others_up: Callable[[], Sequence[bool]]


class NodeKeeper:
    """Keeps one node; `on_event` gets ClusterJudged in the event loop, `now` is the station clock."""

    def __init__(
        self,
        broker: Groupable,
        node: ClusterNode,
        on_event: Callable[[ClusterJudged], None],
        now: Callable[[], datetime],
    ) -> None:
        self._broker = broker
        self._node = node
        self._on_event = on_event
        self._now = now
        self._membership = Membership(ALONE, 0.0)
        self.sight: Sight | None = None

    @property
    def state(self) -> str:
        """JOINED or ALONE."""
        return self._membership.state

    async def begin(self) -> None:
        """Decide how the node starts; before its server does."""
        joined = await self._greeting()
        self._membership = begun(sum(joined), _steady_s(), is_formed=self._broker.is_formed())
        await self._take_effect()

    async def go_alone(self) -> None:
        """Start alone after all: the server did not come up among the others."""
        self._membership = Membership(ALONE, _steady_s())
        await self._take_effect()

    async def run(self) -> None:
        """Look after the node until cancelled."""
        self._tell()
        while True:
            await asyncio.sleep(POLL_S)
            await self.look()

    async def look(self) -> None:
        """Look once, and act."""
        before = self._membership
        self._membership = step(before, await self._seen(), _steady_s())
        if self._membership.state != before.state:
            _log.warning("cluster_regrouped", node=str(self._node.own), state=self._membership.state)
            self._tell()
            try:
                await self._take_effect()
            except (BrokerError, OSError) as error:
                # Tried again: what is written stays, and the next step comes.
                _log.error("cluster_not_regrouped", node=str(self._node.own), reason=str(error))

    async def restart(self, reason: str) -> bool:
        """Restart a node that is alone; among others an election takes its time, and `membership` decides."""
        return await self._broker.restart(reason) if self.state == ALONE else False

    async def _seen(self) -> Seen:
        assert self.sight is not None
        up = self.sight.are_others_up()
        if self.state == JOINED and self.sight.is_proven() and all(up):
            return Seen(is_answering=True, joined_count=len(up), up_count=len(up))
        joined = await self._greeting()
        is_answering = not self.sight.is_unhealthy() and await self._broker.is_answering()
        there = [one or other for one, other in zip(joined, up, strict=True)]
        return Seen(is_answering, sum(joined), sum(there), is_formed=self._broker.is_formed())

    async def _greeting(self) -> list[bool]:
        node = self._node
        return list(await asyncio.gather(*(is_greeting(route, node.authority) for route in node.others)))

    async def _take_effect(self) -> None:
        await self._broker.regroup(is_joined=self.state == JOINED)

    def _tell(self) -> None:
        self._on_event(ClusterJudged(self._now(), self.state, _FAULTS.get(self.state)))


async def is_greeting(route: Route, authority: Path | None = None) -> bool:
    """Tell whether a node greets at this place, within `GREETING_S_MAX`; by TLS with an `authority`.

    Whoever shows a certificate of the authority has greeted: what it thinks of us comes later.
    """
    try:
        context = None if authority is None else Trust(authority, route.host).context()
        name = None if authority is None else route.host
        async with asyncio.timeout(GREETING_S_MAX):
            reader, writer = await asyncio.open_connection(
                route.host, route.port, ssl=context, server_hostname=name
            )
            try:
                return context is not None or await reader.readexactly(4) == b"INFO"
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError, CertificateFault):
        return False


def _steady_s() -> float:
    return asyncio.get_running_loop().time()
