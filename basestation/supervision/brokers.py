"""What is known of one broker of the station: its process, the connections to it, its canary.

Decides what of it is a fault, in words for people; whether the station hears its devices is `station`'s to
say. Times are aware UTC.
"""

from datetime import datetime
from typing import Any

from basestation.broker.events import BrokerDied, BrokerEvent, BrokerSpaceShort, BrokerUp, ClusterJudged
from basestation.canary import BrokerHealthy, BrokerUnhealthy, HealthEvent
from basestation.clock import iso
from basestation.mqtt.events import LinkDown, LinkEvent, LinkUp, SubscriptionRefused
from basestation.trust.watch import CertificatesJudged

StationEvent = BrokerEvent | LinkEvent | HealthEvent | CertificatesJudged


class BrokerWatch:
    """Takes what is reported of one broker."""

    def __init__(self, started_at: datetime) -> None:
        self.state: tuple[str, datetime] = ("STARTING", started_at)
        self.is_canary_healthy = True
        #: When the certificate it shows runs out; None: without TLS, or not known.
        self.certificate_ends_at: datetime | None = None
        #: As a node of our cluster: a word of `broker.membership`; None: it is none, or another's.
        self.membership: str | None = None
        #: Since when nothing is heard by it: a connection is down, or it delivers nothing; None: all is well.
        self.deaf_since: datetime | None = started_at
        self._links: dict[str, LinkEvent] = {}
        self._faults: dict[str, str] = {}

    @property
    def faults(self) -> list[str]:
        """Return what is wrong, as texts for people."""
        return [self._faults[name] for name in sorted(self._faults)]

    @property
    def link_up_since(self) -> datetime | None:
        """Return since when every connection to it has been up; None while one is not."""
        ups = [event.at for event in self._links.values() if isinstance(event, LinkUp)]
        return max(ups) if ups and len(ups) == len(self._links) else None

    def take(self, event: StationEvent) -> None:
        """Take in one report."""
        if isinstance(event, ClusterJudged):
            self.membership = event.state
            self._note("cluster", event.fault)
        elif isinstance(event, BrokerUp | BrokerDied | BrokerSpaceShort):
            self._take_process(event)
        elif isinstance(event, BrokerHealthy | BrokerUnhealthy):
            self.is_canary_healthy = isinstance(event, BrokerHealthy)
            is_wrong = "the broker takes messages but does not deliver them (canary)"
            self._note("canary", None if self.is_canary_healthy else is_wrong)
        elif isinstance(event, CertificatesJudged):
            self.certificate_ends_at = event.broker_ends_at
            self._note("certificates", event.fault)
        else:
            self._take_link(event)
        is_hearing = self.is_canary_healthy and self.link_up_since is not None
        self.deaf_since = None if is_hearing else self.deaf_since or event.at

    def view(self) -> dict[str, Any]:
        """Return its part of the snapshot."""
        up_since = self.link_up_since
        return {
            "is_connected": up_since is not None,
            "since": None if up_since is None else iso(up_since),
            "is_healthy": self.is_canary_healthy,
        }

    def listed(self) -> dict[str, Any]:
        """Return its part of the list of brokers."""
        ends_at = self.certificate_ends_at
        ends = None if ends_at is None else iso(ends_at)
        facts = {"certificate_ends_at": ends, "membership": self.membership, "faults": self.faults}
        return self.view() | facts

    def _take_process(self, event: BrokerUp | BrokerDied | BrokerSpaceShort) -> None:
        if isinstance(event, BrokerUp):
            self.state = ("UP", event.at)
            self._note("broker", None)
        elif isinstance(event, BrokerDied):
            self.state = ("DOWN", event.at)
            self._note("broker", f"the broker ended: {event.reason}")
        else:
            self.state = ("SPACE_SHORT", event.at)
            self._note("broker", f"the broker's disk is full: {event.free_bytes} bytes free")

    def _take_link(self, event: LinkEvent) -> None:
        self._links[event.connection] = event
        if isinstance(event, LinkDown):
            fault = f"no connection to the broker for {event.connection}: {event.reason}"
        elif isinstance(event, SubscriptionRefused):
            fault = f"the broker does not let the station hear {', '.join(event.filters)}"
        self._note(f"link {event.connection}", None if isinstance(event, LinkUp) else fault)

    def _note(self, name: str, fault: str | None) -> None:
        if fault is None:
            self._faults.pop(name, None)
        else:
            self._faults[name] = fault
