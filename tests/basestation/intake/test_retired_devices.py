"""What a retired device still says, by whatever broker: refused from the commit on, and told."""

from contextlib import asynccontextmanager

from basestation.intake.memory_link import MemoryLink
from basestation.intake.retired import ON_ITS_WAY
from protocol import codec
from tests.basestation.site_bench import DEVICE, running_site

BEAT = {"mode": "guarding", "uptime_s": 1, "firmware": "1.0", "settings_version": 0, "alarms_due": 0}


@asynccontextmanager
async def retired_at_two_brokers(path, later_s=60):
    """Run a base station that hears two brokers, and whose device was retired some time ago."""
    async with running_site(path) as site:
        site.second = MemoryLink(site.clock)
        site.engine.connect(site.second)
        await site.engine.retire_device(DEVICE)
        site.clock.jump(later_s)
        yield site


async def reasons(site):
    """Return why messages were quarantined, oldest first."""
    return [one["reason"] for one in await site.engine.quarantined()][::-1]


def refused(site, reason):
    """Return how many messages were counted under a reason."""
    return site.metrics.get_sample_value("rufweite_quarantined_total", {"reason": reason})


async def beat(site, seq):
    """Let the retired device send a heartbeat by the second broker; return once it is kept."""
    kept = (await site.engine.snapshot())["station"]["quarantined"]
    site.second.put(DEVICE, "heartbeat", codec.encode("heartbeat", DEVICE, 1, seq, "real", BEAT))
    await site.until(lambda snapshot: snapshot["station"]["quarantined"] > kept)


async def test_an_alarm_of_a_retired_device_is_refused_told_and_never_receipted(tmp_path):
    """By either broker: no person's case, no receipt (the device grows loud); a technical alarm says so."""
    async with retired_at_two_brokers(tmp_path, later_s=0) as site:
        raised = {"alarm": "1-100", "alarm_kind": "manual", "repeat": 0}
        await site.link.say(DEVICE, "raised", 1, 100, **raised)
        await site.second.say(DEVICE, "pre-alarm", 1, 101, alarm="1-101", alarm_kind="fall", deadline_ms=9000)
        case = await site.only_case(device=DEVICE, kind="technical", state="RECEIVED")
        assert case["cause"].startswith("2 alarm messages of this device, which was retired, refused")
        assert "by broker 2" in case["cause"]
        assert await reasons(site) == ["retired_alarm", "retired_alarm"]
        assert refused(site, "retired_alarm") == 2
        assert site.link.kinds_sent(DEVICE) == site.second.kinds_sent(DEVICE) == []


async def test_every_other_word_of_a_retired_device_is_refused_and_told_with_its_broker(tmp_path):
    """Events, presence, heartbeats: nothing of them changes what is known of the device."""
    async with retired_at_two_brokers(tmp_path) as site:
        before = await site.engine.device(DEVICE)
        await site.second.say(DEVICE, "protection", 1, 100, state="protected")
        await site.second.say(DEVICE, "presence", 1, 101, state="online", reason="connected")
        await beat(site, 102)
        case = await site.only_case(device=DEVICE, kind="technical")
        assert case["cause"].startswith("3 messages of this device, which was retired, refused, the last")
        assert "by broker 2: its log-in is still valid there" in case["cause"]
        assert await reasons(site) == ["retired_device"] * 3
        after = await site.engine.device(DEVICE)
        assert {**after, "open_cases": []} == before
        assert site.link.kinds_sent(DEVICE) == site.second.kinds_sent(DEVICE) == []


async def test_what_was_on_its_way_and_the_last_will_are_kept_and_no_alarm(tmp_path):
    """A broker that cuts the device says its last will; what came a moment late is no log-in in force."""
    async with retired_at_two_brokers(tmp_path, later_s=ON_ITS_WAY.total_seconds() - 1) as site:
        await site.link.say(DEVICE, "protection", 1, 100, state="protected")
        site.clock.jump(100)
        await site.link.say(DEVICE, "presence", 1, 99, state="offline", reason="lost")
        assert await reasons(site) == ["retired_device"] * 2
        assert await site.cases() == []


async def test_ten_seconds_after_its_retirement_a_word_is_no_longer_on_its_way(tmp_path):
    """At the limit it is told."""
    async with retired_at_two_brokers(tmp_path, later_s=ON_ITS_WAY.total_seconds()) as site:
        await site.link.say(DEVICE, "protection", 1, 100, state="protected")
        await site.only_case(device=DEVICE, kind="technical")


async def test_a_retired_device_is_refused_by_the_next_start_of_the_base_station_too(tmp_path):
    """It stands in the database."""
    async with retired_at_two_brokers(tmp_path) as site:
        clock = site.clock
    async with running_site(tmp_path, clock, is_furnished=True) as site:
        await site.say("raised", alarm="1-100", alarm_kind="manual", repeat=0)
        assert await reasons(site) == ["retired_alarm"]
        assert site.link.kinds_sent(DEVICE) == []
