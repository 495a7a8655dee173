"""Commands about whether the rescue chain would work: `rufweite chain check` and `chain dry-run`, and rules.

Each is one call of the API of the running base station; what that refuses is shown as its sentence.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from basestation.administration import ConfigFile, number_of, show, with_station
from basestation.local import Station

_COLUMNS = "{after_s:>6} s  {level:<28} {name:<28} {how}"


def check(config_file: ConfigFile = None) -> None:
    """Say what is missing for the rescue chain to work, now and for a week; exit with 1 if anything is."""
    lines = with_station(config_file, lambda station: station.get("chains/check"))
    for line in lines:
        typer.echo(f"{line['gravity']}: {line['sentence']}")
    if lines:
        raise typer.Exit(1)
    typer.echo("The rescue chain is ready: nothing is missing, now and for a week.")


def dry_run(
    worker: Annotated[str, typer.Option(help="Name or number of the worker in danger.")] = "",
    kind: Annotated[str, typer.Option(help="Kind of alarm, such as manual or fall.")] = "manual",
    at: Annotated[str, typer.Option(help="Moment with its offset, 2026-03-02T22:00+01:00; now.")] = "",
    workplace: Annotated[str, typer.Option(help="Where; by default where the worker is on shift.")] = "",
    mark: Annotated[str, typer.Option(help="real, test or drill")] = "real",
    silence_class: Annotated[str, typer.Option(help="Why a device is silent, for technical alarms.")] = "",
    config_file: ConfigFile = None,
) -> None:
    """Say who would be called, when, by what, and who would not and why. Nobody is called."""

    def ask(station: Station) -> Any:
        wanted: dict[str, Any] = {
            "kind": kind, "mark": mark, "at": at, "workplace": workplace, "silence_class": silence_class,
        }  # fmt: skip
        if worker:
            wanted["worker_id"] = number_of(station.get("workers"), worker, "worker")
        return station.get("chains/dry-run", {name: value for name, value in wanted.items() if value})

    answer = with_station(config_file, ask)
    typer.echo(f"Chain {answer['chain']}, an alarm at {answer['at']}. Nobody is called by this.")
    for step in answer["steps"]:
        how = f"NOT called: {step['left_out'].replace('_', ' ')}" if step["left_out"] else _way(step)
        typer.echo(_COLUMNS.format(how=how, **{name: step[name] for name in ("after_s", "level", "name")}))


def put(
    file: Annotated[Path, typer.Argument(help="JSON as `show` prints it.")], config_file: ConfigFile = None
) -> None:
    """Keep a chain for the rules to name, beside the one that `set` makes the default."""
    chain = read_json(file)
    show(with_station(config_file, lambda station: station.post("chains", chain)))


def rules(
    file: Annotated[Path | None, typer.Argument(help="The whole table, a list in JSON.")] = None,
    config_file: ConfigFile = None,
) -> None:
    """Show the rules that choose a chain, or set them; the first that fits counts."""
    if file is None:
        show(with_station(config_file, lambda station: station.get("chain-rules")))
        return
    table = {"rules": read_json(file)}
    show(with_station(config_file, lambda station: station.put("chain-rules", table)))


def read_json(file: Path) -> Any:
    """Return what stands in a file; end with a sentence if it is no JSON."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        typer.echo(f"{file} cannot be read as JSON: {error}.", err=True)
        raise typer.Exit(1) from error


def _way(step: dict[str, Any]) -> str:
    return f"{step['channel']} {step['address']}".rstrip()


def add_to(group: typer.Typer) -> None:
    """Add the commands to the group of the chain."""
    group.command("check")(check)
    group.command("dry-run")(dry_run)
    group.command("put")(put)
    group.command("rules")(rules)
