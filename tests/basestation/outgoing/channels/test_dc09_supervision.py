"""Whether the receiving centre is there: link tests at an interval, and what `check` says."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from basestation.clock import FakeClock
from basestation.outgoing.channels import Stage
from basestation.outgoing.channels.dc09 import Fault, MemorySequenceStore, TwinReceiver
from tests.basestation.outgoing.channels.dc09_centre import (
    ACCOUNT,
    IMPATIENT,
    KEY,
    a_channel,
    a_notice,
    count_of,
)

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Nobody:
    """Nobody is told anything: a receiver has no answers."""


@asynccontextmanager
async def serving(channel):
    """Let the channel supervise its receivers."""
    task = asyncio.create_task(channel.serve(Nobody()))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()


async def waiting(clock, count):
    """Return when so many wait for the clock."""
    async with asyncio.timeout(5):
        while len(clock._waiting) < count:
            await asyncio.to_thread(lambda: None)


def link_tests(centre):
    """Return the numbers of the link tests that were taken."""
    return [one.frame.sequence for one in centre.heard if one.frame.name == "NULL" and one.is_taken]


async def test_every_receiver_is_asked_at_the_interval_and_no_sooner():
    """At the start, at 60 s, not at 59; number 0000, encrypted."""
    clock = FakeClock(START)
    async with (
        TwinReceiver(ACCOUNT, KEY, clock.now) as first,
        TwinReceiver(ACCOUNT, KEY, clock.now) as second,
    ):
        channel, metrics = a_channel(first.port, second.port, key=KEY, clock=clock)
        async with serving(channel):
            await waiting(clock, 2)
            assert (link_tests(first), link_tests(second)) == ([0], [0])
            clock.jump(59)
            await waiting(clock, 2)
            assert link_tests(first) == [0]
            clock.jump(1)
            await waiting(clock, 2)
            assert (link_tests(first), link_tests(second)) == ([0, 0], [0, 0])
        assert all(one.frame.is_encrypted for one in first.heard)
        assert count_of(metrics, "receiver_answering", receiver=1) == 1
        assert count_of(metrics, "exchanges_total", receiver=2, what="link_test", end="taken") == 2


async def test_a_receiver_that_does_not_answer_is_asked_again_soon_and_counted():
    """With a back-off, until it is back; nothing waits for it meanwhile."""
    clock = FakeClock(START)
    async with TwinReceiver(ACCOUNT, clock=clock.now) as centre:
        port = centre.port
        await centre.stop()
        channel, metrics = a_channel(port, clock=clock)
        async with serving(channel):
            for failures in (1, 2, 3):
                await waiting(clock, 1)
                ends = {"receiver": 1, "what": "link_test", "end": "no_connection"}
                assert count_of(metrics, "exchanges_total", **ends) == failures
                assert count_of(metrics, "receiver_answering", receiver=1) == 0
                if failures < 3:
                    clock.jump(15 * 1.25)
            await centre.start(port)
            clock.jump(15 * 1.25)
            await centre.heard_frames(1)
            await waiting(clock, 1)
            assert count_of(metrics, "receiver_answering", receiver=1) == 1
            await centre.stop()
            clock.jump(60)
            await waiting(clock, 1)
            assert count_of(metrics, "receiver_answering", receiver=1) == 0
            again_at = clock._waiting[0][0]
            assert 2 <= (again_at - clock.now()).total_seconds() <= 2.5, "the first wait again"
            await centre.start(port)


async def test_a_mistake_of_ours_does_not_end_the_watch():
    """It is counted, and the next test comes."""
    clock = FakeClock(START)
    async with TwinReceiver(ACCOUNT, clock=clock.now) as centre:
        channel, metrics = a_channel(centre.port, clock=clock)
        receiver = channel.receivers[0]
        whole = receiver.tell

        async def failing(*_args, **_kwargs):
            raise RuntimeError("ours")

        receiver.tell = failing
        async with serving(channel):
            await waiting(clock, 1)
            assert count_of(metrics, "supervision_failures_total") == 1
            receiver.tell = whole
            clock.jump(60)
            await centre.heard_frames(1)


async def test_check_asks_now_and_names_the_receiver_that_does_not_answer():
    """Half of two is not working, and says that alarms still get through."""
    async with TwinReceiver(ACCOUNT) as first, TwinReceiver(ACCOUNT) as second:
        channel, _ = a_channel(first.port, second.port)
        health = await channel.check()
        assert health.is_working
        assert health.detail == "2 of 2 receivers acknowledge"
        await second.stop()
        health = await channel.check()
        assert not health.is_working
        assert health.detail == (
            f"receiver 2 ({channel.receivers[1].place}) cannot be reached; "
            "alarms reach the centre by the other receiver only"
        )
        await first.stop()
        assert "by the other" not in (await channel.check()).detail
        await first.start()
        await second.start()


async def test_check_tells_a_machine_that_answers_from_one_that_knows_us():
    """Another key, a refusal, silence."""
    async with TwinReceiver(ACCOUNT, KEY) as centre:
        channel, _ = a_channel(centre.port, key=KEY[::-1])
        assert "account, key or clock are wrong" in (await channel.check()).detail
        channel, _ = a_channel(centre.port, key=KEY)
        centre.do(Fault.DUH)
        assert "does not understand" in (await channel.check()).detail
        centre.do(Fault.SLOW)
        channel, _ = a_channel(centre.port, key=KEY, **IMPATIENT)
        assert "did not answer in time" in (await channel.check()).detail


async def test_a_check_under_way_holds_up_no_alarm_and_ends_in_time():
    """It gives way, and asks again afterwards."""
    async with TwinReceiver(ACCOUNT) as centre:
        channel, metrics = a_channel(centre.port)
        centre.do(Fault.SLOW)
        checking = asyncio.create_task(channel.check())
        await centre.heard_frames(1)
        assert (await channel.send(a_notice())).stage is Stage.DELIVERED
        assert (await checking).is_working
        assert count_of(metrics, "gave_way_total") == 1
        centre.do(*[Fault.SLOW] * 9)
        channel, _ = a_channel(centre.port, send_s_max=0.05)
        delivery, health = await asyncio.gather(channel.send(a_notice()), channel.check())
        assert delivery.stage is Stage.FAILED
        assert "did not answer in time" in health.detail


async def test_the_number_goes_on_behind_a_restart_and_stays_with_its_notice():
    """A notice that failed is told again with its number, whatever went out meanwhile."""
    store = MemorySequenceStore()
    async with TwinReceiver(ACCOUNT) as centre:
        channel, metrics = a_channel(centre.port, store=store)
        centre.do(*[Fault.CLOSES] * 3)
        assert (await channel.send(a_notice(key="a"))).stage is Stage.FAILED
        await channel.send(a_notice(key="b"))
        await channel.send(a_notice(key="a"))
        assert [frame.sequence for frame in centre.taken] == [2, 1]
        again, _ = a_channel(centre.port, store=store)
        await again.send(a_notice(key="c"))
        assert centre.taken[-1].sequence == store.number - 49
        store.is_failing = True
        last, metrics = a_channel(centre.port, store=store)
        assert (await last.send(a_notice(key="d"))).stage is Stage.DELIVERED
        assert count_of(metrics, "sequence_failures") == 2


async def test_the_address_of_a_notice_is_an_account_or_empty():
    """A misspelt one is said to be so; zones come from the settings, texts may be off."""
    async with TwinReceiver("beef") as centre:
        changes = {"zones": {"watch-1": 45}, "group": 3, "is_text_sent": False}
        channel, _ = a_channel(centre.port, **changes)
        assert (await channel.send(a_notice(address=" #beef "))).stage is Stage.DELIVERED
        assert (await channel.send(a_notice(device="x", address="BEEF"))).stage is Stage.DELIVERED
        assert [frame.data for frame in centre.taken] == ["#BEEF|Nri03/QA045", "#BEEF|Nri03/QA000"]
        for wrong in ("be", "0" * 17, "mailto:x"):
            delivery = await channel.send(a_notice(address=wrong))
            assert delivery.stage is Stage.FAILED
            assert "no account" in delivery.detail
        assert len(centre.heard) == 2


async def test_more_than_may_wait_are_refused_and_said_to_be():
    """Bounded; who is refused is tried again by the dispatcher."""
    async with TwinReceiver(ACCOUNT) as centre:
        channel, metrics = a_channel(centre.port)
        centre.do(Fault.SLOW)
        first = asyncio.create_task(channel.send(a_notice(key="first")))
        await centre.heard_frames(1)
        tests = [
            asyncio.create_task(channel.send(a_notice(key=f"t{number}", mark="test"))) for number in range(66)
        ]
        refused, _ = await asyncio.wait(tests, timeout=5, return_when=asyncio.FIRST_COMPLETED)
        assert "too many messages wait" in next(iter(refused)).result().detail
        assert "too many messages wait" in (await channel.check()).detail
        centre.release()
        assert (await first).stage is Stage.DELIVERED
        stages = [(await test).stage for test in tests]
        assert stages.count(Stage.DELIVERED) >= 64
        assert count_of(metrics, "crowded_total") >= 3


async def test_only_the_latest_failed_notices_are_remembered():
    """Memory is bounded; a forgotten notice gets a new number."""
    async with TwinReceiver(ACCOUNT) as gone:
        port = gone.port
    channel, _ = a_channel(port)
    for number in range(515):
        await channel._number(f"key {number}")
    assert await channel._number("key 514") == 515
    assert await channel._number("key 0") == 516
