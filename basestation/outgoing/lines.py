"""Keeps the lines of the channels served: serial ports, registrations, link tests.

Decides nothing but that a line whose serving ends, or fails, is served again: a mistake in one channel must
neither end the base station nor leave the channel dead.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import cast

import structlog

from basestation.clock import Clock
from basestation.counters import Counters
from basestation.outgoing.channels import Channel, Inbound, Line

#: Until a line that ended is served again, in seconds.
AGAIN_S = 1

_log = structlog.get_logger(__name__)


def lines_of(channels: Mapping[str, Channel]) -> dict[str, Line]:
    """Return the channels that have a connection of their own."""
    return {name: cast(Line, channel) for name, channel in channels.items() if hasattr(channel, "serve")}


async def serve_line(name: str, line: Line, inbound: Inbound, clock: Clock, counters: Counters) -> None:
    """Serve one line until cancelled."""
    while True:
        try:
            await line.serve(inbound)
        except Exception:  # noqa: BLE001
            _log.exception("line_failed", channel=name)
        counters.loop_failures.labels(f"line {name}").inc()
        await clock.wait(asyncio.Event(), clock.now() + timedelta(seconds=AGAIN_S))
