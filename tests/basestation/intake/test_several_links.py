"""A base station that hears two brokers: one message is one message, and one broker away is no silence."""

from contextlib import asynccontextmanager

from basestation.broker.events import BrokerDied, BrokerUp
from basestation.canary import BrokerHealthy, BrokerUnhealthy
from basestation.intake.memory_link import MemoryLink
from basestation.mqtt.events import LinkDown, LinkUp
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site


@asynccontextmanager
async def site_at_two_brokers(path):
    """Run a base station with a shift, its first link and a second one."""
    async with running_site(path) as site:
        site.second = MemoryLink(site.clock)
        site.engine.connect(site.second)
        site.engine.station.expect(2)
        for broker in (0, 1):
            _link(site, broker, LinkUp)
        yield site


def _link(site, broker, kind, *reason):
    for connection in ("alarms", "heartbeats"):
        site.engine.take(kind(site.clock.now(), connection, *reason), broker)


async def test_an_alarm_that_comes_by_both_brokers_is_one_case_receipted_by_each(tmp_path):
    """The same key; the receipt goes back by the broker that each copy came by."""
    async with site_at_two_brokers(tmp_path) as site:
        raised = {"alarm": "1-100", "alarm_kind": "manual"}
        await site.link.say(DEVICE, "raised", 1, 100, repeat=0, **raised)
        await site.link.told(DEVICE, "receipt", acked_seq=100)
        await site.second.say(DEVICE, "raised", 1, 100, repeat=1, **raised)
        await site.second.told(DEVICE, "receipt", acked_seq=100)
        case = await site.only_case(kind="manual", state="RECEIVED")
        site.link.sent.clear()
        await site.second.say(DEVICE, "heartbeat", 1, 101, **_beat())
        await site.engine.press(case["id"], "accept", OPERATOR)
        command = await site.second.told(DEVICE, "case-state", state="ACCEPTED")
        assert site.link.kinds_sent(DEVICE) == []
        site.clock.jump(15)
        for link in (site.link, site.second):
            again = await link.told(DEVICE, "case-state", state="ACCEPTED")
            assert again["seq"] == command["seq"]


async def test_the_last_will_of_a_broker_that_was_left_is_overtaken_by_the_next_ones_greeting(tmp_path):
    """The first broker is back and publishes what it held; the will of the present connection counts."""
    async with site_at_two_brokers(tmp_path) as site:
        await site.start_shift()
        await site.link.say(DEVICE, "presence", 1, 901, state="online", reason="connected", will_seq=900)
        await site.second.say(DEVICE, "presence", 1, 921, state="online", reason="connected", will_seq=920)
        await site.link.say(DEVICE, "presence", 1, 900, state="offline", reason="lost")
        assert [device["presence"] for device in await site.engine.devices()] == ["online"]
        site.clock.jump(30)
        await site.second.say(DEVICE, "heartbeat", 1, 922, **_beat())
        assert await site.cases() == []
        await site.second.say(DEVICE, "presence", 1, 920, state="offline", reason="lost")
        assert [device["presence"] for device in await site.engine.devices()] == ["offline"]
        site.clock.jump(20)
        await site.only_case(kind="technical", device=DEVICE, state="RECEIVED")


async def test_one_broker_away_is_said_with_its_number_and_silence_stays_an_event(tmp_path):
    """The devices have the other one: whoever is silent is; the station's case is gone with its cause."""
    async with site_at_two_brokers(tmp_path) as site:
        await site.start_shift()
        await site.second.say(DEVICE, "heartbeat", 1, 900, **_beat())
        _link(site, 0, LinkDown, "nobody answers")
        site.engine.take(BrokerDied(site.clock.now(), -9, "killed", 1.0), 0)
        site.engine.take(BrokerUnhealthy(site.clock.now(), None), 0)
        case = await site.only_case(device="station", state="RECEIVED")
        assert "broker 1: no connection to the broker for alarms: nobody answers" in case["cause"]
        assert "broker 1: the broker ended: killed" in case["cause"]
        assert "broker 2" not in case["cause"]
        station = (await site.engine.snapshot())["station"]
        assert [broker["is_connected"] for broker in station["brokers"]] == [False, True]
        assert station["mqtt"]["is_connected"]
        site.clock.jump(86)
        snapshot = await site.until(lambda snapshot: len(snapshot["cases"]) == 2)
        assert {case["device"] for case in snapshot["cases"]} == {"station", DEVICE}
        site.engine.take(BrokerUp(site.clock.now(), 1, 1), 0)
        site.engine.take(BrokerHealthy(site.clock.now()), 0)
        _link(site, 0, LinkUp)
        await site.until(
            lambda snapshot: "GONE" in [c["state"] for c in snapshot["cases"] if c["device"] == "station"]
        )


async def test_without_any_broker_no_device_is_called_silent(tmp_path):
    """The base station itself is deaf; each device gets the time to speak once one broker is back."""
    async with site_at_two_brokers(tmp_path) as site:
        await site.start_shift()
        await site.second.say(DEVICE, "heartbeat", 1, 900, **_beat())
        for broker in (0, 1):
            _link(site, broker, LinkDown, "nobody answers")
        await site.only_case(device="station")
        assert not (await site.engine.snapshot())["station"]["mqtt"]["is_connected"]
        site.clock.jump(200)
        _link(site, 1, LinkUp)
        site.clock.jump(44)
        await site.only_case(device="station")
        site.clock.jump(2)
        await site.until(lambda snapshot: len(snapshot["cases"]) == 2)


def _beat():
    return {"mode": "guarding", "uptime_s": 1, "firmware": "1.0", "settings_version": 0, "alarms_due": 0}
