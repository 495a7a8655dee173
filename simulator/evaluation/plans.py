"""Which runs an evaluation makes of a recordings folder: one a recording, or sessions of half an hour.

Decides what is put together, in which order, and what may lead a run: ten seconds of the same person, worn
at the same place, walking (or standing where no walk exists), never out of a fall and never out of the
recording itself if there is another. Reads no sample. Times in s and ms.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.evaluation.catalogue import Recording, lead_candidates

PLANS = ("recordings", "held", "sessions")
HOLD_MS_DEFAULT = 120_000
#: Between two recordings of a session: nobody goes from jogging to sitting within a sample.
PASSAGE_MS_DEFAULT = 4_000
#: A session lasts at least so long; domain: the shortest stretch in which "an hour" means anything.
SESSION_S_MIN = 1_800.0


@dataclass(frozen=True, slots=True)
class Vibration:
    """A floor that shakes whoever lies still on it."""

    amplitude_mg: float
    frequency_hz: float


@dataclass(frozen=True, slots=True)
class Plan:
    """How recordings become runs; `name` is one of `PLANS`."""

    name: str = "recordings"
    hold_ms: int = HOLD_MS_DEFAULT
    vibration: Vibration | None = None
    #: Orders the recordings of a session and gives each vibration its phase.
    seed: int = 1
    #: How long somebody in a session takes from one recording to the next; 0: they are put end to end.
    passage_ms: int = PASSAGE_MS_DEFAULT


@dataclass(frozen=True, slots=True)
class Run:
    """One start of the device: the recordings it is given, and what may lead them."""

    name: str
    parts: tuple[Recording, ...]
    #: Recordings of the same person and place that may lead, the best rank only; () where there are none.
    leads: tuple[Recording, ...]

    @property
    def recording(self) -> Recording:
        """Return its first recording: the only one, except in a session."""
        return self.parts[0]

    @property
    def duration_s(self) -> float:
        """Return how long its recordings last by the index."""
        return sum(part.duration_s for part in self.parts)


def runs_of(plan: Plan, recordings: Sequence[Recording], everything: Iterable[Recording]) -> list[Run]:
    """Return the runs of `plan` over `recordings`; leads are looked for in `everything` of the folder."""
    assert plan.name in PLANS, plan.name
    leads = lead_candidates(everything)
    if plan.name == "sessions":
        return list(_sessions(plan, recordings, leads))
    return [Run(found.name, (found,), _others(leads.get(found.person, []), found)) for found in recordings]


def spread(runs: Sequence[Run], count: int) -> list[Run]:
    """Return at most `count` runs, evenly spread over all of them."""
    if not 0 < count < len(runs):
        return list(runs)
    return [runs[place * len(runs) // count] for place in range(count)]


def _others(candidates: Sequence[Recording], recording: Recording) -> tuple[Recording, ...]:
    others = tuple(candidate for candidate in candidates if candidate != recording)
    return others or tuple(candidates)


def _sessions(
    plan: Plan, recordings: Iterable[Recording], leads: dict[tuple[str, str, str], list[Recording]]
) -> Iterator[Run]:
    persons: dict[tuple[str, str, str], list[Recording]] = {}
    for recording in recordings:
        if not recording.is_fall and recording.duration_s > 0:
            persons.setdefault(recording.person, []).append(recording)
    for person, own in persons.items():
        name = "/".join(part or "unknown" for part in person)
        for number, parts in enumerate(_divide(own, [plan.seed, zlib.crc32(name.encode())]), start=1):
            yield Run(f"{name}/{number}", tuple(parts), tuple(leads.get(person, [])))


def _divide(own: Sequence[Recording], seeds: Sequence[int]) -> list[list[Recording]]:
    """Return the recordings in seeded order as sessions; a person with too few is given them again."""
    chance = np.random.default_rng(seeds)
    ordered = [own[place] for place in chance.permutation(len(own))]
    while _length_s(ordered) < SESSION_S_MIN:
        ordered += [own[place] for place in chance.permutation(len(own))]
    sessions: list[list[Recording]] = [[]]
    for recording in ordered:
        if _length_s(sessions[-1]) >= SESSION_S_MIN:
            sessions.append([])
        sessions[-1].append(recording)
    if len(sessions) > 1 and _length_s(sessions[-1]) < SESSION_S_MIN:
        remainder = sessions.pop()
        sessions[-1] += remainder
    return sessions


def _length_s(recordings: Iterable[Recording]) -> float:
    return sum(recording.duration_s for recording in recordings)
