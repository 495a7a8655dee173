"""`rufweite evaluate` and `rufweite plot` end to end, on generated movement."""

import json
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
import typer
from typer.testing import CliRunner

from simulator.evaluate import evaluate, run_and_tell
from simulator.evaluation.catalogue import read_catalogue
from simulator.evaluation.plans import Plan, runs_of
from simulator.evaluation.pool import Job
from simulator.plot import plot
from simulator.runtime import Runtime
from tests.simulator.recordings_folder import entries_of, write_folder

EVALUATE, PLOT = typer.Typer(), typer.Typer()
EVALUATE.command()(evaluate)
PLOT.command()(plot)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two workers' walks, fall and run; one of them wears it where nobody expects it."""
    sets = {"one": entries_of("A", 1), "two": entries_of("B", 2, "ankle")}
    return write_folder(tmp_path_factory.mktemp("evaluate") / "recordings", sets)


def run(app, *words, code=0):
    """Run a command; return its result."""
    done = CliRunner().invoke(app, [str(word) for word in words], env={"RUFWEITE_RECORDINGS": ""})
    assert done.exit_code == code, (done.stdout, done.stderr, done.exception)
    return done


def lines(path):
    """Return the objects of a file, one a line."""
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture(scope="module")
def held(folder, tmp_path_factory):
    """Return the events, the printed text and the page of plan held."""
    at = tmp_path_factory.mktemp("held")
    words = (
        "--plan",
        "held",
        "--kinds",
        "position,rest",
        "--events",
        at / "e.jsonl",
        "--page",
        at / "p.html",
    )
    done = run(EVALUATE, folder, *words, "--hold-s", 60, "--workers", 1)
    return lines(at / "e.jsonl"), done.stdout, (at / "p.html").read_text()


def test_each_run_is_one_line_of_the_promised_format(held):
    """Set, number, lead and events: nothing more, and times from the recording's own first sample."""
    events, _, _ = held
    assert [(line["dataset"], line["i"]) for line in events] == [
        (s, i) for s in ("one", "two") for i in range(4)
    ]
    assert all(set(line) == {"dataset", "i", "lead_ms", "events"} for line in events)
    assert all(line["lead_ms"] == 10_000 for line in events)
    fallen = events[2]["events"]
    assert fallen
    assert all(set(event) == {"kind", "state", "at_ms"} for event in fallen)
    first = fallen[0]
    assert (first["kind"], first["state"]) == ("position", "PRE_ALARM")
    assert 5_000 + 20_000 < first["at_ms"] < 5_000 + 32_000


def test_only_the_kinds_that_were_asked_for_are_on(held):
    """Nothing else raises anything."""
    kinds = {event["kind"] for line in held[0] for event in line["events"]}
    assert kinds <= {"position", "rest"}


def test_the_table_names_kind_set_and_place(held):
    """Also a place of wear that the device does not know."""
    text = held[1]
    for word in ("position", "rest", "waist", "ankle", "sensitivity", "nobody stays down", "times real time"):
        assert word in text
    assert "escape" not in text.split("nobody stays down")[0]


def test_the_page_is_one_file_without_anything_from_outside(held):
    """No script, no link, and it parses."""
    page = held[2]
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "misses and false alarms are drawn" in page


def test_sessions_are_a_name_hours_and_events(folder, tmp_path):
    """At least half an hour of a worker's recordings without falls."""
    path = tmp_path / "s.jsonl"
    words = ("--plan", "sessions", "--sets", "one", "--events", path, "--workers", 1)
    done = run(EVALUATE, folder, *words, "--page", tmp_path / "p.html")
    (session,) = lines(path)
    assert set(session) == {"session", "hours", "events"}
    assert session["session"] == "one/A/waist/1"
    assert 0.5 <= session["hours"] < 0.52
    assert "an hour" in done.stdout


def test_a_place_of_wear_is_chosen_and_a_limit_is_kept(folder, tmp_path):
    """Fewer runs, all of that place."""
    path = tmp_path / "e.jsonl"
    run(EVALUATE, folder, "--where", "ankle", "--limit", 2, "--events", path, "--workers", 1)
    assert [line["dataset"] for line in lines(path)] == ["two", "two"]


def test_workers_give_what_one_process_gives(folder, tmp_path):
    """In the order of the folder, however many there are."""
    from pathlib import Path

    from simulator.evaluation import options, plans, pool
    from simulator.evaluation.catalogue import read_catalogue

    everything = read_catalogue(Path(folder))
    job = options.job(folder, "recordings", "", "cpython", None, 0, "", 1)
    runs = plans.runs_of(job.plan, everything, everything) * 3
    assert len(runs) >= pool.POOL_RUNS_MIN
    found = [list(pool.evaluate_runs(job, runs, workers)) for workers in (1, 2)]
    assert sorted(map(repr, found[0])) == sorted(map(repr, found[1]))


