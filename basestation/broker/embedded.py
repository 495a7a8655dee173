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

from basestation.broker.configurator import BrokerConfigurator
from basestation.broker.credential import Credential
from basestation.broker.errors import BrokerError, BrokerStartFailed
from basestation.broker.events import BrokerEvent, BrokerSpaceShort
from basestation.broker.folder import BrokerFolder
from basestation.broker.supervisor import Supervisor
from basestation.clock import SystemClock

#: Size limit of the broker's queues on disk, in bytes.
STORE_BYTES_MAX = 1024**3
#: A restart is put off while less than this is free: it would not heal the broker.
SPACE_BYTES_MIN = 64 * 1024 * 1024
#: How long a start waits for the server of a base station that was killed to be gone.
LOCK_S_MAX = 5.0
LOCK_POLL_S = 0.02

_CLOCK = SystemClock()

_log = structlog.get_logger("rufweite.broker")


def _ignore(_event: BrokerEvent) -> None:
    pass


class Broker:
    """The embedded broker; `address`, `pid` and `restarts` can be read at any time.

    `data_dir` is the base station's folder for data, `host` a loopback address, `port` 0 takes
    a free one. `on_event` gets BrokerUp, BrokerDied and BrokerSpaceShort in the event loop.
    Must be created and used in the main thread's event loop.
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
        store_bytes_max: int = STORE_BYTES_MAX,
    ) -> None:
        self._configurator = BrokerConfigurator(data_dir, host, port, base, store_bytes_max)
        self.address = self._configurator.address
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
        self._lock_descriptor = await locked(folder)
        try:
            await self._configurator.write(devices)
            self._supervisor = Supervisor(
                folder.configuration,
                self._configurator.is_answering,
                self._on_event,
                self._now,
                (self._lock_descriptor,),
            )
            await self._supervisor.start()
        except BrokerError:
            await self.stop()
            raise

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

    async def restart(self, reason: str) -> bool:
        """End and start a server that is not well; return False if that was put off for lack of space."""
        assert self._supervisor is not None, "restart before start"
        free_bytes = shutil.disk_usage(self._configurator.folder.path).free
        if free_bytes < SPACE_BYTES_MIN:
            _log.error("broker_space_short", free_bytes=free_bytes, needed_bytes=SPACE_BYTES_MIN)
            self._on_event(BrokerSpaceShort(self._now(), free_bytes, SPACE_BYTES_MIN))
            return False
        await self._supervisor.restart(reason)
        return True


async def locked(folder: BrokerFolder) -> int:
    """Return the folder's lock, waiting for the server of a killed base station to be gone."""
    try:
        async with asyncio.timeout(LOCK_S_MAX):
            while (descriptor := folder.lock()) is None:  # noqa: ASYNC110 (another process's lock)
                await asyncio.sleep(LOCK_POLL_S)
    except TimeoutError:
        raise BrokerStartFailed(
            f"Another base station runs its broker in {folder.path}: stop it, or set another data folder."
        ) from None
    return descriptor
