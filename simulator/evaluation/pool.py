"""All runs of an evaluation, spread over the cores; what became of each.

Decides nothing about alarms. A run whose recording is damaged or whose firmware fails is a result too: it
says so in a sentence, and the rest goes on. Each worker process reads a set once and starts a new device for
every run. Few runs, or one worker, stay in this process.
"""

import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from firmware.settings import SettingsError
from simulator.evaluation.plans import Plan, Run
from simulator.evaluation.run import KINDS, Event, known_settings, run_device, settings_for
from simulator.evaluation.samples import Facts, Library, Prepared, unusable
from simulator.lockstep import SettingsRefused
from simulator.runtime import Runtime
from simulator.trace import SAMPLE_MS

#: Runs that are handed to a worker together, so that it opens few sets.
BATCH_RUNS = 16
#: Below so many runs the workers' own start would take longer than the runs.
POOL_RUNS_MIN = 24


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for every run of an evaluation."""

    folder: Path
    plan: Plan
    runtime: Runtime
    kinds: tuple[str, ...] = KINDS
    #: Settings of the device that go before all others.
    values: Mapping[str, Any] = field(default_factory=dict)

    def settings(self, run: Run) -> dict[str, Any]:
        """Return the settings of the device of a run."""
        return settings_for(self.kinds, run.recording.place, self.values, known_settings())


@dataclass(frozen=True, slots=True)
class Result:
    """What one run came to."""

    run: Run
    lead_ms: int
    #: From the first recording's first sample to the last one's last, without lead and hold.
    duration_ms: int
    #: All the device lived through.
    total_ms: int
    events: tuple[Event, ...]
    #: None for sessions, and where nothing could be run.
    facts: Facts | None
    #: (ms after the lead, set:number, label) of each recording.
    starts: tuple[tuple[int, str, str], ...]
    #: Recordings that could not be used, a sentence each.
    faults: tuple[str, ...]
    #: Why the device did not live through it, or "".
    failure: str = ""
    #: Sum of the passages between the recordings of a session.
    passages_ms: int = 0

    @property
    def recorded_ms(self) -> int:
        """Return the sum of the recordings' lengths."""
        return self.duration_ms - self.passages_ms

    @property
    def is_whole(self) -> bool:
        """Tell whether the device lived through samples of it."""
        return self.total_ms > 0 and not self.failure


def core_count() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def evaluate_runs(job: Job, runs: Sequence[Run], workers: int) -> Iterator[Result]:
    """Yield the result of every run, as they come.

    Raises:
        SettingsError or SettingsRefused: the firmware refuses the settings.
    """
    if workers == 1 or len(runs) < POOL_RUNS_MIN:
        library = Library(job.folder)
        for run in runs:
            yield evaluate_run(job, run, library)
        return
    # Started afresh: a copy of a process with threads is none that can be relied on.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(job,)) as pool:
        size = min(BATCH_RUNS, max(1, len(runs) // (4 * workers)))
        waiting: set[Future[list[Result]]] = {
            pool.submit(_run_batch, runs[start : start + size]) for start in range(0, len(runs), size)
        }
        try:
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield from future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def evaluate_run(job: Job, run: Run, library: Library) -> Result:
    """Return the result of one run."""
    try:
        prepared = library.prepare(job.plan, run)
    except Exception as error:  # noqa: BLE001 - a folder may be damaged in any way, same
        prepared = unusable(f"{run.name} is left out: {type(error).__name__}: {error}")
    if not len(prepared.acc_mg):
        return _result(run, prepared, ())
    try:
        events = run_device(job.runtime, job.settings(run), prepared.acc_mg, prepared.lead_ms)
    except (SettingsError, SettingsRefused):
        raise
    except Exception as error:  # noqa: BLE001 - a firmware may fail in any way; the next run goes on
        return _result(run, prepared, (), f"{run.name}: the device failed: {type(error).__name__}: {error}")
    return _result(run, prepared, events)


def _result(run: Run, prepared: Prepared, events: tuple[Event, ...], failure: str = "") -> Result:
    return Result(
        run,
        prepared.lead_ms,
        prepared.duration_ms,
        len(prepared.acc_mg) * SAMPLE_MS,
        events,
        prepared.facts,
        tuple((start_ms, part.name, part.label) for start_ms, part in prepared.starts),
        prepared.faults,
        failure,
        prepared.passages_ms,
    )


#: The worker process's own: what it evaluates, and the sets it has read.
_worker: "list[tuple[Job, Library]]" = []


def _begin(job: Job) -> None:
    _worker[:] = [(job, Library(job.folder))]


def _run_batch(runs: Sequence[Run]) -> list[Result]:
    job, library = _worker[0]
    return [evaluate_run(job, run, library) for run in runs]
