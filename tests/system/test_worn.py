"""Whether a wearer is protected, on the real parts: the self-test led through, suspensions, a silent call."""

import pytest

from simulator.wearer import TestingWearer
from tests.system.running import is_published, is_signal, running_site, tap, wait_until, walk_then

NAME = "tested"
SETTINGS = {
    "is_self_test_on": 1,
    "is_duress_on": 1,
    "manual_hold_ms": 1000,
    "position_detection_ms": 5000,
    "position_pre_alarm_ms": 20000,
    "heartbeat_ms": 5000,
}
#: What the test tries with these settings.
TRIED = {"manual", "duress", "fall", "position", "rest", "loss"}
TEST_S_MAX = 60
#: Standing first: whoever lies down within three seconds of the shake of the self-test looks as if they fell.
WALK, LYING = walk_then("stand:8,lie:60")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """One base station with one worker, who lives through this file's tests in their order."""
    with running_site(tmp_path_factory.mktemp("site")) as site:
        site.add_device(NAME, WALK, **SETTINGS).set_clip(is_closed=True)
        yield site


def person(site):
    """Return what the consoles show of the worker."""
    return next(person for person in site.snapshot()["people"] if person["device"] == NAME)


def shown(site, state, reason=None):
    """Wait until the consoles show this state of the protection; return the worker's line."""
    wanted = {"protection": state, "protection_reason": reason}
    found = wait_until(lambda: wanted.items() <= person(site).items(), 10, f"{wanted} in {person(site)}")
    return person(site) if found else None


def led_through(device, wearer):
    """Let the wearer do what the device asks for until the test is passed."""
    heard = 0

    def is_passed():
        nonlocal heard
        effects = device.effects(heard)
        heard += len(effects)
        for effect in effects:
            wearer.hear(effect)
        wearer.act()
        return wearer.is_passed

    wait_until(is_passed, TEST_S_MAX, "the self-test passed")


def signals(device, first):
    """Return the names of the signals that a device has shown since the effect `first`."""
    return [effect["name"] for effect in device.effects(first) if effect["effect"] == "signal"]


def answered_by(device, presses):
    """Press so often in a pre-alarm; return what is shown from the first press to the next pre-alarm."""
    mark = device.count
    for _ in range(presses):
        tap(device)
        device.wait_for(is_published("cancelled", "position"), 5, mark)
    device.wait_for(is_signal("pre_alarm_position"), 20, mark)
    return signals(device, mark)


def test_a_worker_is_led_through_the_self_test_and_is_protected_when_the_control_room_has_its_result(site):
    """Before: not protected, and why. After: every kind that is on was tried, as the base station has it."""
    device = site.devices[0]
    shown(site, "not_protected", "self_test_due")
    device.wait_for(is_signal("not_protected"), 5)
    led_through(device, TestingWearer(device, WALK))
    line = shown(site, "protected")
    assert line["self_test"]["result"] == "passed"
    assert line["self_test"]["parts"] == dict.fromkeys(TRIED, 1)
    assert site.rows("select count(*) from device_messages where kind = 'self-test'") == [(1,)]
    assert signals(device, 0)[-1] == "guarding"


def test_on_the_charger_protection_is_suspended_in_sight_of_the_control_room(site):
    """And back again when the device is taken off it."""
    device = site.devices[0]
    device.set_battery(4170, 97, is_charging=True)
    shown(site, "suspended", "charging")
    device.wait_for(is_signal("charging"), 5)
    device.set_battery(4170, 97, is_charging=False)
    shown(site, "protected")


def test_a_cancel_under_duress_calls_silently_and_looks_like_any_cancel(site):
    """The base station has two cases and tells the device nothing; the device shows what it always does."""
    device = site.devices[0]
    device.play(LYING)
    device.wait_for(is_signal("pre_alarm_position"), 40)
    usual = answered_by(device, presses=1)
    assert usual[0] == "cancelled"
    assert site.rows("select count(*) from cases where kind = 'duress'") == [(0,)]
    mark = device.count
    assert answered_by(device, presses=2) == usual
    case = site.case(NAME, kind="duress", state="RECEIVED")
    assert case["is_silent_alarm"]
    cancelled = site.rows("select id from cases where kind = 'position' and state = 'CANCELLED' order by id")
    assert case["hidden_in"] == cancelled[-1][0]
    site.press(case["id"], "accept")
    assert answered_by(device, presses=1) == usual
    assert not [effect for effect in device.effects(mark) if is_published("answer")(effect)]
