"""The real firmware in both interpreters against a real broker: alarms, receipts, and what breaks."""

import itertools

import pytest

from protocol import codec
from tests.system.running import keep_walking

#: How long anything may take that happens at once on an idle machine, in s.
SOON_S = 5
#: The device's repeat interval, in s.
REPEAT_S = 5
#: What the key raises.
MANUAL = {"alarm_kind": "manual"}
#: Longest wait for a device to find its broker again, in s.
RECONNECT_S = 15
#: A wait for the other side would last seconds; what a busy machine takes from a device may come to this.
STOLEN_TICKS_MAX = 50


def is_up(effect):
    """Tell whether the link came up."""
    return effect["effect"] == "link" and effect["is_up"]


def is_down(effect):
    """Tell whether the link went down, or did not come up."""
    return effect["effect"] == "link" and not effect["is_up"]


def is_report(effect):
    """Tell whether this is the loop's report on itself."""
    return effect["effect"] == "loop"


def is_signal(name):
    """Return a test for what the worker sees and hears."""
    return lambda effect: effect["effect"] == "signal" and effect["name"] == name


def is_message(kind):
    """Return a test for a message that the device sends."""
    return lambda effect: effect["effect"] == "publish" and effect["message"]["kind"] == kind


def raise_alarm(device):
    """Hold the key until the device shows its alarm; return the number of its first effect."""
    since = device.count
    device.press()
    device.wait_for(is_signal("alarm"), SOON_S, since)
    device.release()
    return since


@pytest.fixture
def device(new_device):
    """A device that is on, on a wearer who walks, and has its link."""
    with new_device() as running:
        keep_walking(running)
        running.wait_for(is_up, SOON_S)
        yield running


def test_an_alarm_is_repeated_every_5_s_until_its_receipt_and_then_no_more(device, station):
    """The one promise of the device."""
    name = device.config.name
    since = raise_alarm(device)
    heard = [station.wait_for_kind("raised", SOON_S + REPEAT_S, device=name, **MANUAL) for _ in range(3)]
    assert [message["repeat"] for message in heard] == [0, 1, 2]
    assert len({message["alarm"] for message in heard}) == 1
    raised = [effect for effect in device.effects(since) if is_message("raised")(effect)]
    sent_ms = [effect["t_ms"] for effect in raised if MANUAL.items() <= effect["message"].items()]
    for before_ms, after_ms in itertools.pairwise(sent_ms):
        # Never early; a loaded machine makes it late, but leaves no repeat out.
        assert REPEAT_S * 1000 <= after_ms - before_ms < 2 * REPEAT_S * 1000
    station.send_receipt(heard[-1])
    device.wait_for(is_signal("alarm_received"), SOON_S, since)
    station.drain()
    with pytest.raises(AssertionError, match="nothing such came"):
        station.wait_for_kind("raised", REPEAT_S + 1.5, device=name, **MANUAL)


def test_an_alarm_raised_while_the_broker_is_dead_arrives_once_it_is_back(device, broker, station):
    """Neither the device nor its worker can know that the machine room has no power."""
    broker.kill()
    device.wait_for(is_down, SOON_S)
    raise_alarm(device)
    broker.start()
    heard = station.wait_for_kind("raised", RECONNECT_S, device=device.config.name, **MANUAL)
    assert heard["repeat"] == 0
    assert heard["raised_ago_ms"] > 0


def test_a_device_that_dies_in_an_alarm_comes_back_with_the_same_alarm(device, station):
    """A crash, a fall into water, an empty battery: the alarm is not over."""
    name = device.config.name
    raise_alarm(device)
    before = station.wait_for_kind("raised", SOON_S, device=name, **MANUAL)
    device.kill()
    station.drain()
    since = device.count
    device.restart()
    keep_walking(device)
    after = station.wait_for_kind("raised", SOON_S, device=name, **MANUAL)
    assert (after["boot"], after["seq"]) == (before["boot"], before["seq"])
    assert after["alarm"] == before["alarm"]
    device.wait_for(is_signal("alarm"), SOON_S, since)
    assert station.wait_for_kind("started", SOON_S, device=name)["boot"] == before["boot"] + 1


def test_a_device_that_dies_is_reported_lost_and_one_switched_off_is_not(new_device, station):
    """The last will is for those who could not say goodbye."""
    for is_killed, reason in ((True, "lost"), (False, "switched_off")):
        with new_device() as device:
            device.wait_for(is_up, SOON_S)
            name = device.config.name
            station.wait_for_kind("presence", SOON_S, device=name, state="online", reason="connected")
            device.kill() if is_killed else device.stop()
            gone = station.wait_for_kind("presence", SOON_S, device=name, state="offline")
            assert gone["reason"] == reason


def test_a_wrong_password_is_refused_said_and_not_tried_in_a_storm(new_device):
    """A device with an old secret must not keep the broker from the others, and guards all the same."""
    with new_device(password="0" * 32) as device:
        refused = device.wait_for(lambda effect: is_down(effect) and "rejected" in effect["reason"], SOON_S)
        assert "not authorized" in refused["reason"]
        report = [device.wait_for(is_report, SOON_S, device.count) for _ in range(3)][-1]
        assert report["connect_attempts"] == 1
        raise_alarm(device)


def test_a_device_out_of_radio_range_alarms_locally_and_delivers_on_its_return(device, station):
    """The worker who loses the radio, and goes down there."""
    name = device.config.name
    device.set_radio(is_lost=True)
    device.wait_for(is_down, SOON_S)
    station.wait_for_kind("presence", SOON_S, device=name, state="offline", reason="lost")
    raise_alarm(device)
    assert not [message for message in station.drain() if message["kind"] == "raised"]
    device.set_radio(is_lost=False)
    assert station.wait_for_kind("raised", SOON_S, device=name, **MANUAL)["raised_ago_ms"] > 0


def test_a_frozen_broker_holds_up_neither_the_loop_nor_an_alarm(device, broker, station):
    """A connection that stands and answers nothing is the worst of all."""
    broker.freeze()
    try:
        raise_alarm(device)
        reports = [device.wait_for(is_report, SOON_S, device.count) for _ in range(3)]
    finally:
        broker.thaw()
    assert sum(report["skipped_ticks"] for report in reports) <= STOLEN_TICKS_MAX
    station.wait_for_kind("raised", RECONNECT_S, device=device.config.name, **MANUAL)


def test_a_flood_of_commands_holds_up_neither_the_loop_nor_an_alarm(device, station):
    """Whatever comes down, the next sample is taken in time and the key works."""
    name = device.config.name
    fields = {"test": "flood", "alarm_kind": "manual"}
    command = codec.encode("test", name, 1, 9, "real", fields)
    for payload in (b"no message", b"[" * 1500, b"x" * 4000, command):
        for _ in range(60):
            station.send_bytes(name, payload)
    raise_alarm(device)
    reports = [device.wait_for(is_report, SOON_S, device.count) for _ in range(2)]
    assert sum(report["skipped_ticks"] for report in reports) <= STOLEN_TICKS_MAX
    station.wait_for_kind("raised", SOON_S, device=name, **MANUAL)
    assert station.wait_for_kind("answer", 3 * SOON_S, device=name)["result"] == "refused"
