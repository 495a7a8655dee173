"""`rufweite evaluate`: the device core over a folder of recordings, as a table, a file of events and a page.

Decides how arguments are read and where results go; never writes into the recordings folder. Exit codes: 0
evaluated, also if single recordings were damaged; 1 the device failed in a run, or a worker died; 2 the
folder, the settings or an argument cannot be used. Standard error says why in a sentence.
"""

import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from simulator.evaluation import options
from simulator.evaluation.catalogue import Recording, read_catalogue
from simulator.evaluation.options import OptionRefused
from simulator.evaluation.page import write_page
from simulator.evaluation.plans import HOLD_MS_DEFAULT, PASSAGE_MS_DEFAULT, Run, runs_of, spread
from simulator.evaluation.pool import Job, Result, core_count, evaluate_runs
from simulator.evaluation.table import NOTES, SCRIPTED, summary, tables
from simulator.trace import TraceError

#: Width of a table that goes to a file, in characters.
FILE_WIDTH = 160
#: A damaged set is told by so many of its recordings, and the number of the others.
SENTENCES_MAX = 40

Folder = Annotated[Path, typer.Argument(help="Recordings folder: index.json and one SET.npz a set.")]
EventsOption = Annotated[
    Path | None,
    typer.Option(help="Write the events of each run, one JSON object a line; ms from the end of the lead."),
]
PageOption = Annotated[
    Path | None, typer.Option(help="Write a page with a picture of every miss and every false alarm.")
]
SetsOption = Annotated[str, typer.Option(help="Only these sets, as sisfall,umafall.")]
WhereOption = Annotated[str, typer.Option(help="Only these places of wear, as waist,chest,wrist.")]
LimitOption = Annotated[int, typer.Option(min=0, help="At most so many runs, spread evenly; 0: all.")]
WorkersOption = Annotated[int, typer.Option(min=0, help="Processes; 0: one for each core.")]


def evaluate(
    folder: Folder,
    *,
    plan: options.PlanOption = "recordings",
    kinds: options.KindsOption = "",
    where: WhereOption = "",
    sets: SetsOption = "",
    runtime: Annotated[
        Literal["micropython", "cpython"],
        typer.Option(help="What runs the firmware; CPython gives the same events, ten times faster."),
    ] = "cpython",
    settings: options.SettingsOption = None,
    events: EventsOption = None,
    page: PageOption = None,
    hold_s: options.HoldOption = HOLD_MS_DEFAULT / 1000,
    passage_s: options.PassageOption = PASSAGE_MS_DEFAULT / 1000,
    vibrate: options.VibrateOption = "",
    limit: LimitOption = 0,
    seed: options.SeedOption = 1,
    workers: WorkersOption = 0,
) -> None:
    """Judge the automatic alarms by recordings of real movement, with the real firmware in virtual time."""
    try:
        job = options.job(folder, plan, kinds, runtime, settings, hold_s, vibrate, seed, passage_s)
        options.check_targets(folder, (events, page))
        everything = read_catalogue(folder)
        chosen = _chosen(everything, options.words(sets), options.words(where))
        runs = spread(runs_of(job.plan, chosen, everything), limit)
        is_whole = run_and_tell(job, runs, workers or core_count(), events, page)
    except (TraceError, OptionRefused) as error:
        _stop(str(error), 2)
    except BrokenProcessPool:
        _stop("A worker process died; run again with --workers 1 to see where.", 1)
    if not is_whole:
        raise typer.Exit(1)


def run_and_tell(job: Job, runs: Sequence[Run], workers: int, events: Path | None, page: Path | None) -> bool:
    """Run all, print the tables, write what was asked for; return False if the device failed in a run."""
    started_s = time.perf_counter()
    results = _evaluate_all(job, runs, workers)
    elapsed_s = time.perf_counter() - started_s
    _write_events(events, job, results)
    _print(job, results, elapsed_s, workers)
    if page is not None:
        with _progress() as progress:
            write_page(page, job, results, progress)
        _say(f"The pictures of every miss and false alarm are in {page}.")
    return not any(result.failure for result in results)


def _chosen(everything: Iterable[Recording], sets: Sequence[str], places: Sequence[str]) -> list[Recording]:
    chosen = [
        recording
        for recording in everything
        if (not sets or recording.dataset in sets) and (not places or recording.place in places)
    ]
    if not chosen:
        raise OptionRefused("The folder has no recording of these sets and places of wear.")
    return chosen


def _evaluate_all(job: Job, runs: Sequence[Run], workers: int) -> list[Result]:
    """Return the results in the order of `runs`, showing how far it is."""
    order = {run.name: place for place, run in enumerate(runs)}
    results: list[Result] = []
    with _progress() as progress:
        task = progress.add_task(f"plan {job.plan.name}", total=len(runs))
        for result in evaluate_runs(job, runs, workers):
            results.append(result)
            progress.advance(task)
    results.sort(key=lambda result: order[result.run.name])
    _warn_some(dict.fromkeys(fault for result in results for fault in result.faults))
    _warn_some(result.failure for result in results if result.failure)
    return results


def event_line(plan: str, result: Result) -> Mapping[str, Any]:
    """Return what is written about one run: its name, its lead or hours, and its events."""
    events = [{"kind": e.kind, "state": e.state, "at_ms": e.at_ms} for e in result.events]
    if plan == "sessions":
        hours = round(result.recorded_ms / 3_600_000, 4)
        return {"session": result.run.name, "hours": hours, "events": events}
    recording = result.run.recording
    return {"dataset": recording.dataset, "i": recording.i, "lead_ms": result.lead_ms, "events": events}


def _write_events(path: Path | None, job: Job, results: Iterable[Result]) -> None:
    if path is None:
        return
    lines = [json.dumps(event_line(job.plan.name, result)) for result in results if result.is_whole]
    try:
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise OptionRefused(f"{path} cannot be written: {error.strerror}.") from error


def _print(job: Job, results: Sequence[Result], elapsed_s: float, workers: int) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=FILE_WIDTH)
    whole = [result for result in results if result.is_whole]
    for table in tables(job.plan.name, job.kinds, whole):
        console.print(table)
    for line in (NOTES[job.plan.name], SCRIPTED):
        console.print(line, style="dim")
    for line in summary(results, elapsed_s, job.runtime.name, workers):
        console.print(line)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _warn_some(sentences: Iterable[str]) -> None:
    every = list(sentences)
    for sentence in every[:SENTENCES_MAX]:
        _warn(sentence)
    if len(every) > SENTENCES_MAX:
        _warn(f"And {len(every) - SENTENCES_MAX} more like these.")


def _say(sentence: str) -> None:
    print(sentence)  # noqa: T201 -- printing is this command's job


def _warn(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201 -- same


def _stop(sentence: str, code: int) -> None:
    _warn(sentence)
    raise typer.Exit(code)


if __name__ == "__main__":
    typer.run(evaluate)
