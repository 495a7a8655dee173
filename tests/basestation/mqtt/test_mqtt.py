"""The base station's link on the real broker: what is not acknowledged comes again, and nothing is lost."""

import asyncio
import os
import signal
from contextlib import asynccontextmanager
from datetime import UTC

import structlog

from basestation.broker import Credential, new_credential
from basestation.mqtt import LinkDown, LinkUp, SubscriptionRefused
from protocol import topics
from tests.basestation.broker.plain_client import PlainClient
from tests.basestation.mqtt.station_bench import (
    NOW,
    WAIT_S_MAX,
    Station,
    connected,
    running_broker,
    running_station,
)

BASE = new_credential("main")
ANNA = new_credential("device-anna")
EVENT = topics.device_topic(ANNA.name, "event")


@asynccontextmanager
async def running_device(data_dir):
    """Run a broker and a connected device."""
    async with (
        running_broker(data_dir, [ANNA], BASE) as broker,
        connected(PlainClient(broker.address, ANNA)) as anna,
    ):
        yield broker, anna


async def give(anna: PlainClient, *payloads: bytes) -> None:
    """Publish events and wait until the broker has them."""
    for payload in payloads:
        await asyncio.to_thread(anna.publish, EVENT, payload)


async def test_a_message_comes_with_its_time_and_is_never_given_twice_once_acknowledged(tmp_path):
    """After the acknowledgement a new session of the base gets only what came later."""
    async with running_device(tmp_path) as (broker, anna):
        async with running_station(broker.address, BASE) as station:
            before = NOW()
            await give(anna, b"one")
            one = await station.alarm()
            assert (one.topic, one.payload, one.is_repeat) == (EVENT, b"one", False)
            assert one.received_at.tzinfo is UTC
            assert before <= one.received_at <= NOW()
            station.link.ack([one.ack])
        async with running_station(broker.address, BASE) as station:
            await give(anna, b"two")
            assert (await station.alarm()).payload == b"two"
            assert station.link.counters.redelivered == 0


async def test_what_was_not_acknowledged_comes_again_within_the_connection(tmp_path):
    """The broker repeats after its two seconds, marked as a repeat."""
    async with running_device(tmp_path) as (broker, anna), running_station(broker.address, BASE) as station:
        await give(anna, b"one")
        first = await station.alarm()
        again = await station.alarm()
        assert (first.payload, again.payload, again.is_repeat) == (b"one", b"one", True)
        assert station.link.counters.redelivered == 1
        station.link.ack([again.ack])


async def test_what_was_not_acknowledged_comes_again_to_the_next_base_station(tmp_path):
    """A base station that dies between taking a message and committing it loses nothing."""
    async with running_device(tmp_path) as (broker, anna):
        async with running_station(broker.address, BASE) as station:
            await give(anna, b"one", b"two", b"three")
            came = await station.alarms(3)
            station.link.ack([came[1].ack])
        async with running_station(broker.address, BASE) as station:
            again = await station.alarms(2)
            assert {message.payload for message in again} == {b"one", b"three"}


async def test_messages_sent_while_the_base_station_is_away_wait_for_it(tmp_path):
    """The session is the broker's to keep, also through a kill of the broker."""
    async with running_device(tmp_path) as (broker, anna):
        async with running_station(broker.address, BASE):
            pass
        await give(anna, b"one", b"two")
        await broker.restart("for the test")
        os.kill(broker.pid, signal.SIGKILL)
        async with running_station(broker.address, BASE) as station:
            assert {message.payload for message in await station.alarms(2)} == {b"one", b"two"}


async def test_a_killed_broker_loses_no_message_and_the_link_is_back_within_seconds(tmp_path):
    """Taken but not acknowledged before the kill: given again after it, and then acknowledged."""
    async with running_device(tmp_path) as (broker, anna), running_station(broker.address, BASE) as station:
        up_since = station.link.up_since
        await give(anna, b"one")
        stale = (await station.alarm()).ack
        os.kill(broker.pid, signal.SIGKILL)
        down = await station.heard.until(LinkDown, connection="alarms")
        assert not station.link.is_up
        up = await station.heard.until(LinkUp, connection="alarms")
        assert (up.at - down.at).total_seconds() < 5
        again = await station.alarm()
        assert again.payload == b"one"
        station.link.ack([stale])
        assert station.link.counters.acks_too_late == 1
        station.link.ack([again.ack])
        if not station.link.is_up:
            await station.heard.until(LinkUp, connection="heartbeats")
        assert station.link.up_since > up_since


