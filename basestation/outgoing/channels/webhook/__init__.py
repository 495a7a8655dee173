"""Signed webhooks: notices to machines of others, and their reports and answers back.

signature, payload, acts   the forms, without I/O
settings     targets and hooks, each with its secret
channel      out: one notice to one target
replay, hooks   in: what is believed, and only once
twin         a target, with faults that can be set, for tests and demonstrations
"""

from basestation.outgoing.channels.webhook.channel import WebhookChannel
from basestation.outgoing.channels.webhook.counters import HookCounters
from basestation.outgoing.channels.webhook.hooks import Hooks, Outcome
from basestation.outgoing.channels.webhook.settings import Hook, WebhookSettings, WebhookTarget
from basestation.outgoing.channels.webhook.twin import TwinTarget

__all__ = [
    "Hook",
    "HookCounters",
    "Hooks",
    "Outcome",
    "TwinTarget",
    "WebhookChannel",
    "WebhookSettings",
    "WebhookTarget",
]
