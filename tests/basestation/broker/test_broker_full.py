"""Full queues: the broker lets nobody in any more, and the canary gets it out of that."""

import asyncio
import os
import signal

from basestation.broker import Broker, BrokerLimits, BrokerUp, new_credential, probe, station_user
from basestation.canary import BrokerHealthy, BrokerUnhealthy, CanaryWatch
from basestation.mqtt import StationLink
from protocol import topics
from tests.basestation.broker.plain_client import PlainClient
from tests.basestation.mqtt.station_bench import (
    NOW,
    WAIT_S_MAX,
    Heard,
    connected,
    running_broker,
    running_station,
)

BASE, ANNA = new_credential("main"), new_credential("device-anna")
EVENT = topics.device_topic(ANNA.name, "event")
LIMITS = BrokerLimits(store_bytes_max=300_000, store_bytes_spare=300_000)
#: More than the limit holds.
PAYLOADS = [b"%d " % number + b"x" * 1000 for number in range(1000)]


async def fill(broker: Broker) -> int:
    """Send events while no base station is there, until the queues are full; return how many were acked."""
    async with running_station(broker.address, BASE):
        pass
    async with connected(PlainClient(broker.address, ANNA)) as anna:
        given = [anna._client.publish(EVENT, payload, 1) for payload in PAYLOADS]
        assert await asyncio.to_thread(anna.cut.wait, WAIT_S_MAX), "full queues end the connection"
        return sum(one.is_published() for one in given)


async def station_s_log_in(broker: Broker) -> str:
    """Try to log in as the base station."""
    return await probe.log_in(broker.address.host, broker.address.port, station_user("main"), BASE.secret)


async def test_full_queues_lock_the_base_out_until_the_canary_has_the_broker_restarted_with_room(tmp_path):
    """Everything that had a PUBACK is there afterwards, and a new message gets through."""
    heard = Heard()
    async with running_broker(tmp_path, [ANNA], BASE, limits=LIMITS) as broker:
        acked = await fill(broker)
        assert 10 < acked < len(PAYLOADS)
        assert await station_s_log_in(broker) != probe.ACCEPTED
        link = StationLink(broker.address, BASE, NOW, heard.take, lambda payload: watch.returned(payload))  # noqa: PLW0108
        watch = CanaryWatch(link.publish_canary, heard.take, broker.restart, NOW, interval_s=0.5)
        link.start()
        running = asyncio.create_task(watch.run())
        await heard.until(BrokerUnhealthy)
        await heard.until(BrokerHealthy)
        numbers = set()
        async with asyncio.timeout(WAIT_S_MAX):
            async for batch in link.alarm_batches():
                numbers |= {int(message.payload.split()[0]) for message in batch}
                link.ack([message.ack for message in batch])
                if numbers >= set(range(acked)):
                    break
        watch.stop()
        await asyncio.wait_for(running, WAIT_S_MAX)
        await link.stop()


async def test_a_broker_that_starts_or_crashes_with_full_queues_gets_room(tmp_path):
    """Neither a new start nor the supervisor's own restart ends in the lock-out."""
    async with running_broker(tmp_path, [ANNA], BASE, limits=LIMITS) as broker:
        await broker.heard.until(BrokerUp)
        await fill(broker)
        os.kill(broker.pid, signal.SIGKILL)
        await broker.heard.until(BrokerUp)
        assert await station_s_log_in(broker) == probe.ACCEPTED
    async with running_broker(tmp_path, [ANNA], BASE, limits=LIMITS) as broker:
        assert await station_s_log_in(broker) == probe.ACCEPTED
