"""The `rufweite` command as its user meets it: what it registers, what it refuses, how it starts and ends."""

import hashlib
import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.system.broker import HOST
from tests.system.running import ROOT, is_published, is_signal, running_site, wait_until

START_S_MAX = 60


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """One base station for this file."""
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


def rufweite(site, *words, code=0):
    """Run a command against the base station; return its standard output and error as one text."""
    done = subprocess.run(
        [sys.executable, "-m", "basestation", *words],
        env=site.environment, cwd=ROOT, capture_output=True, text=True, timeout=START_S_MAX, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_site_is_registered_and_a_shift_runs_from_the_command_line(site, tmp_path):
    """User, worker, device, workplace, chain and shift, and each is there afterwards."""
    password = tmp_path / "password"
    password.write_text("correct horse\n")
    rufweite(site, "user", "add", "otto", "--name", "Otto Exempel", "--password-file", str(password))
    rufweite(site, "worker", "add", "Anna Muster", "--phone", "000-1")
    rufweite(site, "workplace", "add", "Pumping station", "--directions", "Gate 2")
    given = json.loads(rufweite(site, "device", "add", "wearable-1", "--label", "red one"))
    assert len(given["secret"]) == len(given["client_id"]) == 32
    assert given["secret"] not in rufweite(site, "device", "list")
    words = ("--worker", "Anna Muster", "--device", "wearable-1", "--workplace", "Pumping station")
    shift = json.loads(rufweite(site, "shift", "start", *words, "--hours", "2"))
    assert [person["worker"] for person in site.snapshot()["people"]] == ["Anna Muster"]
    rufweite(site, "shift", "end", str(shift["id"]))
    assert site.snapshot()["people"] == []
    assert "otto" in rufweite(site, "user", "list")


def test_a_device_is_connected_as_the_readme_says(site, tmp_path):
    """Its credential into a file, `device run`, the key held down: an alarm in the control room."""
    given = json.loads(rufweite(site, "device", "add", "wearable-9"))
    broker = {"host": HOST, "port": site.mqtt_port, "username": "wearable-9"}
    broker |= {"password": given["secret"], "client_id": given["client_id"]}
    file = tmp_path / "device.json"
    file.write_text(json.dumps({"name": "wearable-9", "journal": "wearable-9.journal", "broker": broker}))
    words = [sys.executable, "-m", "basestation", "device", "run", "--config", str(file)]
    environment = site.environment | {"PYTHONPATH": str(ROOT)}
    device = subprocess.Popen(
        words, env=environment, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        for line in device.stdout:
            effect = json.loads(line)
            if effect["effect"] == "link" and effect["is_up"]:
                break
        device.stdin.write("k 1\n")
        device.stdin.flush()
        assert site.case("wearable-9", kind="manual")["state"] == "RECEIVED"
    finally:
        device.kill()
        device.communicate()


def test_the_journal_of_a_device_is_read_out_over_the_air_and_shown_in_words(site):
    """The real firmware sends it, an alarm in it; records, digest, words; the log knows who read it."""
    device = site.add_device("logged", manual_hold_ms=1000)
    assert "was read out yet" in rufweite(site, "device", "log", "logged", code=1)
    device.press()
    device.wait_for(is_published("raised", "manual"), 10)
    device.release()
    device.wait_for(is_signal("alarm_received"), 10)
    shown = rufweite(site, "device", "log", "logged", "--fetch")
    assert re.search(r"raised .* alarm kind manual, seq \d+, mark real", shown)
    assert "receipted" in shown
    found = json.loads(rufweite(site, "device", "log", "logged", "--json"))
    data = bytes.fromhex(found["records_hex"])
    assert found["sha256"] == hashlib.sha256(data).hexdigest()
    flash = device.journal_path.read_bytes()
    assert flash.startswith(data[: 32 * 4])
    assert [kind for (kind,) in site.rows("select kind from log where device = 'logged'")].count(
        "journal_read"
    ) == 2
    assert "no active device" in rufweite(site, "device", "log", "nobody", "--fetch", code=1)


def test_the_chain_is_shown_changed_and_a_wrong_one_refused(site, tmp_path):
    """What `show` prints, `set` takes; more than fifteen minutes is refused with the sum."""
    chain = json.loads(rufweite(site, "chain", "show"))
    chain["levels"][0]["answer_s"] = 77
    file = tmp_path / "chain.json"
    file.write_text(json.dumps(chain))
    rufweite(site, "chain", "set", str(file))
    assert json.loads(rufweite(site, "chain", "show"))["levels"][0]["answer_s"] == 77
    chain["levels"][0]["answer_s"] = 901
    file.write_text(json.dumps(chain))
    assert "900" in rufweite(site, "chain", "set", str(file), code=1)


def test_what_cannot_be_is_refused_with_a_sentence(site):
    """No traceback: what is wrong, and what to do."""
    words = ("--device", "nothing", "--workplace", "nowhere")
    assert "rufweite worker list" in rufweite(site, "shift", "start", "--worker", "Nobody", *words, code=1)
    assert "Traceback" not in rufweite(site, "device", "add", "Upper Case", code=1)
    words = ("device", "removed", "pna-99", "--at", "192.0.2.8:8883")
    assert "`rufweite device left` shows what is" in rufweite(site, *words, code=1)
    assert rufweite(site, "device", "left") == ""


def test_the_brokers_are_listed_by_the_command(site):
    """As the page shows them."""
    broker = json.loads(rufweite(site, "brokers"))
    assert (broker["kind"], broker["tls"], broker["is_connected"]) == ("embedded", "off", True)


def test_the_simulator_is_offered_by_the_command_and_loaded_only_when_it_is_called():
    """A base station needs neither firmware nor numpy to start."""
    code = (
        "import sys, basestation.__main__ as command\n"
        "assert not {'simulator', 'firmware', 'numpy', 'httpx'} & set(sys.modules)\n"
        "command.app(sys.argv[1:])"
    )
    for words, named in (
        (["--help"], ("replay", "evaluate", "plot", "demo", "serve", "device")),
        (["device", "--help"], ("run", "add", "list")),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            cwd=ROOT, capture_output=True, text=True, timeout=START_S_MAX, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert all(f" {name} " in done.stdout for name in named), done.stdout


def test_without_a_base_station_a_command_says_how_to_start_one(site, tmp_path):
    """Another data folder, where nothing runs."""
    environment = site.environment | {"RUFWEITE_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "basestation", "worker", "list"],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=START_S_MAX, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "rufweite serve" in done.stderr


def test_a_wrong_setting_keeps_the_base_station_from_starting(site):
    """Refused at start, with the value and the limit."""
    environment = site.environment | {"RUFWEITE_SILENCE_S": "600"}
    done = subprocess.run(
        [sys.executable, "-m", "basestation", "serve"],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=START_S_MAX, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "silence_s" in done.stderr
    assert "85" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_base_station_on_the_same_data_is_refused(site):
    """Two programs on one broker's queues would tear each other's sessions."""
    environment = site.environment | {"RUFWEITE_HTTP_PORT": "0", "RUFWEITE_MQTT_PORT": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "basestation", "serve"],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=START_S_MAX, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Another base station" in done.stderr
    assert site.snapshot()["station"]["mqtt"]["is_connected"]


def test_the_first_log_in_is_printed_once_and_the_local_access_is_for_its_owner_only(site):
    """One command and no configuration ends in a console one can log in to."""
    words = "First log-in: admin, password "
    wait_until(lambda: words in site.station.log.read_text(), 10, "the first log-in")
    assert site.station.log.read_text().count(words) == 1
    assert (site.data / "local-access.json").stat().st_mode & 0o077 == 0


def test_a_log_that_was_changed_is_found_out(tmp_path):
    """`verify-log` says so and exits with 1."""
    with running_site(tmp_path) as site:
        rufweite(site, "worker", "add", "Anna Muster")
        assert "is whole" in rufweite(site, "verify-log")
        site.station.stop()
        with closing(sqlite3.connect(site.data / "rufweite.db")) as database:
            database.execute("update log_contents set content = replace(content, 'Anna', 'Otto')")
            database.commit()
        assert "was changed" in rufweite(site, "verify-log", code=1)


def test_it_ends_cleanly_on_sigterm_and_leaves_no_broker(tmp_path):
    """Exit code 0, no access left behind, nothing of it running."""
    with running_site(tmp_path) as site:
        assert site.station.stop() == 0
        assert not (site.data / "local-access.json").exists()
        with pytest.raises(AssertionError, match="runs no broker"):
            site.kill_embedded_broker()
