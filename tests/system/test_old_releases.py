"""Firmware and base station of earlier commits and of this one, together: `make versions`.

Needs the history of the repository. The first is the oldest whose firmware needs no library that is not
installed any more; the second came with several brokers, the journal in flash and the black box.
"""

import os
import subprocess
import sys
from contextlib import closing, contextmanager

import pytest

from basestation.broker import parent_bound
from simulator.device import VirtualDevice
from simulator.device_config import BrokerLogin, DeviceConfig
from tests.system.broker import HOST
from tests.system.old_release import OldDevice, tree_of
from tests.system.running import START_S_MAX, UNTESTED, Child, is_signal, keep_walking, running_site

COMMITS = ("5da3d999f8bb", "328e68b9622f")
NAME = "tower-1"
SOON_S = 30

pytestmark = pytest.mark.skipif(
    "RUFWEITE_OLD_RELEASES" not in os.environ, reason="older releases run with `make versions`"
)


def old_child(tree):
    """Return what makes a process of an earlier base station."""

    class OldChild(Child):
        def start(self):
            bound = [sys.executable, "-I", "-S", parent_bound.__file__, str(os.getpid())]
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(
                    [*bound, sys.executable, "-m", "basestation", *self._words],
                    env=self._environment | {"PYTHONPATH": str(tree)}, cwd=tree,
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip

    return OldChild


@contextmanager
def an_old_device(site, tree, folder):
    """Register a device of an earlier commit at the site, on shift."""
    with closing(site.api()) as api:
        told = api.post("devices", {"name": NAME})
        device = OldDevice(tree, NAME, (HOST, site.mqtt_port), told, folder)
        site.start_shift(api, NAME)
    try:
        yield device
    finally:
        device.stop()


@pytest.mark.parametrize("commit", COMMITS)
def test_a_device_of_an_earlier_commit_is_served_by_this_base_station(commit, tmp_path):
    """Its shift, alarm, receipt, and the word that somebody has it; nothing of it is misunderstood."""
    (tmp_path / "device").mkdir()
    tree = tree_of(commit, tmp_path)
    with running_site(tmp_path) as site, an_old_device(site, tree, tmp_path / "device") as device:
        device.do("press")
        case = site.case(NAME, SOON_S, kind="manual", state="RECEIVED")
        device.do("release")
        device.do("signal", "alarm_received")
        site.press(case["id"], "accept")
        device.do("signal", "help_accepted")
        assert site.snapshot()["station"]["quarantined"] == 0
        assert "Traceback" not in site.station.log.read_text()


@pytest.mark.parametrize("commit", COMMITS)
def test_this_device_is_served_by_a_base_station_of_an_earlier_commit(commit, tmp_path):
    """What is newer in its messages is passed over there, and its alarm is nobody's less."""
    tree = tree_of(commit, tmp_path)
    with running_site(tmp_path, new_child=old_child(tree)) as site:
        with closing(site.api()) as api:
            told = api.post("devices", {"name": NAME})
            log_in = BrokerLogin(HOST, site.mqtt_port, NAME, told["secret"], told["client_id"])
            device = VirtualDevice(DeviceConfig(NAME, log_in, UNTESTED), tmp_path)
            device.start()
            site.devices.append(device)
            keep_walking(device)
            device.wait_for(lambda effect: effect["effect"] == "link" and effect["is_up"], START_S_MAX)
            site.start_shift(api, NAME)
        since = device.count
        device.press()
        case = site.case(NAME, SOON_S, kind="manual", state="RECEIVED")
        device.release()
        device.wait_for(is_signal("alarm_received"), SOON_S, since)
        site.press(case["id"], "accept")
        device.wait_for(is_signal("help_accepted"), SOON_S, since)
        assert "Traceback" not in site.station.log.read_text()
