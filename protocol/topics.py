"""Topics, one set per device, so that a broker can grant each device its own and nothing else.

`rufweite/v1/device/<device>/<channel>`. Device names match [a-z0-9-]{1,32}: a dot or a slash
would change the meaning of a permission at the broker.
"""

PREFIX = "rufweite/v1"

UP_CHANNELS = ("event", "heartbeat", "presence", "trace")
DOWN_CHANNELS = ("command",)

#: Quality of service by channel. Nothing downwards is above 0: the base repeats until the answer.
QOS = {"event": 1, "heartbeat": 0, "presence": 1, "trace": 1, "command": 0}
#: Nothing is retained: a retained alarm would be raised again by every subscriber that connects.
IS_RETAINED = False

_NAME_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"


def is_name(text: str, length_max: int = 32) -> bool:
    """Tell whether `text` may name a device: [a-z0-9-], 1 to `length_max` characters."""
    if not 1 <= len(text) <= length_max:
        return False
    for character in text:
        if character not in _NAME_CHARACTERS:
            return False
    return True


def device_topic(device: str, channel: str) -> str:
    """Return the topic of one channel of one device."""
    assert is_name(device), device
    assert channel in QOS, channel
    return PREFIX + "/device/" + device + "/" + channel


def all_devices(channel: str) -> str:
    """Return the filter by which a base station hears one channel of every device."""
    assert channel in QOS, channel
    return PREFIX + "/device/+/" + channel


def canary_topic(replica: str) -> str:
    """Return the topic on which a base station sends itself its canary."""
    assert is_name(replica), replica
    return PREFIX + "/station/" + replica + "/canary"


def parse(topic: str) -> "tuple[str, str] | None":
    """Return (device, channel), or None if the topic is not one of a device."""
    parts = topic.split("/")
    if len(parts) != 5 or parts[0] + "/" + parts[1] != PREFIX or parts[2] != "device":
        return None
    if not is_name(parts[3]) or parts[4] not in QOS:
        return None
    return parts[3], parts[4]
