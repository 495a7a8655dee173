"""A broker of our own beside the first: a second `rufweite broker` whose folder this base station reaches.

Decides that its trouble holds up nobody: what it does not take now is written for its next start and tried
again until it is proven. The first broker is the one that must take a change before anybody is told so.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from basestation.broker.apart import ApartBroker
from basestation.broker.credential import Credential
from basestation.broker.errors import BrokerError

#: What was not taken is tried again after this.
AGAIN_S = 5.0

_log = structlog.get_logger("rufweite.broker")


class BesideBroker:
    """Keeps one broker at exactly the devices in force."""

    def __init__(
        self,
        broker: ApartBroker,
        credentials: Callable[[], Awaitable[Sequence[Credential]]],
        again_s: float = AGAIN_S,
    ) -> None:
        """`credentials` returns the log-ins that are in force now."""
        self._again_s = again_s
        self.broker = broker
        self._credentials = credentials
        self._behind = asyncio.Event()

    async def update(self) -> bool:
        """Let exactly the devices in force in; false if that could not be proven, and is tried again."""
        devices = await self._credentials()
        try:
            await self.broker.set_devices(devices)
        except (BrokerError, OSError) as error:
            place = f"{self.broker.address.host}:{self.broker.address.port}"
            _log.warning("broker_not_up_to_date", broker=place, reason=str(error))
            await self._write_for_its_next_start(devices)
            self._behind.set()
            return False
        return True

    async def run(self) -> None:
        """Try again what was not taken, until cancelled."""
        while True:
            await self._behind.wait()
            await asyncio.sleep(self._again_s)
            self._behind.clear()
            await self.update()

    async def _write_for_its_next_start(self, devices: Sequence[Credential]) -> None:
        try:
            await self.broker.start(devices)
        except (BrokerError, OSError) as error:
            _log.error("broker_folder_not_reached", reason=str(error))
