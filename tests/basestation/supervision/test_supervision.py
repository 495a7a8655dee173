"""Silence is an event: of a device on shift, and of the station itself."""

from datetime import timedelta

from basestation.broker.events import BrokerDied, BrokerUp
from basestation.canary import BrokerHealthy, BrokerUnhealthy
from basestation.mqtt.events import LinkDown, LinkUp
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site


def _link(site, kind, *reason):
    for connection in ("alarms", "heartbeats"):
        site.engine.take(kind(site.clock.now(), connection, *reason))


async def test_a_last_will_becomes_a_technical_alarm_that_is_gone_when_the_device_is_back(tmp_path):
    """After 20 s; sound and chain stop when it is back, and it stays until somebody knows."""
    async with running_site(tmp_path) as site:
        site.clock.jump(60)
        await site.start_shift()
        await site.say("presence", state="offline", reason="lost")
        site.clock.jump(20)
        case = await site.only_case(kind="technical", device=DEVICE, worker="Willi Werker", state="RECEIVED")
        assert "contact with the device is lost" in case["cause"]
        await site.channel.next_notice()
        assert (await site.engine.snapshot())["people"][0]["is_silent"]

        await site.say("presence", state="online", reason="connected")
        await site.only_case(state="GONE", next_step=None)
        assert not (await site.engine.snapshot())["people"][0]["is_silent"]

        await site.say("presence", state="offline", reason="lost")
        site.clock.jump(20)
        await site.only_case(id=case["id"], state="RECEIVED")
        await site.beat()
        await site.only_case(state="GONE")
        assert (await site.engine.press(case["id"], "acknowledge", OPERATOR))["state"] == "CLOSED"


async def test_a_last_will_that_the_reconnect_has_overtaken_is_no_alarm(tmp_path):
    """The broker may notice the old connection's end after the new one came up."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.say("presence", seq=900, state="online", reason="connected", will_seq=890)
        await site.say("presence", seq=880, state="offline", reason="lost")
        site.clock.jump(30)
        await site.beat()
        assert await site.cases() == []
        await site.say("presence", seq=890, state="offline", reason="lost")
        site.clock.jump(20)
        await site.only_case(kind="technical", state="RECEIVED")


async def test_a_short_absence_is_no_alarm(tmp_path):
    """A change of the radio cell is not a lost worker."""
    async with running_site(tmp_path) as site:
        site.clock.jump(60)
        await site.start_shift()
        await site.say("presence", state="offline", reason="lost")
        site.clock.jump(19)
        await site.say("presence", state="online", reason="connected")
        site.clock.jump(30)
        await site.beat()
        assert await site.cases() == []


async def test_silence_without_a_last_will_is_a_technical_alarm_within_ninety_seconds(tmp_path):
    """Counted from the last heartbeat."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.beat()
        site.clock.jump(84)
        assert await site.cases() == []
        site.clock.jump(4)
        await site.only_case(kind="technical", state="RECEIVED")


async def test_off_shift_silence_is_no_alarm_and_the_end_of_a_shift_ends_it(tmp_path):
    """A device in its charger says nothing."""
    async with running_site(tmp_path) as site:
        await site.say("presence", state="offline", reason="lost")
        site.clock.jump(300)
        assert await site.cases() == []
        shift = await site.start_shift()
        await site.say("presence", state="offline", reason="lost")
        site.clock.jump(90)
        await site.only_case(state="RECEIVED")
        await site.engine.end_shift(shift["id"], OPERATOR)
        await site.only_case(state="GONE")


async def test_a_broker_restart_is_one_case_of_the_station_and_none_of_its_devices(tmp_path):
    """While the station is deaf no device is silent, and afterwards each has time to speak."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.beat()
        site.engine.take(BrokerDied(site.clock.now(), -9, "killed", 1.0))
        _link(site, LinkDown, "connection lost")
        await site.only_case(device="station", kind="technical", state="RECEIVED")
        site.clock.jump(200)
        site.engine.take(BrokerUp(site.clock.now(), 1, 1))
        _link(site, LinkUp)
        case = await site.only_case(device="station", state="GONE")
        site.clock.jump(40)
        await site.beat()
        assert [one["id"] for one in await site.cases()] == [case["id"]]


async def test_a_canary_that_does_not_come_back_is_a_case_of_the_station(tmp_path):
    """A broker that takes everything and delivers nothing looks alive."""
    async with running_site(tmp_path) as site:
        site.engine.take(BrokerUnhealthy(site.clock.now(), None))
        case = await site.only_case(device="station", state="RECEIVED")
        assert "canary" in case["cause"]
        assert not (await site.engine.snapshot())["station"]["canary"]["is_healthy"]
        site.engine.take(BrokerHealthy(site.clock.now()))
        await site.only_case(state="GONE")


async def test_a_restarted_base_gives_grace_and_keeps_what_was_silent(tmp_path):
    """Its own absence is nobody's silence; a case that was open is not opened again."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.beat()
        clock = site.clock
    clock.jump(3600)
    async with running_site(tmp_path, clock, is_furnished=True) as site:
        clock.jump(30)
        await site.link.say(DEVICE, "confirmed", 1, 800, ask="x")
        assert await site.cases() == []
        clock.jump(90)
        first = await site.only_case(kind="technical", state="RECEIVED")
    async with running_site(tmp_path, clock, is_furnished=True) as site:
        clock.jump(120)
        await site.link.say(DEVICE, "confirmed", 1, 801, ask="x")
        await site.only_case(id=first["id"], state="GONE")


async def test_a_heartbeat_of_a_device_that_does_not_know_of_its_shift_tells_it_again(tmp_path):
    """A device that lost its memory would guard nobody."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.beat(mode="off_shift")
        command = await site.link.told(DEVICE, "shift", state="on")
        assert timedelta(milliseconds=command["remaining_ms"]) == timedelta(hours=8)


async def test_a_started_device_is_told_of_its_shift(tmp_path):
    """After a reset it has only what the base says."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.say("started", boot=2, firmware="1.0", cause="brown_out", settings_version=0)
        await site.link.told(DEVICE, "shift", state="on")
