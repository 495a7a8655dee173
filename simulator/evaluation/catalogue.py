"""What a recordings folder holds, and what the words about a recording say: a walk, a fall, how it ends.

Decides from labels and descriptions alone, in any set: no rule knows a set, a person or an axis. Words are
split at capitals and signs (`LyingDown_OnABed` is lying, down, on, a, bed) and compared by their beginnings.
Never reads a sample. Times in s.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.recordings import RecordingNotFound
from simulator.trace import TraceError

#: Walking and standing: what a shift begins with.
WALKING = ("walk",)
STANDING = ("stand",)
#: With one of these words a recording shows more than an upright person.
NOT_UPRIGHT = (
    "sit", "seat", "chair", "stumbl", "trip", "slip", "fall", "faint", "lie", "lying", "lay", "bed", "jump",
    "bend", "crouch", "car", "jog", "run", "hop",
)  # fmt: skip
#: With one of these it shows a person upright, but not all the time or not evenly.
UNEVEN = ("stair", "up", "down", "upstair", "downstair", "tug", "doubtful", "step", "turn")
LYING = ("lie", "lying", "lay", "bed", "supine", "prone")
#: Postures between upright and lying: seated, bent, crouched, driving.
LOW = (
    "sit", "seat", "chair", "bend", "bent", "crouch", "kneel", "squat", "stoop", "car", "driv", "computer",
    "desk", "pick", "tie", "shoe",
)  # fmt: skip
#: Calm work in which a rest alarm is the hardest to avoid.
DESK = ("desk", "computer", "office", "typing", "reading")


@dataclass(frozen=True, slots=True)
class Recording:
    """What the index says about one recording; "" where it says nothing."""

    dataset: str
    i: int
    subject: str
    place: str
    label: str
    activity: str
    description: str
    #: By the index; the samples decide.
    duration_s: float
    #: When |a| is largest in a fall, None where the index does not say.
    peak_s: float | None

    @property
    def name(self) -> str:
        """Return `set:number`."""
        return f"{self.dataset}:{self.i}"

    @property
    def person(self) -> tuple[str, str, str]:
        """Return set, subject and place of wear: who wore it where."""
        return self.dataset, self.subject, self.place

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words of activity and description in lower case."""
        text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", f"{self.activity} {self.description}")
        return tuple(re.findall(r"[a-z]+", text.lower()))

    @property
    def is_fall(self) -> bool:
        """Tell whether it shows a fall."""
        return self.label == "fall"

    @property
    def is_run(self) -> bool:
        """Tell whether it shows running, jogging or hopping."""
        return self.label == "run"

    def says(self, stems: Iterable[str]) -> bool:
        """Tell whether one of its words is one of these, or (from 4 letters) begins with one."""
        stems = tuple(stems)
        long = tuple(stem for stem in stems if len(stem) > 3)
        return any(word in stems or word.startswith(long) for word in self.words)

    def lead_rank(self) -> int | None:
        """Return how well it shows the person upright (0 best), None if it does not.

        0: walking and nothing else; 1: standing and nothing else; 2: either, with stairs or turns.
        """
        is_walking = self.says(WALKING)
        if self.is_fall or self.is_run or self.says(NOT_UPRIGHT) or not (is_walking or self.says(STANDING)):
            return None
        if self.says(UNEVEN):
            return 2
        return 0 if is_walking else 1


def read_catalogue(folder: Path) -> list[Recording]:
    """Return every recording the index of `folder` lists, in its order.

    Raises:
        TraceError: there is no index, or it is none.
    """
    path = folder / "index.json"
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return [_recording(entry) for entry in entries]
    except OSError as error:
        raise RecordingNotFound(f"{path}: cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TraceError(f"{path}: is no list of recordings ({error!r}).") from error


def lead_candidates(recordings: Iterable[Recording]) -> dict[tuple[str, str, str], list[Recording]]:
    """Return for each person the recordings of the best rank that show them upright, in order.

    Where the best rank has one recording only, the next rank follows it, so that it need not lead itself.
    """
    ranked: dict[tuple[str, str, str], list[tuple[int, Recording]]] = {}
    for recording in recordings:
        rank = recording.lead_rank()
        if rank is not None and recording.subject:
            ranked.setdefault(recording.person, []).append((rank, recording))
    return {person: _best(candidates) for person, candidates in ranked.items()}


def _best(candidates: list[tuple[int, Recording]]) -> list[Recording]:
    best: list[Recording] = []
    for rank in sorted({rank for rank, _ in candidates}):
        best += [recording for found, recording in candidates if found == rank]
        if len(best) > 1:
            break
    return best


def _recording(entry: Mapping[str, Any]) -> Recording:
    rate_hz, count = _number(entry.get("rate_hz")), _number(entry.get("n"))
    duration_s = count / rate_hz if rate_hz and count else _number(entry.get("duration_s"))
    return Recording(
        dataset=str(entry["dataset"]),
        i=int(entry["i"]),
        subject=_text(entry, "subject"),
        place=_text(entry, "location").lower(),
        label=_text(entry, "label").lower() or "unknown",
        activity=_text(entry, "activity"),
        description=_text(entry, "description"),
        duration_s=duration_s or 0.0,
        peak_s=_number(entry.get("peak_s")),
    )


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return "" if value is None else str(value).strip()


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and value == value else None  # type: ignore[arg-type]  # noqa: PLR0124
