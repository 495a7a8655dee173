"""The main job on the real parts, MicroPython, broker and database: what a worker and an operator see."""

from contextlib import closing

import httpx
import paho.mqtt.client as mqtt
import pytest

from basestation import evidence
from protocol import codec, topics
from tests.system.broker import HOST
from tests.system.running import is_published, is_signal, running_site, tap, wait_until, walk_then

#: Short times, so that a test is not as long as an emergency; the limits are tested with the core.
QUICK = {"manual_hold_ms": 1000, "fall_pre_alarm_ms": 3000, "heartbeat_ms": 5000}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """One base station for this file; each test has a device of its own."""
    with running_site(tmp_path_factory.mktemp("site"), last_will_s="3") as site:
        yield site


def let_fall(site, name):
    """Let a worker walk until the device knows how it is worn, which takes seconds, and then fall."""
    walk, fall = walk_then("fall,lie:60")
    device = site.add_device(name, walk, **QUICK)
    device.wait_for(is_published("heartbeat"), 10, device.count)
    device.play(fall)
    return device


def test_a_worker_goes_down_the_control_room_knows_and_somebody_takes_charge(site):
    """Generated fall → pre-alarm → alarm → case with worker and place → accept → told → all clear."""
    device = let_fall(site, "down")
    announced = device.wait_for(is_published("pre-alarm", "fall"), 20)["message"]
    shown = site.case("down", state="PRE_ALARM")
    assert shown["kind"] == "fall"
    raised = device.wait_for(is_published("raised", "fall"), 10)["message"]
    assert raised["alarm"] == announced["alarm"]
    case = site.case("down", state="RECEIVED", kind="fall")
    assert (case["worker"], case["workplace"], case["directions"]) == (
        "Worker of down",
        "Place of down",
        "Gate 2",
    )
    assert case["is_wearer_confirmed"]
    assert case["verbs"][0] == "accept"
    device.wait_for(is_signal("alarm_received"), 10)
    mark = device.count
    accepted = site.press(case["id"], "accept")
    assert accepted["accepted_by"] == "Command line"
    device.wait_for(is_signal("help_accepted"), 2, mark)
    site.press(case["id"], "on_scene")
    device.wait_for(is_signal("help_on_scene"), 2, mark)
    site.press(case["id"], "all_clear", "Slipped, bruised knee, taken home.")
    device.wait_for(is_signal("all_clear"), 2, mark)
    assert [case for case in site.cases("down") if case["kind"] == "fall"] == []


def test_an_operators_accept_reaches_the_device_within_a_second(site):
    """From the commit to the signal's effect; the figure is printed."""
    device = site.add_device("told", **QUICK)
    device.press()
    device.wait_for(is_published("raised", "manual"), 10)
    device.release()
    case = site.case("told", state="RECEIVED")
    mark = device.count
    site.press(case["id"], "accept")
    effect = device.wait_for(is_signal("help_accepted"), 5, mark)
    query = "select at_ms from log where case_id = ? and kind = 'accept_pressed'"
    pressed_at_ms = site.rows(query, case["id"])[0][0]
    took_ms = effect["time_ms"] - pressed_at_ms
    print(f"commit to signal: {took_ms} ms")
    assert 0 <= took_ms < 1000


def test_a_cancelled_pre_alarm_calls_nobody(site):
    """A short press in the pre-alarm: no case is left, and no notice was ever written."""
    walk, lying = walk_then("lie:8,stand:30")
    times = {"position_detection_ms": 2000, "position_pre_alarm_ms": 3000}
    device = site.add_device("cancels", walk, **QUICK | times)
    device.play(lying)
    alarm = device.wait_for(is_published("pre-alarm", "position"), 20)["message"]["alarm"]
    tap(device)
    device.wait_for(is_published("cancelled", "position"), 5)
    query = "select id, state from cases where device = 'cancels' and alarm = ?"
    case_id, _ = wait_until(
        lambda: next((row for row in site.rows(query, alarm) if row[1] == "CANCELLED"), None), 5, "the cancel"
    )
    assert site.rows("select count(*) from outbox where case_id = ?", case_id) == [(0,)]


def test_a_device_that_is_crushed_in_its_pre_alarm_is_still_an_alarm(site):
    """Neither cancelled nor raised by its deadline + 10 s: the base station raises it."""
    device = let_fall(site, "crushed")
    device.wait_for(is_published("pre-alarm", "fall"), 20)
    site.case("crushed", state="PRE_ALARM", kind="fall")
    device.kill()
    case = site.case("crushed", wait_s=20, state="RECEIVED", kind="fall")
    assert case["cause"]


