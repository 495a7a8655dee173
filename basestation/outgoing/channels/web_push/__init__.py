"""Web push (RFC 8030): notifications in the browsers of responders.

encryption, vapid, message   the forms: RFC 8291, RFC 8292, and what is told
settings, subscription, channel   which subscription, and what the service's answer means
twin         a push service with a browser, with faults that can be set, for tests and demonstrations
"""

from basestation.outgoing.channels.web_push.channel import WebPushChannel
from basestation.outgoing.channels.web_push.settings import WebPushSettings
from basestation.outgoing.channels.web_push.subscription import Subscription
from basestation.outgoing.channels.web_push.twin import TwinPushService
from basestation.outgoing.channels.web_push.vapid import KeyRefused, Vapid, kept_key

__all__ = [
    "KeyRefused",
    "Subscription",
    "TwinPushService",
    "Vapid",
    "WebPushChannel",
    "WebPushSettings",
    "kept_key",
]
