"""`rufweite device run`: the firmware in real time on this machine, with a log-in it was given.

Starts what a virtual device starts, in the foreground, and prints what it does as JSON lines. Samples and
the key come on standard input (`s x y z`, `k 0|1`); without any the device is still.
"""

import os
from pathlib import Path
from typing import Annotated

import typer

from simulator.runtime import find_runtime, runtime_environment


def device_run(
    config: Annotated[Path, typer.Option("--config", help="JSON: name, journal, settings, broker log-in.")],
    runtime: Annotated[str, typer.Option(help="micropython or cpython")] = "micropython",
) -> None:
    """Run the device's firmware on this machine, in real time."""
    found = find_runtime(runtime)
    if found.note:
        typer.echo(found.note, err=True)
    program, *arguments = found.command
    command = [program, *arguments, "-m", "firmware.main", "--config", str(config)]
    os.execvpe(program, command, runtime_environment())  # noqa: S606 - it takes our place
