"""`rufweite replay` end to end: recordings through the real firmware, in the real MicroPython."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from simulator.recordings import FOLDER_VARIABLE
from simulator.replay import replay

APP = typer.Typer()
APP.command()(replay)
ROOT = Path(__file__).parents[2]


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(APP, list(arguments), env={FOLDER_VARIABLE: ""})


def _events(*arguments: str) -> list[dict]:
    """Return what the command prints for programs."""
    done = _run("--json", *arguments)
    assert done.exit_code == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def _sent(events: list[dict], kind: str) -> list[dict]:
    return [event for event in events if event["event"] == "publish" and event["message"]["kind"] == kind]


def _raised(events: list[dict]) -> list[tuple[str, float, bool]]:
    return [(alarm["alarm_kind"], alarm["t_ms"] / 1000, alarm["is_held"]) for alarm in events[-1]["raised"]]


@pytest.fixture(scope="module")
def fallen() -> list[dict]:
    """Return the replay of a worker who walks, falls and does not move again."""
    return _events("generate:walk:10,fall,lie:20", "--hold-s", "90")


def test_a_worker_who_falls_and_lies_still_raises_a_fall_alarm_first_and_then_the_others(fallen):
    """3 s and 15 s after the impact, which is 11 s into it; lying 25 s and 15 s, rest 60 s and 15 s."""
    fall, position, rest = _raised(fallen)[:3]
    assert fall[0] == "fall"
    assert 11 + 18 - 1 <= fall[1] <= 11 + 18 + 2
    assert not fall[2], "the recording itself ends at 35 s"
    assert position[0] == "position"
    assert 10 + 40 <= position[1] <= 15 + 40 + 2
    assert rest[0] == "rest"
    assert 10 + 75 <= rest[1] <= 15 + 75 + 2
    assert position[2]
    assert rest[2]


def test_the_pre_alarm_is_announced_and_felt_before_the_alarm(fallen):
    """The order in which a worker and a control room live through it."""
    pre_alarm = _sent(fallen, "pre-alarm")[0]
    raised = _sent(fallen, "raised")[0]
    assert pre_alarm["message"]["alarm"] == raised["message"]["alarm"]
    assert raised["t_ms"] - pre_alarm["t_ms"] == pytest.approx(15_000, abs=40)
    signals = [event for event in fallen if event["event"] == "signal"]
    assert [event for event in signals if event["t_ms"] == pre_alarm["t_ms"]]


def test_an_answer_comes_200_ms_after_each_message(fallen):
    """In virtual time, exactly."""
    answers = {
        (event["message"]["acked_boot"], event["message"]["acked_seq"]): event["t_ms"]
        for event in fallen
        if event["event"] == "answer"
    }
    events = [event for event in fallen if event["event"] == "publish" and event["channel"] == "event"]
    assert events
    for event in events:
        message = event["message"]
        if event["t_ms"] + 200 <= fallen[-1]["duration_ms"] + fallen[-1]["hold_ms"]:
            assert answers[message["boot"], message["seq"]] == event["t_ms"] + 200


def test_times_never_go_back_and_the_held_part_is_marked(fallen):
    """Every event says whether the worker moved or the last posture was held."""
    happened = fallen[1:-1]
    times = [event["t_ms"] for event in happened]
    assert times == sorted(times)
    assert all(event["is_held"] == (event["t_ms"] > 34_980) for event in happened)


def test_what_is_generated_is_labelled_first_and_last(fallen):
    """For programs; for persons see below."""
    for event in (fallen[0], fallen[-1]):
        assert event["is_generated"] is True
        assert event["source"] == "generated: walk:10,fall,lie:20 (seed 1)"


def test_a_person_reads_one_line_an_event_with_the_labels():
    """Plain text when piped, nothing wrapped."""
    done = _run("generate:walk:10,fall,lie:20", "--hold-s", "90")
    assert done.exit_code == 0, done.stderr
    assert "GENERATED movement" in done.stdout
    assert "generated movement, 35.0 s and 90 s held" in done.stdout
    assert "\x1b" not in done.stdout
    lines = done.stdout.splitlines()
    raised = [line for line in lines if " ALARM " in line and "sends" in line]
    assert [("held" in line, "FALL" in line) for line in raised[:2]] == [(False, True), (True, False)]
    assert any(
        re.match(r"Alarms     fall at [\d.]+ s, position at [\d.]+ s \(held\), ", line) for line in lines
    )


def test_a_walking_worker_raises_nothing():
    """Three minutes of work."""
    events = _events("generate:walk:60,stand:10,run:30,sit:10,walk:70", "--hold-s", "0")
    assert _raised(events) == []
    assert len(_sent(events, "heartbeat")) >= 5


def test_upright_and_motionless_is_a_rest_alarm_before_it_is_a_loss_alarm():
    """60 s and 15 s of pre-alarm; a device as still as a thing is unworn, 60 s and 20 s of pre-alarm."""
    events = _events("generate:walk:5,stand:1", "--hold-s", "90")
    assert [alarm[0] for alarm in _raised(events)] == ["rest", "loss"]
    assert 5 + 75 - 2 <= _raised(events)[0][1] <= 6 + 75 + 2
    assert 5 + 80 - 2 <= _raised(events)[1][1] <= 6 + 80 + 2


def test_without_a_base_station_the_alarm_repeats_and_becomes_a_local_alarm():
    """No receipt: repeated every 5 s, and loud after 20 s."""
    answered = _events("generate:walk:5,fall,lie:60", "--hold-s", "30")
    silent = _events("generate:walk:5,fall,lie:60", "--hold-s", "30", "--no-answer")
    kind_of = [event["message"]["alarm_kind"] for event in _sent(silent, "raised")]
    assert kind_of.count("position") >= 5
    assert len([e for e in _sent(answered, "raised") if e["message"]["alarm_kind"] == "position"]) == 1
    names = {event["name"] for event in silent if event["event"] == "signal"}
    assert names - {event["name"] for event in answered if event["event"] == "signal"}
    assert not [event for event in silent if event["event"] == "answer"]


def test_a_key_held_for_three_seconds_raises_a_manual_alarm():
    """2 s are enough; the alarm comes while the key is still down."""
    events = _events("generate:walk:20", "--hold-s", "0", "--key", "5:3")
    assert [alarm[0] for alarm in _raised(events)] == ["manual"]
    assert _raised(events)[0][1] == pytest.approx(7.0, abs=0.06)
    assert [(e["t_ms"], e["is_down"]) for e in events if e["event"] == "key"] == [(5000, True), (8000, False)]


def test_a_short_press_in_the_pre_alarm_calls_nobody():
    """The worker lies down to look under a machine."""
    first = _events("generate:walk:5,lie:60", "--hold-s", "0")
    pre_alarm_s = _sent(first, "pre-alarm")[0]["t_ms"] / 1000
    events = _events("generate:walk:5,lie:60", "--hold-s", "0", "--key", f"{pre_alarm_s + 5}:0.3")
    assert _sent(events, "cancelled")[0]["message"]["by"] == "key"
    assert [alarm for alarm in _raised(first) if alarm[0] == "position"]
    assert not [alarm for alarm in _raised(events) if alarm[0] == "position"]


@pytest.mark.parametrize("arguments", [("generate:walk:10,fall,lie:20",), ("generate:walk:5", "--no-answer")])
def test_micropython_and_cpython_give_the_same_events(arguments):
    """The same firmware files, twice."""
    results = [_events(*arguments, "--runtime", runtime) for runtime in ("micropython", "cpython")]
    assert results[1][0]["runtime"] == "cpython"
    assert results[0][1:-1] == results[1][1:-1]


def test_the_same_replay_gives_the_same_lines_from_any_folder(tmp_path):
    """As a program of its own, with another working directory."""
    command = [sys.executable, "-m", "simulator.replay", "generate:walk:5,fall", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = [
        subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
        for folder in (ROOT, tmp_path)
    ]
    assert done[0].stdout.splitlines()[:-1] == done[1].stdout.splitlines()[:-1]
    assert len(done[0].stdout.splitlines()) > 4


def test_a_csv_recording_is_replayed_under_its_name(tmp_path):
    """A real recording is not called generated."""
    path = tmp_path / "belt.csv"
    path.write_text("t_ms,x_mg,y_mg,z_mg\n" + "".join(f"{t},0,0,1000\n" for t in range(0, 5000, 20)))
    events = _events(str(path), "--hold-s", "0")
    assert events[0]["source"] == "belt.csv"
    assert events[0]["is_generated"] is False


def test_changed_settings_change_the_alarm(tmp_path):
    """A shorter detection time, a shorter wait."""
    path = tmp_path / "settings.json"
    path.write_text('{"position_detection_ms": 10000}')
    events = _events("generate:walk:5,lie:60", "--hold-s", "0", "--settings", str(path))
    assert _raised(events)[0][1] < 5 + 2 + 10 + 15 + 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            '{"position_detection_ms": 90001}',
            ["position_detection_ms is 90001 ms", "between 1000 and 90000 ms"],
        ),
        ("{", ["no JSON"]),
        ('{"position_detection_ms": 1e400}', ["a number that is none"]),
        ("[1]", ["no JSON object"]),
    ],
)
def test_impossible_settings_are_refused_with_a_sentence(tmp_path, content, words):
    """Exit code 2, the value and the limit on standard error, nothing on standard output."""
    path = tmp_path / "settings.json"
    path.write_text(content)
    done = _run("generate:walk:5", "--settings", str(path))
    assert done.exit_code == 2
    assert done.stdout == ""
    assert all(word in done.stderr for word in words), done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing.csv"], "nothing.csv: cannot be read: No such file"),
        (["sisfall:1"], "No recordings folder is set: give --recordings FOLDER"),
        (["generate:hop"], "No movement is called 'hop'"),
        (["generate:walk:5", "--settings", "nothing.json"], "nothing.json cannot be read"),
        (["generate:walk:5", "--key", "soon"], "--key soon: give seconds as T_S:DURATION_S"),
        (["generate:walk:5", "--key", "1:0"], "--key 1:0: give seconds"),
        (["generate:walk:5", "--key", "nan:1"], "--key nan:1: give seconds"),
        (["generate:walk:5", "--key", "1:2", "--key", "2:2"], "still down when it is pressed at 2 s"),
        (["generate:walk:5", "--hold-s", "0", "--key", "6:1"], "after the replay's end at 4.98 s"),
    ],
)
def test_what_cannot_be_replayed_is_refused_with_a_sentence(arguments, sentence):
    """Exit code 2, and never a traceback."""
    done = _run(*arguments)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.skipif(
    not os.environ.get(FOLDER_VARIABLE),
    reason=f"{FOLDER_VARIABLE} is not set: no real recordings were replayed",
)
def test_a_real_fall_raises_a_person_alarm_and_is_not_called_generated():
    """The first fall of the set sisfall, held for 90 s."""
    folder = Path(os.environ[FOLDER_VARIABLE])
    entries = json.loads((folder / "index.json").read_text())
    number = next(e["i"] for e in entries if e["dataset"] == "sisfall" and e["label"] == "fall")
    events = _events(f"sisfall:{number}", "--recordings", str(folder))
    assert events[0]["is_generated"] is False
    assert {alarm[0] for alarm in _raised(events)} & {"position", "rest"}
