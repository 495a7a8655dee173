"""Settings over the air on the real parts: a real broker and the firmware in both interpreters."""

import hashlib
import hmac
from dataclasses import replace

import pytest

from protocol.sealing import settings_text
from simulator.device import VirtualDevice
from tests.system.running import UNTESTED, is_published, keep_walking

SOON_S = 10
KEY = "0f" * 32


@pytest.fixture
def device(new_device):
    """A device with a key, which is on and has its link."""
    plain = new_device()
    config = replace(plain.config, settings_key=KEY)
    with VirtualDevice(config, plain.folder, plain.runtime) as running:
        keep_walking(running)
        running.wait_for(lambda effect: effect["effect"] == "link" and effect["is_up"], SOON_S)
        yield running


def order(station, device, counter, **values):
    """Send a change with its seal."""
    name, version = device.config.name, counter
    values = UNTESTED | values
    seal = hmac.new(KEY.encode(), settings_text(name, version, counter, values), hashlib.sha256).hexdigest()
    fields = {"version": version, "counter": counter, "values": values, "signature": seal}
    station.send("settings", name, fields)


def started(station, device, version):
    """Return `started` of a device with settings of this version, with its receipt."""
    found = station.wait_for_kind("started", SOON_S, device=device.config.name, settings_version=version)
    station.send_receipt(found)
    if version == 0:
        # A change waits until nothing is due: here the word that the wearer is protected.
        told = station.wait_for_kind("protection", SOON_S, device=device.config.name, boot=found["boot"])
        station.send_receipt(told)
    return found


def test_a_change_is_applied_by_a_restart_confirmed_and_in_force(device, station):
    """In the same process on a computer; the new limit works; an older command is refused."""
    name = device.config.name
    started(station, device, 0)
    order(station, device, 7, manual_hold_ms=1000)
    gone = station.wait_for_kind("presence", SOON_S, device=name, state="offline")
    assert gone["reason"] == "restart"
    assert started(station, device, 7)["cause"] == "settings"
    assert station.wait_for_kind("answer", SOON_S, device=name)["result"] == "done"
    order(station, device, 6, manual_hold_ms=3000)
    answer = station.wait_for_kind("answer", SOON_S, device=name)
    assert (answer["result"], answer["reason"]) == ("refused", "a later command was here before")
    device.press()
    raised = device.wait_for(is_published("raised", "manual"), SOON_S)["message"]
    device.release()
    # The key hold it was built with is 2 s.
    assert raised["raised_ago_ms"] < 1000
    device.stop()
    device.restart()
    assert started(station, device, 7)["cause"] == "power_on"


def test_settings_with_which_two_starts_got_no_answer_are_taken_back(device, station):
    """The device says so, keeps its counter, and works with the settings before."""
    name = device.config.name
    started(station, device, 0)
    order(station, device, 7, heartbeat_ms=10000)
    station.wait_for_kind("started", SOON_S, device=name, settings_version=7)
    for version in (7, 0):
        device.kill()
        device.restart()
        station.wait_for_kind("started", SOON_S, device=name, settings_version=version)
    device.kill()
    device.restart()
    assert started(station, device, 0)["cause"] == "power_on"
    order(station, device, 7, heartbeat_ms=10000)
    assert station.wait_for_kind("answer", SOON_S, device=name)["result"] == "refused"
