"""Clocks, loops that wait for them, and what wakes whoever watches."""

import asyncio
from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry

from basestation.changes import Changes
from basestation.clock import FakeClock, SystemClock, from_ms, iso, to_ms
from basestation.counters import Counters
from basestation.due import DueLoop

NOW = datetime(2026, 3, 2, 6, 0, 0, 123000, tzinfo=UTC)


async def _is_pending(task):
    done, _ = await asyncio.wait({task}, timeout=0.02)
    return not done


async def test_a_fake_clock_wakes_whoever_waited_when_it_jumps_there():
    """And nobody before."""
    clock = FakeClock(NOW)
    waiting = asyncio.create_task(clock.wait(asyncio.Event(), NOW + timedelta(seconds=10)))
    assert await _is_pending(waiting)
    clock.jump(9)
    assert await _is_pending(waiting)
    assert clock.jump(1) == NOW + timedelta(seconds=10)
    await asyncio.wait_for(waiting, 1)


async def test_every_clock_is_left_when_its_event_is_set():
    """A loop can be woken before its time."""
    for clock in (FakeClock(NOW), SystemClock()):
        for until in (None, clock.now() + timedelta(hours=1)):
            woken = asyncio.Event()
            waiting = asyncio.create_task(clock.wait(woken, until))
            assert await _is_pending(waiting)
            woken.set()
            await asyncio.wait_for(waiting, 1)


async def test_the_system_clock_waits_until_the_time_it_was_told():
    """And not at all for one that has passed."""
    clock = SystemClock()
    until = clock.now() + timedelta(milliseconds=30)
    await asyncio.wait_for(clock.wait(asyncio.Event(), until), 5)
    assert clock.now() >= until
    await asyncio.wait_for(clock.wait(asyncio.Event(), until), 0.5)


def test_times_keep_their_milliseconds_on_the_way_to_the_database_and_to_json():
    """64-bit integers there, ISO 8601 with a Z here."""
    assert from_ms(to_ms(NOW)) == NOW
    assert iso(NOW) == "2026-03-02T06:00:00.123Z"


async def test_a_loop_whose_round_fails_goes_on_a_second_later_and_counts_it():
    """No loop of the base station ends because of an exception."""
    clock, metrics = FakeClock(NOW), CollectorRegistry()
    rounds = asyncio.Queue()

    async def work(now):
        rounds.put_nowait(now)
        if rounds.qsize() == 1 and now == NOW:
            raise ValueError("once")

    serving = asyncio.create_task(DueLoop("test", work, clock, Counters(metrics)).serve())
    assert await asyncio.wait_for(rounds.get(), 1) == NOW
    assert await _is_pending(serving)
    clock.jump(1)
    assert await asyncio.wait_for(rounds.get(), 1) == NOW + timedelta(seconds=1)
    assert metrics.get_sample_value("rufweite_loop_failures_total", {"loop": "test"}) == 1
    serving.cancel()


async def test_a_loop_looks_at_the_earliest_time_that_it_was_told_and_not_before():
    """Whoever sets a timer tells it, and costs no round by that."""
    clock, metrics = FakeClock(NOW), CollectorRegistry()
    rounds = asyncio.Queue()

    async def work(now):
        rounds.put_nowait(now)
        return now + timedelta(seconds=60)

    loop = DueLoop("test", work, clock, Counters(metrics))
    serving = asyncio.create_task(loop.serve())
    assert await asyncio.wait_for(rounds.get(), 1) == NOW
    loop.expect(NOW + timedelta(seconds=20))
    loop.expect(NOW + timedelta(seconds=30))
    clock.jump(19)
    assert await _is_pending(asyncio.ensure_future(asyncio.shield(serving)))
    assert rounds.empty()
    clock.jump(1)
    assert await asyncio.wait_for(rounds.get(), 1) == NOW + timedelta(seconds=20)
    # What was told before a round is known to it.
    clock.jump(59)
    assert await _is_pending(asyncio.ensure_future(asyncio.shield(serving)))
    assert rounds.empty()
    clock.jump(1)
    assert await asyncio.wait_for(rounds.get(), 1) == NOW + timedelta(seconds=80)
    loop.expect(NOW)
    assert await asyncio.wait_for(rounds.get(), 1) == NOW + timedelta(seconds=80)
    loop.wake()
    assert await asyncio.wait_for(rounds.get(), 1) == NOW + timedelta(seconds=80)
    serving.cancel()


async def test_a_time_told_during_a_round_is_kept_if_it_is_earlier_than_what_the_round_returns():
    """The round may have read before that was written."""
    clock, rounds = FakeClock(NOW), asyncio.Queue()

    async def work(now):
        if now == NOW:
            loop.expect(NOW + timedelta(seconds=5))
        rounds.put_nowait(now)

    loop = DueLoop("test", work, clock, Counters(CollectorRegistry()))
    serving = asyncio.create_task(loop.serve())
    assert await asyncio.wait_for(rounds.get(), 1) == NOW
    assert await _is_pending(serving)
    clock.jump(5)
    assert await asyncio.wait_for(rounds.get(), 1) == NOW + timedelta(seconds=5)
    serving.cancel()


async def test_a_watch_is_woken_once_however_much_happened_and_survives_a_timeout():
    """A page that asks every second loses no change to its own impatience."""
    changes = Changes()
    watch = changes.watch()
    waiting = asyncio.ensure_future(anext(watch))
    assert await _is_pending(waiting)
    waiting.cancel()
    for _ in range(3):
        changes.tell()
    await asyncio.wait_for(anext(watch), 1)
    waiting = asyncio.ensure_future(anext(watch))
    assert await _is_pending(waiting)
    waiting.cancel()
    assert changes.version == 3
