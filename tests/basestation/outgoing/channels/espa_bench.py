"""A line and a pager system at its other end, with everything that came back."""

import asyncio
from contextlib import asynccontextmanager, suppress

from prometheus_client import CollectorRegistry

from basestation.outgoing.channels import Notice
from basestation.outgoing.channels.espa import EspaCounters, EspaLine, EspaSettings
from basestation.outgoing.channels.espa.pager_system import PagerSystem
from basestation.outgoing.channels.espa.wires import MemoryWire

#: Short enough for a test that waits for silence, long enough for a busy machine.
QUICK = {
    "reply_ms": 120,
    "gap_ms": 60,
    "poll_ms": 100,
    "wait_ms": 4000,
    "silence_ms": 4000,
    "transaction_ms": 2000,
}
POLL_S = 0.05


def notice(key="case:7/0/0/mara", **fields):
    """Return a notice of a person's alarm to pager 4711."""
    given = {
        "key": key,
        "case_id": 7,
        "mark": "real",
        "recipient": "Mara Muster",
        "address": "4711",
        "subject": "Emergency button: Willi Werker (case 7)",
        "body": "Emergency button.",
        "place": "Hall 3",
    }
    return Notice(**given | fields)


class Heard:
    """What the line told the base station."""

    def __init__(self):
        self.reports = asyncio.Queue()
        #: How many reports are refused before one is stored.
        self.failures = 0

    async def report(self, report):
        """Keep a report."""
        if self.failures:
            self.failures -= 1
            raise OSError("disk full")
        self.reports.put_nowait(report)

    async def answer(self, answer):
        """Nobody answers by pager."""
        raise AssertionError(answer)

    async def next_report(self):
        """Return the next report; raises TimeoutError if none comes."""
        return await asyncio.wait_for(self.reports.get(), 5)


class Site:
    """A line in memory, its pager system, and what was counted."""

    def __init__(self, role, **settings):
        is_control = role == "control_station"
        self.registry = CollectorRegistry()
        self.heard = Heard()
        self.wire = MemoryWire()
        self.pagers = PagerSystem(self.wire, *("21" if is_control else "12"))
        self.settings = EspaSettings(role=role, port="/dev/null", **QUICK | settings)
        self.line = EspaLine(self.settings, EspaCounters(self.registry), self.wire.open, lambda: 0.01)
        self._is_control = is_control
        self._tasks = []

    def serve_pagers(self):
        """Let the pager system work."""
        served = (
            self.pagers.serve_as_slave() if self._is_control else self.pagers.serve_as_control_station(POLL_S)
        )
        self._tasks.append(asyncio.create_task(served))

    def serve_line(self):
        """Let the line work."""
        self._tasks.append(asyncio.create_task(self.line.serve(self.heard)))

    def counted(self, name, **labels):
        """Return a counter of the line, 0 if it never counted."""
        return self.registry.get_sample_value(f"rufweite_espa_{name}_total", labels) or 0

    async def until(self, claim):
        """Return when `claim` holds; raises TimeoutError if it never does."""
        async with asyncio.timeout(5):
            while not claim():
                # Line and pager system are tasks of this loop: let them have it, and look again.
                with suppress(TimeoutError):
                    await asyncio.wait_for(asyncio.Event().wait(), 0.005)

    async def end(self):
        """Stop both."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def site(role="control_station", **settings):
    """Yield a site whose line and pager system work and know each other."""
    found = Site(role, **settings)
    found.serve_pagers()
    found.serve_line()
    try:
        await found.until(lambda: found.counted("answers", answer="answered"))
        yield found
    finally:
        await found.end()
