"""Which recordings may be replayed, and what remains of them at 50 Hz."""

from pathlib import Path

import numpy as np
import pytest

from simulator.trace import RANGE_MG, SAMPLES_MAX, TraceError, even_times, read_csv, resampled

HEADER = "t_ms,x_mg,y_mg,z_mg"


def _write(folder: Path, *lines: str) -> Path:
    path = folder / "walk.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _steady_rows(count: int, interval_ms: float = 20) -> list[str]:
    return [f"{i * interval_ms:g},0,0,1000" for i in range(count)]


def _refusal(path: Path) -> str:
    with pytest.raises(TraceError) as caught:
        read_csv(path)
    return str(caught.value)


def test_a_recording_at_50_hz_is_taken_as_it_is(tmp_path):
    """No resampling where none is due."""
    rows = [f"{1000 + i * 20},{i},{-i},{1000 + i}" for i in range(100)]
    trace = read_csv(_write(tmp_path, HEADER, *rows))
    assert trace.t_ms.tolist() == list(range(0, 2000, 20))
    assert trace.acc_mg.tolist() == [[i, -i, 1000 + i] for i in range(100)]
    assert trace.source == "walk.csv"
    assert not trace.is_generated


def test_columns_are_found_by_name_in_any_order_beside_others(tmp_path):
    """Exports of other programs need no editing."""
    rows = [f"1000,note,{i * 20},-3,7" for i in range(60)]
    trace = read_csv(_write(tmp_path, "\ufeffz_mg, remark ,t_ms,y_mg,x_mg", *rows))
    assert trace.acc_mg[0].tolist() == [7, -3, 1000]


@pytest.mark.parametrize("missing", ["t_ms", "x_mg", "y_mg", "z_mg"])
def test_a_missing_column_is_named(tmp_path, missing):
    """The line and the reason, for each of the four."""
    header = ",".join(name for name in HEADER.split(",") if name != missing)
    refusal = _refusal(_write(tmp_path, header, "0,0,0"))
    assert "walk.csv, line 1:" in refusal
    assert f"the column {missing} is missing" in refusal


def test_a_column_that_is_there_twice_is_refused(tmp_path):
    """Nobody knows which of the two is meant."""
    assert "x_mg is there twice" in _refusal(_write(tmp_path, HEADER + ",x_mg", "0,0,0,0,0"))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("60,0,zero,1000", "y_mg is 'zero', which is no number"),
        ("60,0,nan,1000", "y_mg is 'nan', which is no number"),
        ("60,0,0,inf", "z_mg is 'inf', which is no number"),
        ("60,,0,1000", "x_mg is '', which is no number"),
        ("60,1_0,0,1000", "x_mg is '1_0', which is no number"),
        ("60,0,0", "the row ends before z_mg"),
        ("60,0,0,32769", "beyond 32768 mg; is it in milli-g?"),
        ("60,-32769,0,0", "beyond 32768 mg; is it in milli-g?"),
        ("40,0,0,1000", "time 40 ms is there twice"),
        ("39,0,0,1000", "time goes back from 40 to 39 ms"),
        ("241,0,0,1000", "a gap of 201 ms before this sample; at most 200 ms are allowed"),
    ],
)
def test_an_unfit_row_is_refused_with_its_line_and_reason(tmp_path, row, reason):
    """The fourth sample stands on line 5."""
    refusal = _refusal(_write(tmp_path, HEADER, *_steady_rows(3), row))
    assert refusal.startswith(f"{tmp_path / 'walk.csv'}, line 5: ")
    assert reason in refusal


def test_a_gap_of_exactly_200_ms_and_a_value_at_the_limit_are_taken(tmp_path):
    """The limits themselves are allowed."""
    trace = read_csv(_write(tmp_path, HEADER, *_steady_rows(60), "1380,32768,0,0"))
    assert trace.duration_ms == 1380
    assert trace.acc_mg[-1, 0] == RANGE_MG


def test_blank_lines_do_not_shift_the_line_that_is_named(tmp_path):
    """A person opens the file at that line."""
    assert "line 4: x_mg" in _refusal(_write(tmp_path, HEADER, "0,0,0,0", "", "20,x,0,0"))


@pytest.mark.parametrize(("interval_ms", "is_taken"), [(55, True), (55.5, True), (56, False), (100, False)])
def test_the_slowest_rate_that_is_taken_is_18_hz(tmp_path, interval_ms, is_taken):
    """55.5 ms is 18.02 Hz, 56 ms is 17.86 Hz."""
    path = _write(tmp_path, HEADER, *_steady_rows(200, interval_ms))
    if is_taken:
        assert read_csv(path).duration_ms > 10_000
    else:
        assert "line 2: only" in _refusal(path)


