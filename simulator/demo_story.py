"""The four workers of the demo: who they are, how they move, what they do.

One goes down, one cancels a pre-alarm, one loses the radio, one just works. With a recordings folder the
movement is real, chosen by what it shows (a fall at the waist that ends lying, walking), never by a number;
without one it is generated, and every source says which.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator import movement, recordings
from simulator.trace import Trace

#: From upright to lying, in degrees: well beyond the device's limit of 60.
LYING_DEGREES = 75
#: Recordings that are looked at before the demo falls back to generated movement.
LOOKED_AT_MAX = 400
REFERENCE_SAMPLES = 100
_SETS = ("sisfall", "umafall", "smartfallmm")


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody in the demo."""

    name: str
    device: str
    workplace: str
    directions: str
    #: What happens to them, as the terminal tells it beforehand.
    fate: str
    #: The beacon that they work beside, and where it hangs.
    beacon: str
    zone: str


ANNA = Worker(
    "Anna Muster", "wearable-1", "Pumping station", "Gate 2, down the stairs, left.", "goes down",
    "pump-2", "Pumping station, beside pump 2",
)  # fmt: skip
BERT = Worker(
    "Bert Beispiel", "wearable-2", "Cable cellar", "Hall 1, hatch beside the lift.", "cancels a pre-alarm",
    "cellar-north", "Cable cellar, north end",
)  # fmt: skip
CLARA = Worker(
    "Clara Probe", "wearable-3", "Tank farm", "North road, third gate.", "loses the radio",
    "tank-7", "Tank farm, foot of tank 7",
)  # fmt: skip
DORA = Worker(
    "Dora Entwurf", "wearable-4", "High-bay store", "Ramp 4, aisle 12.", "just works",
    "aisle-12", "High-bay store, aisle 12",
)  # fmt: skip
WORKERS = (ANNA, BERT, CLARA, DORA)

#: Generated movement, where there are no recordings: script and seed.
_SCRIPTS = {
    ANNA.name: ("walk:8,fall,lie:20", 1),
    BERT.name: ("walk:8,lie:36,stand:3,walk:120", 2),
    CLARA.name: ("walk:60,stand:5", 3),
    DORA.name: ("walk:40,stand:8,run:4,walk:20", 4),
}


def movement_of(worker: Worker, folder: Path | None) -> Trace:
    """Return how this worker moves; real where `folder` holds something that fits."""
    if folder is not None and worker is not BERT:
        found = next(_fitting(folder, is_fall=worker is ANNA, skip=WORKERS.index(worker)), None)
        if found is not None:
            return found
    return movement.generate(*_SCRIPTS[worker.name])


def _fitting(folder: Path, *, is_fall: bool, skip: int) -> Iterator[Trace]:
    """Yield recordings at the waist: falls that end lying, or walking but for the first `skip`."""
    looked_at = 0
    for name in _SETS:
        if name not in recordings.sets_in(folder):
            continue
        recording_set = recordings.RecordingSet(folder, name)
        for number in range(len(recording_set)):
            about = recording_set.description(number)
            is_walking = about["label"] == "adl" and "walk" in str(about["description"]).lower()
            if about["location"] != "waist" or not (about["label"] == "fall" if is_fall else is_walking):
                continue
            looked_at += 1
            if looked_at > LOOKED_AT_MAX:
                return
            trace = recording_set.trace(number)
            if is_fall and turned_degrees(trace) < LYING_DEGREES:
                continue
            if not is_fall and looked_at <= skip:
                continue
            yield trace


def turned_degrees(trace: Trace) -> float:
    """Return the angle between the posture of the first and of the last two seconds."""
    first = trace.acc_mg[:REFERENCE_SAMPLES].mean(axis=0)
    last = trace.acc_mg[-REFERENCE_SAMPLES:].mean(axis=0)
    length = np.linalg.norm(first) * np.linalg.norm(last)
    if not length:
        return 0.0
    return float(np.degrees(np.arccos(np.clip(first @ last / length, -1.0, 1.0))))