def test_a_lost_radio_is_a_technical_alarm_that_goes_and_waits_for_its_acknowledgement(site):
    """Last will → technical case; back again → gone, not acknowledged; acknowledged → closed."""
    device = site.add_device("lost", **QUICK)
    wait_until(
        lambda: any(p["device"] == "lost" and p["seen_at"] for p in site.snapshot()["people"]), 10, "seen"
    )
    device.set_radio(is_lost=True)
    case = site.case("lost", wait_s=15, kind="technical", state="RECEIVED")
    assert not case["is_person"]
    device.set_radio(is_lost=False)
    gone = site.case("lost", wait_s=20, kind="technical", state="GONE")
    assert gone["id"] == case["id"]
    assert gone["verbs"] == ["acknowledge"]
    site.press(gone["id"], "acknowledge")
    assert site.cases("lost") == []


def test_off_shift_silence_is_no_alarm_but_the_button_is(site):
    """The button works whenever there is power; the wearer is named as unconfirmed."""
    device = site.add_device("off-shift", is_on_shift=False, **QUICK)
    device.wait_for(lambda effect: effect.get("effect") == "link" and effect["is_up"], 10)
    device.press()
    device.wait_for(is_published("raised", "manual"), 10)
    case = site.case("off-shift", state="RECEIVED", kind="manual")
    assert case["worker"] is None
    assert not case["is_wearer_confirmed"]
    device.kill()
    other = site.add_device("witness", **QUICK)
    other.set_radio(is_lost=True)
    site.case("witness", wait_s=20, kind="technical")
    assert not [case for case in site.cases("off-shift") if case["kind"] == "technical"]


def test_rubbish_on_an_event_topic_is_kept_counted_and_a_technical_alarm(site):
    """No JSON, too long, a foreign device's name: quarantined, counted by reason, shown with the device."""
    with closing(site.api()) as api:
        given = api.post("devices", {"name": "babbler"})
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=given["client_id"], clean_session=False)
    client.username_pw_set("babbler", given["secret"])
    client.connect(HOST, site.mqtt_port)
    client.loop_start()
    fields = {"alarm": "1-1", "alarm_kind": "rest", "repeat": 0}
    foreign = codec.encode("raised", "down", 1, 1, "real", fields)
    for payload in (b"help!", b"x" * 5000, foreign):
        client.publish(topics.device_topic("babbler", "event"), payload, qos=1).wait_for_publish(10)
    case = site.case("babbler", kind="technical", state="RECEIVED")
    assert case["cause"]
    wait_until(
        lambda: len(site.rows("select reason from quarantine where device = 'babbler'")) == 3, 10, "kept"
    )
    reasons = {reason for (reason,) in site.rows("select reason from quarantine where device = 'babbler'")}
    assert reasons == {"not_json", "too_long", "foreign_device"}
    with closing(site.api()) as api:
        listed = [row for row in api.get("quarantine") if row["device"] == "babbler"]
    assert {(row["device"], row["reason"]) for row in listed} == {("babbler", reason) for reason in reasons}
    text = httpx.get(f"{site.api().url}/metrics").text
    assert all(f'rufweite_quarantined_total{{reason="{reason}"}}' in text for reason in reasons)
    client.loop_stop()
    client.disconnect()


def test_a_broker_that_dies_is_shown_and_opens_no_case_of_any_device(tmp_path):
    """The broker is restarted by itself; devices come back; nobody is called because of them."""
    with running_site(tmp_path, last_will_s="3") as site:
        device = site.add_device("steady", **QUICK)
        wait_until(lambda: site.snapshot()["people"][0]["seen_at"], 10, "seen")
        mark = device.count
        site.kill_embedded_broker()
        device.wait_for(lambda effect: effect.get("effect") == "link" and effect["is_up"], 20, mark)
        device.press()
        device.wait_for(is_published("raised", "manual"), 10, mark)
        site.case("steady", kind="manual", wait_s=15)
        assert {case["device"] for case in site.snapshot()["cases"] if not case["is_person"]} <= {"station"}


async def test_what_happened_can_be_proven_afterwards(site):
    """The log's chain is whole after everything the tests above did."""
    assert "is whole" in await evidence.verify(f"sqlite+aiosqlite:///{site.data / 'rufweite.db'}")
