"""Who may say and hear what, tried on the real broker."""

import asyncio
from contextlib import asynccontextmanager

from basestation.broker import Credential, new_credential, station_user
from basestation.broker.credential import new_secret
from basestation.mqtt import LinkDown, LinkUp
from protocol import topics
from tests.basestation.broker.plain_client import PlainClient
from tests.basestation.mqtt.station_bench import connected, running_broker, running_station

BASE = new_credential("main")
ANNA, BERT = new_credential("device-anna"), new_credential("device-bert")
DEVICES = [ANNA, BERT]


def topic(device: Credential, channel: str) -> str:
    """Return one channel of a device."""
    return topics.device_topic(device.name, channel)


async def off_loop(call, *arguments):
    """Call the blocking client outside the event loop."""
    return await asyncio.to_thread(call, *arguments)


@asynccontextmanager
async def running_base(data_dir):
    """Run a broker that knows both devices, and the base station's link."""
    async with (
        running_broker(data_dir, DEVICES, BASE) as broker,
        running_station(broker.address, BASE) as station,
    ):
        yield broker, station


@asynccontextmanager
async def running_all(data_dir):
    """Run the same with the device of Anna connected."""
    async with (
        running_base(data_dir) as (broker, station),
        connected(PlainClient(broker.address, ANNA)) as anna,
    ):
        yield broker, station, anna


async def test_every_up_channel_of_a_device_reaches_the_base(tmp_path):
    """Event, presence and trace come as alarms to acknowledge, the heartbeat comes apart."""
    async with running_all(tmp_path) as (_, station, anna):
        for channel in ("event", "presence", "trace"):
            await off_loop(anna.publish, topic(ANNA, channel), channel.encode())
        await off_loop(anna.publish, topic(ANNA, "heartbeat"), b"beat", 0)
        came = await station.alarms(3)
        assert sorted(message.topic for message in came) == [
            topic(ANNA, channel) for channel in ("event", "presence", "trace")
        ]
        assert all(message.qos == 1 and message.ack is not None for message in came)
        beat = await station.heartbeat()
        assert (beat.topic, beat.qos, beat.ack) == (topic(ANNA, "heartbeat"), 0, None)


async def test_a_device_cannot_speak_as_another(tmp_path):
    """The forbidden publish is acknowledged to the device and never reaches the base."""
    async with running_all(tmp_path) as (_, station, anna):
        await off_loop(anna.publish, topic(BERT, "event"), b"forged")
        await off_loop(anna.publish, topic(BERT, "heartbeat"), b"forged", 0)
        await off_loop(anna.publish, topics.canary_topic("main"), b"forged")
        await off_loop(anna.publish, topic(ANNA, "heartbeat"), b"own", 0)
        await off_loop(anna.publish, topic(ANNA, "event"), b"own")
        # Publishes of one connection are taken in order: what was forged would be first.
        assert (await station.alarm()).payload == b"own"
        assert (await station.heartbeat()).payload == b"own"
        assert station.canaries.events.empty()


async def test_a_device_hears_its_own_commands_and_no_others(tmp_path):
    """Another's command topic, every wildcard over it and the broker's own subjects are refused."""
    async with running_all(tmp_path) as (_, station, anna):
        for forbidden in (
            topic(BERT, "command"), topics.all_devices("command"), topics.all_devices("event"),
            "#", "$MQTT/sub/#", "$JS/#",
        ):  # fmt: skip
            for qos in (0, 1):
                assert await off_loop(anna.subscribe, forbidden, qos) == 0x80, forbidden
        assert await off_loop(anna.subscribe, topic(ANNA, "command")) == 0
        assert station.link.publish_command(BERT.name, b"for bert")
        assert station.link.publish_command(ANNA.name, b"for anna")
        assert await off_loop(anna.received.get, True, 5.0) == (topic(ANNA, "command"), b"for anna")


async def test_a_wrong_secret_is_refused(tmp_path):
    """Neither another's secret nor a made-up user gets in."""
    async with running_broker(tmp_path, DEVICES, BASE) as broker:
        for user, secret in (
            (ANNA.name, BERT.secret),
            ("device-nobody", new_secret()),
            (station_user("main"), ANNA.secret),
        ):
            client = PlainClient(broker.address, Credential("device-x", secret, new_secret()), user=user)
            assert not await off_loop(client.connect)
            await off_loop(client.close)


async def test_a_removed_device_is_cut_and_nobody_else_is(tmp_path):
    """Taking a device out ends its connection and refuses its log-in; its colleague works on."""
    async with running_base(tmp_path) as (broker, station):
        bert = PlainClient(broker.address, BERT)
        assert await off_loop(bert.connect)
        async with connected(PlainClient(broker.address, ANNA)) as anna:
            up_since = station.link.up_since
            await broker.set_devices([ANNA])
            assert await off_loop(bert.cut.wait, 5.0)
            await off_loop(bert.close)
            again = PlainClient(broker.address, BERT)
            assert not await off_loop(again.connect)
            await off_loop(again.close)
            await off_loop(anna.publish, topic(ANNA, "event"), b"still here")
            assert (await station.alarm()).payload == b"still here"
            assert not anna.cut.is_set()
            assert station.link.up_since == up_since is not None


async def test_a_will_of_a_lost_device_arrives(tmp_path):
    """A connection that breaks without a log-out publishes the device's last will as presence."""
    async with running_base(tmp_path) as (broker, station):
        anna = PlainClient(broker.address, ANNA, will_topic=topic(ANNA, "presence"))
        assert await off_loop(anna.connect)
        await off_loop(anna.drop)
        will = await station.alarm()
        assert (will.topic, will.payload) == (topic(ANNA, "presence"), b"gone")


async def test_who_knows_the_base_s_client_id_takes_its_session_and_repeats_still_arrive(tmp_path):
    """The broker binds a session to the client id alone, whoever logs in: that is why it is a secret.

    A device logs in as itself with the base's client id and a clean session, which throws the
    base out and deletes its queue. The base comes back, and a repeat of the device arrives.
    """
    async with running_base(tmp_path) as (broker, station):
        thief = PlainClient(broker.address, BERT, client_id=BASE.client_id, is_session_kept=False)
        assert await off_loop(thief.connect)

        await station.heard.until(LinkDown, connection="alarms")
        await off_loop(thief.close)
        await station.heard.until(LinkUp, connection="alarms")
        async with connected(PlainClient(broker.address, ANNA)) as anna:
            await off_loop(anna.publish, topic(ANNA, "event"), b"repeat")
            assert (await station.alarm()).payload == b"repeat"
