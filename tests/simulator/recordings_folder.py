"""A small recordings folder of generated movement: nobody's recording, and nothing of a real set."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from simulator.movement import generate

#: One worker who walks, falls, lies, and whose device hangs the same way all the time; starts in samples.
STORY = "walk:32,fall:6,lie:10"
WALK, OTHER_WALK, FALL = slice(0, 750), slice(800, 1500), slice(1400, 2400)

Entry = tuple[Mapping[str, Any], np.ndarray]


def write_folder(folder: Path, sets: Mapping[str, Sequence[Entry]]) -> Path:
    """Write sets of (what the index says, [n, 3] mg at 50 Hz) in the recordings format."""
    folder.mkdir(exist_ok=True)
    index = []
    for name, entries in sets.items():
        acc = np.concatenate([samples for _, samples in entries]).astype(np.int16)
        offsets = np.cumsum([0, *(len(samples) for _, samples in entries)]).astype(np.int64)
        np.savez(folder / f"{name}.npz", acc=acc, offsets=offsets)
        for i, (about, samples) in enumerate(entries):
            index.append({"dataset": name, "i": i, "rate_hz": 50.0, "n": len(samples), **about})
    (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
    return folder


def entries_of(subject: str, seed: int, place: str = "waist") -> list[Entry]:
    """Return two walks, a fall and a run of one worker."""
    acc_mg = generate(STORY, seed).acc_mg
    who = {"subject": subject, "location": place}
    return [
        ({**who, "label": "adl", "activity": "D1", "description": "walking"}, acc_mg[WALK]),
        ({**who, "label": "adl", "activity": "D1", "description": "walking"}, acc_mg[OTHER_WALK]),
        ({**who, "label": "fall", "activity": "F1", "description": "faint"}, acc_mg[FALL]),
        (
            {**who, "label": "run", "activity": "R1", "description": "jogging"},
            generate("run:16", seed).acc_mg,
        ),
    ]
