"""Real calls on loopback: two user agents, a telephone system between them, speech, and keys by RFC 4733.

Runs where the optional extra `voice` is installed.
"""

import asyncio
import importlib.util
import json
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

import basestation
from basestation.outgoing.channels import Stage
from basestation.outgoing.channels.voice import (
    Fault,
    VoiceAccount,
    VoiceCounters,
    VoiceSettings,
    voice_channel,
)
from basestation.outgoing.channels.voice.exchange import TwinExchange
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
    fields |= {"keys": "", "voiced_pieces": 30, "is_hanging_up": False} | plan
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
    """Serve a channel with a real telephone at 100."""
    station = Station()
    fields = {"key_s": 3, "repeats": 1, "ring_s_max": 10} | changes
    settings = VoiceSettings(
        server=f"127.0.0.1:{exchange.port}",
        accounts=(VoiceAccount(user="100", password=password),),
        own_address="127.0.0.1",
        **fields,
    )
    channel = voice_channel(settings, VoiceCounters(CollectorRegistry()))
    serving = asyncio.create_task(channel.serve(station))
    try:
        yield channel, station
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def test_a_call_rings_speaks_and_brings_the_key_pressed():
    """It rings at the other telephone, a voice is heard there, and the key pressed accepts the case."""
    async with an_exchange() as exchange, a_person(exchange, keys="1") as told, a_station(exchange) as served:
        channel, station = served
        await exchange.until_registered("100", WAIT_S)
        assert (await channel.check()).is_working
        assert (await channel.send(a_notice(language="de"))).stage is Stage.SENT
        assert (await told())["what"] == "rang"
        await station.until(lambda: station.answers, WAIT_S)
        assert station.answers[0].verb == "accept"
        ended = await told()
        # The sentence that the station returned is spoken too: more than the key needed.
        assert ended["voiced"] > 60
        assert [report.stage for report in station.reports] == [Stage.DELIVERED]


async def test_a_real_voicemail_is_no_answer_and_who_hangs_up_has_not_answered():
    """It picks up, hears everything, and presses nothing; the next one hangs up half-way."""
    async with an_exchange() as exchange, a_station(exchange) as served:
        channel, station = served
        await exchange.until_registered("100", WAIT_S)
        news = {"text_key": "alarm", "worker": "", "place": "", "verbs": ("accept",)}
        async with a_person(exchange) as told:
            assert (await channel.send(a_notice(**news))).stage is Stage.SENT
            await station.until(lambda: station.reports, WAIT_S)
            assert "may be a voicemail" in station.reports[0].detail
            await told()
            assert (await told())["voiced"] > 100
        exchange.bindings.pop("200", None)
        async with a_person(exchange, is_hanging_up=True):
            assert (await channel.send(a_notice(key="second"))).stage is Stage.SENT
            await station.until(lambda: len(station.reports) == 2, WAIT_S)
            assert "hung up before a key" in station.reports[1].detail
        assert not station.answers


async def test_what_a_telephone_system_refuses_has_failed_with_its_reason():
    """Busy, refused, unknown, and ringing until nobody is waited for."""
    async with an_exchange() as exchange, a_station(exchange) as served:
        channel, station = served
        await exchange.until_registered("100", WAIT_S)
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


async def test_a_wrong_password_and_a_dead_telephone_system_are_named():
    """The check asks now; a process that is killed is replaced, and registers again."""
    async with an_exchange() as exchange:
        async with a_station(exchange, password="falsch") as (channel, _):
            async with asyncio.timeout(WAIT_S):
                while "user or password" not in (await channel.check()).detail:
                    await exchange.until_heard()
        async with a_station(exchange) as (channel, _):
            await exchange.until_registered("100", WAIT_S)
            exchange.is_dead = True
            assert "did not answer" in (await channel.check()).detail
            exchange.is_dead = False
            del exchange.bindings["100"]
            channel.lines[0]._telephone._process.kill()
            await exchange.until_registered("100", WAIT_S)
