"""Joins a base station to the brokers of its settings: log-ins, connections, canaries, certificates.

Whatever is started here ends with the stack it was given. Decides nothing.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import insert, select

from basestation.broker import Credential, ExternalBroker, new_credential
from basestation.broker.chosen import AnyBroker, chosen_broker
from basestation.canary import CanaryWatch
from basestation.clock import SystemClock
from basestation.config import Settings
from basestation.engine import Engine
from basestation.errors import EntryRefused
from basestation.metrics import PlainCounts
from basestation.mqtt import MqttCounters, StationLink
from basestation.site.withdrawn import BrokerOfOthers
from basestation.store.committer import Work
from basestation.store.tables import station as station_table
from basestation.supervision.station import BrokerPlace
from basestation.trust.errors import CertificateFault
from basestation.trust.site import certificates_of, handover_to, trust_of
from basestation.trust.watch import CertificateWatch, certificate_ends

_CREDENTIAL = "credential"


class StationEngine(Engine):
    """The engine of a base station whose broker lets in exactly the devices it has."""

    broker: AnyBroker
    settings: Settings

    async def add_device(self, name: str, label: str = "") -> Credential:
        """Add a device; when this returns, it can log in."""
        credential = await super().add_device(name, label)
        await self.broker.set_devices(await self.credentials())
        return credential

    async def handover(self, name: str, *, is_ahead: bool = False) -> dict[str, Any]:
        """Return what the device must be told beside its credential; each call gives it a new key."""
        try:
            given = await asyncio.to_thread(handover_to, name, self.settings, is_ahead=is_ahead)
            more = [broker.told() for broker in self.settings.more_brokers]
        except CertificateFault as error:
            raise EntryRefused(str(error)) from error
        told = {} if given is None else {key: text for key, text in asdict(given).items() if text}
        return told | ({"more_brokers": more} if more else {})

    async def let_devices_in(self) -> None:
        """Let exactly the active devices in; when this returns, all others are cut off."""
        await self.broker.set_devices(await self.credentials())


async def connect(
    settings: Settings, engine: StationEngine, metrics: CollectorRegistry, stack: AsyncExitStack
) -> None:
    """Start the broker, hear it and all others until the stack ends; raises BrokerError, CertificateFault."""
    base = await _own_credential(settings, engine)
    engine.settings = settings
    engine.releases.shelf.data_dir = settings.data_dir
    engine.withdrawn.elsewhere = _of_others(settings)
    broker = engine.broker = chosen_broker(settings, base, engine.take)
    stack.push_async_callback(broker.stop)
    await broker.start(await engine.credentials())
    user = settings.mqtt_user if settings.broker == "external" else ""
    ways = [_Way(broker, base, user, None if settings.broker == "external" else broker.restart)]
    for further in settings.more_brokers:
        credential = Credential(settings.replica, *further.log_in)
        another = ExternalBroker(further.host, further.port, further.trust)
        await another.start(await engine.credentials())
        ways.append(_Way(another, credential, further.user))
    engine.station.expect(len(ways))
    counters = MqttCounters()
    ends = certificate_ends(metrics)
    canaries = [
        await _hear(number, way, settings, engine, counters, ends, stack) for number, way in enumerate(ways)
    ]
    engine.station.places = [
        _place(way, canary, settings.broker if number == 0 else "further")
        for number, (way, canary) in enumerate(zip(ways, canaries, strict=True))
    ]
    engine.station.canary_proven_at = lambda: max(
        (one.canary.last_proven_at for one in canaries if one.canary.last_proven_at), default=None
    )
    metrics.register(PlainCounts("mqtt", counters))


def _of_others(settings: Settings) -> list[BrokerOfOthers]:
    """Return the brokers whose users are not ours to let in."""
    found = [BrokerOfOthers(one.host, one.port, one.trust) for one in settings.more_brokers]
    if settings.broker == "external":
        found.insert(0, BrokerOfOthers(settings.mqtt_host, settings.mqtt_port, trust_of(settings)))
    return found


@dataclass(frozen=True, slots=True)
class _Way:
    """A broker, what we log in with there, and how it is restarted if it is ours."""

    broker: AnyBroker
    base: Credential
    #: "": the name that our own brokers know us by.
    user: str
    restart: Callable[[str], Awaitable[object]] | None = None


def _place(way: _Way, canary: CanaryWatch, kind: str) -> BrokerPlace:
    """Return what the list of brokers says of one."""
    address = way.broker.address
    tls = "off" if address.trust is None else "client_certificates" if address.shows_certificate else "server"
    return BrokerPlace(address.host, address.port, kind, tls, lambda: canary.canary.last_proven_at)


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
    link = StationLink(
        address,
        way.base,
        clock.now,
        take,
        lambda payload: canary.returned(payload),  # noqa: PLW0108 - made in the next line
        user=way.user,
        counters=counters,
    )
    canary = CanaryWatch(link.publish_canary, take, way.restart, clock.now, settings.canary_s)
    link.start()
    stack.push_async_callback(link.stop)
    engine.connect(link)
    await stack.enter_async_context(_watching(canary))
    if address.trust is not None:
        own, label = (certificates_of(settings), "") if number == 0 else (None, f" {number + 1}")
        watch = CertificateWatch(way.broker, own, take, clock.now, ends, label)
        watching = asyncio.create_task(watch.run(), name="certificates")
        stack.push_async_callback(cancelled, watching)
    return canary


@asynccontextmanager
async def _watching(canary: CanaryWatch) -> AsyncIterator[None]:
    task = asyncio.create_task(canary.run(), name="canary")
    try:
        yield
    finally:
        canary.stop()
        await task


async def cancelled(task: "asyncio.Task[Any]") -> None:
    """Cancel a task, and return when it has ended."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _own_credential(settings: Settings, engine: Engine) -> Credential:
    """Return what this base station logs in with; made at the first start and kept with the data."""
    if settings.broker == "external":
        return Credential(settings.replica, settings.mqtt_secret, settings.mqtt_client_id)

    async def load_or_make(work: Work) -> Credential:
        key = f"{_CREDENTIAL}:{settings.replica}"
        query = select(station_table.c.value).where(station_table.c.key == key)
        stored = (await work.connection.execute(query)).scalar_one_or_none()
        if stored is not None:
            secret, client_id = json.loads(stored)
            return Credential(settings.replica, secret, client_id)
        made = new_credential(settings.replica)
        value = json.dumps([made.secret, made.client_id])
        await work.connection.execute(insert(station_table).values(key=key, value=value))
        return made

    return await engine.committer.run(load_or_make)
