"""Somebody else's MQTT 3.1.1 broker, set by address: nothing is spawned, nothing is configured.

Its users and permissions are its operator's; what they must grant stands in
`configuration.render`. Same calls as `Broker`, so that whoever joins the parts need not care.
"""

from collections.abc import Sequence

import structlog

from basestation.broker.address import BrokerAddress
from basestation.broker.credential import Credential
from basestation.trust.trust import Trust

_log = structlog.get_logger("rufweite.broker")


class ExternalBroker:
    """The broker at `host` and `port`; AddressRefused unless that is on loopback or there is a `trust`."""

    pid: int | None = None
    restarts = 0

    def __init__(self, host: str, port: int, trust: Trust | None = None) -> None:
        self.address = BrokerAddress(host, port, trust)

    async def start(self, devices: Sequence[Credential] = ()) -> None:
        """Log which users the operator has to know."""
        await self.set_devices(devices)

    async def stop(self) -> None:
        """Leave it running."""

    async def set_devices(self, devices: Sequence[Credential]) -> None:
        """Log that these devices have to be let in by the broker's operator."""
        names = [device.name for device in devices]
        _log.info("external_broker_is_not_configured_by_us", devices=names)

    async def renew_certificate(self) -> None:
        """Do nothing: the certificate of a broker of others is its operator's."""

    async def restart(self, reason: str) -> bool:
        """Return False: a broker of others is not ours to restart."""
        _log.error("external_broker_not_well", reason=reason)
        return False
