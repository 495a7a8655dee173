"""Movement as the wearable would have sampled it: 50 Hz, milli-g, clipped at its sensor's range.

Decides which recordings are fit for a replay and how other sampling rates become 50 Hz; never repairs
one: a recording with a hole is refused, because what lay in the hole decides whether an alarm is due.
Units: ms and mg. The limits follow from the device (50 Hz, 16 g); 18 Hz is the slowest recording in which
an impact still leaves a mark.

Exceptions:
    TraceError             this recording cannot be replayed; a sentence says where and why
     ├─ RecordingNotFound  (recordings.py) it is not in the recordings folder
     └─ ScriptError        (movement.py) the generator cannot follow this script
"""

import csv
import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: The wearable's own sampling interval, in ms.
SAMPLE_MS = 20
#: The range of the wearable's sensor; what a recording has beyond it is clipped as the sensor would.
RANGE_MG = 16_000
#: No sensor worn on the body gives more, so the column is not in mg.
PLAUSIBLE_MG_MAX = 32_768
GAP_MS_MAX = 200
RATE_HZ_MIN = 18
#: The rate is held against its limit over every stretch this long, so that no lull hides in the mean.
RATE_WINDOW_MS = 5_000
#: A sampling interval below this carries more than 50 Hz can hold and is averaged, not picked from.
AVERAGED_BELOW_MS = 18.0
#: 24 h at 100 Hz. A longer recording is split before it is replayed.
SAMPLES_MAX = 8_640_000

COLUMNS = ("t_ms", "x_mg", "y_mg", "z_mg")


class TraceError(Exception):
    """This recording cannot be replayed; `str()` is a sentence for the person who asked for it."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One recording at 50 Hz, its first sample at 0 ms."""

    #: [n], ms, 20 ms apart.
    t_ms: NDArray[np.int64]
    #: [n, 3], mg, within the sensor's range.
    acc_mg: NDArray[np.int16]
    #: What it is, for headings and reports.
    source: str
    #: True if no person ever moved like this: a program made it.
    is_generated: bool = False

    @property
    def duration_ms(self) -> int:
        """Time from the first to the last sample, in ms."""
        return int(self.t_ms[-1])


def read_csv(path: Path) -> Trace:
    """Return the recording in a CSV file with the columns `t_ms,x_mg,y_mg,z_mg` in any order.

    Raises:
        TraceError: with the file, the line and the reason.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return read_lines(file, path)
    except OSError as error:
        raise TraceError(f"{path}: cannot be read: {error.strerror}.") from error


def read_lines(text: Iterable[str], path: Path) -> Trace:
    """Return the recording in the lines of a CSV file; `path` is what its faults are named after.

    Raises:
        TraceError: as `read_csv`.
    """
    try:
        columns, lines = _read_rows(csv.reader(text), path)
    except (UnicodeDecodeError, csv.Error) as error:
        raise TraceError(f"{path}: is no CSV text file ({error}).") from error
    t_ms = np.frombuffer(columns[0], dtype=np.float64)
    acc_mg = np.column_stack([np.frombuffer(column, dtype=np.float64) for column in columns[1:]])
    fault = find_fault(t_ms)
    if fault is not None:
        index, reason = fault
        raise TraceError(f"{path}, line {lines[index]}: {reason}")
    return resampled(t_ms, acc_mg, source=path.name)


def resampled(
    t_ms: NDArray[np.float64], acc_mg: NDArray[np.float64], *, source: str, is_generated: bool = False
) -> Trace:
    """Return samples of any rate ([n] ms increasing, [n, 3] mg) as a trace on the 20 ms grid.

    Slower ones are interpolated linearly. Faster ones are averaged over each 20 ms cell of the grid: of a
    short impact that keeps the momentum, wherever it falls between two grid points, adds no ringing that
    looks like a second impact, and damps what 50 Hz cannot hold. Picking every n-th sample would lose it.
    """
    since_ms = t_ms - t_ms[0]
    grid_ms = np.arange(0, int(since_ms[-1]) + 1, SAMPLE_MS, dtype=np.int64)
    is_averaged = float(np.median(np.diff(since_ms))) < AVERAGED_BELOW_MS
    on_grid = _cell_means if is_averaged else np.interp
    axes = [on_grid(grid_ms.astype(np.float64), since_ms, acc_mg[:, axis]) for axis in range(3)]
    clipped = np.clip(np.rint(np.column_stack(axes)), -RANGE_MG, RANGE_MG).astype(np.int16)
    return Trace(grid_ms, clipped, source, is_generated)


def even_times(count: int, rate_hz: float) -> NDArray[np.float64]:
    """Return the times of `count` samples taken at a steady rate, in ms from 0."""
    times_ms: NDArray[np.float64] = np.arange(count, dtype=np.float64) * (1000.0 / rate_hz)
    return times_ms


def find_fault(t_ms: NDArray[np.float64]) -> tuple[int, str] | None:
    """Return (index of the sample, reason as a sentence) where the time of a recording is unfit, or None."""
    step_ms = np.diff(t_ms)
    unfit = np.flatnonzero((step_ms <= 0) | (step_ms > GAP_MS_MAX))
    if unfit.size:
        at = int(unfit[0])
        return at + 1, _step_fault(float(t_ms[at]), float(t_ms[at + 1]))
    slow = _find_slow_stretch(t_ms)
    if slow is None:
        return None
    at, rate_hz = slow
    return at, (
        f"only {rate_hz:.1f} samples a second from here; at least {RATE_HZ_MIN} are needed, "
        "or an impact passes between two samples."
    )


def _step_fault(before_ms: float, after_ms: float) -> str:
    if after_ms < before_ms:
        return f"time goes back from {before_ms:g} to {after_ms:g} ms."
    if after_ms == before_ms:
        return f"time {after_ms:g} ms is there twice."
    return f"a gap of {after_ms - before_ms:g} ms before this sample; at most {GAP_MS_MAX} ms are allowed."


def _find_slow_stretch(t_ms: NDArray[np.float64]) -> tuple[int, float] | None:
    """Return (first sample, rate in Hz) of the first stretch that is too slow; the whole if it is short."""
    last = t_ms.size - 1
    ends = np.searchsorted(t_ms, t_ms + RATE_WINDOW_MS)
    starts = np.flatnonzero(ends <= last)
    if not starts.size:
        starts, ends = np.array([0]), np.array([last])
    ends = ends[starts]
    rates_hz = (ends - starts) * 1000.0 / (t_ms[ends] - t_ms[starts])
    slow = np.flatnonzero(rates_hz < RATE_HZ_MIN)
    return (int(starts[slow[0]]), float(rates_hz[slow[0]])) if slow.size else None


def _cell_means(
    grid_ms: NDArray[np.float64], t_ms: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the mean of the straight-line signal over the 20 ms around each grid point."""
    area = np.concatenate(([0.0], np.cumsum(np.diff(t_ms) * (values[1:] + values[:-1]) / 2)))
    low_ms = np.maximum(grid_ms - SAMPLE_MS / 2, t_ms[0])
    high_ms = np.minimum(grid_ms + SAMPLE_MS / 2, t_ms[-1])
    areas = [_area_until(edge_ms, t_ms, values, area) for edge_ms in (low_ms, high_ms)]
    means: NDArray[np.float64] = (areas[1] - areas[0]) / (high_ms - low_ms)
    return means


