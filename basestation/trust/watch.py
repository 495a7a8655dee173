"""Watches the dates: renews the broker's certificate in time, and says early when something will run out.

Decides what is early. Looks at what the broker really shows, not at what should lie on the disk; at a
broker of others it can only say so. Never ends a connection. Times are aware UTC.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from cryptography import x509
from prometheus_client import CollectorRegistry, Gauge

from basestation.broker import probe
from basestation.broker.address import BrokerAddress
from basestation.broker.errors import BrokerError
from basestation.trust import files
from basestation.trust.certificates import SiteCertificates
from basestation.trust.errors import CertificateFault

#: How often the dates are looked at, and how soon again after a renewal that failed.
CHECK_S, AGAIN_S = 3600.0, 60.0
BROKER, AUTHORITY = "broker", "authority"
#: How long before its end each is a technical alarm. Ours is renewed half a year before, so that the alarm
#: means that renewing fails; a new authority means every device in hand.
WARNED_BEFORE = {BROKER: timedelta(days=30), AUTHORITY: timedelta(days=730)}
_ADVICE = {
    BROKER: "renewing it does not succeed, see the log; a broker of others is its operator's",
    AUTHORITY: "plan a new one, which every device must be given",
}

_log = structlog.get_logger("rufweite.trust")


@dataclass(frozen=True, slots=True)
class CertificatesJudged:
    """The dates were looked at; `fault` is what will run out, as a text for people."""

    at: datetime
    fault: str | None
    #: When what the broker shows runs out; None: not known.
    broker_ends_at: datetime | None = None


class RenewableBroker(Protocol):
    """What the watch needs of a broker."""

    address: BrokerAddress

    async def renew_certificate(self) -> None:
        """Show a new certificate; BrokerError or CertificateFault if the old one stays."""


def fault_of(ends: Mapping[str, datetime], now: datetime) -> str | None:
    """Return what runs out too soon, None if nothing does."""
    faults = []
    for name, ends_at in ends.items():
        if ends_at - now < WARNED_BEFORE[name]:
            runs = "ran out" if ends_at <= now else "runs out"
            faults.append(f"the certificate of the {name} {runs} on {ends_at:%Y-%m-%d}: {_ADVICE[name]}")
    return "; ".join(faults) or None


def certificate_ends(metrics: CollectorRegistry) -> Gauge:
    """Return the metric of when certificates run out."""
    name, said = "rufweite_certificate_ends_at_seconds", "When a certificate runs out, as Unix time"
    return Gauge(name, said, ["certificate"], registry=metrics)


class CertificateWatch:
    """Checks at once, every hour and when woken, until cancelled; `on_event` gets CertificatesJudged.

    `certificates` are None at a broker of others.
    """

    def __init__(
        self,
        broker: RenewableBroker,
        certificates: SiteCertificates | None,
        on_event: Callable[[CertificatesJudged], None],
        now: Callable[[], datetime],
        gauge: Gauge,
        label: str = "",
    ) -> None:
        """`gauge` is one of `certificate_ends`; `label` goes behind the certificate's name in it."""
        self._broker = broker
        self._certificates = certificates
        self._on_event = on_event
        self._now = now
        self._ends: dict[str, datetime] = {}
        self._gauge, self._label = gauge, label
        self._woken, self._wait_s = asyncio.Event(), CHECK_S

    def wake(self) -> None:
        """Look now: a connection was lost, and what was shown to it may be why."""
        self._woken.set()

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            self._woken.clear()
            await self.check()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._wait_s)

    async def check(self) -> None:
        """Renew what is due, look at the dates, and report."""
        if self._certificates is not None:
            await self._renew_if_due(self._certificates)
        await self._look()
        for name, ends_at in self._ends.items():
            self._gauge.labels(certificate=name + self._label).set(ends_at.timestamp())
        now = self._now()
        self._on_event(CertificatesJudged(now, fault_of(self._ends, now), self._ends.get(BROKER)))

    async def _renew_if_due(self, certificates: SiteCertificates) -> None:
        self._wait_s = CHECK_S
        try:
            if await asyncio.to_thread(certificates.is_renewal_due):
                await self._broker.renew_certificate()
                _log.info("certificate_renewed")
        except (BrokerError, CertificateFault, OSError) as error:
            # Tried again, for half a year.
            self._wait_s = AGAIN_S
            _log.error("certificate_not_renewed", reason=str(error))

    async def _look(self) -> None:
        address = self._broker.address
        trust = address.trust
        assert trust is not None
        try:
            authority = await asyncio.to_thread(files.certificate_in, trust.authority)
            self._ends[AUTHORITY] = authority.not_valid_after_utc
            shown = await probe.shown_certificate(address.host, address.port, trust)
        except CertificateFault as error:
            _log.error("certificate_unreadable", reason=str(error))
            return
        # Whoever is away, or not believed, is an alarm already: the connection's.
        if shown:
            self._ends[BROKER] = x509.load_der_x509_certificate(shown).not_valid_after_utc
