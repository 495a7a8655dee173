"""The order and the times of what a device is given in a replay, seen by a board that echoes its inputs."""

import sys
from pathlib import Path

import numpy as np
import pytest

from simulator.lockstep import LockstepDevice
from simulator.playback import KeyPress, Plan, run
from simulator.runtime import Runtime
from simulator.trace import Trace

#: Echoes every input, and publishes an event with each sample whose time is a multiple of 1 s.
ECHO = """
import json, sys
def say(t_ms, **effect):
    sys.stdout.write(json.dumps(dict(t_ms=t_ms, **effect)) + "\\n")
for line in sys.stdin:
    word, _, rest = line.strip().partition(" ")
    if word == "?":
        sys.stdout.write(". -\\n")
        sys.stdout.flush()
    elif word == "q":
        break
    elif word != "i":
        t_ms = int(rest.split()[0])
        say(t_ms, effect="echo", word=word, rest=rest)
        if word == "s" and t_ms % 1000 == 0:
            message = dict(v=1, kind="started", device="replay", boot=3, seq=t_ms, mark="test")
            say(t_ms, effect="publish", channel="event", message=message)
"""


def _play(folder: Path, **facts: object) -> list[dict]:
    path = folder / "board.py"
    path.write_text(ECHO, encoding="utf-8")
    trace = Trace(
        np.arange(0, 3000, 20, dtype=np.int64), np.full((150, 3), 500, dtype=np.int16), "three seconds"
    )
    with LockstepDevice(Runtime("cpython", (sys.executable,)), board=path) as device:
        return list(run(Plan(trace, **facts), device))


def _inputs(events: list[dict], word: str) -> list[str]:
    return [event["rest"] for event in events if event["event"] == "echo" and event["word"] == word]


@pytest.mark.parametrize("is_answered", [True, False])
def test_every_sample_arrives_once_and_in_order(tmp_path, is_answered):
    """50 a second, the recording first and the held posture after it."""
    times = [
        int(rest.split()[0]) for rest in _inputs(_play(tmp_path, hold_ms=2000, is_answered=is_answered), "s")
    ]
    assert times == list(range(0, 2980 + 2000 + 1, 20))


def test_the_link_is_up_and_the_battery_known_from_the_start(tmp_path):
    """Before the first sample."""
    echoed = [event["word"] for event in _play(tmp_path) if event["event"] == "echo"]
    assert echoed[:3] == ["b", "l", "s"]


def test_an_answer_arrives_at_its_own_time_and_with_the_mark_of_its_message(tmp_path):
    """The device must not learn of a receipt earlier or later than the delay says."""
    events = _play(tmp_path)
    arrived = [int(rest.split()[0]) for rest in _inputs(events, "m")]
    assert arrived == [200, 1200, 2200]
    answers = [event["message"] for event in events if event["event"] == "answer"]
    assert [(answer["acked_boot"], answer["acked_seq"]) for answer in answers] == [
        (3, 0),
        (3, 1000),
        (3, 2000),
    ]
    assert {answer["mark"] for answer in answers} == {"test"}
    assert len({answer["seq"] for answer in answers}) == 3


def test_without_a_base_station_nothing_is_answered(tmp_path):
    """The radio link stays up all the same."""
    events = _play(tmp_path, is_answered=False)
    assert _inputs(events, "m") == []
    assert _inputs(events, "l") == ["0 1"]


def test_the_key_turns_between_two_samples(tmp_path):
    """At its own time, in both parts of the replay; a release after the end does not come."""
    keys = (KeyPress(1010, 500), KeyPress(3500, 60), KeyPress(4900, 5000))
    events = _play(tmp_path, hold_ms=2000, keys=keys)
    assert _inputs(events, "k") == ["1010 1", "1510 0", "3500 1", "3560 0", "4900 1"]
    echoed_ms = [event["t_ms"] for event in events if event["event"] == "echo" and event["word"] != "t"]
    assert echoed_ms == sorted(echoed_ms)


def test_the_held_posture_is_that_of_the_end_with_the_noise_of_a_sensor(tmp_path):
    """A constant value would be a broken sensor."""
    held = np.array(
        [rest.split()[1:] for rest in _inputs(_play(tmp_path, hold_ms=20_000), "s")[150:]], dtype=int
    )
    assert np.abs(held.mean(axis=0) - 500).max() < 1
    assert 1 < held.std(axis=0).min() < 4


def test_only_what_happens_after_the_last_sample_is_marked_as_held(tmp_path):
    """The last sample is the recording's own."""
    events = [
        event for event in _play(tmp_path, hold_ms=100) if event["event"] == "echo" and event["word"] == "s"
    ]
    assert [event["t_ms"] for event in events if event["is_held"]] == [3000, 3020, 3040, 3060, 3080]