def _area_until(
    edge_ms: NDArray[np.float64],
    t_ms: NDArray[np.float64],
    values: NDArray[np.float64],
    area: NDArray[np.float64],
) -> NDArray[np.float64]:
    left = np.clip(np.searchsorted(t_ms, edge_ms, side="right") - 1, 0, t_ms.size - 2)
    at_edge = np.interp(edge_ms, t_ms, values)
    until: NDArray[np.float64] = area[left] + (edge_ms - t_ms[left]) * (values[left] + at_edge) / 2
    return until


def _read_rows(rows: Iterator[list[str]], path: Path) -> tuple[list["array[float]"], "array[int]"]:
    """Return the four columns and the line number of each sample."""
    reader = enumerate(rows, start=1)
    places = _places(next(reader, (1, []))[1], path)
    columns = [array("d") for _ in COLUMNS]
    lines = array("q")
    for line, row in reader:
        if not row:
            continue
        if len(lines) == SAMPLES_MAX:
            raise TraceError(f"{path}, line {line}: more than {SAMPLES_MAX} samples; split the recording.")
        for name, place, column in zip(COLUMNS, places, columns, strict=True):
            column.append(_number(row, place, name, path, line))
        lines.append(line)
    if len(lines) < 2:
        raise TraceError(f"{path}, line {len(lines) + 1}: the file ends after {len(lines)} samples.")
    return columns, lines


def _places(header: Sequence[str], path: Path) -> list[int]:
    names = [name.strip() for name in header]
    if not any(names):
        raise TraceError(f"{path}, line 1: the header {','.join(COLUMNS)} is missing.")
    for name in COLUMNS:
        if names.count(name) != 1:
            fault = "missing" if name not in names else "there twice"
            raise TraceError(
                f"{path}, line 1: the column {name} is {fault}; the header names {', '.join(COLUMNS)}."
            )
    return [names.index(name) for name in COLUMNS]


def _number(row: Sequence[str], place: int, name: str, path: Path, line: int) -> float:
    if place >= len(row):
        raise TraceError(f"{path}, line {line}: the row ends before {name}.")
    text = row[place].strip()
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in text:
        raise TraceError(f"{path}, line {line}: {name} is {text[:40]!r}, which is no number.")
    if name != "t_ms" and abs(value) > PLAUSIBLE_MG_MAX:
        raise TraceError(
            f"{path}, line {line}: {name} is {text[:40]}, beyond {PLAUSIBLE_MG_MAX} mg; is it in milli-g?"
        )
    return value
