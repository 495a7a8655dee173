"""Joins a base station to the brokers of its settings: log-ins, connections, canaries, certificates.

Whatever is started here ends with the stack it was given. Decides nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Gauge

from basestation.broker import ApartBroker, BrokerLimits, Credential, ExternalBroker
from basestation.broker.beside import BesideBroker
from basestation.broker.chosen import AnyBroker, chosen_broker
from basestation.broker.errors import BrokerError
from basestation.broker.other_node import OtherNode
from basestation.canary import CanaryWatch
from basestation.clock import SystemClock
from basestation.cluster import Cluster, node_of
from basestation.config import Settings
from basestation.engine import Engine
from basestation.errors import EntryRefused
from basestation.further_brokers import FurtherBroker
from basestation.metrics import PlainCounts
from basestation.mqtt import MqttCounters, StationLink
from basestation.mqtt.events import LinkDown, LinkEvent
from basestation.replicas.log_ins import own_log_in, stations_beside
from basestation.site.withdrawn import BrokerElsewhere
from basestation.supervision.brokers import StationEvent
from basestation.supervision.station import BrokerPlace
from basestation.trust.certificates import SiteCertificates
from basestation.trust.errors import CertificateFault
from basestation.trust.site import certificates_beside, certificates_of, handover_to, trust_of
from basestation.trust.watch import CertificateWatch, certificate_ends
from basestation.watchdogs.loops import END_S_MAX
from basestation.watchdogs.subjects import watch_canary

#: A broker beside the first that is away holds nobody up for longer.
_BESIDE = BrokerLimits(proof_s_max=3.0)

_log = structlog.get_logger("rufweite.broker")


class StationEngine(Engine):
    """The engine of a base station whose broker lets in exactly the devices it has."""

    broker: AnyBroker | None = None
    settings: Settings
    #: Our brokers beside the first.
    beside: Sequence[BesideBroker | OtherNode] = ()
    #: The cluster that our broker is a node of.
    cluster: Cluster | None = None

    async def add_device(self, name: str, label: str = "", site_id: int = 1) -> Credential:
        """Add a device; when this returns, it can log in."""
        credential = await super().add_device(name, label, site_id)
        await self.let_devices_in()
        return credential

    async def handover(self, name: str, *, is_ahead: bool = False) -> dict[str, Any]:
        """Return what the device must be told beside its credential; each call gives it a new key."""
        try:
            given = await asyncio.to_thread(handover_to, name, self.settings, is_ahead=is_ahead)
            more = [self._told_of(broker) for broker in self.settings.more_brokers]
        except CertificateFault as error:
            raise EntryRefused(str(error)) from error
        told = {} if given is None else {key: text for key, text in asdict(given).items() if text}
        return told | ({"more_brokers": more} if more else {})

    async def let_devices_in(self) -> None:
        """Let exactly the active devices in; when this returns, all others are cut off."""
        if self.broker is None:
            # It will begin with who is to be let in by then.
            return
        first = self.broker.set_devices(await self.log_ins())
        others = [broker.update() for broker in self.beside]
        found = await asyncio.gather(first, *others, return_exceptions=True)
        for fault in found:
            if isinstance(fault, BaseException):
                raise fault

    async def log_ins(self) -> list[Credential]:
        """Return who has to be let in: the active devices, and base stations beside this one."""
        return [*await self.credentials(), *await stations_beside(self._database, self.settings.replica)]

    def _told_of(self, further: FurtherBroker) -> dict[str, Any]:
        """Return what a device must know of a further broker; raises CertificateFault."""
        if not further.is_ours:
            return further.told()
        place: dict[str, Any] = {"host": further.host, "port": further.port}
        certificates = certificates_beside(
            self.settings, further.data_dir or self.settings.data_dir, further.name
        )
        if certificates is None:
            return place
        return place | {"tls_ca": certificates.authority_text(), "tls_host": certificates.trust.server_name}


async def connect(
    settings: Settings, engine: StationEngine, metrics: CollectorRegistry, stack: AsyncExitStack
) -> None:
    """Start the broker, hear it and all others until the stack ends; raises BrokerError, CertificateFault."""
    base = await _own_credential(settings, engine)
    engine.settings = settings
    engine.releases.shelf.data_dir = settings.data_dir
    engine.withdrawn.elsewhere = _elsewhere(settings)
    cluster = engine.cluster = None if settings.cluster is None else Cluster(settings, base, engine)
    certificates = certificates_of(settings)
    node = node_of(settings, settings.cluster.route, certificates) if settings.cluster is not None else None
    broker = engine.broker = chosen_broker(settings, base, engine.take, node)
    stack.push_async_callback(broker.stop)
    restart = broker.restart if settings.is_broker_ours else None
    if cluster is None or node is None or isinstance(broker, ExternalBroker):
        await broker.start(await engine.log_ins())
    else:
        restart = (await cluster.start(0, broker, node, await engine.log_ins())).restart
    user = settings.mqtt_user if settings.broker == "external" else ""
    ways = [_Way(broker, base, user, settings.broker, restart, certificates, is_node=node is not None)]
    for number, one in enumerate(settings.more_brokers, 1):
        ways.append(await _further(number, one, settings, base, engine, stack))
    engine.station.expect(len(ways))
    counters = MqttCounters()
    ends = certificate_ends(metrics)
    canaries = [
        await _hear(number, way, settings, engine, counters, ends, stack) for number, way in enumerate(ways)
    ]
    engine.station.places = [_place(way, canary) for way, canary in zip(ways, canaries, strict=True)]
    engine.station.canary_proven_at = lambda: max(
        (one.canary.last_proven_at for one in canaries if one.canary.last_proven_at), default=None
    )
    metrics.register(PlainCounts("mqtt", counters))
    if cluster is not None:
        cluster.keep(stack)


async def _further(
    number: int,
    further: FurtherBroker,
    settings: Settings,
    base: Credential,
    engine: StationEngine,
    stack: AsyncExitStack,
) -> "_Way":
    """Begin with one broker beside the first: of others, ours apart, or a node of our cluster."""
    devices, cluster = await engine.log_ins(), engine.cluster
    base = cluster.base_at(further.route) if cluster is not None and further.route else base
    if cluster is not None and further.route and further.data_dir is None:
        other = await cluster.other(further, devices)
        engine.beside = [*engine.beside, other]
        return _Way(other, base, "", "node", is_node=True)
    if further.data_dir is None:
        others = ExternalBroker(further.host, further.port, further.trust)
        await others.start(devices)
        return _Way(others, Credential(settings.replica, *further.log_in), further.user, "further")
    certificates = certificates_beside(settings, further.data_dir, further.name, further.route)
    node, restart = node_of(settings, further.route, certificates), None
    try:
        ours = ApartBroker(
            further.data_dir, further.host, further.port, base,
            limits=_BESIDE, certificates=certificates, cluster=node,
        )  # fmt: skip
        if cluster is None or node is None:
            await ours.start(devices)
        else:
            restart = (await cluster.start(number, ours, node, devices)).restart
    except (BrokerError, OSError) as error:
        # Nobody waits for a second broker: it is heard as it is, and its log-ins are a task.
        _log.error("broker_folder_not_reached", folder=str(further.data_dir), reason=str(error))
        trust = None if certificates is None else certificates.trust
        return _Way(ExternalBroker(further.host, further.port, trust), base, "", "apart")
    beside = BesideBroker(ours, engine.log_ins)
    engine.beside = [*engine.beside, beside]
    stack.push_async_callback(cancelled, asyncio.create_task(beside.run(), name="broker beside"))
    return _Way(ours, base, "", "apart", restart or ours.restart, certificates, is_node=node is not None)


def _elsewhere(settings: Settings) -> list[BrokerElsewhere]:
    """Return the brokers at which a log-in may outlive its end here."""
    found = []
    for one in settings.more_brokers:
        trust = one.trust
        if one.is_ours:
            certificates = certificates_beside(settings, one.data_dir or settings.data_dir, one.name)
            trust = None if certificates is None else certificates.trust
        found.append(BrokerElsewhere(one.host, one.port, trust, is_ours=one.is_ours))
    if settings.broker == "external":
        found.insert(0, BrokerElsewhere(settings.mqtt_host, settings.mqtt_port, trust_of(settings)))
    return found


@dataclass(frozen=True, slots=True)
class _Way:
    """A broker, what we log in with there, and how it is restarted if it is ours."""

    broker: AnyBroker
    base: Credential
    #: "": the name that our own brokers know us by.
    user: str
    kind: str
    restart: Callable[[str], Awaitable[object]] | None = None
    #: Those of a broker of ours.
    certificates: SiteCertificates | None = None
    #: Of our cluster.
    is_node: bool = False


def _place(way: _Way, canary: CanaryWatch) -> BrokerPlace:
    """Return what the list of brokers says of one."""
    address = way.broker.address
    tls = "off" if address.trust is None else "client_certificates" if address.shows_certificate else "server"
    return BrokerPlace(address.host, address.port, way.kind, tls, lambda: canary.canary.last_proven_at)


async def _hear(
    number: int,
    way: _Way,
    settings: Settings,
    engine: StationEngine,
    counters: MqttCounters,
    ends: Gauge,
    stack: AsyncExitStack,
) -> CanaryWatch:
    """Connect to one broker and watch it until the stack ends."""
    clock, take, address = SystemClock(), partial(engine.take, broker=number), way.broker.address
    label = "" if number == 0 else f" {number + 1}"
    watch = CertificateWatch(way.broker, way.certificates, take, clock.now, ends, label)
    link = StationLink(
        address,
        way.base,
        clock.now,
        partial(_taken_and_looked_at, take, watch),
        lambda payload: canary.returned(payload),  # noqa: PLW0108 - made in the next line
        user=way.user,
        counters=counters,
        copies=engine.cluster.copies if engine.cluster is not None and way.is_node else None,
    )
    canary = CanaryWatch(link.publish_canary, take, way.restart, clock.now, settings.canary_s)
    link.start()
    stack.push_async_callback(link.stop)
    engine.connect(link)
    if engine.cluster is not None and way.is_node:
        engine.cluster.hear(number, link, canary)
    name = watch_canary(engine, number, canary, settings.canary_s)
    stack.push_async_callback(_end_canary, engine, name, canary)
    if address.trust is not None:
        watching = asyncio.create_task(watch.run(), name="certificates")
        stack.push_async_callback(cancelled, watching)
    return canary


def _taken_and_looked_at(
    take: Callable[[StationEvent], None], watch: CertificateWatch, event: LinkEvent
) -> None:
    """Report what happened to a connection; one that is lost may have met a certificate that ran out."""
    take(event)
    if isinstance(event, LinkDown):
        watch.wake()


async def _end_canary(engine: Engine, name: str, canary: CanaryWatch) -> None:
    canary.stop()
    await engine.running.joined(name, END_S_MAX)


async def cancelled(task: "asyncio.Task[Any]") -> None:
    """Cancel a task, and return when it has ended."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _own_credential(settings: Settings, engine: Engine) -> Credential:
    """Return what this base station logs in with; made at the first start and kept with the data."""
    if settings.broker == "external":
        return Credential(settings.replica, settings.mqtt_secret, settings.mqtt_client_id)

    return await engine.committer.run(lambda work: own_log_in(work, settings.replica))
