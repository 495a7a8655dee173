"""A receiving centre that does what receivers do on bad days, over real connections on loopback."""

import asyncio
from datetime import timedelta

import pytest

from basestation.outgoing.channels import Stage
from basestation.outgoing.channels.dc09 import Fault, TwinReceiver
from tests.basestation.outgoing.channels.dc09_centre import (
    ACCOUNT,
    IMPATIENT,
    KEY,
    PATIENT,
    a_channel,
    a_notice,
    count_of,
)

#: Whoever waits for these in vain waits for the whole time.
MUTE = {Fault.SILENT, Fault.PLAIN, Fault.STALE}
PASSING = [fault for fault in Fault if fault not in {Fault.DUH, Fault.SLOW}]
#: After these the receiver has it, and we cannot know.
UNKNOWN = {
    Fault.SILENT, Fault.GARBLED, Fault.DIES, Fault.OTHER_NUMBER, Fault.PLAIN, Fault.STALE, Fault.CLOSES
}  # fmt: skip


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
@pytest.mark.parametrize("fault", PASSING)
async def test_a_passing_fault_loses_nothing_and_doubles_nothing(fault, key):
    """The same number again, until it is acknowledged; the centre takes it once."""
    async with TwinReceiver(ACCOUNT, key) as centre:
        channel, metrics = a_channel(
            centre.port, key=key, **(IMPATIENT if fault is Fault.SILENT else PATIENT)
        )
        centre.do(fault)
        delivery = await channel.send(a_notice())
        assert delivery.stage is Stage.DELIVERED, delivery
        assert len(centre.taken) == 1
        assert {one.frame.sequence for one in centre.heard} == {1}
        assert "Case 7" in centre.taken[0].content
        assert (await channel.send(a_notice(key="next"))).stage is Stage.DELIVERED
        assert [frame.sequence for frame in centre.taken] == [1, 2]
    is_ours_to_refuse = fault in {Fault.GARBLED, Fault.OTHER_NUMBER} or (
        key is not None and fault in {Fault.PLAIN, Fault.STALE}
    )
    reasons = ("crc", "sequence", "plain", "stale")
    counted = sum(count_of(metrics, "answers_refused_total", receiver=1, reason=why) for why in reasons)
    assert counted == is_ours_to_refuse
    has_noise = count_of(metrics, "noise_bytes_total", receiver=1) > 0
    assert has_noise is (fault in {Fault.JOINED, Fault.DIES})


@pytest.mark.parametrize("fault", [*sorted(MUTE), Fault.NAK, Fault.DIES, Fault.CLOSES])
async def test_a_lasting_fault_fails_and_says_whether_it_may_have_arrived(fault):
    """And what it is, without the key."""
    async with TwinReceiver(ACCOUNT, KEY) as centre:
        channel, _ = a_channel(centre.port, key=KEY, **(IMPATIENT if fault in MUTE else PATIENT))
        centre.do(*[fault] * 20)
        delivery = await channel.send(a_notice())
        assert delivery.stage is Stage.FAILED
        assert ("it may have arrived" in delivery.detail) is (fault in UNKNOWN)
        assert KEY.hex() not in delivery.detail
        expected = {
            Fault.NAK: "refused the message each time (NAK)",
            Fault.PLAIN: "its answer is not encrypted",
            Fault.STALE: "the time in its acknowledgement is wrong",
        }
        assert expected.get(fault, "did not answer in time") in delivery.detail
        assert len(centre.heard) <= 9
        assert len(centre.taken) <= 1
        centre._faults.clear()
        assert (await channel.send(a_notice())).stage is Stage.DELIVERED, "the same notice, tried again"
        assert {one.frame.sequence for one in centre.heard} == {1}
        assert len(centre.taken) == 1


async def test_a_clock_that_is_wrong_on_either_side_is_set_by_the_refusal():
    """Forwards and back; the same number; once set, it stays set."""
    async with TwinReceiver(ACCOUNT, KEY) as centre:
        channel, metrics = a_channel(centre.port, key=KEY)
        for number, hours in enumerate((30, -30), start=1):
            centre.ahead = timedelta(hours=hours)
            assert (await channel.send(a_notice(key=str(hours)))).stage is Stage.DELIVERED
            assert [one.frame.sequence for one in centre.heard[-2:]] == [number, number]
            ahead_s = count_of(metrics, "receiver_clock_ahead_seconds", receiver=1)
            assert abs(ahead_s - hours * 3600) < 20
        heard = len(centre.heard)
        await channel.send(a_notice(key="third"))
        assert len(centre.heard) == heard + 1


