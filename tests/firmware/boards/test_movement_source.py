"""Samples from a pipe and from a recording, one a tick."""

import pytest

from firmware.boards.movement import SAMPLES_WAITING_MAX, PipeSource
from firmware.boards.recording import HOLD_NOISE_MG, RecordingError, RecordingSource

HEADER = "t_ms,x_mg,y_mg,z_mg\n"


def take(source, ticks):
    """Return the samples of this many ticks, each a list."""
    samples = []
    for _ in range(ticks):
        source.begin_tick()
        tick = []
        while source.next_sample():
            tick.append((source.x_mg, source.y_mg, source.z_mg))
        samples.append(tick)
    return samples


@pytest.fixture
def recording(tmp_path):
    """Write a recording; return its path."""

    def write(text):
        path = tmp_path / "walk.csv"
        path.write_text(text)
        return str(path)

    return write


def test_a_recording_gives_one_sample_a_tick(recording):
    """It is played in real time."""
    source = RecordingSource(recording(HEADER + "0,1,2,3\n20,-4,5,6\n"), is_looped=False)
    assert take(source, 2) == [[(1, 2, 3)], [(-4, 5, 6)]]


def test_a_recording_that_has_ended_holds_its_last_sample_and_is_never_quite_still(recording):
    """A worker who lies there goes on lying there; a sensor always has some noise."""
    source = RecordingSource(recording(HEADER + "0,1000,0,0\n"), is_looped=False)
    held = [tick[0] for tick in take(source, 500)[1:]]
    noise = {value - last for sample in held for value, last in zip(sample, (1000, 0, 0), strict=True)}
    assert noise == set(range(-HOLD_NOISE_MG, HOLD_NOISE_MG + 1))


def test_a_looped_recording_begins_again(recording):
    """A worker who walks all day."""
    source = RecordingSource(recording(HEADER + "0,1,1,1\n20,2,2,2\n"), is_looped=True)
    assert [tick[0][0] for tick in take(source, 5)] == [1, 2, 1, 2, 1]


def test_a_bad_line_ends_the_recording_with_a_sentence(recording):
    """It names the line; the device goes on."""
    source = RecordingSource(recording(HEADER + "0,1,1,1\n20,2,two,2\n40,3,3,3\n"), is_looped=True)
    samples = take(source, 4)
    assert "line 3" in source.fault
    assert all(len(tick) == 1 and abs(tick[0][0] - 1) <= HOLD_NOISE_MG for tick in samples)


@pytest.mark.parametrize("text", ["", "t,x,y,z\n0,1,1,1\n"])
def test_a_file_that_is_no_recording_is_refused(recording, text):
    """With what its header must be."""
    with pytest.raises(RecordingError, match="header must be"):
        RecordingSource(recording(text), is_looped=False)


def test_a_missing_recording_is_refused(tmp_path):
    """With its path."""
    with pytest.raises(RecordingError, match=r"missing\.csv"):
        RecordingSource(str(tmp_path / "missing.csv"), is_looped=False)


def test_samples_that_come_too_fast_push_out_the_oldest():
    """As in the FIFO of an accelerometer, and they are counted."""
    source = PipeSource()
    for x_mg in range(SAMPLES_WAITING_MAX + 3):
        source.put(x_mg, 0, 0)
    assert take(source, 1)[0][0] == (3, 0, 0)
    assert source.dropped_samples == 3
