"""The samples of one run: the lead, the recordings one after the other, and the hold; and what they are.

Decides which ten seconds lead: the middle of that candidate whose direction agrees best with the others, so
that one trial worn askew does not set the upright. The hold repeats the last two seconds. Between two parts
of a session the body stops in the posture it has and then turns to the next one, which is made, not recorded,
and in no hour. What cannot be used is left out and named. Never writes to the folder. ms, mg, degrees.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulator.evaluation.catalogue import Recording
from simulator.evaluation.plans import Plan, Run
from simulator.recordings import RecordingSet
from simulator.trace import RANGE_MG, SAMPLE_MS, TraceError

LEAD_SAMPLES = 500
#: Whoever starts a recording does not walk yet: what lies before this is not taken where there is enough.
LEAD_SKIP_SAMPLES = 100
#: A shorter stretch shows no upright direction.
LEAD_SAMPLES_MIN = 150
HELD_SAMPLES = 100
#: A posture in a passage is the mean of so much; it is held for this part of the passage, then it turns.
POSTURE_SAMPLES = 50
STOP_SHARE = 0.8
#: No body is ever quite still: standard deviation on each axis in a passage.
PASSAGE_NOISE_MG = 6.0

Samples = NDArray[np.int16]
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of the recording of a run, measured on its samples; the detectors see none of it."""

    duration_ms: int
    #: When |a| was largest, from the recording's first sample; the index's word where it has one.
    peak_ms: int
    #: Standard deviation of |a| over the last two seconds, in mg.
    end_std_mg: float
    #: The same of the vector: root of the summed variances of the axes, which also sees a body turn.
    end_spread_mg: float
    #: Angle between the mean of the last two seconds and that of the lead; None without a lead.
    end_tilt_deg: float | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """One run as the device gets it."""

    #: [n, 3], 20 ms apart, the first at device time 0.
    acc_mg: Samples
    lead_ms: int
    #: When each recording begins, in ms after the lead, and which it is.
    starts: tuple[tuple[int, Recording], ...]
    #: From the first recording's first sample to the last one's last, without a hold.
    duration_ms: int
    facts: Facts | None
    #: What could not be used, a sentence each.
    faults: tuple[str, ...]
    #: Sum of the passages between recordings.
    passages_ms: int = 0


