"""Our own broker: a NATS server with MQTT, configured from credentials and supervised.

Decides nothing about who may log in and nothing about its health: it is told both. Says what
happens to it through events.
"""

import asyncio
import os
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import structlog

from basestation.broker.address import fault_of_port
from basestation.broker.cluster import ClusterNode
from basestation.broker.configurator import BrokerConfigurator
from basestation.broker.credential import Credential
from basestation.broker.errors import BrokerError, BrokerStartFailed
from basestation.broker.events import BrokerEvent, BrokerSpaceShort
from basestation.broker.folder import BrokerFolder
from basestation.broker.limits import LIMITS, BrokerLimits
from basestation.broker.supervisor import Supervisor
from basestation.clock import SystemClock
from basestation.trust.certificates import SiteCertificates
from basestation.trust.errors import CertificateFault

LOCK_POLL_S = 0.02

_CLOCK = SystemClock()

_log = structlog.get_logger("rufweite.broker")


def _ignore(_event: BrokerEvent) -> None:
    pass


class Broker:
    """The embedded broker; `address`, `pid` and `restarts` can be read at any time.

    `data_dir` is the base station's folder for data, `host` a loopback address unless there are
    `certificates`, `port` 0 takes a free one. `on_event` gets BrokerUp, BrokerDied and
    BrokerSpaceShort in the event loop. Must be created and used in the main thread's event loop.
    """

    def __init__(
        self,
        data_dir: Path,
        host: str,
        port: int,
        base: Credential,
        *,
        on_event: Callable[[BrokerEvent], None] = _ignore,
        now: Callable[[], datetime] = _CLOCK.now,
        limits: BrokerLimits = LIMITS,
        certificates: SiteCertificates | None = None,
        cluster: ClusterNode | None = None,
    ) -> None:
        self._configurator = BrokerConfigurator(data_dir, host, port, base, limits, certificates, cluster)
        self.is_answering = self._configurator.is_answering
        self.is_formed = self._configurator.folder.is_formed
        self._host = host
        self.address = self._configurator.address
        self._limits = limits
        self._on_event = on_event
        self._now = now
        self._changing = asyncio.Lock()
        self._supervisor: Supervisor | None = None
        self._lock_descriptor: int | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the server, None while it is down."""
        return self._supervisor.pid if self._supervisor is not None else None

    @property
    def restarts(self) -> int:
        """How often the server was started again."""
        return self._supervisor.restarts if self._supervisor is not None else 0

    async def start(self, devices: Sequence[Credential] = ()) -> None:
        """Start the server for `devices`; return once it answers, or raise BrokerStartFailed."""
        folder = self._configurator.folder
        self._lock_descriptor = await locked(folder, self._limits.lock_s_max)
        try:
            self._refuse_taken_port()
            await self._configurator.write(devices)
            self._supervisor = Supervisor(
                folder.configuration,
                self._configurator.is_answering,
                self._on_event,
                self._now,
                self._configurator.make_room,
                (self._lock_descriptor,),
            )
            await self._supervisor.start()
        except (BrokerError, CertificateFault):
            await self.stop()
            self._supervisor = None
            raise

    def _refuse_taken_port(self) -> None:
        if fault := fault_of_port(self._host, self.address.port):
            raise BrokerStartFailed(
                f"The MQTT broker cannot start: {fault}. Stop the other program or set another mqtt_port."
            )

    async def stop(self) -> None:
        """End the server; the queues stay on disk."""
        if self._supervisor is not None:
            await self._supervisor.stop()
        if self._lock_descriptor is not None:
            os.close(self._lock_descriptor)
            self._lock_descriptor = None

    async def set_devices(self, devices: Sequence[Credential]) -> None:
        """Let exactly these devices in; return once that is proven, or raise ConfigurationRefused.

        Nobody else's connection is touched; a removed device is cut.
        """
        assert self._supervisor is not None, "set_devices before start"
        async with self._changing:
            await self._configurator.change(devices, self._supervisor.reload)

    async def regroup(self, *, is_joined: bool) -> None:
        """Work with the other nodes or alone, by a restart of the server if it runs; the port stays."""
        async with self._changing:
            await self._configurator.join(is_joined=is_joined)
            if self._supervisor is not None:
                await self._supervisor.renew("it joins the other nodes" if is_joined else "it goes on alone")

    async def renew_certificate(self) -> None:
        """Show a new certificate; ConfigurationRefused or CertificateFault: the old one stays."""
        assert self._supervisor is not None, "renew_certificate before start"
        async with self._changing:
            await self._configurator.renew_certificate(self._supervisor.reload)

    async def restart(self, reason: str) -> bool:
        """End and start a server that is not well; return False if that was put off for lack of space."""
        assert self._supervisor is not None, "restart before start"
        free_bytes = shutil.disk_usage(self._configurator.folder.path).free
        needed_bytes = self._limits.space_bytes_min
        if free_bytes < needed_bytes:
            _log.error("broker_space_short", free_bytes=free_bytes, needed_bytes=needed_bytes)
            self._on_event(BrokerSpaceShort(self._now(), free_bytes, needed_bytes))
            return False
        await self._supervisor.restart(reason)
        return True


async def locked(folder: BrokerFolder, wait_s_max: float) -> int:
    """Return the folder's lock, waiting for the server of a killed base station to be gone."""
    try:
        async with asyncio.timeout(wait_s_max):
            while (descriptor := folder.lock()) is None:  # noqa: ASYNC110 (another process's lock)
                await asyncio.sleep(LOCK_POLL_S)
    except TimeoutError:
        raise BrokerStartFailed(
            f"Another base station runs its broker in {folder.path}: stop it, or set another data folder."
        ) from None
    return descriptor
