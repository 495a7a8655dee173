"""The canary: when the broker is trusted, when it is not, and that a hung one is replaced."""

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta

import pytest

from basestation.broker import BrokerDied, new_credential
from basestation.canary import (
    DOUBTFUL,
    HEALTHY,
    INTERVAL_S,
    MISSED,
    NEXT_HEALTH,
    RESTART_INTERVAL,
    RETURNED,
    UNHEALTHY,
    UNPROVEN,
    BrokerHealthy,
    BrokerUnhealthy,
    Canary,
    CanaryReturned,
    CanaryTicked,
    CanaryWatch,
    RestartBroker,
    SendCanary,
    step,
)
from basestation.mqtt import StationLink
from tests.basestation.mqtt.station_bench import NOW, WAIT_S_MAX, Heard, running_broker

START = datetime(2030, 1, 1, tzinfo=UTC)
BASE = new_credential("main")


def after(ticks: int) -> datetime:
    """Return the time of the n-th interval."""
    return START + timedelta(seconds=INTERVAL_S * ticks)


def missed(count: int) -> tuple[Canary, list[object]]:
    """Return the canary after `count` of them did not return, and every effect but the sending."""
    canary, effects = Canary(), []
    for tick in range(count + 1):
        canary, new = step(canary, CanaryTicked(), after(tick))
        effects += [effect for effect in new if not isinstance(effect, SendCanary)]
    return canary, effects


@pytest.mark.parametrize("health", [UNPROVEN, HEALTHY, DOUBTFUL, UNHEALTHY])
@pytest.mark.parametrize("event", [RETURNED, MISSED])
def test_every_state_knows_what_every_event_does(health, event):
    """The table is total, and only a returned canary leads to trust."""
    assert (NEXT_HEALTH[health][event] == HEALTHY) == (event == RETURNED)
    assert set(NEXT_HEALTH) == {UNPROVEN, HEALTHY, DOUBTFUL, UNHEALTHY}


def test_every_interval_sends_the_next_canary():
    """Also while earlier ones are missing: the broker may come back at any time."""
    canary, numbers = Canary(), []
    for tick in range(4):
        canary, effects = step(canary, CanaryTicked(), after(tick))
        numbers += [effect.number for effect in effects if isinstance(effect, SendCanary)]
    assert numbers == [1, 2, 3, 4]


def test_a_returned_canary_proves_the_broker():
    """It is dated, and nobody is told about what is as it should be."""
    canary, _ = step(Canary(), CanaryTicked(), START)
    at = START + timedelta(milliseconds=3)
    canary, effects = step(canary, CanaryReturned(1), at)
    assert (canary.health, canary.last_proven_at, effects) == (HEALTHY, at, [])


def test_one_missed_canary_is_a_doubt_and_two_are_an_alarm():
    """The broker is reported and restarted at the second, not at the first."""
    assert missed(1) == (Canary(DOUBTFUL, 2, is_awaited=True, missed=1), [])
    canary, effects = missed(2)
    assert (canary.health, canary.missed) == (UNHEALTHY, 2)
    assert effects == [BrokerUnhealthy(after(2), None), RestartBroker()]


def test_an_unhealthy_broker_is_reported_once_and_restarted_again_every_half_minute():
    """The alarm stands; the attempts go on, spaced so that QoS 0 gets through between them."""
    intervals = int(RESTART_INTERVAL.total_seconds() / INTERVAL_S)
    for count, restarts in ((2 + intervals - 1, 1), (2 + intervals, 2), (2 + 2 * intervals, 3)):
        _, effects = missed(count)
        assert [type(effect) for effect in effects] == [BrokerUnhealthy] + [RestartBroker] * restarts


def test_the_first_canary_that_returns_ends_the_alarm():
    """And the end is reported once."""
    canary, _ = missed(3)
    canary, effects = step(canary, CanaryReturned(canary.number), after(3))
    assert effects == [BrokerHealthy(after(3))]
    assert step(canary, CanaryReturned(canary.number), after(3)) == (canary, [])


def test_a_canary_that_comes_after_its_interval_proves_nothing():
    """A broker that needs longer is too slow for alarms; a repeated or foreign number neither."""
    canary, _ = missed(1)
    for number in (canary.number - 1, canary.number + 1, 0):
        assert step(canary, CanaryReturned(number), after(2)) == (canary, [])


async def test_only_canaries_of_this_run_are_taken(tmp_path):
    """Those of an earlier run wait in the session and say nothing about now."""
    sent, heard = [], Heard()
    watch = CanaryWatch(lambda payload: sent.append(payload) or True, heard.take, None, NOW, interval_s=0.05)
    running = asyncio.create_task(watch.run())
    await heard.until(BrokerUnhealthy)
    for payload in (b"", b"1", b"00000000:1", b"\xff\xfe:\xff", b"%s:one" % sent[-1][:8], b"x" * 5000):
        watch.returned(payload)
    assert watch.canary.health == UNHEALTHY
    watch.returned(sent[-1])
    await heard.until(BrokerHealthy)
    watch.stop()
    await asyncio.wait_for(running, WAIT_S_MAX)


async def test_a_restart_that_never_ends_does_not_keep_the_watch_from_ending():
    """A broker that cannot come back is no reason for a base station that cannot stop."""
    heard, never = Heard(), asyncio.Event()

    async def restart(reason: str) -> None:
        heard.take(reason)
        await never.wait()

    watch = CanaryWatch(lambda _: False, heard.take, restart, NOW, interval_s=0.05)
    running = asyncio.create_task(watch.run())
    await heard.until(str)
    watch.stop()
    await asyncio.wait_for(running, WAIT_S_MAX)


async def test_a_frozen_broker_is_noticed_replaced_and_proven_again(tmp_path):
    """Its connections stay open and nobody dies, so only the canary can tell."""
    heard = Heard()
    async with running_broker(tmp_path, [], BASE) as broker:

        def returned(payload: bytes) -> None:
            watch.returned(payload)
            heard.take(watch.canary)

        link = StationLink(broker.address, BASE, NOW, heard.take, returned)
        watch = CanaryWatch(link.publish_canary, heard.take, broker.restart, NOW, interval_s=0.3)
        link.start()
        running = asyncio.create_task(watch.run())
        await heard.until(Canary, health=HEALTHY)
        proven_at = watch.canary.last_proven_at
        os.kill(broker.pid, signal.SIGSTOP)
        unhealthy = await heard.until(BrokerUnhealthy)
        assert unhealthy.last_proven_at >= proven_at
        assert "canaries" in (await broker.heard.until(BrokerDied)).reason
        healthy = await heard.until(BrokerHealthy)
        assert watch.canary.last_proven_at == healthy.at
        watch.stop()
        await asyncio.wait_for(running, WAIT_S_MAX)
        await link.stop()
