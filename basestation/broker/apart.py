"""The embedded broker as a process of its own, so that it outlives the base station.

Two sides that share a folder: `ApartBroker` in the base station writes the configuration and
proves it by a log-in; `run` in the other process keeps the server running on whatever
configuration lies there, and looks for a new one and for a wish to restart. No process id
crosses between them, so no signal can hit a stranger.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from basestation.broker import probe
from basestation.broker.address import BrokerAddress, reached_at
from basestation.broker.cluster import ClusterNode
from basestation.broker.configurator import BrokerConfigurator
from basestation.broker.credential import Credential, new_secret
from basestation.broker.embedded import locked
from basestation.broker.events import BrokerEvent
from basestation.broker.folder import BrokerFolder
from basestation.broker.limits import LIMITS, BrokerLimits
from basestation.broker.supervisor import Supervisor
from basestation.clock import SystemClock
from basestation.trust.certificates import SiteCertificates
from basestation.trust.trust import Trust

#: How often the broker's process looks into its folder.
FOLDER_POLL_S = 0.1

_log = structlog.get_logger("rufweite.broker")


class ApartBroker:
    """The base station's side; same calls as `Broker`. The port must be set, not 0."""

    #: The server is another process's child.
    pid: int | None = None
    restarts = 0

    def __init__(
        self,
        data_dir: Path,
        host: str,
        port: int,
        base: Credential,
        *,
        limits: BrokerLimits = LIMITS,
        certificates: SiteCertificates | None = None,
        cluster: ClusterNode | None = None,
    ) -> None:
        assert port, "both processes must know the port"
        self._configurator = BrokerConfigurator(data_dir, host, port, base, limits, certificates, cluster)
        self.is_answering = self._configurator.is_answering
        self.is_formed = self._configurator.folder.is_formed
        self.address = self._configurator.address
        self._changing = asyncio.Lock()

    async def start(self, devices: Sequence[Credential] = ()) -> None:
        """Write the configuration; a broker that is not running yet reads it when it starts."""
        await self._configurator.write(devices)

    async def stop(self) -> None:
        """Leave the broker running."""

    async def set_devices(self, devices: Sequence[Credential]) -> None:
        """Let exactly these devices in; return once that is proven, or raise ConfigurationRefused."""
        async with self._changing:
            await self._configurator.change(devices, _leave_to_the_other_process)

    async def regroup(self, *, is_joined: bool) -> None:
        """Work with the other nodes or alone, by a restart of the server if it runs."""
        async with self._changing:
            await self._configurator.join(is_joined=is_joined)
            reason = "it joins the other nodes" if is_joined else "it goes on alone"
            self._configurator.folder.restart_request.write_text(reason, encoding="utf-8")

    async def renew_certificate(self) -> None:
        """Show a new certificate; ConfigurationRefused or CertificateFault: the old one stays."""
        async with self._changing:
            await self._configurator.renew_certificate(_leave_to_the_other_process)

    async def restart(self, reason: str) -> bool:
        """Ask the broker's process to end and start its server."""
        await self._configurator.make_room()
        self._configurator.folder.restart_request.write_text(reason, encoding="utf-8")
        return True


async def _nothing() -> None:
    pass


def _leave_to_the_other_process() -> None:
    pass


async def run(
    data_dir: Path,
    host: str,
    port: int,
    on_event: Callable[[BrokerEvent], None],
    trust: Trust | None = None,
) -> None:
    """Keep the server running until SIGTERM or SIGINT, on the configuration in `data_dir`.

    Waits for a base station to write the first configuration. BrokerStartFailed if the server
    does not come up at `host` and `port`, which must be those of the base station, as `trust` must.
    """
    BrokerAddress(host, port, trust)
    address = BrokerAddress(reached_at(host), port, trust)
    folder = BrokerFolder(data_dir)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    descriptor = await locked(folder, LIMITS.lock_s_max)
    supervisor = Supervisor(
        folder.configuration,
        _Greeting(address).is_returned,
        on_event,
        SystemClock().now,
        _nothing,
        (descriptor,),
    )
    try:
        if await _first_configuration(folder, stopping):
            await _follow(folder, supervisor, stopping)
    finally:
        await supervisor.stop()
        os.close(descriptor)


class _Greeting:
    """Whether a server answers at all: this process knows no credential, so a refusal will do."""

    def __init__(self, address: BrokerAddress) -> None:
        self._address = address

    async def is_returned(self) -> bool:
        host, port, trust = self._address.host, self._address.port, self._address.trust
        answer = await probe.log_in(host, port, "probe/start", new_secret(), trust)
        return answer == probe.REFUSED


async def _first_configuration(folder: BrokerFolder, stopping: asyncio.Event) -> bool:
    if not folder.configuration.exists():
        _log.info("broker_waits", sentence="No configuration yet: start the base station, which writes it.")
    while not folder.configuration.exists():
        if await _is_set_within(stopping, FOLDER_POLL_S):
            return False
    return True


async def _follow(folder: BrokerFolder, supervisor: Supervisor, stopping: asyncio.Event) -> None:
    folder.restart_request.unlink(missing_ok=True)
    seen = _version(folder.configuration)
    await supervisor.start()
    while not await _is_set_within(stopping, FOLDER_POLL_S):
        if (found := _version(folder.configuration)) != seen:
            seen = found
            supervisor.reload()
        if folder.restart_request.exists():
            reason = folder.restart_request.read_text(encoding="utf-8")
            folder.restart_request.unlink()
            await supervisor.restart(reason)


def _version(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns


async def _is_set_within(event: asyncio.Event, wait_s: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), wait_s)
    except TimeoutError:
        return False
    return True
