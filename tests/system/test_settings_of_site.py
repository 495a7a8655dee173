"""Settings changed by the command of a safety officer, on a real base station and a device in MicroPython."""

import json
import subprocess
import sys

import pytest

from tests.system.running import ROOT, UNTESTED, is_published, running_site, wait_until

NAME = "tuned"
SOON_S = 40


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """One base station with one worker on shift."""
    with running_site(tmp_path_factory.mktemp("site")) as site:
        site.add_device(NAME)
        yield site


def rufweite(site, *words, code=0):
    """Run a command on the device's settings; return its rows, or the sentence of its refusal."""
    done = subprocess.run(
        [sys.executable, "-m", "basestation", "device", "settings", NAME, *words],
        env=site.environment, cwd=ROOT, capture_output=True, text=True, timeout=SOON_S, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stderr if code else [json.loads(line) for line in done.stdout.splitlines()]


def newest(site):
    """Return the newest change as the register shows it."""
    (device,) = site._kept_api().get("devices")
    return device["settings_change"]


def test_a_change_by_command_is_applied_on_shift_and_its_new_limit_works(site):
    """Sent, restart, applied; shift and protection go on; the key hold is the new one."""
    device = site.devices[0]
    words = [f"{name}={value}" for name, value in UNTESTED.items()]
    assert "between 1000 and 5000 ms" in rufweite(site, "set", "--whole", "manual_hold_ms=900", code=1)
    since = device.count
    (sent,) = rufweite(site, "set", "--whole", "manual_hold_ms=1000", *words)
    assert (sent["version"], sent["state"]) == (1, "sent")
    started = device.wait_for(is_published("started"), SOON_S, since)["message"]
    assert (started["cause"], started["settings_version"]) == ("settings", 1)
    wait_until(lambda: newest(site)["state"] == "applied", SOON_S, "the change applied")
    shown = rufweite(site)
    assert (shown[0]["version"], shown[0]["state"]) == (1, "applied")
    hold = next(row for row in shown if row.get("name") == "manual_hold_ms")
    assert (hold["value"], hold["default"]) == (1000, 2000)
    assert site.snapshot()["people"][0]["device"] == NAME
    device.press()
    assert site.case(NAME, kind="manual")["state"] == "RECEIVED"
    device.release()
