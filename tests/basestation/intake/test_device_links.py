"""What devices say of their links: shown, kept, counted, and logged with the case of their silence."""

from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import select

from basestation.intake.device_links import DeviceCounts, DeviceLink, from_json, to_json
from basestation.intake.device_states import DeviceStates
from basestation.store.tables import log
from tests.basestation.site_bench import DEVICE, running_site


async def test_the_newest_heartbeat_says_which_way_the_device_takes_and_what_went_wrong(tmp_path):
    """On the console at once, and still there after a restart of the base station."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.beat(network=1, broker=0, rssi_dbm=-67, counts={"refused_connects": 2})
        said = {"network": 1, "broker": 0, "rssi_dbm": -67, "counts": {"refused_connects": 2}}
        assert (await site.engine.snapshot())["people"][0]["link"] == said
        states = site.engine._parts.states
        await states.flush(site.clock.now())
        again = DeviceStates(site.database, site.engine.committer)
        await again.load()
        assert again.of(DEVICE).link == DeviceLink(**said)
        await site.beat()
        said = {"network": None, "broker": None, "rssi_dbm": None, "counts": {}}
        assert (await site.engine.snapshot())["people"][0]["link"] == said


async def test_how_long_a_device_was_away_is_logged_with_the_case_of_its_silence(tmp_path):
    """The device could not say so while it was lost."""
    async with running_site(tmp_path) as site:
        site.clock.jump(60)
        await site.start_shift()
        await site.say("presence", state="offline", reason="lost")
        site.clock.jump(20)
        case = await site.only_case(kind="technical", device=DEVICE, state="RECEIVED")
        await site.say("presence", state="online", reason="connected", away_s=75)
        await site.only_case(state="GONE")
        query = select(log).where(log.c.kind == "link_back")
        async with site.database.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        assert [(row["device"], row["case_id"]) for row in rows] == [(DEVICE, case["id"])]


def test_the_metric_adds_devices_up_and_names_none():
    """Of no device and no person."""
    links = [DeviceLink(counts={"undecodable": 2}), None, DeviceLink(counts={"undecodable": 3, "x": 1})]
    registry = CollectorRegistry()
    registry.register(DeviceCounts(lambda: links))
    text = generate_latest(registry).decode()
    assert 'rufweite_device_counts{count="undecodable"} 5.0' in text
    assert 'rufweite_device_counts{count="x"} 1.0' in text


def test_a_link_survives_the_store():
    """What is kept is what was said; nothing said is nothing kept."""
    link = DeviceLink(1, None, -50, {"undecodable": 2})
    assert from_json(to_json(link)) == link
    assert from_json(to_json(None)) is None