async def test_what_is_not_understood_fails_at_once_and_goes_without_its_text_next_time():
    """Otherwise a receiver that takes no texts would never hear of the alarm."""
    async with TwinReceiver(ACCOUNT) as centre, TwinReceiver(ACCOUNT) as second:
        channel, _ = a_channel(centre.port, second.port)
        centre.do(Fault.DUH)
        delivery = await channel.send(a_notice())
        assert delivery.stage is Stage.FAILED
        assert "does not understand the message (DUH)" in delivery.detail
        assert "may have arrived" not in delivery.detail
        assert len(centre.heard) == 1
        assert not second.heard
        centre.do(Fault.CLOSES)
        assert (await channel.send(a_notice())).stage is Stage.DELIVERED
        await channel.send(a_notice(key="another"))
        told = [one.frame for one in (*centre.heard, *second.heard) if one.is_taken]
        assert sorted((frame.sequence, "Case 7" in frame.data) for frame in told) == [(1, False), (2, True)]


async def test_a_primary_that_is_dead_or_does_not_acknowledge_costs_no_alarm():
    """The secondary has it within the same attempt; the next goes there at once."""
    async with TwinReceiver(ACCOUNT) as first, TwinReceiver(ACCOUNT) as second:
        channel, metrics = a_channel(first.port, second.port)
        first.do(Fault.CLOSES)
        delivery = await channel.send(a_notice())
        assert delivery.stage is Stage.DELIVERED
        assert "receiver 2" in delivery.detail
        await channel.send(a_notice(key="next"))
        assert len(first.heard) == 1
        assert [frame.sequence for frame in second.taken] == [1, 2]
        assert count_of(metrics, "receiver_answering", receiver=1) == 0
        assert (await channel.check()).is_working, "the primary answers again"
        await channel.send(a_notice(key="third"))
        assert [frame.sequence for frame in first.taken] == [3]
        await first.stop()
        assert (await channel.send(a_notice(key="fourth"))).stage is Stage.DELIVERED
        await first.start()
        assert count_of(metrics, "exchanges_total", receiver=1, what="alarm", end="no_connection") == 1


async def test_nobody_there_fails_without_a_claim():
    """By TCP nothing was sent; a datagram may have arrived."""
    async with TwinReceiver(ACCOUNT) as gone:
        port = gone.port
    channel, metrics = a_channel(port)
    delivery = await channel.send(a_notice())
    assert delivery.stage is Stage.FAILED
    assert "cannot be reached" in delivery.detail
    ends = {"receiver": 1, "what": "alarm", "end": "no_connection"}
    assert count_of(metrics, "exchanges_total", **ends) == 1, "the dispatcher tries again, not we"
    assert "may have arrived" not in delivery.detail
    datagrams, _ = a_channel(port, transport="udp")
    delivery = await datagrams.send(a_notice())
    assert delivery.stage is Stage.FAILED
    assert "it may have arrived" in delivery.detail


async def test_an_attempt_ends_in_time_and_a_cancelled_one_leaves_the_way_free():
    """Whatever the receiver does."""
    async with TwinReceiver(ACCOUNT) as centre:
        channel, _ = a_channel(centre.port, send_s_max=0.05)
        centre.do(*[Fault.SLOW] * 3)
        delivery = await channel.send(a_notice())
        assert delivery.stage is Stage.FAILED
        assert "no receiver acknowledged within 0.05 s" in delivery.detail
        assert "it may have arrived" in delivery.detail
        centre._faults.clear()
        centre.do(Fault.SLOW)
        heard = len(centre.heard)
        channel, _ = a_channel(centre.port)
        sending = asyncio.create_task(channel.send(a_notice(key="cancelled")))
        await centre.heard_frames(heard + 1)
        sending.cancel()
        await asyncio.wait([sending])
        assert sending.cancelled()
        assert (await channel.send(a_notice(key="after"))).stage is Stage.DELIVERED


