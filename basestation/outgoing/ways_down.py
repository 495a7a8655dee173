"""By which broker a payload for a device leaves.

Decides from what each device said last, and by which link: its newest message says where it is, its latest
one where it waits for a receipt. In doubt, and whatever was sent in vain, by all of them: a payload for a
device that is not there is lost on the way, twice is harmless, and never is not. Times are aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from basestation.clock import Clock

#: A device that said nothing for this long may be anywhere: a heartbeat every 25 s, and what one may be late.
DOUBT = timedelta(seconds=40)


class Sender(Protocol):
    """What sends: the link to one broker."""

    def publish_command(self, device: str, payload: bytes) -> bool:
        """Send a payload to a device; false if it was not sent."""
        ...


@dataclass(frozen=True, slots=True)
class _Way:
    #: (boot, seq) of the newest message.
    key: tuple[int, int]
    link: Sender
    heard_at: datetime


class WaysDown:
    """The links of one base station, in the order of their brokers, and where each device was heard."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.links: list[Sender] = []
        self._newest: dict[str, _Way] = {}
        self._latest: dict[str, Sender] = {}

    def number_of(self, link: object) -> int:
        """Return the number of a link's broker, from 1; 0: it is none of them."""
        return next((number for number, one in enumerate(self.links, 1) if one is link), 0)

    def heard(self, message: Mapping[str, Any], link: Sender, at: datetime) -> None:
        """Note that a message of a device came by `link`; its last will says that it is not there."""
        device, key = message["device"], (message["boot"], message["seq"])
        newest = self._newest.get(device)
        if message["kind"] == "presence" and message["state"] == "offline":
            if newest is not None and newest.link is link:
                del self._newest[device]
            return
        self._latest[device] = link
        # What waited in another broker's queue is older than what came meanwhile.
        if newest is None or key >= newest.key or at - newest.heard_at > DOUBT:
            self._newest[device] = _Way(key, link, at)

    def publish(self, device: str, payload: bytes) -> bool:
        """Send to where the device is; false if no broker took it."""
        newest = self._newest.get(device)
        if newest is None or self._clock.now() - newest.heard_at > DOUBT:
            return self.publish_everywhere(device, payload)
        # A receipt goes back the way its message came, also when the device has moved on since.
        latest = self._latest[device]
        links = [newest.link] if latest is newest.link else [newest.link, latest]
        sent = [link.publish_command(device, payload) for link in links]
        return all(sent) or self.publish_everywhere(device, payload)

    def publish_everywhere(self, device: str, payload: bytes) -> bool:
        """Send by every broker; false if none took it."""
        sent = [link.publish_command(device, payload) for link in self.links]
        return any(sent)
