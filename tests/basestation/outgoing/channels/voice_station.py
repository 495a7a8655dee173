"""What the tests of calls share: notices, a station that keeps what comes back, channels over the twin."""

import asyncio
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry

from basestation.mqtt.back_off import BackOff
from basestation.outgoing.channels import Notice
from basestation.outgoing.channels.voice.calling import Durations
from basestation.outgoing.channels.voice.channel import VoiceChannel
from basestation.outgoing.channels.voice.counters import VoiceCounters
from basestation.outgoing.channels.voice.settings import VoiceAccount, VoiceSettings
from basestation.outgoing.channels.voice.twin import TwinTelephoneSystem

#: Where nothing is waited for in vain; long enough for a busy machine.
PATIENT = Durations(ring_s=30, key_s=30, setup_s=30, speech_s=30, judge_s=30)


def a_notice(**changes):
    """Return a notice of a manual alarm."""
    fields = {
        "key": "case:12/0/0/erika",
        "case_id": 12,
        "mark": "real",
        "recipient": "Erika Beispiel",
        "address": "200",
        "subject": "Emergency button: Willi Werker (case 12)",
        "body": "Emergency button.",
        "worker": "Willi Werker",
        "place": "Halle 3",
        "code": "4711",
        "verbs": ("accept", "decline", "on_the_way", "escalate"),
    }
    return Notice(**(fields | changes))


class AtOnce(BackOff):
    """Waits for nothing worth naming."""

    def refused_s(self):
        return 0.01

    def away_s(self):
        return 0.01


class Station:
    """Stands for the base station: keeps reports and answers."""

    def __init__(self):
        self.reports = []
        self.answers = []
        #: So many storings fail.
        self.failures = 0
        self._changed = asyncio.Event()
        #: Answers, or reports, are stored only while these are set.
        self.takes_answers, self.takes_reports = asyncio.Event(), asyncio.Event()
        self.takes_answers.set()
        self.takes_reports.set()
        #: Answers that wait to be stored.
        self.is_judging = False

    async def report(self, report):
        self._fail_maybe()
        await self.takes_reports.wait()
        self.reports.append(report)
        self._changed.set()

    async def answer(self, answer):
        self._fail_maybe()
        self.is_judging = True
        self._changed.set()
        await self.takes_answers.wait()
        self.answers.append(answer)
        self._changed.set()
        return f"You have case 12: {answer.verb}."

    def _fail_maybe(self):
        if self.failures > 0:
            self.failures -= 1
            raise OSError("the disk is full")

    async def until(self, is_so, wait_s=10.0):
        """Return once `is_so` holds; raises TimeoutError."""
        async with asyncio.timeout(wait_s):
            while not is_so():
                self._changed.clear()
                await self._changed.wait()


class Served:
    """A channel in service, and everything around it."""

    def __init__(self, lines, durations, wait_s_max, send_s_max, **changes):
        self.registry = CollectorRegistry()
        self.system = TwinTelephoneSystem()
        self.station = Station()
        accounts = tuple(VoiceAccount(user=f"10{number}") for number in range(lines))
        settings = VoiceSettings(server="pbx.example", accounts=accounts, **changes)
        # fmt: off
        self.channel = VoiceChannel(
            settings, self.system.telephone, VoiceCounters(self.registry), durations, wait_s_max, send_s_max,
            AtOnce,
        )
        # fmt: on

    def counted(self, name, **labels):
        """Return a counter."""
        return self.registry.get_sample_value(f"rufweite_voice_{name}", labels) or 0


@asynccontextmanager
async def served(lines=1, durations=PATIENT, wait_s_max=30.0, send_s_max=60.0, failures=0, **changes):
    """Serve a channel over a telephone system in memory."""
    one = Served(lines, durations, wait_s_max, send_s_max, **changes)
    one.system.failures = failures
    serving = asyncio.create_task(one.channel.serve(one.station))
    if not failures:
        async with asyncio.timeout(10):
            for line in one.channel.lines:
                await line._registered.wait()
    try:
        yield one
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
