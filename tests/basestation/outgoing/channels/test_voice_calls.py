"""Real calls on loopback: two user agents, a telephone system between them, speech, and keys by RFC 4733.

Runs where the optional extra `voice` is installed.
"""

import asyncio
import importlib.util
import json
import os
import sys
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

import basestation
from basestation.outgoing.channels import Stage
from basestation.outgoing.channels.voice.calling import Durations
from basestation.outgoing.channels.voice.channel import VoiceChannel
from basestation.outgoing.channels.voice.counters import VoiceCounters
from basestation.outgoing.channels.voice.exchange import TwinExchange
from basestation.outgoing.channels.voice.process import ProcessTelephone
from basestation.outgoing.channels.voice.settings import VoiceAccount, VoiceSettings
from basestation.outgoing.channels.voice.twin import Fault
from tests.basestation.outgoing.channels.voice_station import Station, a_notice

pytestmark = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("baresip", "espeakng_loader")),
    reason="the optional extra `voice` is not installed",
)
ROOT = Path(basestation.__file__).parents[1]
#: A real telephone takes a moment to register; a busy machine more.
WAIT_S = 40


@asynccontextmanager
async def a_person(exchange, **plan):
    """Register the telephone of somebody at 200; yields what it tells, as a function that waits for it."""
    fields = {"user": "200", "password": "auch geheim", "server": f"127.0.0.1:{exchange.port}"}
    fields |= {"keys": [], "voiced_pieces": 20, "is_hanging_up": False} | plan
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "basestation.outgoing.channels.voice.callee", json.dumps(fields),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    async def told():
        return json.loads(await asyncio.wait_for(process.stdout.readline(), WAIT_S))

    try:
        await exchange.until_registered("200", WAIT_S)
        yield told
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()


@asynccontextmanager
async def an_exchange():
    """Run a telephone system."""
    exchange = TwinExchange({"100": "geheim", "200": "auch geheim"})
    await exchange.open()
    try:
        yield exchange
    finally:
        exchange.close()


@asynccontextmanager
async def a_station(exchange, password="geheim", **changes):
    """Serve a channel with a real telephone at 100; yields it, and what comes back."""
    station, counters = Station(), VoiceCounters(CollectorRegistry())
    settings = VoiceSettings(
        server=f"127.0.0.1:{exchange.port}",
        accounts=(VoiceAccount(user="100", password=password),),
        own_address="127.0.0.1",
        repeats=1,
        speech_wpm=300,
        **changes,
    )
    telephone_of = partial(ProcessTelephone, counters=counters)
    channel = VoiceChannel(settings, telephone_of, counters, Durations(ring_s=1, key_s=0.3))
    serving = asyncio.create_task(channel.serve(station))
    try:
        if password == "geheim":
            async with asyncio.timeout(WAIT_S):
                await channel.lines[0]._registered.wait()
        yield channel, station
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def test_a_call_rings_speaks_and_brings_the_key_pressed():
    """It rings at the other telephone, a voice is heard there; code and key accept the case."""
    async with (
        an_exchange() as exchange,
        a_person(exchange, keys=["4711", "1"]) as told,
        a_station(exchange, is_code_asked=True) as (channel, station),
    ):
        assert (await channel.check()).is_working
        assert (await channel.send(a_notice(language="de"))).stage is Stage.SENT
        assert (await told())["what"] == "rang"
        await station.until(lambda: station.answers, WAIT_S)
        assert station.answers[0].verb == "accept"
        # The sentence that the station returned is spoken too: more than the key needed.
        assert (await told())["voiced"] > 40
        assert [report.stage for report in station.reports] == [Stage.DELIVERED]


async def test_a_real_voicemail_is_no_answer_and_neither_is_hanging_up():
    """It picks up, hears everything, and presses nothing; the next one hangs up half-way."""
    async with an_exchange() as exchange, a_station(exchange) as (channel, station):
        short = {"is_person": False, "kind": "technical", "subject": "Clock", "verbs": ("acknowledge",)}
        async with a_person(exchange) as told:
            assert (await channel.send(a_notice(worker="", place="", **short))).stage is Stage.SENT
            await station.until(lambda: station.reports, WAIT_S)
            assert "may be a voicemail" in station.reports[0].detail
            assert (await told())["what"] == "rang"
            assert (await told())["voiced"] > 60
        exchange.bindings.pop("200", None)
        async with a_person(exchange, is_hanging_up=True):
            assert (await channel.send(a_notice(key="second"))).stage is Stage.SENT
            await station.until(lambda: len(station.reports) == 2, WAIT_S)
            assert "hung up before a key" in station.reports[1].detail
        assert not station.answers


async def test_what_a_telephone_system_refuses_has_failed_with_its_reason():
    """Busy, refused, unknown, ringing until nobody is waited for; a killed process is replaced."""
    async with an_exchange() as exchange, a_station(exchange) as (channel, station):
        exchange.faults = {"201": Fault.BUSY, "202": Fault.REFUSES, "204": Fault.NEVER_ANSWERS}
        words = {
            "201": "busy",
            "202": "refused by a press",
            "203": "does not know",
            "204": "nobody picked up",
        }
        for number, word in words.items():
            delivery = await channel.send(a_notice(key=number, address=number))
            assert delivery.stage is Stage.FAILED
            assert word in delivery.detail
        assert not station.reports
        exchange.is_dead = True
        assert "did not answer" in (await channel.check()).detail
        exchange.is_dead = False
        del exchange.bindings["100"]
        channel.lines[0]._telephone._process.kill()
        await exchange.until_registered("100", WAIT_S)


async def test_a_wrong_password_is_named():
    """The telephone system answers, and does not let us in."""
    async with an_exchange() as exchange, a_station(exchange, password="falsch") as (channel, _):
        async with asyncio.timeout(WAIT_S):
            while "user or password" not in (await channel.check()).detail:
                await exchange.until_heard()
