"""Joins a base station to the cluster that its own broker is a node of: keepers, copies, log-ins of all.

Decides nothing: how a node works is `broker.membership`'s, what is a copy `mqtt.copies`'. Each node lets in
the devices and base stations of the one database, which is looked at every `FOLLOW_S`.
"""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from basestation.broker import ApartBroker, Broker, BrokerStartFailed, Credential
from basestation.broker.cluster import ClusterNode
from basestation.broker.errors import BrokerError
from basestation.broker.node_keeper import NodeKeeper, Sight
from basestation.broker.other_node import OtherNode
from basestation.canary import UNHEALTHY, CanaryWatch
from basestation.clock import SystemClock
from basestation.cluster_settings import route_in
from basestation.config import Settings
from basestation.further_brokers import FurtherBroker
from basestation.mqtt.copies import Copies
from basestation.trust.certificates import SiteCertificates
from basestation.trust.site import trust_of_node

if TYPE_CHECKING:
    from basestation.connections import StationEngine

#: How often a base station looks whether another one has let somebody in.
FOLLOW_S = 2.0

_log = structlog.get_logger("rufweite.broker")


def node_of(settings: Settings, route: str, certificates: SiteCertificates | None) -> ClusterNode | None:
    """Return the node at `route`; None where it is none."""
    if settings.cluster is None or not route:
        return None
    routes = [settings.cluster.route, *(one.route for one in settings.more_brokers if one.route)]
    others = [route_in(text) for text in routes if text != route]
    authority = None if certificates is None else certificates.nodes_believe
    return ClusterNode(route_in(route), others, settings.cluster.secret_text, authority)


class Cluster:
    """The nodes of one cluster, as one base station sees them; `base` is its credential."""

    def __init__(self, settings: Settings, base: Credential, engine: "StationEngine") -> None:
        assert settings.cluster is not None
        self._settings = settings
        self._base = base
        self._engine = engine
        self.copies = Copies(time.monotonic)
        #: Number of the broker to who keeps it.
        self._keepers: dict[int, NodeKeeper] = {}
        #: Number of the broker to its connections and canary, of all nodes.
        self._heard: dict[int, tuple[Any, CanaryWatch]] = {}

    def base_at(self, route: str) -> Credential:
        """Return our log-in at a node: a client id of its own, or each connection would end the other."""
        assert self._settings.cluster is not None
        if route == self._settings.cluster.route:
            return self._base
        client_id = hashlib.sha256(f"{self._base.client_id}/{route}".encode()).hexdigest()[:32]
        return Credential(self._base.name, self._base.secret, client_id)

    async def start(
        self, number: int, broker: Broker | ApartBroker, node: ClusterNode, devices: Sequence[Credential]
    ) -> NodeKeeper:
        """Start a node that we configure; raises what its broker's start raises."""
        keeper = self._keepers[number] = NodeKeeper(
            broker, node, partial(self._engine.take, broker=number), SystemClock().now
        )
        await keeper.begin()
        try:
            await broker.start(devices)
        except BrokerStartFailed:
            await keeper.go_alone()
            await broker.start(devices)
        return keeper

    async def other(self, further: FurtherBroker, devices: Sequence[Credential]) -> OtherNode:
        """Return a node that another base station configures."""
        trust = trust_of_node(self._settings, further.name)
        node = OtherNode(further.host, further.port, trust, self._engine.log_ins)
        await node.start(devices)
        return node

    def hear(self, number: int, link: Any, canary: CanaryWatch) -> None:
        """Know the connections to a node and its canary."""
        self._heard[number] = (link, canary)

    def keep(self, stack: AsyncExitStack) -> None:
        """Look after our nodes and follow the database until the stack ends."""
        for number, keeper in self._keepers.items():
            keeper.sight = self._sight(number)
            self._begin(keeper.run(), "cluster node", stack)
        if any(one.route and one.data_dir is None for one in self._settings.more_brokers):
            self._begin(self._follow(), "cluster log-ins", stack)

    def _begin(self, work: Any, name: str, stack: AsyncExitStack) -> None:
        task = asyncio.create_task(work, name=name)

        async def end() -> None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

        stack.push_async_callback(end)

    def _sight(self, number: int) -> Sight:
        link, canary = self._heard[number]
        others = [link for other, (link, _) in self._heard.items() if other != number]

        def is_proven() -> bool:
            return link.is_up and canary.canary.health != UNHEALTHY

        return Sight(
            is_proven, lambda: canary.canary.health == UNHEALTHY, lambda: [one.is_up for one in others]
        )

    async def _follow(self) -> None:
        """Let in whom other base stations let in, and nobody they cut off."""
        known = await self._engine.log_ins()
        while True:
            await asyncio.sleep(FOLLOW_S)
            try:
                found = await self._engine.log_ins()
                if found != known:
                    await self._engine.let_devices_in()
                    known = found
            except (BrokerError, OSError, SQLAlchemyError) as error:
                _log.warning("cluster_not_followed", reason=str(error))
