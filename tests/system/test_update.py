"""Firmware over the air on the whole: base station, broker, and real MicroPython out of two slots."""

from contextlib import closing

import pytest

from basestation.devices.build import compile_source
from basestation.releases.archive import packed
from basestation.releases.building import modules_of
from basestation.releases.keys import make_key, trust
from basestation.releases.shelf import INCOMING
from tests.system.running import running_site, wait_until
from tests.system.slot_device import SlotDevice

SOON_S = 30.0
UPDATE_S_MAX = 90.0
#: Of one length: only the word in the compiled modules differs.
OLD, NEW, BROKEN = "8.0.0", "9.0.0", "9.0.1"


@pytest.fixture(scope="module")
def modules():
    """The firmware for this computer, as it is and as another version."""
    old = modules_of("unix", OLD)
    new = {path: data.replace(OLD.encode(), NEW.encode()) for path, data in old.items()}
    assert new != old
    return old, new


def give(site, api, key, version, files):
    """Import a release of these modules."""
    folder = site.data / INCOMING
    folder.mkdir(exist_ok=True)
    name = "0" * 32
    (folder / name).write_bytes(packed(version, {"unix": files}, key))
    return api.post("releases", {"file": name})


def row(api):
    """Return what the fleet page says of the one device."""
    return api.get("fleet")[0]


def test_a_device_takes_a_release_and_leaves_one_that_does_not_start(tmp_path, modules):
    """Old runs, new comes over the air, runs and says so; a broken one is tried, left and told."""
    old, new = modules
    broken = dict(new)
    compile_source("raise RuntimeError('broken')\n", tmp_path / "main.mpy", ("-march=host",))
    broken["firmware/main.mpy"] = (tmp_path / "main.mpy").read_bytes()
    key = tmp_path / "key"
    with running_site(tmp_path) as site, closing(site.api()) as api:
        trust(site.data, make_key(key))
        credential = api.post("devices", {"name": "pna-01"})
        board = tmp_path / "board"
        with SlotDevice(board, old, credential, site.mqtt_port):
            wait_until(lambda: row(api)["running"] == OLD, SOON_S, "the old release")
            wait_until(lambda: row(api)["board"] == "unix", SOON_S, "what board it is")
            # A device that was never told of a shift guards whoever has it, and takes no update.
            shift = site.start_shift(api, "pna-01")
            api.post(f"shifts/{shift['id']}/end")
            for version, files in ((NEW, new), (BROKEN, broken)):
                give(site, api, key, version, files)
            api.post("updates", {"devices": ["pna-01"], "release": NEW})
            wait_until(lambda: row(api)["state"] == "passed", UPDATE_S_MAX, "the new release")
            wait_until(lambda: row(api)["running"] == NEW, SOON_S, "its version")
            causes = site.rows("select payload from device_messages where kind = 'started' order by boot")
            assert b'"cause":"update"' in causes[-1][0]
            api.post("updates", {"devices": ["pna-01"], "release": BROKEN})
            wait_until(lambda: row(api)["state"] == "rolled_back", UPDATE_S_MAX, "the broken release")
            assert row(api)["reason"] == "it failed to start"
            assert row(api)["running"] == NEW
            assert (board / "active").read_text() == "slot_b"
            case = site.case("pna-01", kind="technical")
            assert BROKEN in case["cause"]