async def test_a_real_alarm_goes_before_waiting_tests_and_interrupts_one_under_way():
    """One transaction at a time; the tests are told afterwards, within their own attempt."""
    async with TwinReceiver(ACCOUNT) as centre:
        channel, metrics = a_channel(centre.port)
        centre.do(Fault.SLOW)
        tests = [
            asyncio.create_task(channel.send(a_notice(key=f"test {number}", mark="test")))
            for number in range(3)
        ]
        await centre.heard_frames(1)
        delivery = await channel.send(a_notice())
        assert delivery.stage is Stage.DELIVERED
        assert not any(test.done() for test in tests)
        centre.release()
        assert {(await test).stage for test in tests} == {Stage.DELIVERED}
        marks = ["TEST" in one.frame.data for one in centre.heard]
        assert marks[:2] == [True, False]
        assert count_of(metrics, "gave_way_total") >= 1
        assert sorted(frame.sequence for frame in centre.taken) == [1, 2, 3, 4]


async def test_two_alarms_at_once_are_told_one_after_the_other():
    """Neither interrupts the other, and each has its number."""
    async with TwinReceiver(ACCOUNT) as centre:
        channel, metrics = a_channel(centre.port)
        notices = [a_notice(key=str(case), case_id=case) for case in range(8)]
        deliveries = await asyncio.gather(*(channel.send(notice) for notice in notices))
        assert {delivery.stage for delivery in deliveries} == {Stage.DELIVERED}
        assert sorted(frame.sequence for frame in centre.taken) == list(range(1, 9))
        assert len({frame.data for frame in centre.taken}) == 8
        assert count_of(metrics, "gave_way_total") == 0


async def test_who_waited_for_a_receiver_that_fails_meanwhile_goes_to_the_other_at_once():
    """One wait for the primary, not one for each alarm."""
    async with TwinReceiver(ACCOUNT) as first, TwinReceiver(ACCOUNT) as second:
        channel, metrics = a_channel(first.port, second.port)
        first.do(*[Fault.CLOSES] * 20)
        notices = [a_notice(key=str(case), case_id=case) for case in range(4)]
        deliveries = await asyncio.gather(*(channel.send(notice) for notice in notices))
        assert {delivery.stage for delivery in deliveries} == {Stage.DELIVERED}
        assert len(first.heard) == 1
        assert len(second.taken) == 4
        assert count_of(metrics, "exchanges_total", receiver=1, what="alarm", end="unanswered") == 1


async def test_a_receiver_that_is_slow_for_ever_leaves_the_other_its_share_of_the_time():
    """However patient the settings are."""
    async with TwinReceiver(ACCOUNT) as first, TwinReceiver(ACCOUNT) as second:
        channel, _ = a_channel(first.port, second.port, send_s_max=1.0)
        first.do(Fault.SLOW)
        delivery = await channel.send(a_notice())
        assert delivery.stage is Stage.DELIVERED, delivery
        assert len(second.taken) == 1


async def test_whoever_floods_us_is_left_and_the_other_receiver_told():
    """A few kilobytes are heard, whatever more is said."""

    async def flood(_reader, writer):
        writer.write(b"\n0000noise\r" * 100_000)
        await writer.wait_closed()

    server = await asyncio.start_server(flood, "127.0.0.1", 0)
    async with server, TwinReceiver(ACCOUNT) as second:
        channel, metrics = a_channel(server.sockets[0].getsockname()[1], second.port)
        delivery = await channel.send(a_notice())
        assert delivery.stage is Stage.DELIVERED, delivery
        assert "receiver 2" in delivery.detail
        assert 0 < count_of(metrics, "answers_refused_total", receiver=1, reason="form") <= 8192 / 11


async def test_an_alarm_whose_time_ends_in_the_middle_of_its_turn_may_have_arrived():
    """It waited for another one, and was cut short at its own end."""
    async with TwinReceiver(ACCOUNT) as centre:
        channel, _ = a_channel(centre.port, send_s_max=0.3)
        centre.do(*[Fault.SLOW] * 9)
        deliveries = await asyncio.gather(*(channel.send(a_notice(key=key)) for key in ("a", "b")))
        for delivery in deliveries:
            assert delivery.stage is Stage.FAILED
            assert "it may have arrived" in delivery.detail
