"""Why a device is probably silent: what is known of it before, in the case and in its log."""

from datetime import timedelta

import pytest

from basestation.broker.events import BrokerUp
from basestation.canary import BrokerHealthy, BrokerUnhealthy
from basestation.cases.battery import Outlook
from basestation.cases.protection import Protection
from basestation.cases.silence import DeviceWatch
from basestation.intake.device_links import DeviceLink
from basestation.intake.device_states import DeviceState
from basestation.mqtt.events import LinkDown, LinkUp
from basestation.supervision.last_known import is_at_edge, is_battery_spent, is_off_body
from basestation.supervision.station import StationWatch
from tests.basestation.site_bench import DEVICE, NOW, OPERATOR, running_site


def later(seconds):
    """Return a moment of the story."""
    return NOW + timedelta(seconds=seconds)


async def _judged(site):
    """Return the class of the only case as its log has it, and the case's cause."""
    case = await site.only_case(kind="technical", state="RECEIVED")
    (entry,) = [one for one in await site.engine.timeline(case["id"]) if one["kind"] == "silence_classified"]
    return entry["silence_class"], case["cause"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, "unknown"),
        ({"rssi_dbm": -81}, "shadow"),
        ({"battery_percent": 5}, "battery"),
        ({"rssi_dbm": -81, "protection": "not_protected", "protection_reason": "clip_open"}, "body"),
    ],
)
async def test_the_last_heartbeat_tells_what_a_silence_is(tmp_path, said, expected):
    """In the log of the case, and in its cause where it says more than that."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.beat(**said)
        site.clock.jump(85)
        silence_class, cause = await _judged(site)
        assert silence_class == expected
        assert cause.startswith("no heartbeat for 85 s")
        assert ("; " in cause) == (expected != "unknown")


async def test_a_weak_signal_is_a_shadow_only_where_a_walk_found_one(tmp_path):
    """By the newest walk of the workplace."""
    async with running_site(tmp_path) as site:
        walk = await site.engine.walks.start(DEVICE, 1, 30, OPERATOR.display_name)
        await site.say("coverage", walk=f"walk-{walk['id']}", point=0, rssi_dbm=-90)
        await site.start_shift()
        await site.beat(rssi_dbm=-70)
        site.clock.jump(85)
        assert (await _judged(site))[0] == "shadow"


async def test_while_an_alarm_of_the_worker_is_open_its_device_is_never_taken_for_an_empty_battery(tmp_path):
    """Also when it said so itself."""
    async with running_site(tmp_path) as site:
        await site.start_shift()
        await site.beat(battery_percent=2)
        await site.raise_alarm()
        site.clock.jump(85)
        snapshot = await site.until(lambda snapshot: len(snapshot["cases"]) == 2)
        (case,) = [one for one in snapshot["cases"] if not one["is_person"]]
        assert "an alarm of the worker is open" in case["cause"]
        kinds = {one["kind"]: one for one in await site.engine.timeline(case["id"])}
        assert kinds["silence_classified"]["silence_class"] == "unknown"


@pytest.mark.parametrize(
    ("rssi_dbm", "has_shadow", "is_edge"),
    [
        (None, True, False),
        (-80, False, False),
        (-81, False, True),
        (-67, True, False),
        (-68, True, True),
        (-68, False, False),
    ],
)
def test_radio_is_weak_below_poor_and_in_a_known_shadow_below_weak(rssi_dbm, has_shadow, is_edge):
    """The limits of the coverage map; what was not said is no evidence."""
    state = DeviceState(DEVICE, link=DeviceLink(rssi_dbm=rssi_dbm))
    assert is_at_edge(state, has_shadow=has_shadow) == is_edge
    assert not is_at_edge(DeviceState(DEVICE), has_shadow=has_shadow)


@pytest.mark.parametrize(
    ("facts", "is_spent"),
    [
        ({}, False),
        ({"battery_percent": 6}, False),
        ({"battery_percent": 5}, True),
        ({"battery_percent": 5, "is_charging": True}, False),
        ({"battery_percent": 50, "battery": Outlook(later(0))}, True),
        ({"battery_percent": 50, "battery": Outlook(later(1))}, False),
    ],
)
def test_a_battery_is_spent_at_the_critical_charge_or_at_its_foreseen_end(facts, is_spent):
    """Not on its charger."""
    assert is_battery_spent(DeviceState(DEVICE, **facts), NOW) == is_spent


@pytest.mark.parametrize(
    ("state", "reason", "said_s", "is_off"),
    [
        ("not_protected", "clip_open", 0, True),
        ("not_protected", "clip_open", -1, False),
        ("not_protected", "key_stuck", 0, False),
        ("protected", None, 0, False),
    ],
)
def test_off_the_body_is_what_the_device_said_in_this_shift(state, reason, said_s, is_off):
    """What it said before the shift began is of another wearer."""
    said = Protection(state, reason, later(said_s), later(said_s), None, 1, 1)
    known = DeviceState(DEVICE, protection=said)
    assert is_off_body(DeviceWatch(DEVICE, NOW), known) == is_off
    assert not is_off_body(DeviceWatch(DEVICE), known)
    assert not is_off_body(DeviceWatch(DEVICE, NOW), DeviceState(DEVICE))


def test_the_station_knows_towards_each_device_how_it_was():
    """By the device's own broker, and by all of them."""
    station = StationWatch("station-1", NOW)
    station.expect(2)
    assert station.towards(later(5), 0) == "deaf"
    for number in (0, 1):
        station.take(BrokerUp(later(1), 1, 1), number)
        station.take(LinkUp(later(1), "alarms"), number)
    assert station.towards(later(0), 0) == "was_down"
    assert station.towards(later(-1), None) == "was_away"
    assert station.towards(later(5), 0) == "well"
    station.take(BrokerUnhealthy(later(20), None), 1)
    assert [station.towards(later(5), broker) for broker in (0, 1, None, 7)] == [
        "well",
        "its_broker",
        "well",
        "well",
    ]
    station.take(LinkDown(later(30), "alarms", "connection lost"), 0)
    assert station.towards(later(5), 0) == "deaf"
    station.take(BrokerHealthy(later(40)), 1)
    assert station.towards(later(35), 1) == "well"
