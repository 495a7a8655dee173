"""From a bare board to a device that is heard: over a pty, against the real base station and broker."""

import asyncio
import itertools
import json
from contextlib import closing
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from basestation.__main__ import app
from basestation.broker import probe
from basestation.devices.board import Board
from basestation.devices.configuration import Broker, Wanted
from basestation.devices.errors import CheckFailed, LineFailed, SetupFailed
from basestation.devices.firmware_files import firmware_files
from basestation.devices.serial_line import SerialLine
from basestation.devices.setup import Bench, make_ready
from simulator.runtime import find_runtime
from tests.basestation.devices.cut_line import CutProgramLine
from tests.basestation.devices.pty_board import PtyBoard
from tests.system.broker import HOST
from tests.system.running import running_site, wait_until

pytestmark = pytest.mark.skipif(
    find_runtime("micropython").name != "micropython", reason="no MicroPython wheel here"
)
SETTINGS = {"heartbeat_ms": 5000, "is_self_test_on": 0}
SOON_S = 30
BOOTS = "SELECT max(boot) FROM device_messages WHERE device = ?"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """One base station for this file."""
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def files():
    """The firmware, compiled once."""
    return firmware_files("unix", "x64")


@pytest.fixture
def pty_board(tmp_path):
    """A bare board."""
    with PtyBoard(tmp_path / "flash") as board:
        yield board


def bench(site, api, line, files, name, told=None):
    """Return the bench with the board at `line` on it."""
    order = Wanted(name, [Broker(HOST, site.mqtt_port)], settings=SETTINGS)
    return Bench(Board(line), api, order, files, told=[].append if told is None else told.append)


def get_ready(site, port, files, name, told=None):
    """Get the board at `port` ready in one go."""
    with closing(site.api()) as api, SerialLine(port) as line:
        make_ready(bench(site, api, line, files, name, told))


def device(site, name):
    """Return a device as the base station knows it; None if it does not."""
    with closing(site.api()) as api:
        return next((one for one in api.get("devices") if one["name"] == name), None)


def is_done_before_the_cut(site, files, pty_board, name, programs):
    """Get the board ready over a line that is pulled in this program; return whether that came too late."""
    try:
        with CutProgramLine(pty_board.port, programs, programs % 3) as line, closing(site.api()) as api:
            make_ready(replace(bench(site, api, line, files, name), is_again=True))
    except LineFailed:
        return False
    return True


def test_interrupted_anywhere_it_goes_on_where_it_was_and_ends_right(site, files, pty_board):
    """Pulled before, within and after one program after the other, the power too now and then."""
    name, states, flash = "pna-cut", [], pty_board.folder
    # All but the end of the firmware is there: what is interrupted is every step, not a hundred pieces.
    for path in sorted(files)[:-1]:
        put(pty_board, path, files[path])
    for programs in itertools.count(1, 6):
        assert not is_done_before_the_cut(site, files, pty_board, name, programs)
        if (flash / "slot_a" / "whole").exists():
            break
        assert device(site, name) is None
    is_done, programs = False, 0
    while not is_done:
        if programs % 2:
            # This time what makes it this device is written anew.
            (flash / "device.json").unlink(missing_ok=True)
        is_done = is_done_before_the_cut(site, files, pty_board, name, programs)
        known = device(site, name)
        states.append(known and known["state"])
        # What could start is ready, or no device at all: never a log-in without a passed test.
        is_held, is_bare = (flash / "setup").exists(), not (flash / "device.json").exists()
        assert is_held or is_bare or states[-1] == "ready", (programs, states)
        if programs % 8 == 7:
            pty_board.reset()
        programs += 1
    assert states.count("not_ready") > 4
    assert states[-1] == "ready"
    assert all((flash / path).read_bytes() == data for path, data in files.items())
    wait_until(lambda: device(site, name)["presence"] == "online", SOON_S, "its first word")


def put(pty_board, path, data):
    """Put a file onto the board's flash, as if it had been there."""
    target = pty_board.folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def test_a_bare_board_becomes_a_device_that_is_heard_and_once_retired_refused_at_once(site, pty_board):
    """The whole path by the command: add, list, retire; secrets are in its file and nowhere else."""
    networks = pty_board.folder.parent / "networks.json"
    networks.write_text(json.dumps([{"name": "Werkhalle", "password": "nur-ein-beispiel"}]))
    words = ("--port", pty_board.port, "--label", "Blue <one>", "--network-file", str(networks))
    said = rufweite(site, "device", "add", "pna-01", *words)
    assert "log-in: passed (connected)" in said
    assert "pna-01 is ready" in said
    config = json.loads((pty_board.folder / "device.json").read_text())
    for secret in (config["broker"]["password"], config["broker"]["client_id"], "nur-ein-beispiel"):
        assert secret not in said
    assert config["networks"] == [{"ssid": "Werkhalle", "password": "nur-ein-beispiel"}]
    assert "Blue &lt;one&gt;" in (site.data / "labels" / "pna-01.svg").read_text()
    wait_until(lambda: device(site, "pna-01")["presence"] == "online", SOON_S, "its presence")
    assert '"state": "ready"' in rufweite(site, "device", "list")
    assert '["log-in", true, "connected"]' in rufweite(site, "device", "show", "pna-01")
    assert "no device 'pna-99'" in rufweite(site, "device", "replace", "pna-01", "pna-99", code=1)
    assert "name its serial port" in rufweite(site, "device", "add", "pna-98", "--again", code=2)
    site.case("pna-01", kind="technical", wait_s=SOON_S)
    told = rufweite(site, "device", "retire", "pna-01")
    assert "refused from now on" in told
    assert "Its open cases stay: #" in told
    refused = asyncio.run(probe.log_in(HOST, site.mqtt_port, "pna-01", config["broker"]["password"]))
    assert refused == probe.REFUSED
    wait_until(lambda: b'is_up":false' in pty_board.said, SOON_S, "the cut")
    assert site.cases("pna-01")
    assert "retired already" in rufweite(site, "device", "retire", "pna-01", code=1)


