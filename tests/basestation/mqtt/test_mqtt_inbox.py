"""The queue between network thread and event loop: order, bounds and what happens at them."""

import asyncio
import threading
from datetime import UTC, datetime

from basestation.mqtt.inbox import BATCH_MAX, AckToken, Inbound, Inbox
from tests.basestation.mqtt.station_bench import WAIT_S_MAX

START = datetime(2030, 1, 1, tzinfo=UTC)


def alarm(number: int) -> Inbound:
    """Return an alarm message with its own token."""
    return Inbound("t", b"%d" % number, 1, START, AckToken(1, number))


def beat(number: int) -> Inbound:
    """Return a heartbeat."""
    return Inbound("t", b"%d" % number, 0, START, None)


async def batch_of(inbox: Inbox) -> list[Inbound]:
    """Return the next batch."""
    async with asyncio.timeout(WAIT_S_MAX):
        return await anext(inbox.batches())


async def test_messages_of_another_thread_come_in_order_and_in_batches():
    """What came meanwhile is handed over at once, never more than one batch holds."""
    inbox = Inbox(10_000)
    thread = threading.Thread(
        target=lambda: [inbox.put(alarm(number)) for number in range(2 * BATCH_MAX + 1)]
    )
    thread.start()
    thread.join()
    batches = [await batch_of(inbox) for _ in range(3)]
    assert [len(batch) for batch in batches] == [BATCH_MAX, BATCH_MAX, 1]
    assert [message for batch in batches for message in batch] == [alarm(n) for n in range(2 * BATCH_MAX + 1)]


async def test_a_full_inbox_refuses_alarm_messages_and_takes_them_when_there_is_room():
    """Refused means not acknowledged: the broker brings it again."""
    inbox = Inbox(2)
    assert [inbox.put(alarm(number)) for number in range(3)] == [True, True, False]
    assert len(await batch_of(inbox)) == 2
    assert inbox.put(alarm(2))
    assert await batch_of(inbox) == [alarm(2)]


async def test_a_repeat_is_taken_once_while_it_waits_and_again_after_it_was_handed_over():
    """Repeats cannot fill the inbox; one that its owner lost gets its second chance."""
    inbox = Inbox(10)
    assert [inbox.put(alarm(1)), inbox.put(alarm(1))] == [True, False]
    assert await batch_of(inbox) == [alarm(1)]
    assert inbox.put(alarm(1))
    assert await batch_of(inbox) == [alarm(1)]


async def test_a_full_inbox_lets_the_oldest_heartbeats_go():
    """The newest sign of life is the one that counts."""
    inbox = Inbox(2)
    assert [inbox.put_newest(beat(number)) for number in range(3)] == [True, True, False]
    assert await batch_of(inbox) == [beat(1), beat(2)]


async def test_a_closed_inbox_gives_out_what_it_has_and_ends():
    """Nothing that was taken in is thrown away by a clean stop."""
    inbox = Inbox(10)
    inbox.put(alarm(1))
    inbox.close()
    assert [batch async for batch in inbox.batches()] == [[alarm(1)]]
