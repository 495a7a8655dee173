"""The device in MicroPython does exactly what it does in CPython: the same events at the same times.

Generated movement always; real recordings where RUFWEITE_RECORDINGS names them.
"""

import os
from pathlib import Path

import pytest

from simulator.evaluation.catalogue import Recording, read_catalogue
from simulator.evaluation.plans import Plan, runs_of
from simulator.evaluation.run import KINDS, known_settings, run_device, settings_for
from simulator.evaluation.samples import Library
from simulator.movement import generate
from simulator.recordings import FOLDER_VARIABLE
from simulator.runtime import find_runtime
from simulator.trace import SAMPLE_MS

CPYTHON, MICROPYTHON = find_runtime("cpython"), find_runtime("micropython")
RECORDINGS_MIN, RECORDINGS = 300, 306
#: Of each run only so much: the end of the lead, and what follows.
LEAD_SAMPLES, SAMPLES_MAX = 150, 750

needs_micropython = pytest.mark.skipif(MICROPYTHON.name != "micropython", reason=MICROPYTHON.note)


def both(settings, acc_mg, lead_ms):
    """Return the events in CPython and in MicroPython."""
    return [run_device(runtime, settings, acc_mg, lead_ms) for runtime in (CPYTHON, MICROPYTHON)]


@needs_micropython
@pytest.mark.parametrize(
    ("script", "place"),
    [("walk:10,fall,lie:75", "waist"), ("walk:8,run:20,walk:5,sit:70", "chest"), ("stand:90", "wrist")],
)
def test_generated_movement_has_the_same_events_in_both_runtimes(script, place):
    """Falls, runs and rest, each with alarms."""
    settings = settings_for(KINDS, place, {}, known_settings())
    here, there = both(settings, generate(script, 3).acc_mg, 0)
    assert here == there
    assert here, "nothing was compared"


def chosen(recordings: list[Recording]) -> list[Recording]:
    """Return recordings spread evenly over set, place and label; the same ones every time."""
    groups: dict[tuple[str, str, str], list[Recording]] = {}
    for found in recordings:
        groups.setdefault((found.dataset, found.place, found.label), []).append(found)
    taken: list[Recording] = []
    for rank, group in enumerate(sorted(groups.values(), key=len)):
        count = min(len(group), (RECORDINGS - len(taken)) // (len(groups) - rank))
        taken += [group[place * len(group) // count] for place in range(count)]
    return taken


@needs_micropython
@pytest.mark.skipif(
    not os.environ.get(FOLDER_VARIABLE), reason=f"{FOLDER_VARIABLE} is not set: no real recordings were run"
)
def test_real_recordings_have_the_same_events_in_both_runtimes():
    """At least 300, over all sets, with three seconds of lead and a hold."""
    folder = Path(os.environ[FOLDER_VARIABLE])
    everything = read_catalogue(folder)
    library, known = Library(folder), known_settings()
    # Short times, so that alarms come within seconds: what is compared is the runtime.
    quick = {"position_detection_ms": 2_000, "position_pre_alarm_ms": 1_000, "rest_detection_ms": 5_000,
             "rest_pre_alarm_ms": 1_000}  # fmt: skip
    plan = Plan("held", hold_ms=6_000)
    compared = events = 0
    for run in runs_of(plan, chosen(everything), everything):
        prepared = library.prepare(plan, run)
        if not len(prepared.acc_mg):
            continue
        start = max(prepared.lead_ms // SAMPLE_MS - LEAD_SAMPLES, 0)
        settings = settings_for(KINDS, run.recording.place, quick, known)
        acc_mg = prepared.acc_mg[start : start + SAMPLES_MAX]
        here, there = both(settings, acc_mg, prepared.lead_ms - start * SAMPLE_MS)
        assert here == there, run.name
        compared += 1
        events += len(here)
    assert compared >= min(RECORDINGS_MIN, len(everything))
    assert events > compared / 2, "hardly anything was compared"