class Library:
    """The recordings of a folder, each set read once, on first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sets: dict[str, RecordingSet | TraceError] = {}
        self._leads: dict[tuple[Recording, ...], Samples] = {}

    def prepare(self, plan: Plan, run: Run) -> Prepared:
        """Return the samples of a run; one of which nothing is left has no samples and says why."""
        traces, faults = self._traces(run.parts)
        if not traces:
            return unusable(*faults)
        lead = self._lead(run.leads)
        starts: list[tuple[int, Recording]] = []
        pieces, start_ms, passages_ms = [lead], 0, 0
        for recording, acc_mg in traces:
            if starts and plan.passage_ms:
                passage = _passage(pieces[-1], acc_mg, plan.passage_ms // SAMPLE_MS)
                pieces.append(passage)
                passages_ms += len(passage) * SAMPLE_MS
                start_ms += len(passage) * SAMPLE_MS
            starts.append((start_ms, recording))
            pieces.append(acc_mg)
            start_ms += len(acc_mg) * SAMPLE_MS
        facts = None
        if plan.name != "sessions":
            facts = _facts(run.recording, traces[0][1], lead)
        if plan.name == "held":
            pieces.append(_hold(plan, run, traces[-1][1]))
        lead_ms = len(lead) * SAMPLE_MS
        return Prepared(
            np.concatenate(pieces), lead_ms, tuple(starts), start_ms, facts, tuple(faults), passages_ms
        )  # fmt: skip

    def _traces(self, parts: Sequence[Recording]) -> tuple[list[tuple[Recording, Samples]], list[str]]:
        traces, faults = [], []
        for recording in parts:
            try:
                traces.append((recording, self._acc_mg(recording)))
            except TraceError as error:
                faults.append(f"{recording.name} is left out: {error}")
        return traces, list(dict.fromkeys(faults))

    def _acc_mg(self, recording: Recording) -> Samples:
        """Return the samples of a recording at 50 Hz; raises TraceError if it is damaged."""
        known = self._sets.get(recording.dataset)
        if known is None:
            try:
                known = RecordingSet(self._folder, recording.dataset)
            except TraceError as error:
                known = error
            self._sets[recording.dataset] = known
        if isinstance(known, TraceError):
            raise known
        return known.trace(recording.i).acc_mg

    def _lead(self, candidates: tuple[Recording, ...]) -> Samples:
        """Return ten seconds (or what there is) of the candidate that agrees best with the others."""
        if candidates not in self._leads:
            stretches = [_middle(acc_mg) for _, acc_mg in self._traces(candidates)[0]]
            stretches = [stretch for stretch in stretches if len(stretch) >= LEAD_SAMPLES_MIN]
            longest = max((len(stretch) for stretch in stretches), default=0)
            stretches = [stretch for stretch in stretches if len(stretch) == longest]
            self._leads[candidates] = _most_alike(stretches) if stretches else np.zeros((0, 3), np.int16)
        return self._leads[candidates]


def unusable(*faults: str) -> Prepared:
    """Return a run without samples, and why."""
    return Prepared(np.zeros((0, 3), np.int16), 0, (), 0, None, faults)


def direction(acc_mg: Samples) -> _Floats:
    """Return the unit vector of the mean of samples ([n, 3])."""
    mean: _Floats = acc_mg.astype(np.float64).mean(axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-9)


def _middle(acc_mg: Samples) -> Samples:
    spare = len(acc_mg) - LEAD_SAMPLES
    start = max(spare // 2, min(LEAD_SKIP_SAMPLES, spare), 0)
    return acc_mg[start : start + LEAD_SAMPLES]


def _most_alike(stretches: Sequence[Samples]) -> Samples:
    directions = np.array([direction(stretch) for stretch in stretches])
    alike = np.round((directions @ directions.T).sum(axis=1), 6)
    return stretches[int(np.argmax(alike))]


def _facts(recording: Recording, acc_mg: Samples, lead: Samples) -> Facts:
    size_mg = np.linalg.norm(acc_mg.astype(np.float64), axis=1)
    end = acc_mg[-HELD_SAMPLES:]
    tilt_deg = None
    if len(lead):
        cosine = float(np.clip(direction(end) @ direction(lead), -1.0, 1.0))
        tilt_deg = round(float(np.degrees(np.arccos(cosine))), 2)
    peak_ms = int(np.argmax(size_mg)) * SAMPLE_MS
    if recording.peak_s is not None:
        peak_ms = round(recording.peak_s * 1000)
    end_std_mg = round(float(size_mg[-HELD_SAMPLES:].std()), 2)
    end_spread_mg = round(float(np.sqrt(end.astype(np.float64).var(axis=0).sum())), 2)
    return Facts(len(acc_mg) * SAMPLE_MS, peak_ms, end_std_mg, end_spread_mg, tilt_deg)


def _passage(before: Samples, after: Samples, count: int) -> Samples:
    """Return `count` samples in which a body stops, and then turns from one posture to the next."""
    stopped = before[-POSTURE_SAMPLES:].mean(axis=0)
    taken = after[:POSTURE_SAMPLES].mean(axis=0)
    part = np.clip((np.arange(count) / count - STOP_SHARE) / (1.0 - STOP_SHARE), 0.0, 1.0)[:, None]
    noise_mg = np.random.default_rng(count).normal(0.0, PASSAGE_NOISE_MG, (count, 3))
    moved_mg = stopped + (taken - stopped) * part + noise_mg
    passage: Samples = np.clip(np.rint(moved_mg), -RANGE_MG, RANGE_MG).astype(np.int16)
    return passage


def _hold(plan: Plan, run: Run, acc_mg: Samples) -> Samples:
    """Return the last two seconds again and again, shaken if the plan says so."""
    end = acc_mg[-HELD_SAMPLES:]
    count = plan.hold_ms // SAMPLE_MS
    held = np.tile(end, (count // len(end) + 1, 1))[:count]
    if plan.vibration is None:
        return held
    # At 50 samples a second 50 Hz is a constant and 45 Hz is 5 Hz: the phase decides, so it is drawn.
    phase = np.random.default_rng([plan.seed, zlib.crc32(run.name.encode())]).uniform(0, 2 * np.pi)
    turns = plan.vibration.frequency_hz * np.arange(count) * (SAMPLE_MS / 1000)
    shaken_mg = plan.vibration.amplitude_mg * np.sin(2 * np.pi * turns + phase)
    moved_mg = held + shaken_mg[:, None] * direction(end)
    clipped: Samples = np.clip(np.rint(moved_mg), -RANGE_MG, RANGE_MG).astype(np.int16)
    return clipped
