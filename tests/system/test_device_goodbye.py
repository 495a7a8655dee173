"""Why a device goes, told by the real firmware in both interpreters before it goes."""

import pytest

from tests.system.running import keep_walking

SOON_S = 10
#: The signal must have been weak for five seconds.
EDGE_S_MAX = 20
#: A recording whose second line is no text: nobody who plays one expects that.
NO_TEXT = b"t_ms,x_mg,y_mg,z_mg\n" + b"20,0,0,1000\n" * 5 + b"\xff\xfe\xff\n"


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
        name = device.config.name
        device.wait_for(lambda effect: effect["effect"] == "link" and effect["is_up"], SOON_S)
        (device.folder / "broken.csv").write_bytes(NO_TEXT)
        device._send("r 0 broken.csv")
        gone = station.wait_for_kind("presence", SOON_S, device=name, state="offline")
        assert gone["reason"] == "restart"
        for boot, cause, has_error in ((2, "exception", True), (3, "power_on", False)):
            device.stop()
            device.restart()
            started = station.wait_for_kind("started", SOON_S, device=name, boot=boot)
            assert started["cause"] == cause
            assert ("error" in started) == has_error
            if has_error:
                # CPython decodes in a module of its own.
                assert started["error"].split(":")[0] in ("recording.py", "<frozen codecs>")
                assert "Unicode" in started["error"]


def test_a_wearer_who_leaves_the_area_is_told_of_by_the_signal_that_the_heartbeat_reports(
    new_device, station
):
    """One source for both: what the radio says of the network it is in, once a second; and back again."""
    with new_device() as device:
        name = device.config.name
        keep_walking(device)
        station.wait_for_kind("started", SOON_S, device=name)
        station.send("shift", name, {"shift": "shift-1", "state": "on"})
        device.set_radio(is_lost=False, rssi_dbm=-95)
        gone = station.wait_for_kind("presence", EDGE_S_MAX, device=name, reason="out_of_area")
        assert gone["state"] == "offline"
        device.set_radio(is_lost=False, rssi_dbm=-50)
        station.wait_for_kind("presence", SOON_S, device=name, state="online")


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