def test_a_self_test_that_fails_fails_the_command_and_leaves_the_device_not_ready(site, files, pty_board):
    """With the sentence; put right, the same command goes on."""
    for path, data in files.items():
        put(pty_board, path, data)
    (pty_board.folder / "journal").mkdir()
    with pytest.raises(CheckFailed, match=r"journal: the journal cannot be written\. .* stays not ready"):
        get_ready(site, pty_board.port, files, "pna-02")
    assert device(site, "pna-02")["state"] == "not_ready"
    (pty_board.folder / "journal").rmdir()
    assert (pty_board.folder / "setup").exists()
    told = []
    get_ready(site, pty_board.port, files, "pna-02", told)
    assert "Firmware: right already" in told
    assert device(site, "pna-02")["state"] == "ready"
    foreign = "is pna-02 .ready.: choose another board, or retire it"
    with pytest.raises(SetupFailed, match=foreign):
        get_ready(site, pty_board.port, files, "pna-03")
    assert device(site, "pna-03") is None
    with closing(site.api()) as api:
        api.post("devices/pna-02/retire")
    get_ready(site, pty_board.port, files, "pna-03")
    assert json.loads((pty_board.folder / "device.json").read_text())["name"] == "pna-03"


def test_another_board_under_an_old_name_begins_beyond_every_number_that_the_name_has_had(
    site, files, pty_board
):
    """Its first alarm is no repeat; what is no journal is erased only when somebody says so."""
    for path, data in files.items():
        put(pty_board, path, data)
    get_ready(site, pty_board.port, files, "pna-06")
    wait_until(lambda: site.rows(BOOTS, "pna-06")[0][0] == 3, SOON_S, "its third start")
    with PtyBoard(pty_board.folder.parent / "other") as other:
        for path, data in files.items():
            put(other, path, data)
        put(other, "journal", bytes(range(256)) * 128)
        with pytest.raises(SetupFailed, match="lies something that is no journal"):
            again(site, other.port, files, "pna-06")
        assert (other.folder / "journal").read_bytes() == bytes(range(256)) * 128
        again(site, other.port, files, "pna-06", is_journal_emptied=True)
        # The base station had heard three, and the self-test took two more.
        wait_until(lambda: site.rows(BOOTS, "pna-06")[0][0] == 6, SOON_S, "its word")
    assert not site.rows("SELECT * FROM cases WHERE device = 'pna-06' AND alarm LIKE '%numbers%'")


def again(site, port, files, name, **wanted):
    """Get another board ready under a name in use."""
    with closing(site.api()) as api, SerialLine(port) as line:
        make_ready(replace(bench(site, api, line, files, name), is_again=True, **wanted))


def test_a_journal_is_read_at_a_cable_and_kept_and_the_device_goes_on(site, files, pty_board):
    """With an alarm that was raised and receipted; not of another device, and not while it is worn."""
    for path, data in files.items():
        put(pty_board, path, data)
    get_ready(site, pty_board.port, files, "pna-04")
    wait_until(lambda: device(site, "pna-04")["presence"] == "online", SOON_S, "its first word")
    with SerialLine(pty_board.port) as line:
        line.send(b"k 1\n")
        case = site.case("pna-04", kind="manual", wait_s=SOON_S)
        line.send(b"k 0\n")
        wait_until(lambda: b'"name":"alarm_received"' in pty_board.said, SOON_S, "its receipt")
    said = rufweite(site, "device", "log", "pna-04", "--port", pty_board.port, "--json")
    found = json.loads(said.splitlines()[-1])
    assert (found["came_by"], found["asked_by"]) == ("cable", "Command line")
    alarms = [row for row in found["records"] if row.get("alarm_kind") == "manual"]
    assert [row["kind"] for row in alarms] == ["raised", "receipted"]
    assert {row["alarm"] for row in alarms} == {case["alarm"]}
    starts = len([row for row in found["records"] if row["kind"] == "start"])
    wait_until(lambda: b'"boot":%d' % (starts + 1) in pty_board.said, SOON_S, "its next start")
    assert "read out at a cable" in rufweite(site, "device", "log", "pna-04")
    with closing(site.api()) as api:
        api.post("devices", {"name": "pna-05"})
        site.start_shift(api, "pna-04")
    port = ("--port", pty_board.port)
    assert "is pna-04, not pna-05" in rufweite(site, "device", "log", "pna-05", *port, code=1)
    assert "end that shift first" in rufweite(site, "device", "log", "pna-04", *port, code=1)
    assert "choose one" in rufweite(site, "device", "log", "pna-04", *port, "--fetch", code=2)


def rufweite(site, *words, code=0):
    """Run a command against the base station; return what it said."""
    settings = {name: value for name, value in site.environment.items() if name.startswith("RUFWEITE_")}
    done = CliRunner().invoke(app, words, env=settings)
    assert done.exit_code == code, (done.output, done.exception)
    return done.output
