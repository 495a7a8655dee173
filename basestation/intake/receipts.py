"""What the base station answers at once: the receipt of a message, the reply to a heartbeat.

Never stored and never repeated: the device repeats what was not receipted. Carries the station's
time. Decides nothing about when; the caller sends a receipt only for what is on disk.
"""

from collections.abc import AsyncIterator, Iterable
from typing import Protocol

from basestation.casework.numbers import Numbers
from basestation.clock import Clock, to_ms
from basestation.intake.hearing import Heard
from basestation.mqtt.inbox import AckToken, Inbound
from basestation.outgoing.commands import Commands
from protocol import codec


class Link(Protocol):
    """The connection to the broker, as `mqtt.StationLink` is one."""

    def alarm_batches(self) -> AsyncIterator[list[Inbound]]:
        """Iterate over the messages that have to be acknowledged."""
        ...

    def heartbeat_batches(self) -> AsyncIterator[list[Inbound]]:
        """Iterate over the heartbeats."""
        ...

    def ack(self, tokens: Iterable[AckToken | None]) -> None:
        """Acknowledge messages; None is skipped."""
        ...

    def publish_command(self, device: str, payload: bytes) -> bool:
        """Send a payload to a device; false if it was not sent."""
        ...


class Receipts:
    """Sends receipts and replies over the link that commands go over."""

    def __init__(self, commands: Commands, numbers: Numbers, clock: Clock) -> None:
        self._commands = commands
        self._numbers = numbers
        self._clock = clock

    def send(self, kind: str, heard: Heard) -> None:
        """Send a `receipt` or `heartbeat-reply` for a message."""
        message = heard.message
        fields = {
            "acked_boot": message["boot"],
            "acked_seq": message["seq"],
            "time_ms": to_ms(self._clock.now()),
        }
        payload: bytes = codec.encode(
            kind, heard.device, self._numbers.boot, self._numbers.next_seq(), message["mark"], fields
        )
        self._commands.publish(heard.device, payload)
