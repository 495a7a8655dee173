"""`rufweite plot`: one run of an evaluation as a picture, with what the detectors saw.

Decides how arguments are read and where the file goes. Exit codes: 0 drawn; 2 the recording, the settings or
an argument cannot be used, and standard error says why in a sentence.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from simulator.evaluation import options, page
from simulator.evaluation.catalogue import read_catalogue
from simulator.evaluation.options import OptionRefused
from simulator.evaluation.picture import picture, standalone
from simulator.evaluation.plans import HOLD_MS_DEFAULT, Run, runs_of
from simulator.evaluation.pool import Job
from simulator.evaluation.samples import Library
from simulator.evaluation.view import look
from simulator.recordings import find_folder
from simulator.trace import TraceError

NameArgument = Annotated[
    str,
    typer.Argument(metavar="RUN", help="set:number, as sisfall:12; or a session, as sisfall/SA01/waist/1."),
]
FolderOption = Annotated[
    Path | None, typer.Option(help="Recordings folder, instead of the one RUFWEITE_RECORDINGS names.")
]
OutputOption = Annotated[
    Path | None, typer.Option(help="File to write: .svg or .html. Default: named after the run, here.")
]
WindowOption = Annotated[
    str,
    typer.Option(metavar="FROM_S:TO_S", help="Only this stretch, in s from the recording's first sample."),
]


def plot(
    name: NameArgument,
    *,
    recordings: FolderOption = None,
    plan: options.PlanOption = "recordings",
    kinds: options.KindsOption = "",
    settings: options.SettingsOption = None,
    hold_s: options.HoldOption = HOLD_MS_DEFAULT / 1000,
    vibrate: options.VibrateOption = "",
    seed: options.SeedOption = 1,
    window: WindowOption = "",
    output: OutputOption = None,
) -> None:
    """Draw one run: trace, tilt, what the detectors saw, and the alarms."""
    try:
        folder = find_folder(recordings)
        job = options.job(folder, plan, kinds, "cpython", settings, hold_s, vibrate, seed)
        path = _path(name, output, folder)
        view = look(job, _find(job, name), Library(folder))
        svg = picture(view, f"plan {plan}", _window(window))
        text = standalone(svg) if path.suffix == ".svg" else page.page(name, [], [("", [svg])])
        path.write_text(text, encoding="utf-8")
        print(path)  # noqa: T201 -- printing is this command's job
    except (TraceError, OptionRefused) as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"{path} cannot be written: {error.strerror}.")


def _path(name: str, output: Path | None, folder: Path) -> Path:
    path = output or Path(name.replace(":", "-").replace("/", "-") + ".svg")
    if path.suffix not in (".svg", ".html"):
        raise OptionRefused(f"{path}: a picture is written as .svg or .html.")
    options.check_targets(folder, (path,))
    return path


def _find(job: Job, name: str) -> Run:
    everything = read_catalogue(job.folder)
    runs = runs_of(job.plan, everything, everything)
    for run in runs:
        if run.name == name:
            return run
    example = f", such as {runs[0].name}" if runs else ""
    raise OptionRefused(f"Plan {job.plan.name} has no run called {name}; it has {len(runs)}{example}.")


def _window(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    start, _, stop = text.partition(":")
    try:
        window_ms = round(float(start) * 1000), round(float(stop) * 1000)
    except ValueError:
        window_ms = (0, 0)
    if window_ms[1] - window_ms[0] < 1000:
        raise OptionRefused(f"--window {text}: give seconds as FROM_S:TO_S, at least one apart, as -5:20.")
    return window_ms


def _stop(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201 -- same
    raise typer.Exit(2)
