"""Why a device goes, told by the real firmware in both interpreters before it goes."""

import pytest

from tests.system.running import keep_walking

SOON_S = 5
#: No sensor gives it, and no array keeps it.
IMPOSSIBLE_MG = 10**30


@pytest.fixture
def device(new_device):
    """A device that is on and has its link."""
    with new_device() as running:
        keep_walking(running)
        running.wait_for(lambda effect: effect["effect"] == "link" and effect["is_up"], SOON_S)
        yield running


def test_an_exception_of_our_own_is_a_restart_told_in_advance_and_named_afterwards(new_device, station):
    """With the place in our code, and once."""
    with new_device() as device:
        if device.runtime.name != "cpython":
            pytest.skip("machine code takes any sample; its sentences are tested in test_last_error")
        name = device.config.name
        device.wait_for(lambda effect: effect["effect"] == "link" and effect["is_up"], SOON_S)
        device.send_sample(IMPOSSIBLE_MG, 0, 0)
        gone = station.wait_for_kind("presence", SOON_S, device=name, state="offline")
        assert gone["reason"] == "restart"
        for boot, cause, has_error in ((2, "exception", True), (3, "power_on", False)):
            device.stop()
            device.restart()
            started = station.wait_for_kind("started", SOON_S, device=name, boot=boot)
            assert started["cause"] == cause
            assert ("error" in started) == has_error
            if has_error:
                assert "OverflowError" in started["error"]
                assert ".py:" in started["error"]


def test_a_board_that_switches_its_radio_off_says_why(device, station):
    """Put on the charger, for instance; a reason nobody knows is refused."""
    device._send("q because")
    device._send("q charging")
    gone = station.wait_for_kind("presence", SOON_S, device=device.config.name, state="offline")
    assert gone["reason"] == "charging"


def test_the_time_that_a_receipt_brings_sets_the_boards_clock_and_is_told(device, station):
    """In the next heartbeat, with an error."""
    started = station.wait_for_kind("started", SOON_S, device=device.config.name)
    since = device.count
    station.send_receipt(started)
    clock = device.wait_for(lambda effect: effect["effect"] == "clock", SOON_S, since)
    # The board and the station are one machine here.
    assert abs(clock["base_time_ms"] - clock["time_ms"]) < 1000 * SOON_S
