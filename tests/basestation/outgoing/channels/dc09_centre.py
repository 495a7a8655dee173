"""What the tests of the receiving centre share: notices, settings, a channel to receivers on loopback."""

from datetime import UTC, datetime

from hypothesis import settings
from prometheus_client import CollectorRegistry

from basestation.clock import SystemClock
from basestation.outgoing.channels import Notice
from basestation.outgoing.channels.dc09 import (
    Dc09Channel,
    Dc09Counters,
    Dc09Receiver,
    Dc09Settings,
    MemorySequenceStore,
)

ACCOUNT = "1A2B"
KEY = b"rufweite-example"
#: How properties are tried: always alike, and however slow the machine is.
TRIES = settings(max_examples=60, deadline=None, derandomize=True)
#: Longer than any answer on a busy machine.
PATIENT = {"connect_s_max": 2.0, "answer_s_max": 5.0}
#: Where the receiver is known not to answer.
IMPATIENT = {"connect_s_max": 2.0, "answer_s_max": 0.2}


def a_notice(**changes):
    """Return a notice of a manual alarm."""
    fields = {
        "key": "case:7/0/0/centre",
        "case_id": 7,
        "mark": "real",
        "recipient": "Leitstelle Beispiel",
        "address": "",
        "subject": "Emergency button: Willi Werker (case 7)",
        "body": "Emergency button.\nWho: Willi Werker.\nDevice watch-1, case 7. Send help.",
        "worker": "Willi Werker",
        "device": "watch-1",
        "place": "Halle 3",
        "raised_at": datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
    }
    return Notice(**(fields | changes))


def settings_for(*ports, key=None, **changes):
    """Return settings for receivers on these ports of loopback."""
    fields = {"account": ACCOUNT, "key": key.hex() if key else "", **PATIENT}
    receivers = tuple(Dc09Receiver(host="127.0.0.1", port=port) for port in ports)
    return Dc09Settings(receivers=receivers, **(fields | changes))


def a_channel(*ports, store=None, clock=None, key=None, send_s_max=18.0, **changes):
    """Return a channel to receivers on these ports of loopback, and its metrics."""
    registry = CollectorRegistry()
    settings = settings_for(*ports, key=key, **changes)
    store, clock = store or MemorySequenceStore(), clock or SystemClock()
    channel = Dc09Channel(settings, store, clock, Dc09Counters(registry), send_s_max)
    return channel, registry


def count_of(registry, name, **labels):
    """Return a counter of the receiving centre, 0 where it has not counted yet."""
    told = {label: str(value) for label, value in labels.items()}
    return registry.get_sample_value(f"rufweite_dc09_{name}", told) or 0
