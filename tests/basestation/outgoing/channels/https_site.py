"""What the tests of channels over HTTPS share: a notice, a sender of requests, a clock that stands."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry

from basestation.outgoing.channels import Notice
from basestation.outgoing.channels.https import HttpsCounters, Poster

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
SECRET = b"rufweite example, 32 bytes long!"
OTHER_SECRET = b"another example of 32 bytes long"


def a_notice(**changes):
    """Return a notice of a manual alarm."""
    fields = {
        "key": "watch-1/b1-7/3",
        "case_id": 7,
        "mark": "real",
        "recipient": "Sirene Halle 3",
        "address": "siren",
        "subject": "Emergency button: Willi Werker (case 7)",
        "body": "Emergency button.\nWho: Willi Werker.\nDevice watch-1, case 7. Send help.",
        "worker": "Willi Werker",
        "device": "watch-1",
        "place": "Halle 3",
        "raised_at": datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
        "code": "K7QF",
        "verbs": ("accept", "decline"),
    }
    return Notice(**(fields | changes))


def a_poster(**changes):
    """Return a sender of requests, and its metrics."""
    registry = CollectorRegistry()
    return Poster(HttpsCounters(registry, "webhook"), **changes), registry


@asynccontextmanager
async def serving(twin):
    """Let a twin listen, and stop it."""
    await twin.start()
    try:
        yield twin
    finally:
        await twin.stop()
