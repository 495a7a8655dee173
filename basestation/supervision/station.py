"""What is wrong with the station itself: its brokers, the connections to them; one technical case.

Decides whether the station can hear its devices: it can while one broker stands, since devices go to the
next one by themselves. Its trouble is never a case of a device. The case names every broker that is in
trouble, and is gone when everything is back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from basestation.cases.silence_class import station_of
from basestation.clock import iso
from basestation.supervision.brokers import BrokerWatch, StationEvent

#: The device name under which the station's own cases stand; no device may have it.
STATION = "station"


@dataclass(frozen=True, slots=True)
class BrokerPlace:
    """Where a broker is, whose it is, and when it was proven last."""

    host: str
    port: int
    #: `embedded`, `apart`, `external` or `further`.
    kind: str
    #: `off`, `server` or `client_certificates`.
    tls: str
    proven_at: Callable[[], datetime | None]

    def view(self) -> dict[str, Any]:
        """Return its part of the list of brokers."""
        place = f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
        proven_at = self.proven_at()
        facts = {"proven_at": None if proven_at is None else iso(proven_at)}
        return {"place": place, "kind": self.kind, "tls": self.tls} | facts


class StationWatch:
    """Takes what brokers, connections and canaries report, in the event loop."""

    def __init__(self, replica: str, started_at: datetime) -> None:
        self._replica = replica
        self._started_at = started_at
        #: In the order in which devices try them.
        self._brokers = [BrokerWatch(started_at)]
        self._link_changed_at = started_at
        #: Since when one broker at least has been heard without a break; None while none is.
        self.link_up_since: datetime | None = None
        #: When the last canary came back from any broker; set where the canaries are.
        self.canary_proven_at: Callable[[], datetime | None] = lambda: None
        #: Where the brokers are and whose, in the same order; set where they are connected to.
        self.places: Sequence[BrokerPlace] = ()
        #: Parts of the station itself that stand still, each with a sentence.
        self._standing: dict[str, str] = {}
        #: Called when there is something new to show, or to raise.
        self.changed: Callable[[], None] = lambda: None

    @property
    def name(self) -> str:
        """Return the name of this base station, which tells replicas apart."""
        return self._replica

    @property
    def cause(self) -> str | None:
        """Return what is wrong, as a text for people; None if nothing is."""
        faults = [
            fault if len(self._brokers) == 1 else f"broker {number + 1}: {fault}"
            for number, broker in enumerate(self._brokers)
            for fault in broker.faults
        ]
        return "; ".join(faults) or None

    def towards(self, since: datetime, broker: int | None) -> str:
        """Return how the station was for a device last heard at `since`: a word of `cases.silence_class`.

        `broker`: the number of the device's own, None where it did not say.
        """
        deaf = [one.deaf_since for one in self._brokers]
        deaf_since = max((at for at in deaf if at is not None), default=None) if all(deaf) else None
        own = broker if broker is not None and broker < len(deaf) else 0
        return station_of(since, self._started_at, self.link_up_since, deaf_since, deaf[own])

    def expect(self, broker_count: int) -> None:
        """Know how many brokers the station has, before the first of them is heard."""
        self._brokers = [BrokerWatch(self._started_at) for _ in range(broker_count)]

    def listed(self) -> list[dict[str, Any]]:
        """Return the brokers for people, in the order in which devices try them; empty without any."""
        return [
            {"number": number, **place.view(), **broker.listed()}
            for number, (place, broker) in enumerate(zip(self.places, self._brokers, strict=False), 1)
        ]

    def take(self, event: StationEvent, broker: int = 0) -> None:
        """Take in one report of the broker with this number."""
        self._brokers[broker].take(event)
        self._note_hearing(event.at)
        self.changed()

    def note(self, part: str, sentence: str | None) -> None:
        """Show that a part of the station stands still; None: it moves again."""
        if sentence is None:
            self._standing.pop(part, None)
        else:
            self._standing[part] = sentence
        self.changed()

    def view(self, quarantined: int) -> dict[str, Any]:
        """Return the station's part of the snapshot."""
        proven_at = self.canary_proven_at()
        state, since = self._brokers[0].state
        return {
            "replica": self._replica,
            "broker": {"state": state, "since": iso(since)},
            "mqtt": {"is_connected": self.link_up_since is not None, "since": iso(self._link_changed_at)},
            "canary": {
                "proven_at": None if proven_at is None else iso(proven_at),
                "is_healthy": all(broker.is_canary_healthy for broker in self._brokers),
            },
            "brokers": [broker.view() for broker in self._brokers],
            "standing": sorted(self._standing),
            "quarantined": quarantined,
        }

    def _note_hearing(self, at: datetime) -> None:
        ups = [broker.link_up_since for broker in self._brokers]
        since = min((up for up in ups if up is not None), default=None)
        if since is None or self.link_up_since is None or len(ups) == 1:
            if (since is None) != (self.link_up_since is None):
                self._link_changed_at = at
            self.link_up_since = since
