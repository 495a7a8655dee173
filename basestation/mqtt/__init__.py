"""The base station's MQTT connections: messages in, in batches; commands out.

    StationLink   both connections; see its docstring for what is acknowledged when
    Inbound       one message as it came, with the token that acknowledges it
    LinkUp, LinkDown, SubscriptionRefused   what happens to a connection
    MqttCounters  what was taken, refused, delivered again

Never decodes a payload and never acknowledges an alarm message by itself.
"""

from basestation.mqtt.events import LinkDown, LinkEvent, LinkUp, MqttCounters, SubscriptionRefused
from basestation.mqtt.inbox import AckToken, Inbound
from basestation.mqtt.link import StationLink

__all__ = [
    "AckToken",
    "Inbound",
    "LinkDown",
    "LinkEvent",
    "LinkUp",
    "MqttCounters",
    "StationLink",
    "SubscriptionRefused",
]
