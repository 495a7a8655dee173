"""What is wrong with the station itself: broker, connection, canary, certificates; one technical case.

Decides whether the station can hear its devices. Its trouble is never a case of a device. The case is
gone when everything is back.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from basestation.broker.events import BrokerDied, BrokerEvent, BrokerSpaceShort, BrokerUp
from basestation.canary import BrokerHealthy, BrokerUnhealthy, HealthEvent
from basestation.clock import iso
from basestation.mqtt.events import LinkDown, LinkEvent, LinkUp, SubscriptionRefused
from basestation.trust.watch import CertificatesJudged

#: The device name under which the station's own cases stand; no device may have it.
STATION = "station"

StationEvent = BrokerEvent | LinkEvent | HealthEvent | CertificatesJudged


class StationWatch:
    """Takes what broker, connections and canary report, in the event loop."""

    def __init__(self, replica: str, started_at: datetime) -> None:
        self._replica = replica
        self._broker: tuple[str, datetime] = ("STARTING", started_at)
        self._links: dict[str, LinkEvent] = {}
        self._is_canary_healthy = True
        self._faults: dict[str, str] = {}
        self._link_changed_at = started_at
        #: When the last canary came back; set where the canary is.
        self.canary_proven_at: Callable[[], datetime | None] = lambda: None
        #: Called when there is something new to show, or to raise.
        self.changed: Callable[[], None] = lambda: None

    @property
    def cause(self) -> str | None:
        """Return what is wrong, as a text for people; None if nothing is."""
        return "; ".join(self._faults[name] for name in sorted(self._faults)) or None

    @property
    def link_up_since(self) -> datetime | None:
        """Return since when every connection has been up; None while one is not."""
        ups = [event.at for event in self._links.values() if isinstance(event, LinkUp)]
        return max(ups) if ups and len(ups) == len(self._links) else None

    def take(self, event: StationEvent) -> None:
        """Take in one report."""
        if isinstance(event, BrokerUp | BrokerDied | BrokerSpaceShort):
            self._take_broker(event)
        elif isinstance(event, BrokerHealthy | BrokerUnhealthy):
            self._is_canary_healthy = isinstance(event, BrokerHealthy)
            is_wrong = "the broker takes messages but does not deliver them (canary)"
            self._note("canary", None if self._is_canary_healthy else is_wrong)
        elif isinstance(event, CertificatesJudged):
            self._note("certificates", event.fault)
        else:
            self._take_link(event)
        self.changed()

    def view(self, quarantined: int) -> dict[str, Any]:
        """Return the station's part of the snapshot."""
        proven_at = self.canary_proven_at()
        return {
            "replica": self._replica,
            "broker": {"state": self._broker[0], "since": iso(self._broker[1])},
            "mqtt": {"is_connected": self.link_up_since is not None, "since": iso(self._link_changed_at)},
            "canary": {
                "proven_at": None if proven_at is None else iso(proven_at),
                "is_healthy": self._is_canary_healthy,
            },
            "quarantined": quarantined,
        }

    def _take_broker(self, event: BrokerEvent) -> None:
        if isinstance(event, BrokerUp):
            self._broker = ("UP", event.at)
            self._note("broker", None)
        elif isinstance(event, BrokerDied):
            self._broker = ("DOWN", event.at)
            self._note("broker", f"the broker ended: {event.reason}")
        else:
            self._broker = ("SPACE_SHORT", event.at)
            self._note("broker", f"the broker's disk is full: {event.free_bytes} bytes free")

    def _take_link(self, event: LinkEvent) -> None:
        was_up = self.link_up_since is not None
        self._links[event.connection] = event
        if (self.link_up_since is not None) != was_up:
            self._link_changed_at = event.at
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
