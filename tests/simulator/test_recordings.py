"""Recordings out of a recordings folder; the folders are made here, except where the last tests say so."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from simulator.recordings import (
    FOLDER_VARIABLE,
    RecordingNotFound,
    RecordingSet,
    find_folder,
    is_recording_name,
    load,
    sets_in,
)
from simulator.trace import TraceError

needs_recordings = pytest.mark.skipif(
    not os.environ.get(FOLDER_VARIABLE),
    reason=f"{FOLDER_VARIABLE} is not set: no real recordings were replayed",
)


def _make_set(folder: Path, lengths: list[int], rate_hz: object = 100.0, name: str = "tiny") -> Path:
    """Write a set whose recording `i` holds the value `i` on its x axis."""
    acc = np.concatenate([np.full((n, 3), [i, 0, 1000], dtype=np.int16) for i, n in enumerate(lengths)])
    np.savez(folder / f"{name}.npz", acc=acc, offsets=np.cumsum([0, *lengths]).astype(np.int64))
    entries = [
        {"dataset": name, "i": i, "label": "adl", "location": "waist", "activity": "A1", "rate_hz": rate_hz}
        for i in range(len(lengths))
    ]
    (folder / "index.json").write_text(json.dumps(entries), encoding="utf-8")
    return folder


def _refusal(folder: Path, name: str) -> str:
    with pytest.raises(TraceError) as caught:
        load(folder, name)
    return str(caught.value)


def test_a_recording_is_cut_out_of_its_set_and_resampled(tmp_path):
    """The second of three, at 100 Hz."""
    trace = load(_make_set(tmp_path, [300, 200, 100]), "tiny:1")
    assert trace.duration_ms == 1980
    assert set(trace.acc_mg[:, 0]) == {1}
    assert trace.source == "tiny:1 (adl, waist, A1)"
    assert not trace.is_generated


@pytest.mark.parametrize(
    ("text", "is_name"),
    [("sisfall:12", True), ("assist_iot:0", True), ("walk.csv", False), ("a:b", False), (":1", False),
     ("c:\\walk.csv", False), ("generate:walk:10", False), ("sisfall:", False), ("sisfall:-1", False)],
)  # fmt: skip
def test_a_recording_name_is_a_set_and_a_number(text, is_name):
    """Anything else is a path or a script."""
    assert is_recording_name(text) is is_name


def test_without_a_folder_the_sentence_says_how_to_name_one(tmp_path):
    """Option and environment variable are both named."""
    with pytest.raises(RecordingNotFound, match=f"--recordings FOLDER or set {FOLDER_VARIABLE}"):
        find_folder(None, {})
    with pytest.raises(RecordingNotFound, match="does not exist"):
        find_folder(None, {FOLDER_VARIABLE: str(tmp_path / "gone")})


def test_the_option_goes_before_the_environment(tmp_path):
    """What a person typed is what they meant."""
    assert find_folder(tmp_path, {FOLDER_VARIABLE: "elsewhere"}) == tmp_path
    assert find_folder(None, {FOLDER_VARIABLE: str(tmp_path)}) == tmp_path


def test_an_unknown_set_is_refused_with_the_sets_that_are_there(tmp_path):
    """A typing error is seen at once."""
    _make_set(tmp_path, [100])
    assert _refusal(tmp_path, "tinny:0").endswith("has no set tinny; it has tiny.")


def test_a_number_out_of_range_is_refused_with_the_range(tmp_path):
    """The last one is taken, the next one is not."""
    _make_set(tmp_path, [100, 100])
    assert load(tmp_path, "tiny:1").duration_ms == 980
    assert _refusal(tmp_path, "tiny:2") == "tiny has the recordings 0 to 1, not 2."


@pytest.mark.parametrize("rate_hz", [None, 0, -50, "fast", 17.9])
def test_an_impossible_or_too_slow_rate_is_refused(tmp_path, rate_hz):
    """The rate comes from the index and is not believed."""
    assert "tiny:0" in _refusal(_make_set(tmp_path, [400], rate_hz), "tiny:0")


def test_a_recording_of_one_sample_is_refused(tmp_path):
    """There is nothing to resample."""
    assert "has 1 samples" in _refusal(_make_set(tmp_path, [100, 1]), "tiny:1")


def test_a_damaged_set_is_refused_with_its_path(tmp_path):
    """Each kind of damage, and never a traceback."""
    _make_set(tmp_path, [100])
    path = tmp_path / "tiny.npz"
    path.write_bytes(b"no archive")
    assert str(path) in _refusal(tmp_path, "tiny:0")
    np.savez(path, acc=np.zeros((5, 2)), offsets=np.array([0, 5]))
    assert "acc is not [N, 3]" in _refusal(tmp_path, "tiny:0")
    np.savez(path, acc=np.zeros((5, 3)), offsets=np.array([0, 9]))
    assert "the offsets do not divide its 5 samples" in _refusal(tmp_path, "tiny:0")
    np.savez(path, samples=np.zeros((5, 3)))
    assert str(path) in _refusal(tmp_path, "tiny:0")


def test_a_damaged_index_is_refused_with_its_path(tmp_path):
    """No JSON, no list, and no file."""
    _make_set(tmp_path, [100])
    index = tmp_path / "index.json"
    for content in ("{", "[1]", '[{"i": 1}]'):
        index.write_text(content, encoding="utf-8")
        assert str(index) in _refusal(tmp_path, "tiny:0")
    index.unlink()
    assert str(index) in _refusal(tmp_path, "tiny:0")


@needs_recordings
def test_every_set_of_the_real_folder_opens_and_its_ends_can_be_replayed():
    """The first and the last recording of each set."""
    folder = find_folder(None)
    for name in sets_in(folder):
        recordings = RecordingSet(folder, name)
        for number in (0, len(recordings) - 1):
            trace = recordings.trace(number)
            assert trace.duration_ms > 0
            assert 100 < np.median(np.linalg.norm(trace.acc_mg.astype(float), axis=1)) < 3000