def test_a_slow_stretch_is_found_although_the_whole_is_fast_enough(tmp_path):
    """Six seconds at 10 Hz inside a minute at 50 Hz."""
    times = [i * 20 for i in range(1500)] + [30_000 + i * 100 for i in range(60)]
    times += [36_000 + i * 20 for i in range(1500)]
    refusal = _refusal(_write(tmp_path, HEADER, *(f"{t},0,0,1000" for t in times)))
    line = int(refusal.split("line ")[1].split(":")[0])
    assert 1250 < line < 1502
    assert "samples a second from here" in refusal


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"t_ms,x_mg,y_mg,z_mg\n", b"t_ms,x_mg,y_mg,z_mg\n0,0,0,0\n"]
)
def test_a_file_without_two_samples_is_refused(tmp_path, content):
    """From nothing at all to a single sample."""
    path = tmp_path / "empty.csv"
    path.write_bytes(content)
    assert "line" in _refusal(path)


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\xff\xfe\x80,,\n", b'"' + b"a" * 200_000])
def test_a_file_that_is_no_text_table_is_refused_with_a_sentence(tmp_path, content):
    """Never a traceback."""
    path = tmp_path / "binary.csv"
    path.write_bytes(content)
    assert _refusal(path).startswith(str(path))


def test_a_file_that_is_not_there_and_a_folder_are_refused_with_a_sentence(tmp_path):
    """Operating system errors become sentences."""
    assert "cannot be read: No such file" in _refusal(tmp_path / "nothing.csv")
    assert "cannot be read" in _refusal(tmp_path)


@pytest.mark.parametrize("rate_hz", [18, 20, 25, 50, 52, 100, 125, 128, 200, 1000])
def test_any_rate_comes_out_on_the_20_ms_grid_with_slow_movement_kept(rate_hz):
    """A turn of 1 Hz is the same movement at every rate, within what the rate itself can hold."""
    t_ms = even_times(4 * rate_hz, rate_hz)
    angle = 2 * np.pi * t_ms / 1000
    trace = resampled(t_ms, 1000 * np.column_stack([np.sin(angle), np.cos(angle), 0 * angle]), source="")
    assert set(np.diff(trace.t_ms)) == {20}
    expected = 1000 * np.sin(2 * np.pi * trace.t_ms / 1000)
    inner = slice(2, -2)
    assert np.max(np.abs(trace.acc_mg[inner, 0] - expected[inner])) < 20


@pytest.mark.parametrize("offset_ms", [0, 5, 10, 15])
def test_an_impact_of_a_single_200_hz_sample_leaves_its_mark_wherever_it_falls(offset_ms):
    """12 g for 5 ms: picking every fourth sample would lose it three times out of four."""
    t_ms = even_times(800, 200)
    acc_mg = np.zeros((800, 3))
    acc_mg[:, 2] = 1000
    acc_mg[400 + offset_ms // 5, 2] = 12_000
    trace = resampled(t_ms, acc_mg, source="")
    assert trace.acc_mg[:, 2].max() > 2000
    assert np.sum(trace.acc_mg[:, 2] - 1000.0) * 20 == pytest.approx(11_000 * 5, rel=0.01)
    assert trace.acc_mg[:, 2].min() == 1000, "averaging must not ring"


@pytest.mark.parametrize("offset_ms", [0, 5, 10, 15])
def test_a_real_impact_keeps_two_thirds_of_its_peak(offset_ms):
    """A half sine of 6 g over 50 ms, as a body on a floor gives it."""
    t_ms = even_times(800, 200)
    part = (t_ms - 2000 - offset_ms) / 50
    acc_mg = np.zeros((800, 3))
    acc_mg[:, 2] = 1000 + np.where((part > 0) & (part < 1), 6000 * np.sin(np.pi * np.clip(part, 0, 1)), 0)
    assert resampled(t_ms, acc_mg, source="").acc_mg[:, 2].max() > 1000 + 4000


def test_vibration_above_half_the_rate_does_not_come_back_as_slow_movement():
    """A machine at 98 Hz, sampled at 200 Hz, would look like 2 Hz walking if samples were picked."""
    t_ms = even_times(2000, 200)
    acc_mg = np.zeros((2000, 3))
    acc_mg[:, 2] = 1000 + 500 * np.sin(2 * np.pi * 98 * t_ms / 1000)
    assert resampled(t_ms, acc_mg, source="").acc_mg[5:-5, 2].std() < 25


def test_more_than_the_sensor_range_is_clipped_as_the_sensor_would():
    """16 g, both ways."""
    acc_mg = np.array([[-30_000.0, 30_000.0, 1000.0]] * 60)
    trace = resampled(even_times(60, 50), acc_mg, source="")
    assert trace.acc_mg[0].tolist() == [-RANGE_MG, RANGE_MG, 1000]
    assert trace.acc_mg.dtype == np.int16


def test_the_bound_on_samples_covers_a_day_of_any_set_we_know():
    """24 h at 100 Hz."""
    assert SAMPLES_MAX >= 24 * 3600 * 100
