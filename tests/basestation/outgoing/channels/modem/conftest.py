"""A modem on a pty, the channel that uses it, and who listens behind the channel."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from prometheus_client import CollectorRegistry

from basestation.mqtt.back_off import BackOff
from basestation.outgoing.channels.channel import Notice
from basestation.outgoing.channels.modem.channel import ModemChannel
from basestation.outgoing.channels.modem.counters import ModemCounters
from basestation.outgoing.channels.modem.settings import ModemSettings
from basestation.outgoing.channels.modem.twin import SimulatedModem

MARA = "+491701234567"


class Heard:
    """Who listens: keeps what it is told, and refuses it as often as `failures` says."""

    def __init__(self):
        self.reports = []
        self.answers = []
        self.failures = 0
        self.attempts = 0
        #: What a sender is told.
        self.sentence = ""
        self._changed = asyncio.Event()

    async def report(self, report):
        self._attempt()
        self.reports.append(report)

    async def answer(self, answer):
        self._attempt()
        self.answers.append(answer)
        return self.sentence

    async def until(self, reports=0, answers=0, attempts=0):
        """Return once so much was told; raises TimeoutError if it never is."""
        async with asyncio.timeout(10):
            while len(self.reports) < reports or len(self.answers) < answers or self.attempts < attempts:
                self._changed.clear()
                await self._changed.wait()

    def _attempt(self):
        self.attempts += 1
        self._changed.set()
        if self.failures > 0:
            self.failures -= 1
            raise OSError("the disk is full")


class AtOnce(BackOff):
    """Comes back without waiting; `failed` is set when it has to."""

    def __init__(self):
        super().__init__()
        self.failed = asyncio.Event()

    def away_s(self):
        self.failed.set()
        return 0.02

    def refused_s(self):
        return 0.02


class Site:
    """One modem, its channel, and who listens."""

    def __init__(self, folder, sim, settings):
        self.registry = CollectorRegistry()
        self.modem = SimulatedModem(folder, sim)
        settings = ModemSettings(port=self.modem.port, **{"answer_s": 5, "send_s": 5, "look_s": 5} | settings)
        self.back_off = AtOnce()
        self.channel = ModemChannel(settings, ModemCounters(self.registry), back_off=self.back_off)
        self.heard = Heard()

    def counted(self, name, **labels):
        """Return a counter, 0 if it never counted."""
        return self.registry.get_sample_value(f"rufweite_sms_{name}_total", labels) or 0

    async def until_ready(self, times=1):
        """Return once the modem was set up so often, and its store read."""
        await self.modem.until(lambda: self.modem.commands.count("ATE0") >= times)
        stores = self.modem.commands.count("AT+CMGL=4")
        await self.modem.until(lambda: self.modem.commands.count("AT+CMGL=4") > stores)


@pytest.fixture
def site(tmp_path):
    """Return a context with a `Site` whose channel is served."""

    @asynccontextmanager
    async def served(sim=None, *, prepare=lambda _: None, is_ready=True, **settings):
        built = Site(tmp_path, sim, settings)
        prepare(built.modem)
        serving = asyncio.create_task(built.channel.serve(built.heard))
        try:
            if is_ready:
                await built.until_ready()
            yield built
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            built.modem.unplug()

    return served


def notice(key="case:7/0/0/mara", body="Who: Willi Werker.", **fields):
    """Return a notice for Mara."""
    return Notice(
        **{
            "key": key, "case_id": 7, "mark": "real", "recipient": "Mara Muster", "address": MARA,
            "subject": "Fall alarm: Willi Werker (case 7)", "body": body, "kind": "fall", "code": "4711",
            "verbs": ("accept", "decline"),
        }
        | fields
    )  # fmt: skip