def test_a_damaged_recording_is_told_and_the_rest_goes_on(tmp_path):
    """A rate that is none, a set that is gone, and a recording that the set does not have."""
    (about, walk_mg), *_ = entries_of("A", 1)
    good, bad = ({**about, "description": "waving"}, walk_mg), ({**about, "rate_hz": 3.0}, walk_mg)
    folder = write_folder(tmp_path / "r", {"one": [good, bad], "gone": [good]})
    (folder / "gone.npz").write_bytes(b"no archive")
    index = json.loads((folder / "index.json").read_text())
    (folder / "index.json").write_text(json.dumps([*index, {**index[0], "i": 9}]))
    path = tmp_path / "e.jsonl"
    done = run(EVALUATE, folder, "--events", path, "--workers", 1)
    assert [(line["dataset"], line["i"]) for line in lines(path)] == [("one", 0)]
    assert "3 recordings could not be used" in done.stdout
    for name in ("one:1", "one:9", "gone:0"):
        assert f"{name} is left out" in done.stderr


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--kinds", "falls"), "No automatic kind is called falls"),
        (("--vibrate", "100"), "such as 100,17"),
        (("--vibrate", "100,17"), "--plan held"),
        (("--sets", "three"), "no recording of these sets"),
        (("--settings", "{tmp}/no.json"), "cannot be read"),
        (("--settings", "{tmp}/list.json"), "no JSON object"),
        (("--settings", "{tmp}/tilt.json"), "tilt_limit_deg"),
        (("--settings", "{tmp}/none.json"), "a number that is none"),
        (("--events", "{folder}/e.jsonl"), "into which nothing is written"),
        (("--page", "{folder}/p.html"), "into which nothing is written"),
        (("--page", "{tmp}/gone/p.html"), "cannot be written"),
        (("--events", "{tmp}"), "cannot be written"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(folder, tmp_path, words, reason):
    """Before anything runs, with exit code 2."""
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "none.json").write_text('{"tilt_limit_deg": NaN}')
    (tmp_path / "tilt.json").write_text('{"tilt_limit_deg": 5}')
    words = [word.format(folder=folder, tmp=tmp_path) for word in words]
    done = run(EVALUATE, folder, *words, "--workers", 1, code=2)
    assert reason in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["index.json", "one.npz", "two.npz"]


def test_a_folder_that_is_none_is_refused(tmp_path):
    """Both when it is missing and when it is empty."""
    assert "does not exist" in run(EVALUATE, tmp_path / "x", code=2).stderr
    assert "index.json" in run(EVALUATE, tmp_path, code=2).stderr


def test_the_settings_of_a_file_reach_the_device(folder, tmp_path):
    """With half the detection time the position alarm comes earlier."""
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"position_detection_ms": 12_000}))
    words = ("--plan", "held", "--sets", "one", "--kinds", "position", "--hold-s", 40, "--workers", 1)
    at_ms = []
    for more in ((), ("--settings", settings)):
        run(EVALUATE, folder, *words, *more, "--events", tmp_path / "e.jsonl")
        at_ms.append(lines(tmp_path / "e.jsonl")[2]["events"][0]["at_ms"])
    assert at_ms[0] - at_ms[1] == pytest.approx(13_000, abs=200)


@pytest.mark.parametrize(
    ("name", "plan"), [("one:2", "held"), ("one:0", "recordings"), ("one/A/waist/1", "sessions")]
)
def test_one_run_is_drawn_with_its_alarms(folder, tmp_path, name, plan):
    """Well-formed, named, and with an event for each that the device had."""
    path = tmp_path / "one.svg"
    words = ("--recordings", folder, "--plan", plan, "--kinds", "position", "--output", path)
    assert run(PLOT, name, *words).stdout.strip() == str(path)
    root = ET.fromstring(path.read_text())
    text = " ".join(root.itertext())
    assert name in text
    assert "tilt, degrees" in text
    if plan != "sessions":
        assert ("position raised" in text) is (plan == "held")


def test_a_picture_can_be_a_page_and_a_stretch(folder, tmp_path):
    """What lies outside the stretch is not drawn."""
    path = tmp_path / "one.html"
    words = ("--recordings", folder, "--plan", "held", "--window", "0:10", "--output", path)
    run(PLOT, "one:2", *words)
    assert "<svg" in path.read_text()
    assert "position raised" not in path.read_text()


@pytest.mark.parametrize(
    ("words", "reason"),
    [(("one:77",), "has no run called one:77"), (("one:0", "--window", "5"), "--window 5"),
     (("one:0", "--output", "{folder}/x.svg"), "nothing is written"),
     (("one:0", "--output", "x.png"), ".svg or .html"),
     (("one:0", "--output", "{folder}x/y.svg"), "written")],
)  # fmt: skip
def test_a_picture_that_cannot_be_is_refused(folder, words, reason):
    """With a sentence and exit code 2."""
    words = [word.format(folder=folder) for word in words]
    assert reason in run(PLOT, *words, "--recordings", folder, code=2).stderr


#: A device whose firmware has a fault: one sample breaks it. It runs the real board behind this line.
FAULTY_DEVICE = """
import runpy, sys
class Lines:
    def __init__(self, lines):
        self.lines = lines
    def __iter__(self):
        for line in self.lines:
            if line.startswith("s ") and line.split()[2:] == ["1111", "-2222", "3333"]:
                raise ZeroDivisionError("in a detector")
            yield line
sys.stdin = Lines(sys.stdin)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_a_firmware_that_fails_is_told_with_the_run_and_the_rest_goes_on(tmp_path, capsys):
    """A fault in a detector must not hide the other recordings, nor pass as a success."""
    entries = [(about, acc_mg[:300].copy()) for about, acc_mg in entries_of("A", 1)]
    entries[1][1][100] = (1111, -2222, 3333)
    folder = write_folder(tmp_path / "r", {"one": entries})
    runtime = Runtime("micropython", (sys.executable, "-c", FAULTY_DEVICE))
    job = Job(folder, Plan("recordings"), runtime, ("fall",))
    everything = read_catalogue(folder)
    # Only the broken recording itself: it leads none of the others.
    runs = [replace(run, leads=()) for run in runs_of(job.plan, everything, everything)]
    path = tmp_path / "e.jsonl"
    assert not run_and_tell(job, runs, 1, path, None)
    assert "one:1: the device failed" in capsys.readouterr().err
    assert [line["i"] for line in lines(path)] == [0, 2, 3]
