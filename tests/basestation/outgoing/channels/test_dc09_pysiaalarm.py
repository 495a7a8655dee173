"""The receiving centre against `pysiaalarm`, a receiver that somebody else wrote, by TCP and UDP."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from pysiaalarm import SIAAccount
from pysiaalarm.aio import SIAClient

from basestation.clock import SystemClock
from basestation.outgoing.channels import Stage
from tests.basestation.outgoing.channels.dc09_centre import ACCOUNT, KEY, a_channel, a_notice

SIZES = [None, KEY, KEY + b"-24-byte", KEY + b"-with-32-bytes-x"]


class AheadClock(SystemClock):
    """A clock of the station that is an hour wrong."""

    def now(self):
        return super().now() + timedelta(hours=1)


class Datagrams(asyncio.DatagramProtocol):
    """The receiver's own parser behind a socket (its server for datagrams asserts what Python 3.11 lacks)."""

    def __init__(self, receiver, events):
        self.receiver = receiver
        self.events = events

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        event = self.receiver.sia_server.parse_and_check_event(data)
        self.transport.sendto(event.create_response(), addr)
        self.events.append(event)


@asynccontextmanager
async def a_receiver(key=None, account=ACCOUNT, transport="tcp"):
    """Run the receiver; yields its port, the events it took and the receiver."""
    events = []

    async def take(event):
        events.append(event)

    accounts = [SIAAccount(account, key.decode() if key else None)]
    receiver = SIAClient("127.0.0.1", 0, accounts, take)
    if transport == "tcp":
        async with receiver:
            yield receiver.server.sockets[0].getsockname()[1], events, receiver
        return
    loop = asyncio.get_running_loop()
    server, _ = await loop.create_datagram_endpoint(
        lambda: Datagrams(receiver, events), local_addr=("127.0.0.1", 0)
    )
    yield server.get_extra_info("sockname")[1], events, receiver
    server.close()


@pytest.mark.parametrize("key", SIZES, ids=["plain", "AES-128", "AES-192", "AES-256"])
@pytest.mark.parametrize("form", ["SIA-DCS", "ADM-CID"])
async def test_the_receiver_takes_an_alarm_and_that_is_delivered(form, key):
    """Both formats, plain and with every length of key."""
    async with a_receiver(key) as (port, events, _):
        channel, _ = a_channel(port, key=key, form=form)
        delivery = await channel.send(a_notice())
        assert (await channel.check()).is_working
    assert delivery.stage is Stage.DELIVERED, delivery
    assert "no person" in delivery.detail
    event = events[0]
    assert event.code == "QA"
    assert event.sequence == "0001"
    assert event.account == ACCOUNT
    assert int(event.length, 16) == len(event.full_message)
    told = event.message if form == "SIA-DCS" else event.extended_data[0].value
    assert "Case 7" in told
    assert "Willi Werker" in told
    assert "Halle 3" in told
    assert events[1].message_type.value == "NULL"


async def test_the_receiver_sets_our_clock_and_takes_the_same_number():
    """An hour off: refused with its time, and taken at once."""
    async with a_receiver(KEY) as (port, events, receiver):
        channel, metrics = a_channel(port, key=KEY, clock=AheadClock(), receiver_number="1")
        delivery = await channel.send(a_notice())
        await channel.send(a_notice(key="case:8", case_id=8))
    assert delivery.stage is Stage.DELIVERED, delivery
    assert [event.sequence for event in events] == ["0001", "0002"]
    assert receiver.counts.error_timestamp == 1, "once, then the clock is right"
    assert receiver.counts.error_crc == 0
    ahead_s = metrics.get_sample_value("rufweite_dc09_receiver_clock_ahead_seconds", {"receiver": "1"})
    assert -3605 < ahead_s < -3595


async def test_a_test_is_a_test_report_to_the_receiver_and_the_end_a_restoral():
    """What is not real never goes out as an emergency."""
    async with a_receiver() as (port, events, _):
        channel, _ = a_channel(port, form="ADM-CID")
        await channel.send(a_notice(mark="test", key="t"))
        await channel.send(a_notice(text_key="closed", key="c"))
    assert [(event.event_type, event.event_qualifier, event.code) for event in events] == [
        ("601", "1", "RX"),
        ("101", "3", "QH"),
    ]
    assert events[0].extended_data[0].value.startswith("TEST")


async def test_by_datagrams_too():
    """UDP, encrypted."""
    async with a_receiver(KEY, transport="udp") as (port, events, _):
        channel, _ = a_channel(port, key=KEY, transport="udp")
        delivery = await channel.send(a_notice())
    assert delivery.stage is Stage.DELIVERED, delivery
    assert events[0].code == "QA"


async def test_a_wrong_key_or_account_is_failed_and_said():
    """The sentence names what may be wrong, and no secret."""
    async with a_receiver(KEY, account="FFFF") as (port, events, _):
        channel, _ = a_channel(port, key=KEY)
        delivery = await channel.send(a_notice())
    assert not events
    assert delivery.stage is Stage.FAILED
    assert "account, key or clock are wrong" in delivery.detail
    assert KEY.hex() not in delivery.detail