async def test_a_stale_acknowledgement_never_hits_a_message_of_the_next_connection(tmp_path):
    """Packet ids start again with a connection; an old token must not confirm a new message."""
    async with running_device(tmp_path) as (broker, anna):
        async with running_station(broker.address, BASE) as station:
            await give(anna, b"one")
            stale = await station.alarm()
            station.link._alarms._client.socket().shutdown(2)
            await station.heard.until(LinkUp, connection="alarms")
            fresh = await station.alarm()
            assert fresh.payload == stale.payload
            assert fresh.ack.connection_number > stale.ack.connection_number
            station.link.ack([stale.ack])
        async with running_station(broker.address, BASE) as station:
            assert (await station.alarm()).payload == b"one"


async def test_commands_reach_the_device_and_are_refused_without_a_connection(tmp_path):
    """True means handed to the socket, False counted as refused."""
    command = topics.device_topic(ANNA.name, "command")
    async with running_device(tmp_path) as (broker, anna):
        assert await asyncio.to_thread(anna.subscribe, command) == 0
        station = Station(broker.address, BASE)
        assert not station.link.publish_command(ANNA.name, b"too early")
        await station.start()
        for number in range(100):
            assert station.link.publish_command(ANNA.name, b"%d" % number)
        came = [await asyncio.to_thread(anna.received.get, True, WAIT_S_MAX) for _ in range(100)]
        assert came == [(command, b"%d" % number) for number in range(100)]
        await station.link.stop()
        assert not station.link.publish_command(ANNA.name, b"too late")
        assert (station.link.counters.commands, station.link.counters.commands_refused) == (100, 2)


async def test_a_refused_subscription_is_reported_and_the_link_is_not_up(tmp_path):
    """A user without the base's permissions hears nothing, and the base says so."""
    async with running_broker(tmp_path, [ANNA], BASE) as broker:
        station = Station(broker.address, Credential("main", ANNA.secret, ANNA.client_id), user=ANNA.name)
        station.link.start()
        refused = await station.heard.until(SubscriptionRefused, connection="alarms")
        assert topics.all_devices("event") in refused.filters
        assert not station.link.is_up
        assert station.link.counters.subscriptions_refused >= 4
        await station.link.stop()


async def test_a_refused_log_in_and_a_missing_broker_are_reported_once(tmp_path):
    """A sentence each, not one a second."""
    async with running_broker(tmp_path, [ANNA], BASE) as broker:
        station = Station(broker.address, Credential("main", ANNA.secret, BASE.client_id))
        station.link.start()
        assert "log-in" in (await station.heard.until(LinkDown)).reason
        await station.link.stop()
    station = Station(broker.address, BASE)
    station.link.start()
    assert "nobody answers" in (await station.heard.until(LinkDown)).reason
    await station.heard.until(LinkDown)
    await station.link.stop()
    assert station.heard.events.empty()


async def test_neither_secret_nor_client_id_is_ever_logged(tmp_path):
    """Log-ins, refusals, a take-over of a session and a death of the broker: no line shows one."""
    thief = new_credential("device-thief")
    with structlog.testing.capture_logs() as lines:
        async with (
            running_broker(tmp_path, [ANNA, thief], BASE) as broker,
            running_station(broker.address, BASE) as station,
        ):
            taker = PlainClient(broker.address, thief, client_id=BASE.client_id)
            assert await asyncio.to_thread(taker.connect)
            await asyncio.to_thread(taker.publish, EVENT, b"forged")
            await asyncio.to_thread(taker.close)
            await station.heard.until(LinkUp, connection="alarms")
            await broker.set_devices([ANNA])
            os.kill(broker.pid, signal.SIGKILL)
            await station.heard.until(LinkUp, connection="alarms")
            shown = repr(station.link) + repr(vars(station.link._alarms)) + repr(broker)
    text = repr(lines) + shown
    assert "Violation" in text
    for credential in (BASE, ANNA, thief):
        assert credential.secret not in text
        assert credential.client_id not in text
