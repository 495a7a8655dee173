"""QoS 1 messages a second from a device through the real broker into the base, in batches, acknowledged.

Run: `python -m tests.bench.mqtt_throughput [MESSAGES]`. The device is a process of its own. Says the
rate while it sends, the rate from a queue that filled while the base was away, and the time from
publish to batch when little happens.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from basestation.broker import Broker, Credential, new_credential
from basestation.clock import SystemClock
from basestation.mqtt import LinkEvent, LinkUp, StationLink
from protocol import topics

SINGLE_MESSAGES = 200


def send(port: int, credential: Credential, messages: int, *, is_one_at_a_time: bool) -> float:
    """Publish `messages` events at QoS 1, each with its time in it; return the seconds to the last PUBACK."""
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=credential.client_id, protocol=paho.MQTTv311)
    client.username_pw_set(credential.name, credential.secret)
    client.max_inflight_messages_set(500)
    client.connect("127.0.0.1", port)
    client.loop_start()
    topic, waiting = topics.device_topic(credential.name, "event"), []
    started_s = time.monotonic()
    for _ in range(messages):
        waiting.append(client.publish(topic, b"%.6f" % time.monotonic() + b" " * 150, 1))
        if is_one_at_a_time:
            waiting.pop().wait_for_publish()
    for one in waiting:
        one.wait_for_publish()
    client.disconnect()
    client.loop_stop()
    return time.monotonic() - started_s


async def take(link: StationLink, messages: int) -> tuple[list[float], int]:
    """Take and acknowledge `messages`; return the ms each was under way and the number of batches."""
    under_way_ms: list[float] = []
    batches = 0
    async for batch in link.alarm_batches():
        now_s = time.monotonic()
        under_way_ms += [(now_s - float(one.payload)) * 1000 for one in batch if not one.is_repeat]
        link.ack([one.ack for one in batch])
        batches += 1
        if len(under_way_ms) >= messages:
            break
    return under_way_ms, batches


async def linked(broker: Broker, base: Credential) -> StationLink:
    """Return a link that is up."""
    ups: asyncio.Queue[LinkEvent] = asyncio.Queue()
    link = StationLink(broker.address, base, SystemClock().now, ups.put_nowait, lambda _: None)
    link.start()
    for _ in range(2):
        assert isinstance(await ups.get(), LinkUp)
    return link


async def measure(messages: int, broker: Broker, base: Credential, sending: Callable) -> None:
    """Measure live, from the queue, and one at a time."""
    link = await linked(broker, base)
    started_s = time.monotonic()
    _, (_, batches) = await asyncio.gather(sending(messages), take(link, messages))
    print(f"live:       {messages / (time.monotonic() - started_s):.0f} messages/s in {batches} batches")
    await link.stop()
    print(f"publishing: {messages / await sending(messages):.0f} messages/s")
    started_s = time.monotonic()
    link = await linked(broker, base)
    _, batches = await take(link, messages)
    print(f"from queue: {messages / (time.monotonic() - started_s):.0f} messages/s in {batches} batches")
    _, (ms, _) = await asyncio.gather(sending(SINGLE_MESSAGES, is_one=True), take(link, SINGLE_MESSAGES))
    print(f"one by one: median {statistics.median(ms):.2f} ms, worst of {len(ms)} {max(ms):.2f} ms")
    print(link.counters)
    await link.stop()


async def main(messages: int) -> None:
    """Run the broker and a device process, and print the figures."""
    base, device = new_credential("main"), new_credential("device-1")
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(1, get_context("spawn")) as pool:
        broker = Broker(Path(folder), "127.0.0.1", 0, base)
        await broker.start([device])

        async def sending(count: int, *, is_one: bool = False) -> float:
            call = pool.submit(send, broker.address.port, device, count, is_one_at_a_time=is_one)
            return await asyncio.wrap_future(call)

        await measure(messages, broker, base, sending)
        await broker.stop()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
