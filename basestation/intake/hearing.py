"""What a payload on a topic says, or why nobody understands it. Pure."""

from dataclasses import dataclass
from typing import Any

from protocol import codec, topics

#: Reasons of our own, beside those of the codec.
BAD_TOPIC = "bad_topic"
UNKNOWN_DEVICE = "unknown_device"
#: Of a device that was retired: an alarm, and anything else.
RETIRED_ALARM = "retired_alarm"
RETIRED_DEVICE = "retired_device"
#: The number of another message of this device.
NUMBER_REUSED = "number_reused"
#: Understood, but our own program failed over it.
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the protocol: its envelope and fields, as `protocol.codec` gives them."""

    device: str
    channel: str
    message: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Misheard:
    """A message nobody understands."""

    #: None: not even the topic is one of a device.
    device: str | None
    channel: str | None
    #: One of `codec.REASONS`, or of those above; a counter.
    reason: str
    #: The field at fault, or "".
    field: str = ""
    #: The kind it claims to be, or "".
    kind: str = ""
    #: The number of the broker that it came by, from 1; 0: not known.
    broker: int = 0
    #: Kept and counted; nobody is told.
    is_quiet: bool = False

    @property
    def is_told(self) -> bool:
        """Whether it is a technical alarm: it came where alarms travel, or of a device that was retired."""
        if self.device is None or self.is_quiet:
            return False
        return self.channel == "event" or self.reason in {RETIRED_ALARM, RETIRED_DEVICE}


def hear(topic: str, payload: bytes) -> Heard | Misheard:
    """Return what `payload` on `topic` says; never raises, whatever the bytes are."""
    place = topics.parse(topic)
    if place is None:
        return Misheard(None, None, BAD_TOPIC)
    device, channel = place
    try:
        return Heard(device, channel, codec.decode(payload, channel, device))
    except codec.DecodeError as error:
        return Misheard(device, channel, error.reason, error.field, error.kind)
