"""Recordings by name out of a recordings folder: `sisfall:12` is recording 12 of the set sisfall.

Decides where the folder is and which samples belong to a name. It never writes there, and nothing from such
a folder belongs into the project: most sets state no licence. Format: `<set>.npz` with `acc` int16 [N, 3] in
mg and `offsets` int64 [n + 1]; `index.json` says for each recording its rate in Hz and what it shows.
"""

import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.trace import Trace, TraceError, even_times, find_fault, resampled

#: Environment variable that names the recordings folder.
FOLDER_VARIABLE = "RUFWEITE_RECORDINGS"


class RecordingNotFound(TraceError):
    """There is no such recording; `str()` says what there is instead."""


def is_recording_name(text: str) -> bool:
    """Tell whether `text` has the form `set:number`."""
    name, colon, number = text.partition(":")
    return bool(colon) and name.replace("_", "").isalnum() and number.isdecimal() and number.isascii()


def find_folder(option: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """Return the recordings folder: the option if given, else what the environment names.

    Raises:
        RecordingNotFound: neither is set, or it is no folder.
    """
    if option is None and not environment.get(FOLDER_VARIABLE):
        raise RecordingNotFound(
            f"No recordings folder is set: give --recordings FOLDER or set {FOLDER_VARIABLE}."
        )
    folder = option or Path(environment[FOLDER_VARIABLE])
    if not folder.is_dir():
        raise RecordingNotFound(f"The recordings folder {folder} does not exist.")
    return folder


class RecordingSet:
    """One set of a recordings folder, read once."""

    def __init__(self, folder: Path, name: str) -> None:
        """Open the set `name` of `folder`.

        Raises:
            RecordingNotFound: there is no such set.
            TraceError: its files are damaged.
        """
        self.name = name
        self._entries = _read_index(folder, name)
        self._acc_mg, self._offsets = _read_samples(folder, name)

    def __len__(self) -> int:
        """Return the number of recordings."""
        return self._offsets.size - 1

    def description(self, number: int) -> Mapping[str, Any]:
        """Return what the index says about recording `number`: label, activity, location, rate_hz."""
        if not 0 <= number < len(self):
            raise RecordingNotFound(f"{self.name} has the recordings 0 to {len(self) - 1}, not {number}.")
        if number not in self._entries:
            raise RecordingNotFound(f"index.json says nothing about {self.name}:{number}.")
        return self._entries[number]

    def trace(self, number: int) -> Trace:
        """Return recording `number` at 50 Hz.

        Raises:
            RecordingNotFound: the number is out of range.
            TraceError: the recording cannot be replayed.
        """
        about = self.description(number)
        name = f"{self.name}:{number}"
        rate_hz = about.get("rate_hz")
        if not isinstance(rate_hz, int | float) or not rate_hz > 0:
            raise TraceError(f"{name}: index.json gives the rate {rate_hz!r}, which is no rate in Hz.")
        samples = self._acc_mg[self._offsets[number] : self._offsets[number + 1]].astype(np.float64)
        if len(samples) < 2:
            raise TraceError(f"{name}: has {len(samples)} samples.")
        t_ms = even_times(len(samples), rate_hz)
        fault = find_fault(t_ms)
        if fault is not None:
            raise TraceError(f"{name}, sample {fault[0]}: {fault[1]}")
        words = [
            str(about[key]) for key in ("label", "location", "activity", "description") if about.get(key)
        ]
        return resampled(t_ms, samples, source=f"{name} ({', '.join(dict.fromkeys(words))})")


def load(folder: Path, text: str) -> Trace:
    """Return the recording that `text` (`set:number`) names.

    Raises:
        TraceError: it is not there, or cannot be replayed.
    """
    assert is_recording_name(text), text
    name, _, number = text.partition(":")
    return RecordingSet(folder, name).trace(int(number))


def sets_in(folder: Path) -> list[str]:
    """Return the names of the sets in a recordings folder."""
    return sorted(path.stem for path in folder.glob("*.npz"))


def _read_index(folder: Path, name: str) -> dict[int, Mapping[str, Any]]:
    path = folder / "index.json"
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return {entry["i"]: entry for entry in entries if entry["dataset"] == name}
    except OSError as error:
        raise RecordingNotFound(f"{path}: cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError, KeyError) as error:
        raise TraceError(f"{path}: is no list of recordings ({error!r}).") from error


def _read_samples(folder: Path, name: str) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
    path = folder / f"{name}.npz"
    if not path.is_file():
        present = ", ".join(sets_in(folder)) or "no sets at all"
        raise RecordingNotFound(f"{folder} has no set {name}; it has {present}.")
    try:
        with np.load(path, allow_pickle=False) as arrays:
            acc_mg, offsets = arrays["acc"], arrays["offsets"]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise TraceError(f"{path}: is no set of recordings ({error}).") from error
    if acc_mg.ndim != 2 or acc_mg.shape[1] != 3 or offsets.ndim != 1 or offsets.size < 1:
        raise TraceError(f"{path}: acc is not [N, 3] or offsets not [n + 1].")
    if offsets[0] != 0 or offsets[-1] != len(acc_mg) or np.any(np.diff(offsets) < 0):
        raise TraceError(f"{path}: the offsets do not divide its {len(acc_mg)} samples.")
    return acc_mg, offsets
