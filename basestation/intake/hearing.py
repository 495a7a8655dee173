"""What a payload on a topic says, or why nobody understands it. Pure."""

from dataclasses import dataclass
from typing import Any

from protocol import codec, topics

#: Reasons of our own, beside those of the codec.
BAD_TOPIC = "bad_topic"
UNKNOWN_DEVICE = "unknown_device"
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
